package dev.connaisseur.interop;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.TestImage;
import dev.connaisseur.testing.Zoo;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The zoo as docker-registry keeps it on disk, and the rules that judge it. Where several rows judge one image differently, it
 * stands there as often, below {@code keeper/r0}, {@code keeper/r1} and so on. That registry has no referrers API, so each list of referrers is an
 * index under the tag that stands for it.
 */
final class ZooStore {
    /** The validators that ask a notary server, by the repositories there. */
    static final List<String> NOTARY = List.of("nv1", "nv1-deleg", "nv1-moved");

    /** The token server gives everybody tokens for what is below his own name. */
    static final String OWNER = "keeper";

    private static final Pattern DIGEST = Pattern.compile("sha256:([0-9a-f]{64})");

    private ZooStore() {}

    /**
     * A row and where it is asked.
     *
     * @param image without the registry
     */
    record Asked(Zoo.Case row, String image) {
        String at(String host) {
            return host + "/" + image;
        }

        /** What stands in the object afterwards. */
        String after(String host) {
            boolean pinned = row.allowed()
                    && row.digest().isPresent()
                    && !image.contains("@")
                    && !row.rule().validator().equals("static");
            return pinned ? at(host) + "@" + row.digest().orElseThrow() : at(host);
        }

        @Override
        public String toString() {
            return row.toString();
        }
    }

    static List<Asked> rows() {
        List<Asked> rows = new ArrayList<>();
        Map<String, Integer> times = new HashMap<>();
        Zoo.cases()
                .forEach(row -> rows.add(new Asked(
                        row, OWNER + "/r" + (times.merge(row.image(), 1, Integer::sum) - 1) + "/" + row.image())));
        return rows;
    }

    // ---- content ----

    /** Writes below {@code root} what the rows need. */
    static void write(Path root) throws IOException {
        Path base = root.resolve("docker/registry/v2");
        int copies = 1
                + rows().stream()
                        .mapToInt(asked -> asked.image().charAt(OWNER.length() + 2) - '0')
                        .max()
                        .orElseThrow();
        try (var files = Files.list(Zoo.REGISTRY.resolve("blobs/sha256"))) {
            for (Path file : files.toList()) {
                blob(base, Files.readAllBytes(file));
            }
        }
        try (EmbeddedRegistry zoo = EmbeddedRegistry.withZoo();
                JsonReader reader =
                        Json.createReader(Files.newBufferedReader(Zoo.REGISTRY.resolve("repositories.json")))) {
            for (Map.Entry<String, ?> entry : reader.readObject().entrySet()) {
                JsonObject repository = (JsonObject) entry.getValue();
                for (int copy = 0; copy < copies; copy++) {
                    Path at = base.resolve("repositories/" + OWNER + "/r" + copy + "/" + entry.getKey());
                    repository(base, at, zoo, entry.getKey(), repository);
                }
            }
        }
    }

    private static void repository(Path base, Path at, EmbeddedRegistry zoo, String name, JsonObject repository)
            throws IOException {
        for (String text : new TreeSet<>(repository.getJsonObject("manifests").keySet())) {
            Digest digest = Digest.parse(text).orElseThrow();
            revision(at, digest);
            Matcher named = DIGEST.matcher(new String(zoo.bytes(digest), UTF_8));
            while (named.find()) {
                link(at.resolve("_layers/sha256/" + named.group(1) + "/link"), new Digest(named.group(1)));
            }
            byte[] referrers = zoo.referrersOf(name, digest).body();
            if (new String(referrers, UTF_8).contains(TestImage.MANIFEST)) {
                Digest list = blob(base, referrers);
                revision(at, list);
                tag(at, "sha256-" + digest.hex(), list);
            }
        }
        for (Map.Entry<String, ?> tag : repository.getJsonObject("tags").entrySet()) {
            tag(
                    at,
                    tag.getKey(),
                    Digest.parse(((JsonString) tag.getValue()).getString()).orElseThrow());
        }
    }

    private static Digest blob(Path base, byte[] content) throws IOException {
        Digest digest = Digest.of(content);
        Path file = base.resolve("blobs/sha256/" + digest.hex().substring(0, 2) + "/" + digest.hex() + "/data");
        Files.createDirectories(file.getParent());
        Files.write(file, content);
        return digest;
    }

    private static void revision(Path repository, Digest digest) throws IOException {
        link(repository.resolve("_manifests/revisions/sha256/" + digest.hex() + "/link"), digest);
    }

    private static void tag(Path repository, String tag, Digest digest) throws IOException {
        link(repository.resolve("_manifests/tags/" + tag + "/current/link"), digest);
        link(repository.resolve("_manifests/tags/" + tag + "/index/sha256/" + digest.hex() + "/link"), digest);
    }

    private static void link(Path file, Digest digest) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, digest.toString());
    }

    // ---- rules ----

    /**
     * The configuration that judges every row at a host.
     *
     * @param more further lines of every validator that asks the registry, indented by two
     * @param notary the validators that ask a notary server
     */
    static String configuration(String host, String more, String notary) {
        StringBuilder text = new StringBuilder("""
                validators:
                - {name: allow, type: static, approve: true}
                - {name: deny, type: static, approve: false}
                - name: cosign
                  type: cosign
                """).append(more).append("  trustRoots:\n");
        for (String name : List.of("alice", "bob", "charlie", "rsa", "ed", "p384")) {
            text.append("  - name: ")
                    .append(name)
                    .append("\n    key: |\n")
                    .append(Zoo.key(name).indent(6));
        }
        for (String name : List.of("acme", "wabbit")) {
            text.append("- name: notation-%s\n  type: notation\n".formatted(name))
                    .append(more)
                    .append("  trustRoots:\n  - name: default\n    cert: |\n")
                    .append(Zoo.certificate(name + "-ca").indent(6));
        }
        text.append(notary).append("policy:\n");
        for (Asked asked : rows()) {
            Zoo.Rule rule = asked.row().rule();
            String validator = rule.validator().equals("static")
                    ? rule.bool("approve", false) ? "allow" : "deny"
                    : rule.validator();
            text.append("- pattern: \"%s\"\n  validator: %s\n".formatted(asked.at(host), validator));
            if (!rule.validator().equals("static")) {
                text.append("  with: ").append(options(rule)).append('\n');
            }
        }
        return text.toString();
    }

    /** A row that pins another root key than the repository's own names it in words of the zoo. */
    private static JsonObject options(Zoo.Rule rule) {
        return rule.string("pinned")
                .map(root -> Json.createObjectBuilder(rule.options())
                        .remove("pinned")
                        .add("trustRoot", root)
                        .build())
                .orElse(rule.options());
    }
}
