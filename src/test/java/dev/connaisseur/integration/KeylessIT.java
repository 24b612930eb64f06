package dev.connaisseur.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.testing.AdmissionAnswer;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.KeylessZoo;
import dev.connaisseur.testing.KeylessZoo.Check;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.testing.ServerProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The keyless zoo through complete admissions of the shipped server over HTTPS. An image that several checks judge differently is
 * asked at as many registries.
 */
class KeylessIT {
    @TempDir
    static Path directory;

    private static final List<EmbeddedRegistry> REGISTRIES = new ArrayList<>();
    private static ServerProcess server;

    /** A check and the registry at which it is asked. */
    record Asked(int number, Check check, int registry) {
        String image() {
            return REGISTRIES.get(registry).host() + "/" + check.image();
        }

        @Override
        public String toString() {
            return check.toString();
        }
    }

    static List<Asked> checks() {
        List<Asked> all = new ArrayList<>();
        Map<String, Integer> times = new HashMap<>();
        KeylessZoo.checks()
                .forEach(check ->
                        all.add(new Asked(all.size(), check, times.merge(check.image(), 1, Integer::sum) - 1)));
        return all;
    }

    @BeforeAll
    static void serve() {
        int registries = checks().stream().mapToInt(Asked::registry).max().orElseThrow() + 1;
        for (int i = 0; i < registries; i++) {
            REGISTRIES.add(EmbeddedRegistry.open().load(KeylessZoo.DIRECTORY.resolve("registry")));
        }
        server = ServerTrial.start(directory, configuration()).awaitReady(ServerTrial.START);
    }

    @AfterAll
    static void end() {
        if (server != null) {
            server.close();
        }
        REGISTRIES.forEach(EmbeddedRegistry::close);
    }

    @Test
    void noneIsMissing() {
        assertThat(checks()).hasSizeGreaterThanOrEqualTo(134);
        assertThat(checks().stream().filter(asked -> asked.check().accept())).hasSizeGreaterThanOrEqualTo(50);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("checks")
    void isDecidedAsLabelled(Asked asked) {
        String uid = "keyless-" + asked.number();
        AdmissionAnswer answer = AdmissionAnswer.of(
                server.review(Reviews.create("Pod", uid, asked.image()).toString()));

        assertThat(answer.allowed())
                .as(answer.message())
                .isEqualTo(asked.check().accept());
        if (!asked.check().accept()) {
            assertThat(answer.patch()).isEmpty();
            assertThat(ServerTrial.reasons(server, uid))
                    .as(answer.message())
                    .singleElement()
                    .isIn(asked.check().reasons());
        }
    }

    private static String configuration() {
        Map<String, String> validators = new LinkedHashMap<>();
        StringBuilder policy = new StringBuilder("policy:\n");
        for (Asked asked : checks()) {
            Check check = asked.check();
            String body = "  type: cosign\n  " + check.trustKey() + ": " + check.trust()
                    + "\n  trustRoots:\n  - {name: signer, " + check.trustRoot() + "}\n";
            String name = validators.computeIfAbsent(body, text -> "v" + validators.size());
            policy.append(
                    "- {pattern: \"" + asked.image() + "\", validator: " + name + ", with: " + check.with() + "}\n");
        }
        StringBuilder all = new StringBuilder("validators:\n");
        validators.forEach((body, name) -> all.append("- name: " + name + "\n" + body));
        return all.append(policy).toString();
    }
}
