package dev.connaisseur.integration;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.KnownImage;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.testing.Sample;
import dev.connaisseur.testing.Samples;
import dev.connaisseur.testing.ServerProcess;
import dev.connaisseur.testing.TestImage;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Images whose truth is known from when they were made, requests for them as the API server sends them, and what became of each. No
 * image is asked for twice, so that no verdict comes from a memory.
 */
final class FaultLoad {
    /** So many layers make a manifest that no connection gives at once. */
    private static final int LAYERS = 60;

    private static final int ROUND = 20;
    private static final Duration FOREVER = Duration.ofMinutes(2);
    private final ServerProcess server;
    private final CosignSigner signer;
    private final CosignSigner stranger = CosignSigner.create();
    private final AtomicInteger batches = new AtomicInteger();

    FaultLoad(ServerProcess server, CosignSigner signer) {
        this.server = server;
        this.signer = signer;
    }

    // ---- images ----

    /** New images in a registry that is reached as {@code host}: every second one signed, the others by nobody or by a stranger. */
    List<KnownImage> mixed(EmbeddedRegistry registry, String host, int count) {
        return mixed(registry, host, "batch-" + batches.incrementAndGet(), count);
    }

    /** The same in repositories below a name that nobody else uses. */
    List<KnownImage> mixed(EmbeddedRegistry registry, String host, String below, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    String repository = below + "/app-" + i;
                    return i % 2 == 0
                            ? push(registry, host, repository, Optional.of(signer), true)
                            : push(
                                    registry,
                                    host,
                                    repository,
                                    Optional.of(stranger).filter(other -> i % 4 == 1),
                                    false);
                })
                .toList();
    }

    /** One new image with a good signature. */
    KnownImage signed(EmbeddedRegistry registry, String host) {
        return mixed(registry, host, 1).getFirst();
    }

    private static KnownImage push(
            EmbeddedRegistry registry, String host, String repository, Optional<CosignSigner> by, boolean right) {
        JsonArrayBuilder layers = Json.createArrayBuilder();
        byte[] layer = repository.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < LAYERS; i++) {
            layers.add(TestImage.descriptor(registry, TestImage.LAYER, layer));
        }
        Digest digest = TestImage.pushManifest(registry, repository, "v1", layers.build());
        by.ifPresent(who -> who.sign(registry, repository, digest));
        return new KnownImage(
                host + "/" + repository + ":v1", Optional.of(digest).filter(signed -> right));
    }

    // ---- requests ----

    Sample ask(KnownImage image) {
        return ask(image, 30);
    }

    /** Asks as an API server that waits for so many seconds; what is answered later than that counts all the same. */
    Sample ask(KnownImage image, int seconds) {
        String uid = "fault-" + System.nanoTime();
        long start = System.nanoTime();
        HttpResponse<String> answer;
        try {
            answer = server.send(HttpRequest.newBuilder(server.uri("/mutate?timeout=" + seconds + "s"))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(
                            Reviews.create("Pod", uid, image.reference()).toString())));
        } catch (AssertionError nobody) {
            return Sample.unanswered(image, start, String.valueOf(nobody.getCause()));
        }
        return Sample.judged(image, uid, start, answer.statusCode(), answer.body());
    }

    /** Asks for all of them, so many at a time. */
    Samples ask(List<KnownImage> images, int together, int seconds) {
        ExecutorService threads = Executors.newFixedThreadPool(together);
        try {
            List<Future<Sample>> pending = images.stream()
                    .map(image -> threads.submit(() -> ask(image, seconds)))
                    .toList();
            List<Sample> samples = new ArrayList<>();
            for (Future<Sample> future : pending) {
                samples.add(future.get(FOREVER.toSeconds(), TimeUnit.SECONDS));
            }
            return new Samples(samples);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        } finally {
            threads.shutdownNow();
        }
    }

    /** How long after now the last request was begun that was not yet decided rightly; so many in a row end the search. */
    Duration recovery(EmbeddedRegistry registry, String host, int inARow) {
        long start = System.nanoTime();
        long last = start;
        for (int right = 0; right < inARow; right += ROUND) {
            if (since(start).compareTo(FOREVER) > 0) {
                throw new AssertionError("no recovery within " + FOREVER);
            }
            for (Sample sample : ask(mixed(registry, host, ROUND), 4, 30).all()) {
                if (!sample.right()) {
                    right = -ROUND;
                    last = Math.max(last, sample.begun());
                }
            }
        }
        return Duration.ofNanos(last - start);
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
