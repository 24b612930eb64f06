package dev.connaisseur.interop;

import dev.connaisseur.image.Digest;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** Debian's docker-registry on a free loopback port, with an empty store of its own; and a push of small images. */
final class DockerRegistry implements AutoCloseable {
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final String INDEX = "application/vnd.oci.image.index.v1+json";
    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final int port;
    private final Path log;

    private DockerRegistry(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /** Starts it and waits until it answers. */
    static DockerRegistry start(Tool program, Path directory) throws IOException, InterruptedException {
        int port = freePort();
        Path configuration = directory.resolve("registry.yml");
        Files.writeString(configuration, """
                version: 0.1
                log: {accesslog: {disabled: false}}
                storage: {filesystem: {rootdirectory: "%s"}}
                http: {addr: "127.0.0.1:%d"}
                """.formatted(directory.resolve("store"), port));
        Path log = directory.resolve("registry.log");
        Process process = new ProcessBuilder(program.program().toString(), "serve", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        DockerRegistry registry = new DockerRegistry(process, port, log);
        for (int i = 0; i < 100; i++) {
            try {
                if (registry.send(HttpRequest.newBuilder(registry.uri("/v2/"))).statusCode() == 200) {
                    return registry;
                }
            } catch (IOException notYet) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
        registry.close();
        throw new AssertionError("docker-registry did not answer: " + Files.readString(log));
    }

    String host() {
        return "127.0.0.1:" + port;
    }

    /** Lines of the registry's own access log so far that name this path. */
    long requestsTo(String path) throws IOException {
        try (var lines = Files.lines(log)) {
            return lines.filter(line -> line.contains("\"GET " + path) || line.contains("\"HEAD " + path))
                    .count();
        }
    }

    /** Pushes an image of one small layer under the tag. */
    Digest push(String repository, String tag, String content) throws IOException, InterruptedException {
        byte[] layer = content.getBytes(StandardCharsets.UTF_8);
        byte[] config = """
                {"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["%s"]}}""".formatted(Digest.of(layer)).getBytes(StandardCharsets.UTF_8);
        blob(repository, layer);
        blob(repository, config);
        byte[] manifest = """
                {"schemaVersion":2,"mediaType":"%s",\
                "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":%d},\
                "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"%s","size":%d}]}""".formatted(MANIFEST, Digest.of(config), config.length, Digest.of(layer), layer.length)
                .getBytes(StandardCharsets.UTF_8);
        putManifest(repository, tag, manifest);
        return Digest.of(manifest);
    }

    /** Points another tag at what a tag points at, as an attacker with push rights does. */
    void copyTag(String repository, String from, String to) throws IOException, InterruptedException {
        HttpResponse<String> manifest = send(HttpRequest.newBuilder(uri("/v2/" + repository + "/manifests/" + from))
                .header("Accept", MANIFEST));
        expect(200, manifest);
        putManifest(repository, to, manifest.body().getBytes(StandardCharsets.UTF_8));
    }

    /** Attaches the first signature of one image to another (or the same, instead of what it has), as an attacker would. */
    void reattach(String repository, Digest from, Digest to, UnaryOperator<byte[]> twist)
            throws IOException, InterruptedException {
        JsonObject index = json(get("/v2/" + repository + "/manifests/sha256-" + from.hex(), INDEX));
        JsonObject listed = index.getJsonArray("manifests").getJsonObject(0);
        JsonObject manifest = json(get("/v2/" + repository + "/manifests/" + listed.getString("digest"), MANIFEST));
        JsonObject layer = manifest.getJsonArray("layers").getJsonObject(0);
        byte[] envelope = twist.apply(
                get("/v2/" + repository + "/blobs/" + layer.getString("digest"), "application/octet-stream"));
        blob(repository, envelope);
        byte[] image = get("/v2/" + repository + "/manifests/" + to, MANIFEST);
        byte[] other = Json.createObjectBuilder(manifest)
                .add("layers", Json.createArrayBuilder().add(described(layer, envelope)))
                .add("subject", described(manifest.getJsonObject("subject"), image))
                .build()
                .toString()
                .getBytes(StandardCharsets.UTF_8);
        putManifest(repository, Digest.of(other).toString(), other);
        byte[] list = Json.createObjectBuilder(index)
                .add("manifests", Json.createArrayBuilder().add(described(listed, other)))
                .build()
                .toString()
                .getBytes(StandardCharsets.UTF_8);
        put(repository, "sha256-" + to.hex(), INDEX, list);
    }

    private static JsonObject described(JsonObject descriptor, byte[] content) {
        return Json.createObjectBuilder(descriptor)
                .add("digest", Digest.of(content).toString())
                .add("size", content.length)
                .build();
    }

    private static JsonObject json(byte[] text) {
        try (var reader = Json.createReader(new ByteArrayInputStream(text))) {
            return reader.readObject();
        }
    }

    private byte[] get(String path, String accept) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = http.send(
                HttpRequest.newBuilder(uri(path))
                        .header("Accept", accept)
                        .timeout(Duration.ofSeconds(10))
                        .build(),
                BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) {
            throw new AssertionError(answer);
        }
        return answer.body();
    }

    private void putManifest(String repository, String tag, byte[] manifest) throws IOException, InterruptedException {
        put(repository, tag, MANIFEST, manifest);
    }

    private void put(String repository, String tag, String type, byte[] manifest)
            throws IOException, InterruptedException {
        expect(
                201,
                send(HttpRequest.newBuilder(uri("/v2/" + repository + "/manifests/" + tag))
                        .header("Content-Type", type)
                        .PUT(BodyPublishers.ofByteArray(manifest))));
    }

    private void blob(String repository, byte[] content) throws IOException, InterruptedException {
        HttpResponse<String> upload = send(HttpRequest.newBuilder(uri("/v2/" + repository + "/blobs/uploads/"))
                .POST(BodyPublishers.noBody()));
        expect(202, upload);
        String location = upload.headers().firstValue("Location").orElseThrow();
        URI target = uri("/").resolve(location + (location.contains("?") ? "&" : "?") + "digest=" + Digest.of(content));
        expect(
                201,
                send(HttpRequest.newBuilder(target)
                        .header("Content-Type", "application/octet-stream")
                        .PUT(BodyPublishers.ofByteArray(content))));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.timeout(Duration.ofSeconds(10)).build(), BodyHandlers.ofString());
    }

    private static void expect(int status, HttpResponse<String> answer) {
        if (answer.statusCode() != status) {
            throw new AssertionError(answer + ": " + answer.body());
        }
    }

    private URI uri(String path) {
        return URI.create("http://" + host() + path);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroy();
        http.close();
    }
}
