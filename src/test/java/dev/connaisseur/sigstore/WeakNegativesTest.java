package dev.connaisseur.sigstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.trust.IdentityMatcher;
import dev.connaisseur.trust.PublicKeys;
import dev.connaisseur.trust.TrustRoot;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Some negative cases of sigstore-conformance fail for another reason than their names say. These are bundles that pass, and the same
 * with the one change that is meant.
 */
class WeakNegativesTest {
    private static final Path VECTORS =
            Path.of(Optional.ofNullable(System.getenv("CONNAISSEUR_VECTORS")).orElse("../shared/vectors"));
    private static final Path CASES = VECTORS.resolve("sigstore-conformance/test/assets/bundle-verify");
    private static final Path PRODUCTION = VECTORS.resolve("sigstore-root-signing/targets/trusted_root.json");
    private static final TrustRoot ANYBODY =
            new TrustRoot.Keyless("anybody", IdentityMatcher.Regex.of(".*"), IdentityMatcher.Regex.of(".*"), Map.of());

    @BeforeEach
    void vectors() {
        assumeTrue(Files.isDirectory(CASES), "no sigstore-conformance vectors at " + CASES);
    }

    /** Beside {@code bundle-with-root-cert_fail}, which lacks a checkpoint. */
    @Test
    void aRootAtTheEndOfTheChain() {
        String bundle = text(CASES.resolve("happy-path-v0.2/bundle.sigstore.json"));
        String leaf = leaf(bundle);
        String root = json(text(PRODUCTION))
                .getJsonArray("certificateAuthorities")
                .getJsonObject(0)
                .getJsonObject("certChain")
                .getJsonArray("certificates")
                .getLast()
                .asJsonObject()
                .getString("rawBytes");

        assertThat(verdict("happy-path-v0.2", bundle, ANYBODY)).isEqualTo("accepted");
        assertThat(verdict(
                        "happy-path-v0.2",
                        bundle.replace("\"" + leaf + "\"", "\"" + leaf + "\"}, {\"rawBytes\": \"" + root + "\""),
                        ANYBODY))
                .contains("root certificate");
    }

    /** Beside {@code invalid-inclusion-proof_fail}, which lacks a checkpoint. */
    @Test
    void aProofOfAnotherTreeOfTheSameLog() {
        String bundle = text(CASES.resolve("happy-path-v0.3/bundle.sigstore.json"));
        String later = text(CASES.resolve("happy-path-intoto-in-dsse-v3/bundle.sigstore.json"));

        assertThat(verdict("happy-path-v0.3", bundle, ANYBODY)).isEqualTo("accepted");
        assertThat(proof(bundle).getString("treeSize"))
                .isNotEqualTo(proof(later).getString("treeSize"));
        JsonObject entry = entry(bundle);
        String changed = bundle(
                bundle,
                Json.createObjectBuilder(entry)
                        .add(
                                "inclusionProof",
                                Json.createObjectBuilder(proof(bundle))
                                        .add("checkpoint", proof(later).get("checkpoint")))
                        .build());
        assertThat(verdict("happy-path-v0.3", changed, ANYBODY)).isEqualTo("LOG_ENTRY");
        assertThat(verdict("happy-path-v0.3", bundle(bundle, entry), ANYBODY)).isEqualTo("accepted");
    }

    /** Beside {@code managed-key-wrong-key_fail}, whose key is no point of its curve. */
    @Test
    void anotherValidKey() {
        String bundle = text(CASES.resolve("managed-key-happy-path/bundle.sigstore.json"));
        TrustRoot right = key(text(CASES.resolve("managed-key-happy-path/key.pub")));

        assertThat(verdict("managed-key-happy-path", bundle, right)).isEqualTo("accepted");
        assertThat(verdict(
                        "managed-key-happy-path",
                        bundle,
                        key(CosignSigner.create().publicKey())))
                .isEqualTo("SIGNATURE");
    }

    private static String verdict(String name, String bundle, TrustRoot root) {
        Path artifact = CASES.resolve(name).resolve("artifact");
        Path own = CASES.resolve(name).resolve("trusted_root.json");
        TrustedRoot trusted = TrustedRoot.parse(bytes(Files.exists(own) ? own : PRODUCTION));
        Demands demands = new Demands(true, true, false, Instant.parse("2026-11-21T00:00:00Z"));
        try {
            Evidence evidence = SigstoreBundle.parse(
                    bundle.getBytes(StandardCharsets.UTF_8),
                    Artifact.of(bytes(Files.exists(artifact) ? artifact : CASES.resolve("a.txt"))));
            return new EvidenceCheck(trusted, demands)
                    .check(evidence, root)
                    .map(refusal -> refusal.flaw().name())
                    .orElse("accepted");
        } catch (MalformedEvidenceException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static String leaf(String bundle) {
        return json(bundle)
                .getJsonObject("verificationMaterial")
                .getJsonObject("x509CertificateChain")
                .getJsonArray("certificates")
                .getJsonObject(0)
                .getString("rawBytes");
    }

    private static JsonObject entry(String bundle) {
        return json(bundle)
                .getJsonObject("verificationMaterial")
                .getJsonArray("tlogEntries")
                .getJsonObject(0);
    }

    private static JsonObject proof(String bundle) {
        return entry(bundle).getJsonObject("inclusionProof");
    }

    private static String bundle(String bundle, JsonObject entry) {
        JsonObject whole = json(bundle);
        return Json.createObjectBuilder(whole)
                .add(
                        "verificationMaterial",
                        Json.createObjectBuilder(whole.getJsonObject("verificationMaterial"))
                                .add("tlogEntries", Json.createArrayBuilder().add(entry)))
                .build()
                .toString();
    }

    private static TrustRoot key(String pem) {
        return new TrustRoot.Key("key", PublicKeys.parsePem(pem));
    }

    private static JsonObject json(String text) {
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return reader.readObject();
        }
    }

    private static String text(Path file) {
        return new String(bytes(file), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
