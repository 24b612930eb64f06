package dev.connaisseur.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.testing.AdmissionAnswer;
import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.testing.ServerProcess;
import dev.connaisseur.testing.TestImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever took the log is gone, so that nothing can be written, and there is no directory for temporary files: it decides as ever. */
@Timeout(600)
class LostLogIT {
    /** Reads what the server prints until it is launched, and leaves. */
    private static final List<String> READER = List.of("sh", "-c", "\"$@\" 2>&1 | sed '/has been launched/q'", "sh");

    @TempDir
    private Path directory;

    @Test
    void verdictsDoNotDependOnTheLog() {
        try (EmbeddedRegistry registry = EmbeddedRegistry.open()) {
            CosignSigner signer = CosignSigner.create();
            signer.sign(registry, "app", TestImage.push(registry, "app", "signed", "signed"));
            TestImage.push(registry, "app", "unsigned", "unsigned");
            Path config = ServerTrial.configuration(directory, ServerTrial.cosignRules(registry, signer));
            try (ServerProcess server = ServerProcess.start(
                            directory,
                            Map.of(
                                    "CONNAISSEUR_CONFIG_DIR",
                                    config.toString(),
                                    "JVM_ARGS",
                                    "-Djava.io.tmpdir=" + directory.resolve("missing")),
                            READER)
                    .awaitReady(ServerTrial.START)) {
                for (String uid : List.of("first", "again")) {
                    AdmissionAnswer admitted = ask(server, uid, registry.host() + "/app:signed");
                    assertThat(admitted.allowed()).as(admitted.message()).isTrue();
                    assertThat(admitted.patch()).hasSize(1);
                    AdmissionAnswer denied = ask(server, uid, registry.host() + "/app:unsigned");
                    assertThat(denied.allowed()).isFalse();
                    assertThat(denied.message()).contains("no signatures found");
                }
                assertThat(server.console())
                        .contains("has been launched")
                        .doesNotContain("the configuration is in force");
                assertThat(server.get("/metrics").body().lines())
                        .filteredOn(line -> line.startsWith("connaisseur_log_lines_dropped_total "))
                        .singleElement()
                        .satisfies(line -> assertThat(Double.parseDouble(line.substring(line.indexOf(' '))))
                                .as("at least a line of the log and one of the audit for each")
                                .isGreaterThanOrEqualTo(8));
            }
        }
    }

    private static AdmissionAnswer ask(ServerProcess server, String uid, String image) {
        return AdmissionAnswer.of(
                server.review(Reviews.create("Pod", uid, image).toString()));
    }
}
