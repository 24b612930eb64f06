package dev.connaisseur.testing;

import dev.connaisseur.image.Digest;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The images in {@code src/test/resources/zoo}, signed with the real tools, with the verdict each must get. */
public final class Zoo {
    public static final Path DIRECTORY = Path.of("src/test/resources/zoo").toAbsolutePath();
    public static final Path REGISTRY = DIRECTORY.resolve("registry");

    private Zoo() {}

    /**
     * One row of {@code cases.json}.
     *
     * @param image repository and tag or digest, without registry: {@code zoo/cosign-alice:v1}
     * @param allowed the expected verdict
     * @param digest what the patch must name; empty where nothing is patched or the image is denied
     * @param why what the case is about, may be empty
     * @param reason the only reason that counts for a denial, in the words of {@code cases.json}
     */
    public record Case(
            int row,
            String image,
            Rule rule,
            boolean allowed,
            Optional<Digest> digest,
            String why,
            Optional<String> reason) {
        /** The image as a manifest names it at this registry. */
        public String at(EmbeddedRegistry registry) {
            return registry.host() + "/" + image;
        }

        @Override
        public String toString() {
            return row + " " + image + " " + rule.options() + " by " + rule.validator() + ": "
                    + (allowed ? "allow" : "deny " + reason.orElse("")) + (why.isEmpty() ? "" : ", " + why);
        }
    }

    /**
     * What decides a case.
     *
     * @param validator {@code static}, {@code cosign}, {@code notation-acme} …
     * @param options everything else that the row's rule says, e.g. {@code trustRoot}, {@code threshold}, {@code approve}
     */
    public record Rule(String validator, JsonObject options) {
        public Optional<String> string(String key) {
            return Optional.ofNullable(options.getString(key, null));
        }

        public boolean bool(String key, boolean otherwise) {
            return options.getBoolean(key, otherwise);
        }

        public int integer(String key, int otherwise) {
            return options.getInt(key, otherwise);
        }

        public List<String> strings(String key) {
            JsonArray list = options.getJsonArray(key);
            return list == null
                    ? List.of()
                    : list.getValuesAs(JsonString.class).stream()
                            .map(JsonString::getString)
                            .toList();
        }

        /** The annotations that the signature must carry; empty where the row says nothing. */
        public Map<String, String> annotations() {
            Map<String, String> wanted = new TreeMap<>();
            JsonObject map = options.getJsonObject("annotations");
            if (map != null) {
                map.forEach((name, value) -> wanted.put(name, ((JsonString) value).getString()));
            }
            return wanted;
        }
    }

    /** A manifest that the zoo's registry holds. */
    public record Manifest(String repository, Digest digest, String mediaType) {}

    public static List<Manifest> manifests() {
        List<Manifest> manifests = new ArrayList<>();
        try (JsonReader reader = Json.createReader(Files.newBufferedReader(REGISTRY.resolve("repositories.json")))) {
            reader.readObject()
                    .forEach((repository, value) -> value.asJsonObject()
                            .getJsonObject("manifests")
                            .forEach((digest, type) -> manifests.add(new Manifest(
                                    repository, Digest.parse(digest).orElseThrow(), ((JsonString) type).getString()))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return manifests;
    }

    public static List<Case> cases() {
        JsonArray rows;
        try (JsonReader reader = Json.createReader(Files.newBufferedReader(DIRECTORY.resolve("cases.json")))) {
            rows = reader.readArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return IntStream.range(0, rows.size())
                .mapToObj(row -> read(row, rows.getJsonObject(row)))
                .toList();
    }

    public static List<Case> cases(String validator) {
        return cases().stream()
                .filter(row -> row.rule().validator().equals(validator))
                .toList();
    }

    /** The PEM text of a public key, e.g. {@code alice}. */
    public static String key(String name) {
        return text(DIRECTORY.resolve("keys").resolve(name + ".pub"));
    }

    /** The PEM text of a certificate, e.g. {@code acme-ca}. */
    public static String certificate(String name) {
        return text(DIRECTORY.resolve("certs").resolve(name + ".crt"));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Case read(int row, JsonObject json) {
        JsonObject rule = json.getJsonObject("rule");
        return new Case(
                row,
                json.getString("image"),
                new Rule(
                        rule.getString("validator"),
                        Json.createObjectBuilder(rule).remove("validator").build()),
                json.getString("expect").equals("allow"),
                json.isNull("digest") ? Optional.empty() : Digest.parse(json.getString("digest")),
                json.getString("why"),
                Optional.ofNullable(json.getString("reason", null)));
    }
}
