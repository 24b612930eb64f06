package dev.connaisseur.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.testing.ServerProcess;
import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A configuration that cannot be used ends the process, and says all that is wrong with it at once. */
@Timeout(900)
class StartRefusedIT {
    private static final String FIVE_MISTAKES = """
            validators:
            - name: allow
              type: static
              aprove: true
            - name: other
              type: cosmic
            policy:
            - pattern: "*:*"
              validator: missing
            - pattern: ""
              validator: allow
            - pattern: "registry.k8s.io/*:*"
              validator: allow
              with:
                mode: inspect
            """;

    @TempDir
    Path directory;

    @Test
    void fiveMistakesAreNamedTogether() {
        try (ServerProcess server = ServerTrial.start(directory, FIVE_MISTAKES)) {
            assertThat(server.awaitExit(Duration.ofMinutes(3))).isNotZero();
            JsonObject line =
                    ServerTrial.lines(server, "level", "fatal").findFirst().orElseThrow();
            assertThat(line.getString("msg"))
                    .startsWith("Config has 5 errors:")
                    .contains("config.yaml:4 validators[0].aprove: field aprove not found")
                    .contains("config.yaml:6 validators[1].type: unsupported type \"cosmic\"")
                    .contains("config.yaml:9 policy[0].validator: validator \"missing\" not found")
                    .contains("config.yaml:10 policy[1].pattern: Pattern is a required field")
                    .contains("config.yaml:15 policy[2].with.mode: ValidationMode must be one of");
        }
    }

    /** The certificate's mistakes stand in the same list; so does a file in the directory that was named for alerts. */
    @Test
    void aMissingCertificateIsRefusedWhereOneIsRequired() {
        ServerTrial.configuration(directory.resolve("alerts"), "clusterIdentifier: [");
        try (ServerProcess server = ServerTrial.start(
                directory,
                ServerTrial.STATIC_RULES,
                "CONNAISSEUR_TLS_REQUIRED",
                "true",
                "CONNAISSEUR_CERTS_DIR",
                directory.resolve("nowhere").toString(),
                "CONNAISSEUR_ALERTS_DIR",
                directory.resolve("alerts/config").toString())) {
            assertThat(server.awaitExit(Duration.ofMinutes(3))).isNotZero();
            JsonObject line =
                    ServerTrial.lines(server, "level", "fatal").findFirst().orElseThrow();
            assertThat(line.getString("msg"))
                    .startsWith("Config has 2 errors:")
                    .contains("nowhere/tls.crt: the server certificate is missing")
                    .contains("alerts/config/config.yaml:1");
        }
    }
}
