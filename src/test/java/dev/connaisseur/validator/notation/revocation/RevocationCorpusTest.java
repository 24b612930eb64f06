package dev.connaisseur.validator.notation.revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.connaisseur.testing.CorpusLedger;
import dev.connaisseur.testing.NotationSigner;
import dev.connaisseur.testing.NotationSigner.Certificate;
import dev.connaisseur.testing.TestPublisher.ListBuilder;
import dev.connaisseur.trust.CertificateChain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The revocation lists of the Notary Project's own tests, as their names label them. */
class RevocationCorpusTest {
    @RegisterExtension
    static final CorpusLedger LEDGER = CorpusLedger.of("notation");

    private static final Path VECTORS =
            Path.of(Optional.ofNullable(System.getenv("CONNAISSEUR_VECTORS")).orElse("../shared/vectors"));
    private static final Path LISTS = VECTORS.resolve("notation-cli-e2e/test/e2e/testdata/config/crl");
    private static final Path CHANGES = VECTORS.resolve("notation-core-go/revocation/crl/testdata");
    private static final Instant NOW = Instant.parse("2026-11-22T00:00:00Z");

    @ParameterizedTest(name = "{0} for certificate {1}: {2}")
    @CsvSource({
        "leaf.crl, 0, GOOD",
        "leaf_revoked.crl, 0, REVOKED",
        "leaf_expired.crl, 0, UNUSABLE",
        "intermediate.crl, 1, GOOD",
        "intermediate_revoked.crl, 1, REVOKED",
        "intermediate.crl, 0, UNUSABLE",
        "leaf.crl, 1, UNUSABLE",
    })
    void listsSayWhatTheirNamesSay(String file, int certificate, String label) throws IOException {
        assumeTrue(Files.isRegularFile(LISTS.resolve(file)), "no " + file + " at " + VECTORS);
        List<X509Certificate> chain =
                CertificateChain.parsePem(Files.readString(LISTS.resolve("certchain_with_crl.pem")));

        String verdict = verdict(Files.readAllBytes(LISTS.resolve(file)), chain, certificate);

        LEDGER.count(verdict.equals("GOOD"));
        assertThat(verdict).isEqualTo(label);
    }

    private static String verdict(byte[] der, List<X509Certificate> chain, int certificate) {
        try {
            RevocationList list = RevocationList.read(der, chain.get(certificate + 1));
            if (!list.isFresh(NOW)) {
                return "UNUSABLE";
            }
            return list.entry(chain.get(certificate).getSerialNumber()).isPresent() ? "REVOKED" : "GOOD";
        } catch (UnusableAnswerException e) {
            return "UNUSABLE";
        }
    }

    /** Their issuers are not there: nobody vouches for them. */
    @ParameterizedTest
    @CsvSource({"delta.crl", "crlWithMultipleFreshestCRLs.crl"})
    void listsOfStrangersTellNothing(String file) throws IOException {
        assumeTrue(Files.isRegularFile(CHANGES.resolve(file)), "no " + file + " at " + VECTORS);
        List<X509Certificate> chain =
                CertificateChain.parsePem(Files.readString(LISTS.resolve("certchain_with_crl.pem")));

        String verdict = verdict(Files.readAllBytes(CHANGES.resolve(file)), chain, 0);

        LEDGER.count(verdict.equals("GOOD"));
        assertThat(verdict).isEqualTo("UNUSABLE");
    }

    /** Certificates that name where changes are: so many different addresses that can be used. */
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "certificateWithDeltaCRL.cer, 1",
        "certificateWith2DeltaCRL.cer, 1",
        "certificateWithZeroDeltaCRLURL.cer, 0",
        "certificateWithNonURIDeltaCRL.cer, 0",
        "certificateWithIncompleteFreshestCRL.cer, 0",
        "certificateWithIncompleteFreshestCRL2.cer, 0",
    })
    void placesOfChangesAreRead(String file, int addresses) throws IOException {
        assumeTrue(Files.isRegularFile(CHANGES.resolve(file)), "no " + file + " at " + VECTORS);
        NotationSigner issuer = NotationSigner.of(Certificate.publisher("CN=issuer"));
        RevocationList list = RevocationList.read(
                new ListBuilder(issuer.chain().getFirst(), 1, NOW).signedBy(issuer),
                issuer.chain().getFirst());
        X509Certificate certificate = CertificateChain.parsePem(pem(Files.readAllBytes(CHANGES.resolve(file))))
                .getFirst();

        int found;
        try {
            found = list.changes(certificate).orElseThrow().size();
        } catch (IllegalArgumentException | IllegalStateException | ClassCastException e) {
            found = 0;
        }

        LEDGER.count(found > 0);
        assertThat(found).isEqualTo(addresses);
    }

    private static String pem(byte[] file) {
        return file[0] != 0x30
                ? new String(file, StandardCharsets.US_ASCII)
                : "-----BEGIN CERTIFICATE-----\n"
                        + java.util.Base64.getMimeEncoder().encodeToString(file).replace("\r", "")
                        + "\n-----END CERTIFICATE-----\n";
    }
}
