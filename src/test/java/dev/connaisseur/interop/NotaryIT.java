package dev.connaisseur.interop;

import static dev.connaisseur.validator.Reason.EXPIRED;
import static dev.connaisseur.validator.Reason.INCONCLUSIVE;
import static dev.connaisseur.validator.Reason.NO_SIGNATURE;
import static dev.connaisseur.validator.Reason.REQUIRED_SIGNER;
import static dev.connaisseur.validator.Reason.ROLLBACK;
import static dev.connaisseur.validator.Reason.UNTRUSTED_SIGNER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.NotaryFixture;
import dev.connaisseur.testing.NotaryKey;
import dev.connaisseur.testing.NotaryLab;
import dev.connaisseur.testing.RegistryAuth;
import dev.connaisseur.testing.Zoo;
import dev.connaisseur.tuf.Forgotten;
import dev.connaisseur.tuf.LocalRollbackMemory;
import dev.connaisseur.validator.Validator;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the real notary client publishes on a real notary-server, through a private CA. */
class NotaryIT {
    private static final Digest A = Digest.of("a".getBytes(StandardCharsets.UTF_8));
    private static final Digest B = Digest.of("b".getBytes(StandardCharsets.UTF_8));
    private static final List<String> BASE = List.of("root", "targets", "snapshot", "timestamp");
    private static final String NAME = "registry.example/team/app";

    @TempDir
    Path directory;

    private NotaryServerProcess server;
    private NotaryClient client;
    private NotaryLab lab;
    private String pinned;

    @BeforeEach
    void publish() throws Exception {
        Optional<Tool> serves = Tool.find("notary-server");
        Optional<Tool> signs = Tool.find("notary");
        Assumptions.assumeTrue(serves.isPresent() && signs.isPresent(), "needs notary and notary-server");
        server = NotaryServerProcess.start(serves.orElseThrow(), directory);
        client = new NotaryClient(signs.orElseThrow(), server, directory);
        client.init(NAME);
        client.sign(NAME, "v1", A);
        pinned = server.rootKey(NAME);
        lab = new NotaryLab(server.address()).with(server.cert(), directory).at(Instant.now());
    }

