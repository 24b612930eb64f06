package dev.connaisseur.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.Zoo;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ManifestReaderTest {
    private static final String A = "a".repeat(64);
    private static final String B = "b".repeat(64);
    private static final String CONFIG = descriptor("application/vnd.oci.image.config.v1+json", A, 2);
    private static final String LAYER = descriptor("application/vnd.oci.image.layer.v1.tar+gzip", B, 3);
    private static final String IMAGE = """
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
             "config":%s,"layers":[%s],"annotations":{"k":"v"}}""".formatted(CONFIG, LAYER);
    private static final String AMD = entry(A, "{\"os\":\"linux\",\"architecture\":\"amd64\"}");
    private static final String ARM = entry(B, "{\"os\":\"linux\",\"architecture\":\"arm64\"}");
    private static final String INDEX = index(AMD + "," + ARM);

    @Test
    void readsAnImage() {
        Manifest manifest = read(IMAGE, MediaTypes.OCI_MANIFEST);
        assertThat(manifest.isIndex()).isFalse();
        assertThat(manifest.digest()).isEqualTo(Digest.of(IMAGE.getBytes(UTF_8)));
        assertThat(manifest.layers()).extracting(Descriptor::size).containsExactly(3L);
        assertThat(manifest.config().orElseThrow().digest().hex()).isEqualTo(A);
        assertThat(manifest.annotations()).containsEntry("k", "v");
        assertThat(manifest.manifests()).isEmpty();
    }

    @Test
    void readsAnIndex() {
        Manifest manifest = ImageShape.checked(read(INDEX, MediaTypes.OCI_INDEX));
        assertThat(manifest.isIndex()).isTrue();
        assertThat(manifest.manifests()).hasSize(2);
        assertThat(manifest.layers()).isEmpty();
        assertThat(manifest.config()).isEmpty();
    }

    @Test
    void readsEveryManifestOfTheZoo() throws IOException {
        int manifests = 0;
        for (Zoo.Manifest stored : Zoo.manifests()) {
            Manifest manifest = ManifestReader.read(
                    Files.readAllBytes(Zoo.REGISTRY
                            .resolve("blobs/sha256")
                            .resolve(stored.digest().hex())),
                    Optional.of(stored.mediaType()));
            assertThat(manifest.digest()).isEqualTo(stored.digest());
            manifests++;
        }
        assertThat(manifests).isGreaterThan(60);
    }

    static Stream<Arguments> accepted() {
        return Stream.of(
                Arguments.of(
                        "parameters and case of the header", IMAGE, "Application/vnd.oci.image.manifest.v1+JSON; x=y"),
                Arguments.of("no header", IMAGE, null),
                Arguments.of(
                        "no media type inside",
                        IMAGE.replace("\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",", ""),
                        MediaTypes.OCI_MANIFEST),
                Arguments.of(
                        "docker",
                        IMAGE.replace(MediaTypes.OCI_MANIFEST, MediaTypes.DOCKER_MANIFEST),
                        MediaTypes.DOCKER_MANIFEST),
                Arguments.of(
                        "docker list",
                        INDEX.replace(MediaTypes.OCI_INDEX, MediaTypes.DOCKER_LIST),
                        MediaTypes.DOCKER_LIST),
                Arguments.of(
                        "members of the future",
                        IMAGE.replace("{\"schema", "{\"x\":[1],\"schema"),
                        MediaTypes.OCI_MANIFEST),
                Arguments.of(
                        "foreign urls, never fetched",
                        IMAGE.replace("\"size\":3", "\"size\":3,\"urls\":[\"https://x/\"]"),
                        MediaTypes.OCI_MANIFEST),
                Arguments.of("an empty index", index(""), MediaTypes.OCI_INDEX),
                Arguments.of(
                        "two statements of unknown platform",
                        index(AMD + "," + entry(A, "{\"os\":\"unknown\",\"architecture\":\"unknown\"}") + ","
                                + entry(B, "{\"os\":\"unknown\",\"architecture\":\"unknown\"}")),
                        MediaTypes.OCI_INDEX),
                Arguments.of(
                        "two versions of one system",
                        index(entry(A, "{\"os\":\"windows\",\"architecture\":\"amd64\",\"os.version\":\"1\"}") + ","
                                + entry(B, "{\"os\":\"windows\",\"architecture\":\"amd64\",\"os.version\":\"2\"}")),
                        MediaTypes.OCI_INDEX),
                Arguments.of("1000 entries", index(entries(1000)), MediaTypes.OCI_INDEX));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("accepted")
    void accepts(String name, String json, String contentType) {
        assertThat(ImageShape.checked(read(json, contentType)).digest()).isEqualTo(Digest.of(json.getBytes(UTF_8)));
    }

    static Stream<Arguments> refused() {
        String oci = MediaTypes.OCI_MANIFEST;
        String index = MediaTypes.OCI_INDEX;
        return Stream.of(
                // one document, two readings
                Arguments.of(
                        "manifests beside layers",
                        IMAGE.replace("{\"schema", "{\"manifests\":[],\"schema"),
                        oci,
                        "\"manifests\""),
                Arguments.of(
                        "layers beside manifests",
                        INDEX.replace("{\"schema", "{\"layers\":[],\"schema"),
                        index,
                        "\"layers\""),
                Arguments.of(
                        "config beside manifests",
                        INDEX.replace("{\"schema", "{\"config\":" + CONFIG + ",\"schema"),
                        index,
                        "\"config\""),
                Arguments.of(
                        "Manifests beside layers",
                        IMAGE.replace("{\"schema", "{\"Manifests\":[],\"schema"),
                        oci,
                        "only in case"),
                Arguments.of(
                        "Layers twice", IMAGE.replace("{\"schema", "{\"LAYERS\":[],\"schema"), oci, "only in case"),
                Arguments.of("layers twice", IMAGE.replace("{\"schema", "{\"layers\":[],\"schema"), oci, "given twice"),
                Arguments.of(
                        "fsLayers beside layers",
                        IMAGE.replace("{\"schema", "{\"fsLayers\":[],\"schema"),
                        oci,
                        "mixes"),
                Arguments.of("header says index", IMAGE, index, "another media type than its Content-Type"),
                Arguments.of("header says image", INDEX, oci, "another media type than its Content-Type"),
                Arguments.of("header says docker", IMAGE, MediaTypes.DOCKER_MANIFEST, "another media type"),
                Arguments.of(
                        "header says index, document nothing",
                        IMAGE.replace("\"mediaType\":\"" + oci + "\",", ""),
                        index,
                        "\"config\""),
                // types
                Arguments.of(
                        "schema 1 by header",
                        "{\"schemaVersion\":1,\"fsLayers\":[]}",
                        "application/vnd.docker.distribution.manifest.v1+prettyjws",
                        "schema 1"),
                Arguments.of(
                        "schema 1 by version",
                        IMAGE.replace("\"schemaVersion\":2", "\"schemaVersion\":1"),
                        oci,
                        "schema 1"),
                Arguments.of(
                        "schema 3",
                        IMAGE.replace("\"schemaVersion\":2", "\"schemaVersion\":3"),
                        oci,
                        "schema version 2"),
                Arguments.of(
                        "schema 2.5",
                        IMAGE.replace("\"schemaVersion\":2", "\"schemaVersion\":2.5"),
                        oci,
                        "schema version 2"),
                Arguments.of("no schema version", IMAGE.replace("\"schemaVersion\":2,", ""), oci, "schema version 2"),
                Arguments.of("unknown type", IMAGE, "application/json", "none of an image or index"),
                Arguments.of(
                        "no type at all",
                        IMAGE.replace("\"mediaType\":\"" + oci + "\",", ""),
                        null,
                        "without a media type"),
                // descriptors
                Arguments.of("no config", IMAGE.replace("\"config\"", "\"x\""), oci, "no \"config\""),
                Arguments.of("no layers", IMAGE.replace("\"layers\"", "\"x\""), oci, "no list of \"layers\""),
                Arguments.of("layers null", IMAGE.replace("[" + LAYER + "]", "null"), oci, "no list of \"layers\""),
                Arguments.of("layer is a text", IMAGE.replace(LAYER, "\"x\""), oci, "something else than a descriptor"),
                Arguments.of("short digest", IMAGE.replace(B, "bb"), oci, "without a SHA-256 digest"),
                Arguments.of(
                        "upper-case digest",
                        IMAGE.replace(B, B.toUpperCase(java.util.Locale.ROOT)),
                        oci,
                        "without a SHA-256 digest"),
                Arguments.of(
                        "sha512", IMAGE.replace("sha256:" + B, "sha512:" + B + B), oci, "without a SHA-256 digest"),
                Arguments.of("negative size", IMAGE.replace("\"size\":3", "\"size\":-3"), oci, "without a size"),
                Arguments.of("size as text", IMAGE.replace("\"size\":3", "\"size\":\"3\""), oci, "without a size"),
                Arguments.of("size of 1e300", IMAGE.replace("\"size\":3", "\"size\":1e300"), oci, "without a size"),
                Arguments.of(
                        "no media type of layer",
                        LAYER.isEmpty()
                                ? ""
                                : IMAGE.replace("\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip\",", ""),
                        oci,
                        "without a media type"),
                Arguments.of("annotation is a number", IMAGE.replace("\"k\":\"v\"", "\"k\":1"), oci, "not a text"),
                Arguments.of("annotations are a list", IMAGE.replace("{\"k\":\"v\"}", "[]"), oci, "not a map"),
                Arguments.of(
                        "subject is a text",
                        IMAGE.replace("{\"schema", "{\"subject\":\"x\",\"schema"),
                        oci,
                        "something else than a descriptor"),
                // JSON
                Arguments.of("not JSON", "<html>", oci, "cannot be read"),
                Arguments.of("a list", "[]", oci, "cannot be read"),
                Arguments.of("a byte order mark", "\ufeff" + IMAGE, oci, "cannot be read"),
                Arguments.of("bytes behind", IMAGE + "{}", oci, "cannot be read"),
                Arguments.of(
                        "too deep",
                        IMAGE.replace("{\"schema", "{\"x\":" + "[".repeat(10_000) + "]".repeat(10_000) + ",\"schema"),
                        oci,
                        "cannot be read"),
                // what can be run
                Arguments.of("nested index", index(entry(A, "null").replace(oci, index)), index, "lists another index"),
                Arguments.of(
                        "other artifact",
                        index(entry(A, "null").replace(oci, "text/plain")),
                        index,
                        "not an image manifest"),
                Arguments.of(
                        "two for one platform",
                        index(AMD + "," + AMD.replace(A, B)),
                        index,
                        "two images for one platform"),
                Arguments.of("platform is a text", index(entry(A, "\"linux\"")), index, "platform that is not a map"),
                Arguments.of("1001 entries", index(entries(1001)), index, "more than 1000"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void refuses(String name, String json, String contentType, String why) {
        assertThatThrownBy(() -> ImageShape.checked(read(json, contentType)))
                .isInstanceOf(MalformedManifestException.class)
                .hasMessageContaining(why);
    }

    private static Manifest read(String json, String contentType) {
        return ManifestReader.read(json.getBytes(UTF_8), Optional.ofNullable(contentType));
    }

    private static String descriptor(String type, String hex, int size) {
        return "{\"mediaType\":\"" + type + "\",\"digest\":\"sha256:" + hex + "\",\"size\":" + size + "}";
    }

    private static String entry(String hex, String platform) {
        String descriptor = descriptor(MediaTypes.OCI_MANIFEST, hex, 5);
        return descriptor.substring(0, descriptor.length() - 1) + ",\"platform\":" + platform + "}";
    }

    private static String entries(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> entry(A, "{\"os\":\"linux\",\"architecture\":\"a" + i + "\"}"))
                .collect(Collectors.joining(","));
    }

    private static String index(String entries) {
        return "{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.OCI_INDEX + "\",\"manifests\":[" + entries + "]}";
    }
}
