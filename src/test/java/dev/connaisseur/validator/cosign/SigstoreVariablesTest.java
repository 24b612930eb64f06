package dev.connaisseur.validator.cosign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.policy.RuleOptions;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.validator.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The files that cosign's variables name, for an image that the real cosign signed. */
class SigstoreVariablesTest {
    private static final Path DIRECTORY = Path.of("src/test/resources/keyless").toAbsolutePath();
    private static final EmbeddedRegistry REGISTRY = EmbeddedRegistry.open();

    @BeforeAll
    static void load() {
        REGISTRY.load(DIRECTORY.resolve("registry"));
    }

    @AfterAll
    static void close() {
        REGISTRY.close();
    }

    private static CosignRig rig() {
        return CosignRig.of(REGISTRY)
                .at(Instant.parse("2026-12-01T00:00:00Z"))
                .root("alice", "keyless: {issuer: 'http://127.0.0.1:18901', subject: alice@example.org}")
                .variable(SigstoreVariables.LOG, file("rekor.pub"))
                .variable(SigstoreVariables.AUTHORITY, file("fulcio-chain.pem"))
                .variable(SigstoreVariables.CERTIFICATE_LOG, file("ctlog.pub"));
    }

    private static String file(String name) {
        return DIRECTORY.resolve("trust").resolve(name).toString();
    }

    private static RuleOptions rule() {
        RuleOptions defaults = RuleOptions.DEFAULTS;
        return new RuleOptions(
                "alice",
                defaults.mode(),
                true,
                true,
                0,
                List.of(),
                List.of(),
                defaults.verificationLevel(),
                defaults.verifyTimestamp());
    }

    @Test
    void takeThePlaceOfWhatTheConfigurationLeavesOpen() {
        try (CosignRig rig = rig()) {
            assertThat(rig.verdict("keyless/kl-alice:v1", rule()).signers()).containsExactly("alice");
        }
    }

    @ParameterizedTest
    @CsvSource({
        SigstoreVariables.LOG + ", key-a.pub, LOG",
        SigstoreVariables.CERTIFICATE_LOG + ", key-a.pub, CERTIFICATE"
    })
    void anotherKeyIsNotBelieved(String name, String key, Reason reason) {
        try (CosignRig rig =
                rig().variable(name, DIRECTORY.resolve("keys").resolve(key).toString())) {
            assertThat(rig.denial("keyless/kl-alice:v1", rule())).isEqualTo(reason);
        }
    }

    @Test
    void theConfigurationGoesFirst() throws IOException {
        String other = CosignRig.escaped(Files.readString(DIRECTORY.resolve("keys/key-a.pub")));
        try (CosignRig rig = rig().part("host", "{rekorPubkey: \"" + other + "\"}")) {
            assertThat(rig.denial("keyless/kl-alice:v1", rule())).isEqualTo(Reason.LOG);
        }
        try (CosignRig rig = rig().part(
                        "trustedRootFile",
                        DIRECTORY.resolve("trusted_root.json").toString())
                .variable(
                        SigstoreVariables.LOG,
                        DIRECTORY.resolve("keys/key-a.pub").toString())) {
            assertThat(rig.verdict("keyless/kl-alice:v1", rule()).signers()).containsExactly("alice");
        }
    }
}