    @AfterEach
    void end() {
        if (lab != null) {
            lab.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @Test
    void whatIsPublishedIsAdmittedAndNothingElse() throws Exception {
        Validator validator = lab.validator(pinned);
        assertThat(lab.admitted(validator, NAME + ":v1")).isEqualTo(A);
        assertThat(lab.admitted(validator, NAME + "@" + A)).isEqualTo(A);
        assertThat(lab.refused(validator, NAME + ":v2").reason()).isEqualTo(NO_SIGNATURE);
        assertThat(lab.refused(validator, "registry.example/team/other:v1").reason())
                .isEqualTo(NO_SIGNATURE);
        assertThat(lab.refused(lab.validator(Zoo.key("alice")), NAME + ":v1").reason())
                .isEqualTo(UNTRUSTED_SIGNER);

        client.sign(NAME, "v2", B);
        assertThat(lab.admitted(validator, NAME + ":v2")).isEqualTo(B);
        assertThat(lab.admitted(validator, NAME + ":v1")).isEqualTo(A);
    }

    @Test
    void withoutItsAuthorityTheServerIsNotBelieved() {
        lab.with("", directory);
        assertThat(lab.refused(lab.validator(pinned), NAME + ":v1").reason()).isEqualTo(INCONCLUSIVE);
    }

    /** The client's canonical JSON is the only judge of ours. */
    @Test
    void whateverTheNamesTheSignatureVerifies() {
        for (String name :
                List.of("quote\"d", "back\\slash", "<&>", "é", "\u2028\u2029", "😀", "\ud800\udc00\uffff", "\u007f")) {
            client.sign(NAME, name, B);
        }
        assertThat(lab.admitted(lab.validator(pinned), NAME + ":v1")).isEqualTo(A);
    }

    @Test
    void signersCountWhereTheyAreRequired() throws Exception {
        NotaryKey alice = NotaryKey.ecdsaX509();
        client.addSigner(NAME, "targets/alice", alice);
        Validator validator = lab.validator(pinned);
        assertThat(lab.refused(validator, NAME + ":v1"))
                .hasMessageContaining("[\"targets/releases\"]: delegation targets/releases not found");
        client.addSigner(NAME, "targets/releases", alice);
        assertThat(lab.admitted(validator, NAME + ":v1"))
                .as("added, but signed nothing yet")
                .isEqualTo(A);
        assertThat(lab.refused(validator, NAME + ":v1", NotaryLab.requiring("alice"))
                        .reason())
                .isEqualTo(REQUIRED_SIGNER);

        client.addSigner(NAME, "targets/bob", NotaryKey.rsaX509());
        client.sign(NAME, "v2", B, "targets/alice", "targets/releases");
        assertThat(lab.admitted(validator, NAME + ":v2")).isEqualTo(B);
        assertThat(lab.admitted(validator, NAME + ":v2", NotaryLab.requiring("alice")))
                .isEqualTo(B);
        assertThat(lab.refused(validator, NAME + ":v2", NotaryLab.requiring("bob"))
                        .reason())
                .isEqualTo(REQUIRED_SIGNER);

        client.sign(NAME, "v2", B, "targets/bob");
        assertThat(lab.admitted(validator, NAME + ":v2", NotaryLab.requiring("alice", "bob")))
                .isEqualTo(B);
    }

    @Test
    void nestedSignersAndTheirPaths() throws Exception {
        client.addSigner(NAME, "targets/alice", NotaryKey.ecdsaX509());
        client.sign(NAME, "v1", A, "targets/alice");
        client.addSigner(NAME, "targets/alice/ci", NotaryKey.ecdsaX509(), "nightly-");
        client.sign(NAME, "nightly-1", B, "targets/alice/ci");
        Validator validator = lab.validator(pinned);

        assertThat(lab.admitted(validator, NAME + ":nightly-1", NotaryLab.requiring("alice/ci")))
                .isEqualTo(B);
        assertThat(lab.admitted(validator, NAME + ":v1", NotaryLab.requiring("alice")))
                .isEqualTo(A);
        assertThat(lab.refused(validator, NAME + ":v1", NotaryLab.requiring("alice/ci")))
                .hasMessageContaining("which may sign only names that begin with one of [nightly-]");
    }

    @Test
    void aRotatedRootIsFollowedFromTheFirstKey() throws Exception {
        Validator validator = lab.validator(pinned);
        client.rotate(NAME, "root");
        String second = server.rootKey(NAME);
        assertThat(second).isNotEqualTo(pinned);
        assertThat(lab.admitted(validator, NAME + ":v1")).isEqualTo(A);

        client.rotate(NAME, "root");
        client.rotate(NAME, "snapshot", "-r");
        client.rotate(NAME, "targets");
        client.sign(NAME, "v2", B);
        for (String key : List.of(pinned, second, server.rootKey(NAME))) {
            assertThat(lab.admitted(lab.validator(key), NAME + ":v2")).isEqualTo(B);
        }
        assertThat(lab.admitted(validator, NAME + ":v2")).isEqualTo(B);
        assertThat(lab.refused(lab.validator(Zoo.key("alice")), NAME + ":v2").reason())
                .isEqualTo(UNTRUSTED_SIGNER);
    }

    @Test
    void aServerThatIsRolledBackIsRefused() throws Exception {
        LocalRollbackMemory memory = new LocalRollbackMemory(10);
        lab.memory(memory);
        Map<String, byte[]> first = server.files(NAME, BASE);
        assertThat(lab.admitted(lab.validator(pinned), NAME + ":v1")).isEqualTo(A);
        client.sign(NAME, "v1", B);
        assertThat(lab.admitted(lab.validator(pinned), NAME + ":v1")).isEqualTo(B);

        int port = server.port();
        server.close();
        try (NotaryFixture restored = NotaryFixture.open(port, server.identity(), RegistryAuth.none())) {
            restored.put(NAME, first);
            Validator validator = lab.validator(pinned);
            assertThat(lab.refused(validator, NAME + ":v1").reason()).isEqualTo(ROLLBACK);
            assertThat(memory.forget(new Forgotten(server.address(), NAME, Instant.now())))
                    .isEqualTo(1);
            assertThat(lab.admitted(validator, NAME + ":v1")).isEqualTo(A);
        }
    }

    @Test
    void aTwistedFileIsRefused() throws Exception {
        Map<String, byte[]> files = server.files(NAME, BASE);
        try (NotaryFixture twisted = NotaryFixture.open();
                NotaryLab other = new NotaryLab(twisted).at(Instant.now())) {
            twisted.put(NAME, files);
            assertThat(other.admitted(other.validator(pinned), NAME + ":v1")).isEqualTo(A);
            for (String role : BASE) {
                String text = new String(files.getOrDefault(role, new byte[0]), StandardCharsets.UTF_8);
                twisted.put(
                        NAME,
                        role,
                        text.replaceFirst("\"version\":\\d+", "\"version\":7").getBytes(StandardCharsets.UTF_8));
                assertThat(other.refused(other.validator(pinned), NAME + ":v1").reason())
                        .as(role)
                        .isEqualTo(UNTRUSTED_SIGNER);
                twisted.put(NAME, files);
            }
        }
    }

    @Test
    void everythingExpires() {
        Validator validator = lab.validator(pinned);
        for (Duration later :
                List.of(Duration.ofDays(15), Duration.ofDays(3 * 365 + 1), Duration.ofDays(10 * 365 + 3))) {
            assertThat(lab.at(Instant.now().plus(later))
                            .refused(validator, NAME + ":v1")
                            .reason())
                    .isEqualTo(EXPIRED);
        }
        assertThat(lab.at(Instant.now().plus(Duration.ofDays(13))).admitted(validator, NAME + ":v1"))
                .isEqualTo(A);
    }
}
