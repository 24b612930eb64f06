package dev.connaisseur.validator.notation.revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.connaisseur.sigstore.MalformedEvidenceException;
import dev.connaisseur.sigstore.SignerIdentity;
import dev.connaisseur.testing.CorpusLedger;
import dev.connaisseur.trust.CertificateChain;
import dev.connaisseur.trust.CertificateChain.Purpose;
import dev.connaisseur.trust.UnusableCertificateException;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The path validation cases of x509-limbo through the class that builds the chains of signers, and those that bring revocation lists
 * through the one that reads these. The cases are about servers, so the purpose is theirs, with what is asked of signers without keys. Each answer that differs from the label stands in a
 * list with its reason.
 */
class LimboTest {
    @RegisterExtension
    static final CorpusLedger LEDGER = CorpusLedger.of("x509-limbo");

    private static final Path CASES = Path.of(
                    Optional.ofNullable(System.getenv("CONNAISSEUR_VECTORS")).orElse("../shared/vectors"))
            .resolve("x509-limbo-subset/limbo_subset.json");
    private static final Path LIST = Path.of("src/test/resources/x509-limbo/deviations.txt");
    private static final Instant NOW = Instant.parse("2026-11-21T00:00:00Z");
    private static final Purpose SERVER = new Purpose("servers", "1.3.6.1.5.5.7.3.1", false, true);
    private static final Purpose CLIENT = new Purpose("clients", "1.3.6.1.5.5.7.3.2", false, true);

    /** Of the cases that name none. */
    private static final int DEEPEST = 5;

    @Test
    void chainsAreJudgedAsLabelledOrAsListed() throws IOException {
        assumeTrue(Files.isRegularFile(CASES), "no " + CASES);
        Map<String, String> deviating = new TreeMap<>();
        Map<String, Integer> counts = new TreeMap<>();
        Map<String, String> listed = listed();
        for (JsonObject limbo : cases()) {
            String id = limbo.getString("id");
            boolean good = limbo.getString("expected_result").equals("SUCCESS");
            boolean named = "name".equals(listed.get(id));
            boolean accepted = isAccepted(limbo);
            if (accepted != good) {
                deviating.put(id, named ? "name" : accepted ? "accepted" : "refused");
            }
            if (accepted && named) {
                accepted = isSigner(limbo);
            }
            LEDGER.count(accepted);
            counts.merge((good ? "good " : "bad ") + (accepted ? "accepted" : "refused"), 1, Integer::sum);
        }

        assertThat(deviating).containsExactlyInAnyOrderEntriesOf(listed);
        assertThat(counts)
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("good accepted", 45, "good refused", 4, "bad accepted", 4, "bad refused", 141));
    }

    private static List<JsonObject> cases() throws IOException {
        try (JsonReader reader = Json.createReader(Files.newBufferedReader(CASES))) {
            return reader.readObject().getJsonArray("testcases").getValuesAs(JsonObject.class);
        }
    }

    /** The verdict of each case in the list; its reason is for people. */
    private static Map<String, String> listed() throws IOException {
        try (Stream<String> lines = Files.lines(LIST)) {
            return lines.filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split(" *\\| *", 3))
                    .collect(Collectors.toMap(cells -> cells[0], cells -> cells[1]));
        }
    }

    private static boolean isAccepted(JsonObject limbo) {
        Instant time = limbo.isNull("validation_time")
                ? NOW
                : OffsetDateTime.parse(limbo.getString("validation_time")).toInstant();
        Purpose purpose = limbo.getString("validation_kind").equals("CLIENT") ? CLIENT : SERVER;
        try {
            X509Certificate leaf = certificate(limbo.getString("peer_certificate"));
            List<X509Certificate> roots = all(limbo, "trusted_certs", LimboTest::certificate);
            List<byte[]> lists = limbo.containsKey("crls") ? all(limbo, "crls", LimboTest::der) : List.of();
            if (!lists.isEmpty()) {
                return lists.stream().anyMatch(list -> isGood(list, leaf, roots, time));
            }
            CertificateChain.build(
                    leaf,
                    all(limbo, "untrusted_intermediates", LimboTest::certificate),
                    roots,
                    time,
                    purpose,
                    limbo.isNull("max_chain_depth") ? DEEPEST : limbo.getInt("max_chain_depth"));
            return true;
        } catch (UnusableCertificateException e) {
            return false;
        }
    }

    private static boolean isGood(byte[] list, X509Certificate leaf, List<X509Certificate> roots, Instant time) {
        X509Certificate issuer = roots.stream()
                .filter(root -> root.getSubjectX500Principal().equals(leaf.getIssuerX500Principal()))
                .findFirst()
                .orElseThrow();
        try {
            RevocationList read = RevocationList.read(list, issuer);
            return read.isFresh(time) && read.entry(leaf.getSerialNumber()).isEmpty();
        } catch (UnusableAnswerException e) {
            return false;
        }
    }

    private static boolean isSigner(JsonObject limbo) {
        try {
            SignerIdentity.of(certificate(limbo.getString("peer_certificate")));
            return true;
        } catch (MalformedEvidenceException e) {
            return false;
        }
    }

    private static <T> List<T> all(JsonObject limbo, String member, Function<String, T> read) {
        return limbo.getJsonArray(member).getValuesAs(JsonString.class).stream()
                .map(JsonString::getString)
                .map(read)
                .toList();
    }

    private static X509Certificate certificate(String pem) {
        return CertificateChain.parsePem(pem).getFirst();
    }

    private static byte[] der(String pem) {
        return Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z0-9 ]+-----", ""));
    }
}
