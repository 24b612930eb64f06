package dev.connaisseur.cluster;

import dev.connaisseur.config.PropertySource;
import dev.connaisseur.testing.MountedVolume;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The only container of a pod as a process on this machine sees it: what it mounts lies below a directory instead of the root of a
 * file system, and settings whose defaults are directories are told so.
 */
final class PodContainer {
    private static final Path DEFAULTS = Path.of("src/main/resources/META-INF/microprofile-config.properties");

    private static final Pattern VARIABLE = Pattern.compile("\\$\\(([A-Z_]+)\\)");

    private final ControlPlane plane;
    private final JsonObject metadata;
    private final JsonObject spec;
    private final JsonObject container;
    private final Path root;
    private final Map<Path, MountedVolume> volumes = new HashMap<>();
    private final Map<Path, Map<String, String>> mounted = new HashMap<>();

    /** @param root for what it mounts */
    PodContainer(ControlPlane plane, JsonObject pod, Path root) {
        this.plane = plane;
        this.root = root;
        metadata = pod.getJsonObject("metadata");
        spec = pod.getJsonObject("spec");
        container = spec.getJsonArray("containers").getJsonObject(0);
    }

    /** Where its mounts and whatever a process of it writes lie. */
    Path root() {
        return root;
    }

    String name() {
        return container.getString("name");
    }

    String image() {
        return container.getString("image");
    }

    /** Where it says whether it is ready. */
    String readiness() {
        return container
                .getJsonObject("readinessProbe")
                .getJsonObject("httpGet")
                .getString("path");
    }

    /** Whether it runs to an end instead of serving. */
    boolean isJob() {
        return spec.getString("restartPolicy").equals("Never");
    }

    /** What its program is given, with the values of variables, and with its mounts where they lie here. */
    List<String> arguments(Map<String, String> environment) {
        return container.getJsonArray("args").getValuesAs(JsonString::getString).stream()
                .map(argument -> mounted(VARIABLE.matcher(argument)
                        .replaceAll(
                                variable -> Matcher.quoteReplacement(environment.getOrDefault(variable.group(1), "")))))
                .toList();
    }

    private String mounted(String argument) {
        boolean here = objects(container, "volumeMounts").stream()
                .anyMatch(mount -> argument.startsWith(mount.getString("mountPath") + "/"));
        return here ? root + argument : argument;
    }

    /** The program that says whether it is ready. */
    List<String> readinessCommand() {
        return container
                .getJsonObject("readinessProbe")
                .getJsonObject("exec")
                .getJsonArray("command")
                .getValuesAs(JsonString::getString);
    }

    /** Its variables. What it mounts is there afterwards. */
    Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        for (JsonObject from : objects(container, "envFrom")) {
            environment.putAll(source(from));
        }
        for (JsonObject variable : objects(container, "env")) {
            environment.put(
                    variable.getString("name"),
                    variable.getString("value", metadata.getString("name"))); // else the field metadata.name
        }
        made(root);
        refresh();
        account(environment);
        defaults().forEach((setting, value) -> {
            Path directory = value.startsWith("/") ? root.resolve(value.substring(1)) : root.resolve("nowhere");
            if (Files.isDirectory(directory)) {
                environment.put(PropertySource.environmentName(setting), directory.toString());
            }
        });
        return environment;
    }

    /** Mounts what the objects hold now; a volume changes in one step. */
    void refresh() {
        for (JsonObject mount : objects(container, "volumeMounts")) {
            Path path = root.resolve(mount.getString("mountPath").substring(1));
            Map<String, String> files = files(mount.getString("name"));
            if (mount.containsKey("subPath")) {
                write(path, files.getOrDefault(mount.getString("subPath"), ""));
            } else if (!files.isEmpty() && !files.equals(mounted.put(path, files))) {
                volumes.computeIfAbsent(path, key -> MountedVolume.of(key, files))
                        .swap(files);
            }
        }
    }

    private Map<String, String> files(String volume) {
        JsonObject found = objects(spec, "volumes").stream()
                .filter(candidate -> candidate.getString("name").equals(volume))
                .findFirst()
                .orElseThrow();
        Map<String, String> files = new TreeMap<>();
        List<JsonObject> sources =
                found.containsKey("projected") ? objects(found.getJsonObject("projected"), "sources") : List.of(found);
        for (JsonObject source : sources) {
            files.putAll(source(source));
        }
        return files;
    }

    /** What a volume or a source of variables holds, under the names that it asks for. */
    private Map<String, String> source(JsonObject source) {
        for (String kind : List.of("secret", "secretRef", "configMap", "configMapRef")) {
            if (source.containsKey(kind)) {
                JsonObject reference = source.getJsonObject(kind);
                String name = reference.getString("name", reference.getString("secretName", ""));
                Map<String, String> all = kind.startsWith("secret") ? secret(name) : data("configmaps/" + name);
                List<JsonObject> items = objects(reference, "items");
                Map<String, String> chosen = new TreeMap<>(items.isEmpty() ? all : Map.of());
                items.forEach(item -> chosen.put(item.getString("path"), all.getOrDefault(item.getString("key"), "")));
                return chosen;
            }
        }
        return Map.of();
    }

    private Map<String, String> secret(String name) {
        Map<String, String> data = data("secrets/" + name);
        data.replaceAll((key, value) -> new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8));
        return data;
    }

    private Map<String, String> data(String object) {
        Map<String, String> data = new TreeMap<>();
        plane.api()
                .find("/api/v1/namespaces/" + metadata.getString("namespace") + "/" + object)
                .map(found ->
                        found.getOrDefault("data", JsonValue.EMPTY_JSON_OBJECT).asJsonObject())
                .ifPresent(found -> found.keySet().forEach(key -> data.put(key, found.getString(key))));
        return data;
    }

    /** The service account and the API server's address. */
    private void account(Map<String, String> environment) {
        if (!spec.getBoolean("automountServiceAccountToken", true)) {
            return;
        }
        Path account = root.resolve("var/run/secrets/kubernetes.io/serviceaccount");
        write(
                account.resolve("token"),
                plane.token(metadata.getString("namespace"), spec.getString("serviceAccountName")));
        try {
            write(account.resolve("ca.crt"), Files.readString(plane.authority()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        environment.put("KUBERNETES_SERVICE_HOST", plane.host());
        environment.put("KUBERNETES_SERVICE_PORT", Integer.toString(plane.port()));
    }

    private static void made(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> defaults() {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(DEFAULTS)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> defaults = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> defaults.put(name, properties.getProperty(name)));
        return defaults;
    }

    private static List<JsonObject> objects(JsonObject object, String list) {
        return object.getOrDefault(list, JsonValue.EMPTY_JSON_ARRAY)
                .asJsonArray()
                .getValuesAs(JsonObject.class);
    }
}
