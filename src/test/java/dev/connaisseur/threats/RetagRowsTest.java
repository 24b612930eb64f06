package dev.connaisseur.threats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.image.Digest;
import dev.connaisseur.image.ImageReference;
import dev.connaisseur.testing.Access;
import dev.connaisseur.testing.AdmissionAnswer;
import dev.connaisseur.testing.Fault;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.testing.TestImage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Rows 8, 10, 11, 12 and 13: a tag that moves while it is looked at. The digest that was verified is the one that will run. */
@Timeout(180)
class RetagRowsTest {
    private static final Duration AMPLE = Duration.ofSeconds(25);
    private static final int ROUNDS = 1000;
    private static final long RETAG_NANOS = 100_000;
    private static final long SEED = 20261121;

    @RegisterExtension
    static final CoreProcess CORE = new CoreProcess();

    @TempDir
    Path directory;

    private final Stage stage = new Stage();

    @AfterEach
    void close() {
        stage.close();
    }

    @Row(8)
    @Test
    void theTagIsResolvedOnce() {
        try (Trial trial = stage.trial(CORE, directory)) {
            stage.onTag(Fault.changed(usual -> {
                stage.hostile.tag(Stage.REPOSITORY, "v1", stage.unsigned);
                return usual;
            }));
            Trial.Answer answer = trial.ask(AMPLE, stage.twin());
            assertThat(answer.allowed()).as(answer.message()).isTrue();
            assertThat(answer.patched()).containsExactly(stage.twin() + "@" + stage.image);
            assertThat(stage.hostile.log().stream().filter(Access::authorized).map(Access::path))
                    .filteredOn(path -> path.endsWith("/manifests/v1"))
                    .hasSize(1);
            assertThat(trial.ask(AMPLE, stage.twin()).allowed()).isFalse();
        }
    }

    /** Only a rule that says so leaves the tag as it is, and the answer warns of it. */
    @Row(12)
    @Test
    void unpinnedOnlyIfTheRuleSaysSo() {
        String pinning = stage.configuration();
        String lenient = pinning.replace("{trustRoot: key,", "{trustRoot: key, mode: insecureValidateOnly,");
        try (Trial trial = stage.trial(CORE, directory)) {
            assertThat(trial.ask(AMPLE, stage.twin()).patched()).hasSize(1);
        }
        try (Trial trial = stage.trialOf(CORE, directory, lenient, stage.honestImage())) {
            Trial.Answer answer = trial.ask(AMPLE, stage.twin());
            assertThat(answer.allowed()).as(answer.message()).isTrue();
            assertThat(answer.patched()).isEmpty();
            assertThat(AdmissionAnswer.ofJson(answer.response()).warnings())
                    .anyMatch(warning -> warning.contains("not pinned"));
            assertThat(trial.ask(AMPLE, stage.at(":unsigned")).allowed()).isFalse();
        }
    }

    /** What another webhook made of the object is asked about once more, and is judged as it stands. */
    @Row(13)
    @Test
    void whatWasChangedAfterwardsIsJudgedAsItStands() {
        try (Trial trial = stage.trial(CORE, directory)) {
            String pinned = trial.ask(AMPLE, stage.twin()).patched().getFirst();
            Trial.Answer again = trial.ask(AMPLE, pinned);
            assertThat(again.allowed()).as(again.message()).isTrue();
            assertThat(again.patched()).isEmpty();
            String swapped = pinned.replace(stage.image.toString(), stage.unsigned.toString());
            assertThat(trial.ask(AMPLE, swapped).allowed()).isFalse();
            assertThat(trial.ask(AMPLE, pinned, stage.at(":unsigned")).allowed())
                    .isFalse();
        }
    }

    /** The oracle is the set of digests that were signed when they were made; it never asks the product. */
    @Row({10, 11})
    @Test
    void inAThousandRoundsNoUnsignedDigestIsPatched() {
        Random random = new Random(SEED);
        Set<Digest> signed = new HashSet<>();
        List<Digest> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Digest digest = TestImage.push(stage.hostile, Stage.REPOSITORY, "build-" + i, "build " + i);
            all.add(digest);
            if (i % 2 == 0) {
                stage.signer.sign(stage.hostile, Stage.REPOSITORY, digest);
                signed.add(digest);
            }
        }
        AtomicBoolean racing = new AtomicBoolean(true);
        int admitted = 0;
        int denied = 0;
        try (Trial trial = stage.trial(CORE, directory)) {
            stage.onTag(Fault.changed(usual -> {
                stage.hostile.tag(Stage.REPOSITORY, "v1", all.get(random.nextInt(all.size())));
                return usual;
            }));
            CompletableFuture<Void> racer =
                    CompletableFuture.runAsync(() -> retag(all, racing), Thread::startVirtualThread);
            for (int round = 0; round < ROUNDS; round++) {
                Trial.Answer answer = trial.send(AMPLE, review(round)).join();
                if (answer.allowed()) {
                    admitted++;
                    assertThat(answer.patched())
                            .hasSize(4)
                            .allSatisfy(image -> assertThat(signed)
                                    .contains(
                                            ImageReference.parse(image).digest().orElseThrow()));
                    assertThat(new HashSet<>(answer.patched())).hasSize(1);
                } else {
                    denied++;
                }
            }
            racing.set(false);
            racer.join();
        }
        assertThat(admitted).isGreaterThan(ROUNDS / 10);
        assertThat(denied).isGreaterThan(ROUNDS / 10);
    }

    private void retag(List<Digest> all, AtomicBoolean racing) {
        Random random = new Random(SEED + 1);
        while (racing.get()) {
            stage.hostile.tag(Stage.REPOSITORY, "v1", all.get(random.nextInt(all.size())));
            LockSupport.parkNanos(RETAG_NANOS);
        }
    }

    /** One tag in all three lists, created or, as ephemeral containers are, added later. */
    private String review(int round) {
        String image = stage.twin();
        Map<String, List<String>> lists = Map.of(
                "initContainers", List.of(image),
                "containers", List.of(image, image),
                "ephemeralContainers", List.of(image));
        return round % 2 == 0
                ? Reviews.create("Pod", "round-" + round, lists).toString()
                : Reviews.update("Pod", "round-" + round, Map.of("containers", List.of("old.example/x:1")), lists)
                        .toString();
    }
}
