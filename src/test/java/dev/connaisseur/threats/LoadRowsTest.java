package dev.connaisseur.threats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.Fault;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.testing.TestImage;
import dev.connaisseur.validator.Reason;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Rows 65 and 66: many images at once, of a registry that does not answer, beside the requests of other people. */
@Timeout(180)
class LoadRowsTest {
    private static final Duration AMPLE = Duration.ofSeconds(60);
    private static final Duration SOON = Duration.ofSeconds(20);

    @RegisterExtension
    static final CoreProcess CORE = new CoreProcess();

    @TempDir
    Path directory;

    private final Stage stage = new Stage();

    @AfterEach
    void close() {
        stage.close();
    }

    private static String[] images(String prefix, int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(i -> prefix + "/acme/app-" + i + ":v1")
                .toArray(String[]::new);
    }

    /** 400 verifications wait for one sick registry, three times as many as run together; another one is not slower for it. */
    @Row(65)
    @Test
    void aSickRegistryHoldsUpNobodyElse() throws Exception {
        CountDownLatch stuck = new CountDownLatch(20);
        try (Trial trial = stage.trial(CORE, directory)) {
            Fault silence = Fault.stallBeforeHeaders();
            for (int i = 0; i < 400; i++) {
                stage.elsewhere.on("/v2/acme/app-" + i + "/manifests/v1", (exchange, usual, end) -> {
                    stuck.countDown();
                    silence.answer(exchange, usual, end);
                });
            }
            List<CompletableFuture<Trial.Answer>> sick = new ArrayList<>();
            for (int i = 0; i < 400; i += 20) {
                String review = Reviews.create("Pod", "sick-" + i, images(stage.elsewhere.host(), i, 20))
                        .toString();
                sick.add(trial.send(SOON, review));
            }
            assertThat(stuck.await(30, TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i < 20; i++) {
                Trial.Answer answer = trial.ask(SOON, stage.honestImage());
                assertThat(answer.allowed()).as(answer.message()).isTrue();
                assertThat(answer.time()).isLessThan(Duration.ofSeconds(10));
            }
            assertThat(sick).filteredOn(CompletableFuture::isDone).isEmpty();
            for (CompletableFuture<Trial.Answer> future : sick) {
                Trial.Answer answer = future.get(60, TimeUnit.SECONDS);
                assertThat(answer.allowed()).isFalse();
                assertThat(answer.reasons()).hasSize(20).isSubsetOf(Reason.TIMED_OUT, Reason.INCONCLUSIVE);
            }
        }
    }

    /**
     * Every image has a manifest of almost the largest size, and whatever could say more about it says nothing, so that everything
     * that is kept is kept at one time.
     */
    @Row(65)
    @Test
    void hugeManifestsAreNotAllKeptAtOnce() throws Exception {
        byte[] huge = stage.text(stage.image)
                .replaceFirst(
                        "\\{",
                        "{\"annotations\":{\"a\":\"" + "x".repeat(1000 << 10) + "\",\"b\":\"" + "y".repeat(1000 << 10)
                                + "\",\"c\":\"" + "z".repeat(1000 << 10) + "\"},")
                .getBytes(StandardCharsets.UTF_8);
        List<EmbeddedRegistry> hosts =
                List.of(stage.elsewhere, stage.another(stage.trusted()), stage.another(stage.trusted()));
        Fault large = (exchange, usual, end) -> {
            exchange.getResponseHeaders().set("Content-Type", TestImage.MANIFEST);
            exchange.sendResponseHeaders(200, huge.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(huge);
            }
        };
        hosts.forEach(host -> host.onAll(
                path -> path.startsWith("/v2/acme/"),
                (exchange, usual, end) -> (exchange.getRequestURI().getPath().endsWith("/v1")
                                ? large
                                : Fault.stallBeforeHeaders())
                        .answer(exchange, usual, end)));
        try (Trial trial = stage.trial(CORE, directory)) {
            List<CompletableFuture<Trial.Answer>> all = new ArrayList<>();
            for (EmbeddedRegistry host : hosts) {
                for (int i = 0; i < 8; i += 4) {
                    all.add(trial.send(
                            SOON,
                            Reviews.create("Pod", "huge-" + i, images(host.host(), i, 4))
                                    .toString()));
                }
            }
            assertThat(all)
                    .allSatisfy(future -> assertThat(
                                    future.get(60, TimeUnit.SECONDS).allowed())
                            .isFalse());
        }
    }

    @Row(65)
    @Test
    void aPodOf500ImagesIsDeniedUnseen() {
        try (Trial trial = stage.trial(CORE, directory)) {
            String review = Reviews.create(
                            "Pod",
                            "many",
                            Map.of(
                                    "containers", List.of(images(stage.hostile.host(), 0, 450)),
                                    "ephemeralContainers", List.of(images(stage.hostile.host(), 450, 50))))
                    .toString();
            Trial.Answer answer = trial.send(AMPLE, review).join();
            assertThat(answer.allowed()).isFalse();
            assertThat(answer.message()).contains("500", "256").hasSizeLessThan(1000);
            assertThat(stage.hostile.log()).isEmpty();
            assertThat(trial.ask(AMPLE, stage.twin()).allowed()).isTrue();
        }
    }

    @Row(66)
    @Test
    void metricsDoNotGrowWithNames() {
        try (Trial trial = stage.trial(CORE, directory)) {
            assertThat(trial.ask(AMPLE, stage.honestImage()).allowed()).isTrue();
            trial.ask(AMPLE, stage.honestImage(), stage.at(":unsigned"), "no reference!");
            int before = trial.series();
            for (int i = 0; i < 200; i += 20) {
                trial.ask(AMPLE, images(stage.honest.host(), i, 20));
            }
            trial.ask(AMPLE, "no reference either!");
            assertThat(trial.series()).isLessThanOrEqualTo(before + 10);
        }
    }
}
