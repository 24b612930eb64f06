package dev.connaisseur.threats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.testing.Reviews;
import dev.connaisseur.validator.Reason;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.io.StringReader;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A trial in a {@link CoreProcess}, to which an honest request is put again and again until it is closed. */
final class CoreTrial implements Trial {
    /** Less than the 30 s that an API server waits at most. */
    private static final Duration IN_TIME = Duration.ofSeconds(25);

    private static final int TRIES = 2;
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final CoreProcess core;
    private final String id;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CompletableFuture<Void> honest;

    CoreTrial(CoreProcess core, String id, String honestImage) {
        this.core = core;
        this.id = id;
        this.honest = CompletableFuture.runAsync(() -> insist(honestImage), Thread::startVirtualThread);
    }

    private void insist(String image) {
        byte[] review = Reviews.create("Pod", "honest", image).toString().getBytes(StandardCharsets.UTF_8);
        try {
            do {
                Answer answer = put(IN_TIME, review).join();
                for (int more = 0; more < TRIES && unlucky(answer); more++) {
                    answer = put(IN_TIME, review).join();
                }
                assertThat(answer.allowed()).as("beside: " + answer.message()).isTrue();
                core.ledger().beside(answer.time());
            } while (!closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** On a machine with too much to do; whoever is told "try again" does. */
    private static boolean unlucky(Answer answer) {
        return !answer.allowed()
                && Set.of(Reason.TIMED_OUT, Reason.INCONCLUSIVE).containsAll(answer.reasons());
    }

    @Override
    public CompletableFuture<Answer> send(Duration limit, byte[] review) {
        return put(limit, review).whenComplete((answer, failure) -> {
            if (answer != null && answer.allowed()) {
                core.ledger().admitted();
            } else {
                core.ledger().refused();
            }
        });
    }

    private CompletableFuture<Answer> put(Duration limit, byte[] review) {
        long start = System.nanoTime();
        return core.http()
                .sendAsync(
                        core.request("send/" + id + "/" + limit.toMillis(), BodyPublishers.ofByteArray(review)),
                        BodyHandlers.ofString())
                .thenApply(answer -> read(answer, Duration.ofNanos(System.nanoTime() - start)));
    }

    private static Answer read(HttpResponse<String> answer, Duration time) {
        if (answer.statusCode() == 400) {
            throw new Unreadable(answer.body());
        }
        JsonObject read = Json.createReader(new StringReader(answer.body())).readObject();
        return new Answer(
                read.getBoolean("allowed"),
                read.getString("message"),
                texts(read, "reasons").stream().map(Reason::valueOf).toList(),
                texts(read, "patched"),
                read.getString("response"),
                time);
    }

    private static List<String> texts(JsonObject object, String name) {
        return object.getJsonArray(name).getValuesAs(JsonString.class).stream()
                .map(JsonString::getString)
                .toList();
    }

    @Override
    public int series() {
        return Integer.parseInt(
                core.ask("series/" + id, BodyPublishers.noBody()).body());
    }

    /** Also fails if an honest request was refused, which is what becomes of it when it is not decided in time. */
    @Override
    public void close() {
        closing.countDown();
        try {
            honest.join();
        } catch (CompletionException e) {
            throw new AssertionError("an honest request beside", e.getCause());
        } finally {
            core.ask("close/" + id, BodyPublishers.noBody());
        }
    }
}
