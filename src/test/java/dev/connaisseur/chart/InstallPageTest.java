package dev.connaisseur.chart;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The page "Install" has a row for each value that the chart takes, and no other, with the default of {@code values.yaml}. */
class InstallPageTest {
    private static final Pattern ROW = Pattern.compile(
            "^\\| \\*?`((?:kubernetes|application|alert|global)[^`]*)`\\*? \\| (.*?) ?\\|", Pattern.MULTILINE);

    @Test
    void hasARowForEachValueAndNoOther() throws IOException {
        assertThat(documented().keySet()).isEqualTo(taken());
    }

    @Test
    void tellsTheDefaults() throws IOException {
        SortedMap<String, String> rows = documented();
        SortedMap<String, String> defaults = new TreeMap<>();
        scalars(
                "",
                new Load(LoadSettings.builder().build()).loadFromString(Files.readString(Path.of("helm/values.yaml"))),
                defaults);
        defaults.keySet().retainAll(rows.keySet());
        assertThat(defaults).hasSizeGreaterThan(30);
        assertThat(defaults)
                .allSatisfy((value, standard) ->
                        assertThat(rows.get(value)).as(value).isEqualTo("`" + standard + "`"));
    }

    private static SortedMap<String, String> documented() throws IOException {
        return ROW.matcher(Files.readString(Path.of("src/site/markdown/install.md")))
                .results()
                .collect(Collectors.toMap(row -> row.group(1), row -> row.group(2), (a, b) -> a + b, TreeMap::new));
    }

    private static SortedSet<String> taken() throws IOException {
        SortedSet<String> paths = new TreeSet<>();
        try (Reader file = Files.newBufferedReader(Path.of("helm/values.schema.json"));
                JsonReader reader = Json.createReader(file)) {
            leaves("", reader.readObject(), paths);
        }
        return paths;
    }

    private static void leaves(String path, JsonObject schema, SortedSet<String> paths) {
        JsonArray choices = schema.getJsonArray("anyOf");
        if (choices != null) {
            paths.add(path);
            choices.forEach(choice -> properties(path, choice.asJsonObject(), paths));
        } else if (schema.containsKey("properties")) {
            properties(path, schema, paths);
        } else {
            paths.add(path);
        }
    }

    private static void properties(String path, JsonObject schema, SortedSet<String> paths) {
        if (schema.containsKey("properties")) {
            schema.getJsonObject("properties")
                    .forEach((key, value) ->
                            leaves(path.isEmpty() ? key : path + "." + key, value.asJsonObject(), paths));
        }
    }

    private static void scalars(String path, Object tree, SortedMap<String, String> scalars) {
        if (tree instanceof Map<?, ?> map) {
            map.forEach((key, value) -> scalars(path.isEmpty() ? key.toString() : path + "." + key, value, scalars));
        } else if (!(tree instanceof Iterable<?>) && !String.valueOf(tree).isEmpty()) {
            scalars.put(path, String.valueOf(tree));
        }
    }
}
