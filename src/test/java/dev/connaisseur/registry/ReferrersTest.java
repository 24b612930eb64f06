package dev.connaisseur.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.connaisseur.http.LookupException;
import dev.connaisseur.http.LookupException.Kind;
import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.Access;
import dev.connaisseur.testing.Answer;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.EmbeddedRegistry.Options;
import dev.connaisseur.testing.Fault;
import dev.connaisseur.testing.Zoo;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferrersTest {
    private static final String BUNDLE = "zoo/bundle-alice";
    private static final String TYPE = "application/vnd.test";

    private final Sessions sessions = new Sessions();

    @AfterEach
    void close() {
        sessions.close();
    }

    @Test
    void theTagIsReadWhereThereIsNoApi() {
        try (EmbeddedRegistry registry = EmbeddedRegistry.withZoo()) {
            RepositorySession session = sessions.of(registry, BUNDLE + ":v1");
            Digest image = session.resolve().digest();
            List<Descriptor> found = session.referrers(image, Optional.empty());
            assertThat(found).isNotEmpty();
            assertThat(session.referrer(found.getFirst(), image)).isPresent();
            assertThat(session.referrers(image, Optional.of("application/none")))
                    .isEmpty();
            assertThat(registry.log())
                    .extracting(Access::path)
                    .filteredOn(path -> path.contains("/referrers/"))
                    .hasSize(1);
        }
    }

    /** As registries answer that do not know the address, or send whoever asks for it to a page for people. */
    static List<Fault> answersWithoutApi() {
        return List.of(
                Fault.status(400),
                Fault.status(404),
                Fault.status(405),
                Fault.status(406),
                Fault.status(501),
                Fault.instead(Answer.of(200, "<html>").with("Content-Type", "text/html; charset=utf-8")),
                Fault.instead(Answer.of(200, "{\"repositories\":[]}")));
    }

    @ParameterizedTest
    @MethodSource("answersWithoutApi")
    void theTagIsReadWhateverSaysThatThereIsNoApi(Fault answer) {
        try (EmbeddedRegistry registry = EmbeddedRegistry.withZoo()) {
            registry.onAll(path -> path.contains("/referrers/"), answer);
            RepositorySession session = sessions.of(registry, BUNDLE + ":v1");
            Digest image = session.resolve().digest();
            List<Descriptor> found = session.referrers(image, Optional.empty());
            assertThat(found).isNotEmpty();
            assertThat(session.referrer(found.getFirst(), image)).isPresent();
        }
    }

    @ParameterizedTest
    @CsvSource({"401, UNAUTHORIZED", "403, UNAUTHORIZED", "410, STATUS", "500, STATUS"})
    void theTagIsNotReadWhereTheApiFails(int status, Kind kind) {
        try (EmbeddedRegistry registry = EmbeddedRegistry.withZoo()) {
            registry.onAll(path -> path.contains("/referrers/"), Fault.status(status));
            RepositorySession session = sessions.of(registry, BUNDLE + ":v1");
            Digest image = session.resolve().digest();
            assertThat(catchThrowableOfType(LookupException.class, () -> session.referrers(image, Optional.empty()))
                            .kind())
                    .isEqualTo(kind);
        }
    }

    @Test
    void theApiFindsTheSame() {
        try (EmbeddedRegistry registry =
                EmbeddedRegistry.open(Options.PLAIN.withReferrersApi(100)).load(Zoo.REGISTRY)) {
            RepositorySession session = sessions.of(registry, BUNDLE + ":v1");
            Digest image = session.resolve().digest();
            List<Descriptor> found = session.referrers(image, Optional.empty());
            assertThat(found).isNotEmpty();
            assertThat(session.referrer(found.getFirst(), image)).isPresent();
            assertThat(registry.log())
                    .extracting(Access::path)
                    .noneMatch(path -> path.endsWith("/manifests/sha256-" + image.hex()));
        }
    }

    @Test
    void nobodyRefersToAnUnsignedImage() {
        for (Options options : List.of(Options.PLAIN, Options.PLAIN.withReferrersApi(100))) {
            try (EmbeddedRegistry registry = EmbeddedRegistry.open(options).load(Zoo.REGISTRY)) {
                RepositorySession session = sessions.of(registry, "zoo/unsigned:v1");
                assertThat(session.referrers(session.resolve().digest(), Optional.empty()))
                        .isEmpty();
            }
        }
    }

    @Test
    void pagesAreReadToTheEndAndNoFurtherThanTheCap() {
        try (EmbeddedRegistry registry = EmbeddedRegistry.open(Options.PLAIN.withReferrersApi(2))) {
            Digest image = image(registry, "v1");
            for (int i = 0; i < 19; i++) {
                referrer(registry, image, i);
            }
            RepositorySession session = sessions.of(registry, "a/b:v1");
            assertThat(session.referrers(image, Optional.of(TYPE))).hasSize(19);
            assertThat(registry.log()).hasSize(10);

            referrer(registry, image, 19);
            referrer(registry, image, 20);
            assertThat(catchThrowableOfType(
                                    LookupException.class,
                                    () -> sessions.of(registry, "a/b:v1").referrers(image, Optional.of(TYPE)))
                            .kind())
                    .isEqualTo(Kind.TOO_LARGE);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://registry.example/v2/a/b/referrers/DIGEST?from=1",
                "http://localhost:1/v2/a/b/referrers/DIGEST?from=1",
                "/v2/other/repository/referrers/DIGEST?from=1",
                "/v2/a/b/manifests/v1",
                "https://[",
            })
    void theNextPageIsOfTheSameList(String link) {
        try (EmbeddedRegistry registry = EmbeddedRegistry.open(Options.PLAIN.withReferrersApi(1))) {
            Digest image = image(registry, "v1");
            referrer(registry, image, 0);
            referrer(registry, image, 1);
            String path = "/v2/a/b/referrers/" + image;
            registry.on(
                    path,
                    Fault.changed(usual ->
                            usual.with("Link", "<" + link.replace("DIGEST", image.toString()) + ">; rel=\"next\"")));
            assertThat(catchThrowableOfType(
                                    LookupException.class,
                                    () -> sessions.of(registry, "a/b:v1").referrers(image, Optional.empty()))
                            .kind())
                    .isEqualTo(Kind.MALFORMED);
            registry.clearFaults();
            assertThat(sessions.of(registry, "a/b:v1").referrers(image, Optional.empty()))
                    .hasSize(2);
        }
    }

    @Test
    void aLoopOfPagesStops() {
        try (EmbeddedRegistry registry = EmbeddedRegistry.open(Options.PLAIN.withReferrersApi(1))) {
            Digest image = image(registry, "v1");
            String path = "/v2/a/b/referrers/" + image;
            registry.on(path, Fault.changed(usual -> usual.with("Link", "<" + path + ">; rel=\"next\"")));
            assertThat(catchThrowableOfType(
                                    LookupException.class,
                                    () -> sessions.of(registry, "a/b:v1").referrers(image, Optional.empty()))
                            .kind())
                    .isEqualTo(Kind.TOO_LARGE);
            assertThat(registry.log()).hasSize(10);
        }
    }

    @Test
    void aReferrerOfAnotherImageIsNone() {
        try (EmbeddedRegistry registry = EmbeddedRegistry.open(Options.PLAIN.withReferrersApi(10))) {
            Digest image = image(registry, "v1");
            Digest other = image(registry, "v2");
            Digest mine = referrer(registry, image, 0);
            Digest foreign = referrer(registry, other, 1);
            // The registry lists the other image's referrer for this image, and says that it filtered.
            registry.on(
                    "/v2/a/b/referrers/" + image,
                    Fault.instead(Answer.of(200, index(entry(foreign, TYPE), entry(mine, "application/other")))
                            .with("Content-Type", MediaTypes.OCI_INDEX)
                            .with("OCI-Filters-Applied", "artifactType")));
            RepositorySession session = sessions.of(registry, "a/b:v1");
            List<Descriptor> listed = session.referrers(image, Optional.of(TYPE));
            assertThat(listed).extracting(Descriptor::digest).containsExactly(foreign); // filtered again
            assertThat(session.referrer(listed.getFirst(), image)).isEmpty();
            assertThat(session.referrer(listed.getFirst(), other)).isPresent();
        }
    }

    @Test
    void aListThatIsNoListIsRefused() {
        try (EmbeddedRegistry registry = EmbeddedRegistry.open(Options.PLAIN.withReferrersApi(10))) {
            Digest image = image(registry, "v1");
            for (String body : List.of("{}", "[]", "<html>", index("\"x\""))) {
                registry.on(
                        "/v2/a/b/referrers/" + image,
                        Fault.instead(Answer.of(200, body).with("Content-Type", MediaTypes.OCI_INDEX)));
                assertThat(catchThrowableOfType(
                                        LookupException.class,
                                        () -> sessions.of(registry, "a/b:v1").referrers(image, Optional.empty()))
                                .kind())
                        .as(body)
                        .isEqualTo(Kind.MALFORMED);
            }
        }
    }

    private static Digest image(EmbeddedRegistry registry, String tag) {
        return registry.putManifest(
                "a/b", tag, MediaTypes.OCI_MANIFEST, manifest("\"annotations\":{\"t\":\"" + tag + "\"}"));
    }

    private static Digest referrer(EmbeddedRegistry registry, Digest subject, int number) {
        return registry.putManifest(
                "a/b",
                MediaTypes.OCI_MANIFEST,
                manifest("\"artifactType\":\"" + TYPE + "\",\"subject\":{\"mediaType\":\"" + MediaTypes.OCI_MANIFEST
                        + "\",\"digest\":\"" + subject + "\",\"size\":1},\"annotations\":{\"n\":\"" + number + "\"}"));
    }

    private static byte[] manifest(String more) {
        return ("{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.OCI_MANIFEST
                        + "\",\"config\":{\"mediaType\":\"x/y\"," + "\"digest\":\"sha256:" + "a".repeat(64)
                        + "\",\"size\":1},\"layers\":[]," + more + "}")
                .getBytes(UTF_8);
    }

    private static String entry(Digest digest, String type) {
        return "{\"mediaType\":\"" + MediaTypes.OCI_MANIFEST + "\",\"digest\":\"" + digest
                + "\",\"size\":1,\"artifactType\":\"" + type + "\"}";
    }

    private static String index(String... entries) {
        return "{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.OCI_INDEX + "\",\"manifests\":["
                + String.join(",", entries) + "]}";
    }
}
