package dev.connaisseur.validator.cosign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.connaisseur.image.Digest;
import dev.connaisseur.sigstore.Artifact;
import dev.connaisseur.sigstore.Content;
import dev.connaisseur.sigstore.Demands;
import dev.connaisseur.sigstore.Evidence;
import dev.connaisseur.sigstore.EvidenceCheck;
import dev.connaisseur.sigstore.MalformedEvidenceException;
import dev.connaisseur.sigstore.Refusal;
import dev.connaisseur.sigstore.SigstoreBundle;
import dev.connaisseur.sigstore.TrustedRoot;
import dev.connaisseur.testing.CorpusLedger;
import dev.connaisseur.trust.IdentityMatcher;
import dev.connaisseur.trust.PublicKeys;
import dev.connaisseur.trust.TrustRoot;
import dev.connaisseur.trust.UnusableKeyException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The cases of sigstore-conformance through the one path on which an admission verifies, each with the artifact's bytes and with
 * its digest only.
 *
 * @see <a href="https://github.com/sigstore/sigstore-conformance">sigstore-conformance</a>
 */
class SigstoreConformanceTest {
    @RegisterExtension
    static final CorpusLedger LEDGER = CorpusLedger.of("sigstore-conformance");

    private static final Path VECTORS =
            Path.of(Optional.ofNullable(System.getenv("CONNAISSEUR_VECTORS")).orElse("../shared/vectors"));
    private static final Path CASES = VECTORS.resolve("sigstore-conformance/test/assets/bundle-verify");
    private static final Path PRODUCTION = VECTORS.resolve("sigstore-root-signing/targets/trusted_root.json");
    private static final String IDENTITY =
            "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/"
                    + "extremely-dangerous-oidc-beacon.yml@refs/heads/main";
    private static final String ISSUER = "https://token.actions.githubusercontent.com";

    static Stream<Arguments> cases() throws IOException {
        if (!Files.isDirectory(CASES)) {
            return Stream.of(Arguments.of("absent", false));
        }
        try (Stream<Path> all = Files.list(CASES)) {
            return all
                    .filter(Files::isDirectory)
                    .sorted()
                    .flatMap(directory -> Stream.of(
                            Arguments.of(directory.getFileName().toString(), true),
                            Arguments.of(directory.getFileName().toString(), false)))
                    .toList()
                    .stream();
        }
    }

    @Test
    void thereAreSeventyCases() throws IOException {
        assumeTrue(Files.isDirectory(CASES), "no sigstore-conformance vectors at " + CASES);
        assertThat(cases()).hasSize(140);
    }

    @ParameterizedTest(name = "{0}, bytes known: {1}")
    @MethodSource
    void cases(String name, boolean bytesKnown) {
        assumeTrue(Files.isDirectory(CASES), "no sigstore-conformance vectors at " + CASES);
        Optional<String> refusal = verify(CASES.resolve(name), bytesKnown);

        LEDGER.count(refusal.isEmpty());
        assertThat(refusal.isPresent()).as("%s", refusal).isEqualTo(name.endsWith("_fail"));
    }

    /** Why it is refused; empty if it is accepted. */
    private static Optional<String> verify(Path directory, boolean bytesKnown) {
        byte[] content = read(directory.resolve("artifact"))
                .orElseGet(() -> read(CASES.resolve("a.txt")).orElseThrow());
        Artifact artifact = bytesKnown ? Artifact.of(content) : Artifact.of(Digest.of(content));
        TrustedRoot trusted = TrustedRoot.parse(read(directory.resolve("trusted_root.json"))
                .orElseGet(() -> read(PRODUCTION).orElseThrow()));
        try {
            TrustRoot root = read(directory.resolve("key.pub"))
                    .<TrustRoot>map(pem -> new TrustRoot.Key("key", PublicKeys.parsePem(text(pem))))
                    .orElseGet(() -> new TrustRoot.Keyless(
                            "keyless",
                            exactly(read(directory.resolve("issuer"))
                                    .map(SigstoreConformanceTest::text)
                                    .orElse(ISSUER)),
                            exactly(read(directory.resolve("identity"))
                                    .map(SigstoreConformanceTest::text)
                                    .orElse(IDENTITY)),
                            Map.of()));
            Evidence evidence = SigstoreBundle.parse(
                    read(directory.resolve("bundle.sigstore.json")).orElseThrow(), artifact);
            Demands demands = new Demands(true, true, false, Instant.parse("2026-11-21T00:00:00Z"));
            Optional<Refusal> refusal = new EvidenceCheck(trusted, demands).check(evidence, root);
            if (refusal.isPresent()) {
                return refusal.map(Refusal::toString);
            }
            return evidence.content() instanceof Content.Envelope envelope
                            && !Statement.parse(envelope).isAbout(artifact.digest())
                    ? Optional.of("another subject")
                    : Optional.empty();
        } catch (MalformedEvidenceException | UnusableKeyException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static IdentityMatcher exactly(String text) {
        return new IdentityMatcher.Exact(text.strip());
    }

    private static Optional<byte[]> read(Path file) {
        try {
            return Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
