package dev.connaisseur.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.connaisseur.http.FinalException;
import dev.connaisseur.http.LookupException;
import dev.connaisseur.http.LookupException.Kind;
import dev.connaisseur.http.TransientException;
import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.Access;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.Fault;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RepositorySessionTest {
    private static final String ALICE = "zoo/cosign-alice";
    private static final Digest IMAGE = Digest.parse(
                    "sha256:e1da0026b9bdc57ce9ed8e8235e392fe07fd10a47ce01f07ffff3a6799155326")
            .orElseThrow();
    private static final String SIGNATURE_TAG = "sha256-" + IMAGE.hex() + ".sig";

    private final Sessions sessions = new Sessions();
    private final EmbeddedRegistry registry = EmbeddedRegistry.withZoo();

    @AfterEach
    void close() {
        registry.close();
        sessions.close();
    }

    // ---- what is read ----

    @Test
    void readsImageSignatureAndPayloadOnceEach() {
        RepositorySession session = session(ALICE + ":v1");
        for (int round = 0; round < 3; round++) {
            assertThat(session.resolve().digest()).isEqualTo(IMAGE);
            Manifest signature = session.manifestByTag(SIGNATURE_TAG).orElseThrow();
            assertThat(signature.isIndex()).isFalse();
            for (Descriptor layer : signature.layers()) {
                assertThat(layer.annotations()).containsKey("dev.cosignproject.cosign/signature");
                assertThat(new String(session.blob(layer, 1 << 20), UTF_8)).contains(IMAGE.toString());
            }
            assertThat(session.manifest(IMAGE).bytes()).isEqualTo(registry.bytes(IMAGE));
        }
        assertThat(paths())
                .containsExactly(
                        "/v2/" + ALICE + "/manifests/v1",
                        "/v2/" + ALICE + "/manifests/" + SIGNATURE_TAG,
                        paths().getLast())
                .last()
                .asString()
                .startsWith("/v2/" + ALICE + "/blobs/sha256:");
    }

    @Test
    void theDigestDecidesNotTheTag() {
        registry.tag(ALICE, "v1", registry.tagged("zoo/unsigned", "v1").orElseThrow());
        assertThat(session(ALICE + ":v1@" + IMAGE).resolve().digest()).isEqualTo(IMAGE);
        assertThat(paths()).containsExactly("/v2/" + ALICE + "/manifests/" + IMAGE);
    }

    @Test
    void whatIsNotThereIsNotThere() {
        assertThat(failure(() -> session(ALICE + ":v9").resolve()).kind()).isEqualTo(Kind.NOT_FOUND);
        assertThat(failure(() -> session("zoo/none:v1").resolve()).kind()).isEqualTo(Kind.NOT_FOUND);
        RepositorySession session = session("zoo/unsigned:v1");
        assertThat(session.manifestByTag("sha256-" + session.resolve().digest().hex() + ".sig"))
                .isEmpty();
    }

    // ---- lies and damage ----

    @Test
    void aDigestIsComputedNotBelieved() {
        Digest other = registry.tagged("zoo/unsigned", "v1").orElseThrow();
        assertThat(session(ALICE + "@" + IMAGE).resolve().digest()).isEqualTo(IMAGE);

        registry.onManifest(ALICE, IMAGE.toString(), Fault.bytes(registry.bytes(other)));
        FinalException lied =
                (FinalException) failure(() -> session(ALICE + "@" + IMAGE).resolve());
        assertThat(lied.kind()).isEqualTo(Kind.MALFORMED);
        assertThat(lied).hasMessageContaining("came with the digest " + other);

        registry.clearFaults();
        registry.onContent(IMAGE, Fault.digestHeader(other.toString()));
        assertThat(failure(() -> session(ALICE + ":v1").resolve()).kind()).isEqualTo(Kind.MALFORMED);
        assertThat(failure(() -> session(ALICE + "@" + IMAGE).resolve()).kind()).isEqualTo(Kind.MALFORMED);
    }

    @Test
    void damageGetsASecondChanceAndNoThird() {
        registry.onManifest(ALICE, IMAGE.toString(), Fault.first(1, Fault.flippedBit(77)));
        assertThat(session(ALICE + "@" + IMAGE).resolve().digest()).isEqualTo(IMAGE);
        assertThat(paths()).hasSize(2);

        registry.clearLog();
        registry.onManifest(ALICE, IMAGE.toString(), Fault.flippedBit(77));
        assertThat(failure(() -> session(ALICE + "@" + IMAGE).resolve()).kind()).isEqualTo(Kind.MALFORMED);
        assertThat(paths()).hasSize(2);
    }

    @Test
    void aBlobIsWhatItsDescriptorSays() {
        byte[] content = "payload".getBytes(UTF_8);
        Digest digest = registry.putBlob(content);
        Descriptor right = Descriptor.of("text/plain", digest, content.length);
        assertThat(session(ALICE + ":v1").blob(right, 7)).isEqualTo(content);

        assertThat(failure(() -> session(ALICE + ":v1").blob(right, 6)).kind()).isEqualTo(Kind.TOO_LARGE);
        Descriptor shorter = Descriptor.of("text/plain", digest, 6);
        assertThat(failure(() -> session(ALICE + ":v1").blob(shorter, 100)).kind())
                .isEqualTo(Kind.TOO_LARGE);
        Descriptor longer = Descriptor.of("text/plain", digest, 8);
        assertThat(failure(() -> session(ALICE + ":v1").blob(longer, 100)).kind())
                .isEqualTo(Kind.MALFORMED);
        registry.onContent(digest, Fault.flippedBit(3));
        assertThat(failure(() -> session(ALICE + ":v1").blob(right, 100)).kind())
                .isEqualTo(Kind.MALFORMED);
    }

    // ---- passing trouble ----

    @Test
    void withoutAContainerEachLookupIsTriedOnce() {
        registry.onManifest(ALICE, "v1", Fault.statuses(503, 503));
        for (int attempt = 0; attempt < 2; attempt++) {
            LookupException failure = failure(() -> session(ALICE + ":v1").resolve());
            assertThat(failure).isInstanceOf(TransientException.class);
            assertThat(failure.kind()).isEqualTo(Kind.STATUS);
        }
        assertThat(session(ALICE + ":v1").resolve().digest()).isEqualTo(IMAGE);
        assertThat(registry.log()).extracting(Access::status).containsExactly(503, 503, 200);
    }

    @Test
    void waitsAsLongAsAskedButNotLongerThanItMay() {
        registry.onManifest(ALICE, "v1", Fault.status(429, "Retry-After", "1"));
        long start = System.nanoTime();
        assertThat(failure(() -> session(ALICE + ":v1").resolve())).isInstanceOf(TransientException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(20));

        for (String later : new String[] {"60", "999999999", "Wed, 21 Oct 2037 07:28:00 GMT"}) {
            registry.onManifest(ALICE, "v1", Fault.status(429, "Retry-After", later));
            assertThat(failure(() -> session(ALICE + ":v1").resolve()))
                    .as(later)
                    .isInstanceOf(FinalException.class);
        }
        registry.onManifest(ALICE, "v1", Fault.status(429, "Retry-After", "soon"));
        assertThat(failure(() -> session(ALICE + ":v1").resolve())).isInstanceOf(TransientException.class);
    }

    // ---- helpers ----

    private RepositorySession session(String image) {
        return sessions.of(registry, image);
    }

    private List<String> paths() {
        return registry.contentLog().stream().map(Access::path).toList();
    }

    private static LookupException failure(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return catchThrowableOfType(LookupException.class, call);
    }
}
