package dev.connaisseur.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.AdmissionAnswer;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.testing.ServerProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The first steps with the chart's own validators and policy. Only the notary's host, its authority and the two pinned keys are
 * others: those of a real notary-server that holds trust data for the images of the first steps.
 */
class QuickStartIT {
    private static final Digest HELLO = Digest.of("hello".getBytes(StandardCharsets.UTF_8));
    private static final Digest SIGNED = Digest.of("signed".getBytes(StandardCharsets.UTF_8));
    private static final Digest POSTGRESQL = Digest.of("postgresql".getBytes(StandardCharsets.UTF_8));
    private static final String TESTIMAGE = "docker.io/securesystemsengineering/testimage";
    private static final Pattern KEY =
            Pattern.compile(" *-----BEGIN PUBLIC KEY-----\n(?: *[A-Za-z0-9+/=]+\n)+ *-----END PUBLIC KEY-----\n");

    @TempDir
    static Path directory;

    private static NotaryServerProcess notary;
    private static ServerProcess server;

    @BeforeAll
    static void publishAndServe() throws Exception {
        Optional<Tool> serves = Tool.find("notary-server");
        Optional<Tool> signs = Tool.find("notary");
        Assumptions.assumeTrue(serves.isPresent() && signs.isPresent(), "needs notary and notary-server");
        notary = NotaryServerProcess.start(serves.orElseThrow(), directory);
        publish(signs.orElseThrow(), "docker", "docker.io/library/hello-world", "latest", HELLO);
        publish(signs.orElseThrow(), "sse", TESTIMAGE, "signed", SIGNED);
        publish(signs.orElseThrow(), "bitnami", "docker.io/bitnami/postgresql", "latest", POSTGRESQL);
        Path configuration = Files.createDirectories(directory.resolve("config"));
        Files.writeString(configuration.resolve("config.yaml"), configuration());
        Path alerts = Files.createDirectories(directory.resolve("alerts"));
        Files.writeString(alerts.resolve("config.yaml"), "{}\n");
        server = ServerProcess.start(
                        Files.createDirectories(directory.resolve("server")),
                        Map.of(
                                "CONNAISSEUR_CONFIG_DIR", configuration.toString(),
                                "CONNAISSEUR_ALERTS_DIR", alerts.toString()))
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

    /** Every owner has a root key of their own. */
    private static void publish(Tool signs, String owner, String repository, String tag, Digest digest)
            throws Exception {
        NotaryClient client = new NotaryClient(signs, notary, Files.createDirectories(directory.resolve(owner)));
        client.init(repository);
        client.sign(repository, tag, digest);
    }

    /** What the chart makes of its values, with host, authority and keys of this test. */
    private static String configuration() throws Exception {
        String values = Files.readString(Path.of("helm/values.yaml"));
        String application = values.substring(values.indexOf("\napplication:\n"));
        String file = application
                .substring(application.indexOf("  validators:\n"), application.indexOf("\n  features:\n"))
                .indent(-2);
        Matcher keys = KEY.matcher(file);
        List<String> own = List.of(notary.rootKey("docker.io/library/hello-world"), notary.rootKey(TESTIMAGE));
        StringBuilder overlaid = new StringBuilder();
        for (String key : own) {
            assertThat(keys.find()).isTrue();
            keys.appendReplacement(
                    overlaid, Matcher.quoteReplacement(key.strip().indent(10)));
        }
        assertThat(keys.find()).isFalse();
        keys.appendTail(overlaid);
        String host = "    host: notary.docker.io\n";
        assertThat(overlaid).containsOnlyOnce(host);
        return overlaid.toString()
                .replace(
                        host,
                        "    host: " + notary.address() + "\n"
                                + notary.cert().strip().indent(4));
    }

    private static AdmissionAnswer ask(String image) {
        return AdmissionAnswer.of(
                server.review(Reviews.create("Pod", "quickstart", image).toString()));
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
    void signedImagesAreAdmittedAndPinned() {
        admitted("hello-world", "index.docker.io/library/hello-world:latest@" + HELLO);
        admitted(
                "docker.io/securesystemsengineering/testimage:signed",
                "index.docker.io/securesystemsengineering/testimage:signed@" + SIGNED);
    }

    @Test
    void anUnsignedImageIsDenied() {
        refused(
                "securesystemsengineering/testimage:unsigned",
                "Unable to find signed digest for image securesystemsengineering/testimage:unsigned",
                "no tag 'unsigned' found in targets");
    }

    @Test
    void anImageOfAnotherRootIsDenied() {
        refused("bitnami/postgresql", "error validating root signature with key ", "signature was invalid");
    }

    @Test
    void whatNoRuleNamesIsDenied() {
        refused("registry.example/app:1", "static deny for image registry.example/app:1 using rule *:*");
    }
}
