package dev.connaisseur.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.AdmissionAnswer;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.Fault;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.testing.ServerProcess;
import dev.connaisseur.testing.Zoo;
import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The zoo through complete admissions of the shipped server over HTTPS: verdict, the digest in the object after the patch, and the
 * reason that the log gives for a denial. An image that several rows judge differently is asked at as many registries.
 */
class ZooIT {
    private static final Map<String, String> REASONS = Map.of(
            "wrong-key", "UNTRUSTED_SIGNER",
            "no-signature", "NO_SIGNATURE",
            "threshold", "THRESHOLD",
            "digest-mismatch", "OTHER_IMAGE",
            "not-found", "IMAGE_NOT_FOUND",
            "required", "REQUIRED_SIGNER",
            "annotation", "ANNOTATION",
            "static", "STATIC_DENY");

    @TempDir
    static Path directory;

    private static final List<EmbeddedRegistry> REGISTRIES = new ArrayList<>();
    private static ServerProcess server;

    /** A row and the registry at which it is asked. */
    record Asked(Zoo.Case row, int registry) {
        String image() {
            return row.at(REGISTRIES.get(registry));
        }

        @Override
        public String toString() {
            return row.toString();
        }
    }

    static List<Asked> rows() {
        List<Asked> rows = new ArrayList<>();
        Map<String, Integer> times = new HashMap<>();
        Zoo.cases().stream()
                .filter(row -> List.of("static", "cosign").contains(row.rule().validator()))
                .forEach(row -> rows.add(new Asked(row, times.merge(row.image(), 1, Integer::sum) - 1)));
        return rows;
    }

    @BeforeAll
    static void serve() {
        List<Asked> rows = rows();
        int registries = rows.stream().mapToInt(Asked::registry).max().orElseThrow() + 1;
        for (int i = 0; i < registries; i++) {
            REGISTRIES.add(EmbeddedRegistry.withZoo());
        }
        // Each admission is to look at the registry as it then is.
        server = ServerTrial.start(directory, configuration(rows), "CACHE_EXPIRY_SECONDS", "0")
                .awaitReady(ServerTrial.START);
    }

    @AfterAll
    static void end() {
        if (server != null) {
            server.close();
        }
        REGISTRIES.forEach(EmbeddedRegistry::close);
    }

    @Test
    void noRowIsForgotten() {
        assertThat(rows()).hasSize(42);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void isDecidedAsLabelled(Asked asked) {
        String uid = "zoo-" + asked.row().row();
        AdmissionAnswer answer = ask(uid, asked.image());
        assertThat(answer.uid()).isEqualTo(uid);
        assertThat(answer.allowed()).as(answer.message()).isEqualTo(asked.row().allowed());
        if (asked.row().allowed()) {
            assertThat(answer.images(pod(asked.image()))).containsExactly(pinned(asked));
        } else {
            assertThat(answer.patch()).isEmpty();
            assertThat(ServerTrial.reasons(server, uid))
                    .containsExactly(Objects.requireNonNull(
                            REASONS.get(asked.row().reason().orElseThrow())));
        }
    }

    static Stream<Asked> signed() {
        return rows().stream()
                .filter(asked -> asked.row().allowed() && asked.row().digest().isPresent())
                .filter(asked -> asked.row().rule().validator().equals("cosign"));
    }

    /** The image's manifest comes with one bit flipped: it is no longer what its digest says, or what was signed. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("signed")
    void isRefusedWithAFlippedBitInItsManifest(Asked asked) {
        Digest digest = asked.row().digest().orElseThrow();
        EmbeddedRegistry registry = REGISTRIES.get(asked.registry());
        registry.onContent(digest, Fault.flippedBit(40));
        AdmissionAnswer answer = ask("zoo-flip-" + asked.row().row(), asked.image());
        registry.clearFaults();
        assertThat(answer.allowed()).isFalse();
        assertThat(ServerTrial.reasons(server, "zoo-flip-" + asked.row().row()))
                .isSubsetOf("NO_SIGNATURE", "MALFORMED_IMAGE");
        assertThat(ask("zoo-again-" + asked.row().row(), asked.image()).allowed())
                .isTrue();
    }

    private static AdmissionAnswer ask(String uid, String image) {
        return AdmissionAnswer.of(
                server.review(Reviews.create("Pod", uid, image).toString()));
    }

    private static JsonObject pod(String image) {
        return Reviews.workload("Pod", Map.of("containers", List.of(image)));
    }

    /** Tags are pinned, digests and static approvals stay as they are. */
    private static String pinned(Asked asked) {
        boolean tag = asked.row().rule().validator().equals("cosign")
                && !asked.image().contains("@");
        return tag ? asked.image() + "@" + asked.row().digest().orElseThrow() : asked.image();
    }

    private static String configuration(List<Asked> rows) {
        StringBuilder text = new StringBuilder("""
                validators:
                - {name: allow, type: static, approve: true}
                - {name: deny, type: static, approve: false}
                - name: cosign
                  type: cosign
                  trustRoots:
                """);
        for (String name : List.of("alice", "bob", "charlie", "rsa", "ed", "p384")) {
            text.append("  - name: ")
                    .append(name)
                    .append("\n    key: |\n")
                    .append(Zoo.key(name).indent(6));
        }
        text.append("policy:\n");
        for (Asked asked : rows) {
            text.append("- pattern: \"").append(asked.image()).append("\"\n");
            Zoo.Rule rule = asked.row().rule();
            if (rule.validator().equals("static")) {
                text.append("  validator: ")
                        .append(rule.bool("approve", false) ? "allow" : "deny")
                        .append('\n');
                continue;
            }
            String options = rule.options().entrySet().stream()
                    .map(option -> option.getKey() + ": " + option.getValue())
                    .collect(Collectors.joining(", "));
            text.append("  validator: cosign\n  with: {").append(options).append("}\n");
        }
        return text.toString();
    }
}
