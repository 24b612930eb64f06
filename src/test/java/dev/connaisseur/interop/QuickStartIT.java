package dev.connaisseur.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.testing.AdmissionAnswer;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.testing.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The first steps with the chart's own validators and policy. Only the notary's host, its authority and the two pinned keys are
 * others: those of a real notary-server that holds trust data for the images of the first steps.
 */
class QuickStartIT {
    @TempDir
    static Path directory;

    private static QuickStartNotary notary;
    private static ServerProcess server;

    @BeforeAll
    static void publishAndServe() throws Exception {
        notary = QuickStartNotary.start(directory, "127.0.0.1");
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

    /** What the chart makes of its values. */
    private static String configuration() throws Exception {
        String values = notary.values();
        String application = values.substring(values.indexOf("\napplication:\n"));
        return application
                .substring(application.indexOf("  validators:\n"), application.indexOf("\n  features:\n"))
                .indent(-2);
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
        admitted("hello-world", "index.docker.io/library/hello-world:latest@" + QuickStartNotary.HELLO);
        admitted(
                "docker.io/securesystemsengineering/testimage:signed",
                "index.docker.io/securesystemsengineering/testimage:signed@" + QuickStartNotary.SIGNED);
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
