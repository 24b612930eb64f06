package dev.connaisseur.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.AdmissionAnswer;
import dev.connaisseur.testing.NotaryKey;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.testing.ServerProcess;
import dev.connaisseur.testing.Zoo;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Complete admissions of the shipped server, with a real notary-server behind it. */
class NotaryAdmissionIT {
    private static final Digest A = Digest.of("a".getBytes(StandardCharsets.UTF_8));
    private static final Digest B = Digest.of("b".getBytes(StandardCharsets.UTF_8));
    private static final String HELLO = "docker.io/library/hello-world";
    private static final String SIGNERS = "docker.io/team/signers";

    @TempDir
    static Path directory;

    private static NotaryServerProcess notary;
    private static NotaryClient client;
    private static ServerProcess server;

    @BeforeAll
    static void publishAndServe() throws Exception {
        Optional<Tool> serves = Tool.find("notary-server");
        Optional<Tool> signs = Tool.find("notary");
        Assumptions.assumeTrue(serves.isPresent() && signs.isPresent(), "needs notary and notary-server");
        notary = NotaryServerProcess.start(serves.orElseThrow(), directory);
        client = new NotaryClient(signs.orElseThrow(), notary, directory);
        for (String repository : List.of(HELLO, SIGNERS)) {
            client.init(repository);
            client.sign(repository, "latest", A);
        }
        Path configuration = Files.createDirectories(directory.resolve("config"));
        Files.writeString(configuration.resolve("config.yaml"), """
                validators:
                - name: notary
                  type: notaryv1
                  host: %s
                  trustRoots:
                  - name: default
                    key: |
                %s
                  - name: alice
                    key: |
                %s
                %s
                policy:
                - pattern: "*:*"
                  validator: notary
                - pattern: "docker.io/team/signers:*"
                  validator: notary
                  with: {delegations: [alice]}
                - pattern: "docker.io/library/hello-world:other-root"
                  validator: notary
                  with: {trustRoot: alice}
                """.formatted(
                        notary.address(),
                        notary.rootKey(HELLO).indent(6),
                        Zoo.key("alice").indent(6),
                        notary.cert().indent(2)));
        Path alerts = Files.createDirectories(directory.resolve("alerts"));
        Files.writeString(alerts.resolve("config.yaml"), "{}\n");
        server = ServerProcess.start(
                        Files.createDirectories(directory.resolve("server")),
                        Map.of(
                                "CONNAISSEUR_CONFIG_DIR", configuration.toString(),
                                "CONNAISSEUR_ALERTS_DIR", alerts.toString(),
                                "CACHE_EXPIRY_SECONDS", "0"))
                .awaitReady(Duration.ofMinutes(5));
    }

    @AfterAll
    static void end() {
        if (server != null) {
            server.close();
        }
        if (notary != null) {
            notary.close();
        }
    }

    private static AdmissionAnswer ask(String image) {
        return AdmissionAnswer.of(
                server.review(Reviews.create("Pod", "interop", image).toString()));
    }

    private static void admitted(String image, String patched) {
        AdmissionAnswer answer = ask(image);
        assertThat(answer.allowed()).as(answer.message()).isTrue();
        assertThat(answer.images(Reviews.workload("Pod", Map.of("containers", List.of(image)))))
                .containsExactly(patched);
    }

    private static void refused(String image, String... texts) {
        AdmissionAnswer answer = ask(image);
        assertThat(answer.allowed()).isFalse();
        assertThat(answer.message()).contains(texts);
    }

    @Test
    void aSignedTagIsPinned() {
        admitted("hello-world", "index.docker.io/library/hello-world:latest@" + A);
    }

    @Test
    void whatIsNotSignedIsRefused() {
        refused(
                "hello-world:unsigned",
                "no tag 'unsigned' found in targets",
                "Unable to find signed digest for image hello-world:unsigned");
        refused("bitnami/postgresql", "error acquiring trust data root: 404 Not Found");
        refused("hello-world:other-root", "error validating root signature with key ");
    }

    @Test
    void aRequiredSignerAndARotatedRoot() throws Exception {
        refused("team/signers", "no delegations found for validator notary, but following were required: [alice]");
        client.addSigner(SIGNERS, "targets/alice", NotaryKey.ecdsaX509());
        refused("team/signers", "delegation targets/alice has not signed anything");
        client.sign(SIGNERS, "latest", B, "targets/alice");
        admitted("team/signers", "index.docker.io/team/signers:latest@" + B);

        client.rotate(SIGNERS, "root");
        client.rotate(SIGNERS, "snapshot", "-r");
        admitted("team/signers", "index.docker.io/team/signers:latest@" + B);
    }
}
