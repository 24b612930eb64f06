package dev.connaisseur.validator.cosign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.config.Problem;
import dev.connaisseur.config.Problem.Severity;
import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.TestImage;
import dev.connaisseur.validator.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Trust roots that name their key, and variables of cosign. */
class ReferencedKeysTest {
    @TempDir
    Path directory;

    private final CosignRig rig = CosignRig.empty();
    private final CosignSigner alice = CosignSigner.create();
    private final CosignSigner bob = CosignSigner.create();
    private Path file;

    @BeforeEach
    void sign() throws IOException {
        Digest digest = TestImage.push(rig.registry, "app", "v1", "content");
        alice.sign(rig.registry, "app", digest);
        file = Files.writeString(directory.resolve("alice.pub"), alice.publicKey());
        rig.variable("BOB", bob.publicKey())
                .root("alice", "key: " + file)
                .root("bob", "key: 'env://BOB'")
                .root("web", "key: 'https://localhost:1/x.pub'")
                .root("again", "key: " + file);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void theKeyThatIsNamedDecides() {
        assertThat(rig.verdict("app:v1", CosignRig.by("alice")).signers()).containsExactly("alice");
        assertThat(rig.denial("app:v1", CosignRig.by("bob"))).isEqualTo(Reason.UNTRUSTED_SIGNER);
    }

    @Test
    void aKeyThatIsNotToBeHadLeavesTheImageUndecided() {
        var refusal = rig.refusal("app:v1", CosignRig.by("web"));
        assertThat(refusal.reason()).isEqualTo(Reason.INCONCLUSIVE);
        assertThat(refusal).hasMessageContaining("the key of trust root web cannot be fetched");
        // Even where somebody else has signed.
        assertThat(rig.denial("app:v1", CosignRig.options("*", 1, List.of()))).isEqualTo(Reason.INCONCLUSIVE);
    }

    @Test
    void whatARuleDoesNotNeedIsNotAskedFor() {
        assertThat(rig.verdict("app:v1", CosignRig.options("*", 0, List.of("alice")))
                        .signers())
                .containsExactly("alice");
    }

    @Test
    void twoReferencesToOneKeyAreOneSigner() {
        assertThat(rig.denial("app:v1", CosignRig.options("*", 2, List.of("alice", "again"))))
                .isEqualTo(Reason.THRESHOLD);
        assertThat(rig.verdict("app:v1", CosignRig.options("*", 1, List.of("alice", "again")))
                        .signers())
                .containsExactly("alice", "again");
    }

    @ParameterizedTest
    @CsvSource({
        "missing.pub, missing.pub cannot be read",
        "'env://NOBODY', the variable NOBODY is not set",
        "'gitlab://x', GitLab",
        "'pkcs11:x', PKCS #11",
        "'http://x/y', by http",
        "'ftp://x', not fetched by ftp"
    })
    void whatCanLeadNowhereIsAMistakeOfTheConfiguration(String reference, String said) {
        rig.root("bad", "key: '" + reference + "'");
        assertThat(rig.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.severity()).isEqualTo(Severity.DEFERRED);
            assertThat(problem.path()).isEqualTo("validators[0].trustRoots[4].key");
            assertThat(problem.what()).contains(said);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "TUF_ROOT",
        "TUF_MIRROR",
        "TUF_ROOT_JSON",
        "COSIGN_REPOSITORY",
        "COSIGN_MAX_ATTACHMENT_SIZE",
        "COSIGN_EXPERIMENTAL",
        "COSIGN_DOCKER_MEDIA_TYPES",
        "COSIGN_PKCS11_MODULE_PATH",
        "VAULT_SKIP_VERIFY"
    })
    void aVariableThatNobodyFollowsIsRefused(String name) {
        assertThat(rig.problems()).isEmpty();
        rig.variable(name, "x");
        assertThat(rig.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.severity()).isEqualTo(Severity.ERROR);
            assertThat(problem.what()).contains("the variable " + name + " is set");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "SIGSTORE_REKOR_PUBLIC_KEY",
        "SIGSTORE_ROOT_FILE",
        "SIGSTORE_CT_LOG_PUBLIC_KEY_FILE",
        "SIGSTORE_TSA_CERTIFICATE_FILE"
    })
    void aVariablesFileThatCannotBeUsedIsAMistake(String name) throws IOException {
        rig.variable(name, directory.resolve("nothing").toString());
        assertThat(rig.problems())
                .extracting(Problem::what)
                .singleElement()
                .asString()
                .contains(name, "cannot be read");
        rig.variable(name, Files.writeString(directory.resolve("bad.pem"), "x").toString());
        assertThat(rig.problems())
                .extracting(Problem::what)
                .singleElement()
                .asString()
                .contains(name, "cannot be used");
    }
}
