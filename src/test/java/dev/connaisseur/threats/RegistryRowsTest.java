package dev.connaisseur.threats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.Access;
import dev.connaisseur.testing.Fault;
import dev.connaisseur.testing.HostileTls;
import dev.connaisseur.testing.TestImage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A hostile registry against the whole engine. Each attack starts from an image that is admitted, changes one thing, and must be
 * refused for the right reason, within its time and little memory, without a login leaving for anywhere else, while a request for
 * another registry's image is admitted beside it.
 */
@Timeout(120)
class RegistryRowsTest {
    private static final Duration AMPLE = Duration.ofSeconds(25);

    @RegisterExtension
    static final CoreProcess CORE = new CoreProcess();

    @TempDir
    Path directory;

    private final Stage stage = new Stage();

    @AfterEach
    void close() {
        stage.close();
    }

    static Stream<Attack> attacks() {
        return Stream.of(ManifestAttacks.all(), EndlessAttacks.all(), ElsewhereAttacks.all())
                .flatMap(s -> s);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
    void isRefusedWhileOthersAreServed(Attack attack) {
        CORE.row(attack.row());
        try (Trial trial = stage.trial(CORE, directory)) {
            Trial.Answer twin = trial.ask(AMPLE, stage.twin());
            assertThat(twin.allowed()).as(twin.message()).isTrue();
            assertThat(twin.patched()).containsExactly(stage.twin() + "@" + stage.image);
            stage.hostile.clearLog();

            String target = attack.arm().arm(stage);
            CompletableFuture<Trial.Answer> attacked =
                    CompletableFuture.supplyAsync(() -> trial.ask(attack.limit(), target), Thread::startVirtualThread);
            Trial.Answer beside = trial.ask(AMPLE, stage.honestImage());
            Trial.Answer answer = attacked.join();

            assertThat(answer.allowed()).as(answer.message()).isFalse();
            assertThat(answer.reasons()).as(answer.message()).hasSize(1).allMatch(attack.reasons()::contains);
            assertThat(answer.message()).matches(attack::explains).doesNotContain("secret", "\u001b", Stage.PASSWORD);
            assertThat(answer.message().length()).isLessThan(1000);
            assertThat(answer.time()).isLessThan(attack.limit().plusSeconds(5));
            assertThat(beside.allowed()).as(beside.message()).isTrue();
            assertThat(beside.time()).isLessThan(Duration.ofSeconds(10));
            assertThat(stage.authorizedElsewhere()).isEmpty();
        }
    }

    /** Row 63: who floods instead of answering is hung up on, even if nobody waits for an answer any more. */
    @Row(63)
    @Test
    void floodsAreHungUpOn() throws Exception {
        try (Trial trial = stage.trial(CORE, directory)) {
            List<HostileTls> servers = new ArrayList<>();
            for (String frames : List.of(
                    HostileTls.PING,
                    HostileTls.SETTINGS,
                    HostileTls.WINDOW,
                    HostileTls.RESET,
                    HostileTls.CONTINUATION)) {
                HostileTls server = HostileTls.flooding(stage.authority, frames);
                servers.add(server);
                assertThat(trial.ask(Duration.ofSeconds(2), stage.with(server)).allowed())
                        .isFalse();
            }
            assertThat(trial.ask(AMPLE, stage.twin()).allowed()).isTrue();
            for (HostileTls server : servers) {
                assertThat(server.awaitBrokenOff(Duration.ofSeconds(60))).isTrue();
            }
        }
    }

    @Row(3)
    @Test
    void theTagBesideADigestIsNeverAskedFor() {
        try (Trial trial = stage.trial(CORE, directory)) {
            Trial.Answer right = trial.ask(AMPLE, stage.at(":unsigned@" + stage.image));
            assertThat(right.allowed()).as(right.message()).isTrue();
            assertThat(trial.ask(AMPLE, stage.at(":v1@" + stage.unsigned)).allowed())
                    .isFalse();
            assertThat(stage.hostile.log())
                    .isNotEmpty()
                    .noneMatch(access -> access.path().endsWith("/manifests/v1")
                            || access.path().endsWith("/manifests/unsigned"));
        }
    }

    /** The twin of the redirects: storage elsewhere is read, without the login. */
    @Row(70)
    @Test
    void aRedirectElsewhereIsFollowedBare() {
        try (Trial trial = stage.trial(CORE, directory)) {
            stage.elsewhere.putBlob(stage.payload());
            stage.onPayload(Fault.redirect(stage.elsewhere.base() + "/v2/x/y/blobs/" + Digest.of(stage.payload())));
            Trial.Answer answer = trial.ask(AMPLE, stage.twin());
            assertThat(answer.allowed()).as(answer.message()).isTrue();
            assertThat(stage.elsewhere.log()).hasSize(1).noneMatch(Access::authorized);
            assertThat(stage.hostile.log()).anyMatch(Access::authorized);
        }
    }

    /** Row 72: the token of one repository is never sent for another one, nor to another registry. */
    @Row(72)
    @Test
    void aTokenIsForItsRepositoryOnly() {
        try (Trial trial = stage.trial(CORE, directory)) {
            Digest second = TestImage.push(stage.hostile, "acme/second", "v1", "second");
            stage.signer.sign(stage.hostile, "acme/second", second);
            for (String image : List.of(stage.twin(), stage.hostile.host() + "/acme/second:v1", stage.twin())) {
                assertThat(trial.ask(AMPLE, image).allowed()).isTrue();
            }
            assertThat(trial.ask(AMPLE, stage.honestImage()).allowed()).isTrue();
            assertThat(stage.hostile.log().stream().filter(Access::token).map(Access::path))
                    .hasSize(2)
                    .doesNotHaveDuplicates();
            assertThat(trial.ask(AMPLE, stage.hostile.host() + "/acme/second:unsigned")
                            .allowed())
                    .isFalse();
            // A token of the first repository would have been answered 401 with the header.
            assertThat(stage.hostile.log()).noneMatch(access -> access.authorized() && access.status() == 401);
            assertThat(stage.honest.log()).isNotEmpty().noneMatch(Access::authorized);
        }
    }

    /** Row 73: the operator's list ends every try to go anywhere else. */
    @Row(73)
    @Test
    void onlyListedHostsAreAsked() {
        try (Trial trial = stage.trialOf(
                CORE,
                directory,
                stage.configuration(),
                stage.twin(),
                "CONNAISSEUR_NETWORK_ONLY",
                stage.hostile.host())) {
            assertThat(trial.ask(AMPLE, stage.twin()).allowed()).isTrue();
            Trial.Answer other = trial.ask(AMPLE, stage.honestImage());
            assertThat(other.allowed()).isFalse();
            assertThat(other.message()).contains("we may not connect to " + stage.honest.host());
            assertThat(stage.honest.log()).isEmpty();
        }
    }

    /** Row 75: layers of the image itself are never fetched, wherever they lie. */
    @Row(75)
    @Test
    void foreignLayersAreLeftAlone() {
        try (Trial trial = stage.trial(CORE, directory)) {
            String foreign = stage.text(stage.image)
                    .replaceFirst(
                            "\"layers\":\\[\\{",
                            "\"layers\":[{\"urls\":[\"" + stage.elsewhere.base() + "/v2/x/y/blobs/z\"],");
            Trial.Answer answer = trial.ask(AMPLE, stage.signedRaw(TestImage.MANIFEST, foreign));
            assertThat(answer.allowed()).as(answer.message()).isTrue();
            assertThat(stage.elsewhere.log()).isEmpty();
        }
    }
}
