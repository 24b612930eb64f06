package dev.connaisseur.integration;

import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.testing.ServerProcess;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What the whole-process tests share: a configuration in a fresh directory, and reading the log. */
final class ServerTrial {
    /** Ample: the machine may be busy with other tests. */
    static final Duration START = Duration.ofMinutes(5);

    /** Static validators by name, everything denied but registry.k8s.io. */
    static final String STATIC_RULES = """
            validators:
            - {name: allow, type: static, approve: true}
            - {name: deny, type: static, approve: false}
            policy:
            - {pattern: "*:*", validator: deny}
            - {pattern: "registry.k8s.io/*:*", validator: allow}
            """;

    private ServerTrial() {}

    /** Starts a server with this {@code config.yaml}; {@code environment} is name, value, name, value … */
    static ServerProcess start(Path directory, String configuration, String... environment) {
        Map<String, String> all = new HashMap<>();
        all.put(
                "CONNAISSEUR_CONFIG_DIR",
                configuration(directory, configuration).toString());
        all.put("LOG_FORMAT", "json");
        for (int i = 0; i < environment.length; i += 2) {
            all.put(environment[i], environment[i + 1]);
        }
        return ServerProcess.start(directory, all);
    }

    static Path configuration(Path directory, String configuration) {
        try {
            Path config = Files.createDirectories(directory.resolve("config"));
            Files.writeString(config.resolve("config.yaml"), configuration);
            return config;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Rules that ask for this signer's signature on everything in a registry, and allow registry.k8s.io. */
    static String cosignRules(EmbeddedRegistry registry, CosignSigner signer) {
        return """
                validators:
                - {name: allow, type: static, approve: true}
                - name: cosign
                  type: cosign
                  trustRoots:
                  - name: key
                    key: |
                %s
                policy:
                - {pattern: "registry.k8s.io/*:*", validator: allow}
                - pattern: "%s/*:*"
                  validator: cosign
                  with: {trustRoot: key, verifyInTransparencyLog: false, verifySCT: false}
                """.formatted(signer.publicKey().indent(6).stripTrailing(), registry.host());
    }

    static String pod(String uid, String... images) {
        return Reviews.create("Pod", uid, images).toString();
    }

    /** What the server's process wrote, line by line; fails on a line that is no JSON object. */
    static List<JsonObject> lines(ServerProcess server) {
        return server.console()
                .lines()
                .filter(line -> !line.isBlank())
                .map(ServerTrial::object)
                .toList();
    }

    /** The lines of our own rooms with this member. */
    static Stream<JsonObject> lines(ServerProcess server, String member, String value) {
        return lines(server).stream()
                .filter(line -> line.get(member) instanceof JsonString text
                        && text.getString().equals(value));
    }

    /** The reasons of the refused images of a request, in the order of its log lines. */
    static List<String> reasons(ServerProcess server, String uid) {
        return lines(server, "uid", uid)
                .filter(line -> line.containsKey("reason"))
                .map(line -> line.getString("reason"))
                .toList();
    }

    private static JsonObject object(String line) {
        try (JsonReader reader = Json.createReader(new StringReader(line))) {
            return reader.readObject();
        }
    }
}
