package dev.connaisseur.threats;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connaisseur.testing.AdmissionAnswer;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows 91, 94, 95 and 96: reviews that are not what they seem, with a signed image in them, from the bytes to the answer. */
@Timeout(120)
class ReviewRowsTest {
    private static final Duration AMPLE = Duration.ofSeconds(25);
    private static final String REVIEW = """
            {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u-1","operation":"%s",
            "kind":{"group":"%s","version":"v1","kind":"%s"},"namespace":"default","object":%s}}""";

    @RegisterExtension
    static final CoreProcess CORE = new CoreProcess();

    @TempDir
    Path directory;

    private final Stage stage = new Stage();

    @AfterEach
    void close() {
        stage.close();
    }

    private String container(String more) {
        return "{\"name\":\"a\",\"image\":\"" + stage.twin() + "\"" + more + "}";
    }

    private String pod(String containers) {
        return "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"spec\":{\"containers\":[" + containers + "]}}";
    }

    private static String create(String object) {
        return REVIEW.formatted("CREATE", "", "Pod", object);
    }

    private static AdmissionAnswer answer(Trial trial, String review) {
        return answer(trial, review.getBytes(UTF_8));
    }

    private static AdmissionAnswer answer(Trial trial, byte[] review) {
        try {
            return AdmissionAnswer.ofJson(trial.send(AMPLE, review).join().response());
        } catch (CompletionException e) {
            throw e.getCause() instanceof Trial.Unreadable unreadable ? unreadable : e;
        }
    }

    // ---- 91 ----

    @Row(91)
    @ParameterizedTest
    @ValueSource(strings = {"PodTemplate", "Rollout", "pod", "Pod ", "", "DeploymentConfig", "Deployment", "CronJob"})
    void anObjectOfAnotherKindIsDenied(String kind) {
        try (Trial trial = stage.trial(CORE, directory)) {
            AdmissionAnswer twin = answer(trial, create(pod(container(""))));
            assertThat(twin.allowed()).as(twin.message()).isTrue();
            AdmissionAnswer answer = answer(trial, REVIEW.formatted("CREATE", "", kind, pod(container(""))));
            assertThat(answer.allowed()).isFalse();
            assertThat(answer.uid()).isEqualTo("u-1");
            assertThat(answer.patch()).isEmpty();
        }
    }

    @Row(91)
    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "{}",
                "[]",
                "1",
                "\"Pod\"",
                "{\"spec\":null}",
                "{\"spec\":{}}",
                "{\"spec\":{\"containers\":{}}}",
                "{\"spec\":{\"containers\":[1]}}",
                "{\"spec\":{\"containers\":[{\"image\":1}]}}",
                "{\"spec\":{\"containers\":[{\"image\":[\"a\"]}]}}"
            })
    void anObjectWithoutWhatItsKindHasIsDenied(String object) {
        try (Trial trial = stage.trial(CORE, directory)) {
            AdmissionAnswer answer;
            try {
                answer = answer(trial, create(object));
            } catch (Trial.Unreadable refused) {
                return; // status 400, which the API server takes for a refusal
            }
            assertThat(answer.allowed()).isFalse();
            assertThat(answer.uid()).isEqualTo("u-1");
        }
    }

    @Row(91)
    @ParameterizedTest
    @ValueSource(strings = {"CONNECT", "DELETE", "", "create"})
    void anotherOperationIsNoWayIn(String operation) {
        String evil = "{\"spec\":{\"containers\":[{\"name\":\"a\",\"image\":\"" + stage.at(":unsigned") + "\"}]}}";
        try (Trial trial = stage.trial(CORE, directory)) {
            assertThat(answer(trial, REVIEW.formatted(operation, "", "Pod", evil))
                            .allowed())
                    .isFalse();
        }
    }

    // ---- 94 ----

    static Stream<Arguments> unreadable() {
        return Stream.of(
                Arguments.of("an image twice", ",\"image\":\"evil\"", UTF_8),
                Arguments.of("an image twice, once escaped", ",\"ima\\u0067e\":\"evil\"", UTF_8),
                Arguments.of("a depth of 100,000", ",\"x\":" + "[".repeat(100_000) + "]".repeat(100_000), UTF_8),
                Arguments.of("a number of 1 MB", ",\"n\":" + "9".repeat(1 << 20), UTF_8),
                Arguments.of("a number without measure", ",\"n\":1e999999999", UTF_8),
                Arguments.of("half a surrogate pair", ",\"x\":\"\\ud800\"", UTF_8),
                Arguments.of("no UTF-8", ",\"x\":\"\u00e9\"", ISO_8859_1),
                Arguments.of("a raw NUL", ",\"x\":\"\u0000\"", UTF_8));
    }

    @Row(94)
    @ParameterizedTest(name = "{0}")
    @MethodSource
    void unreadable(String what, String more, Charset charset) {
        byte[] body = create(pod(container(more))).getBytes(charset);
        try (Trial trial = stage.trial(CORE, directory)) {
            assertThatThrownBy(() -> answer(trial, body))
                    .isInstanceOf(Trial.Unreadable.class)
                    .message()
                    .hasSizeLessThan(1000);
            assertThat(stage.hostile.log()).isEmpty();
            assertThat(answer(trial, create(pod(container("")))).allowed()).isTrue();
        }
    }

    @Row(94)
    @Test
    void lettersOfAnotherSizeAreOtherNames() {
        String hidden = "{\"name\":\"b\",\"Image\":\"" + stage.twin() + "\"}";
        try (Trial trial = stage.trial(CORE, directory)) {
            assertThat(answer(trial, create(pod(container("") + "," + hidden))).allowed())
                    .isFalse();
            AdmissionAnswer both = answer(trial, create(pod(container(",\"Image\":\"evil\""))));
            assertThat(both.allowed()).isTrue();
            assertThat(both.patch()).hasSize(1);
        }
    }

    @Row(94)
    @Test
    void threeMegabytesAreReadInTime() {
        try (Trial trial = stage.trial(CORE, directory)) {
            AdmissionAnswer answer = answer(trial, create(pod(container(",\"x\":\"" + "y".repeat(3 << 20) + "\""))));
            assertThat(answer.allowed()).as(answer.message()).isTrue();
        }
    }

    // ---- 95, 96 ----

    /** What cannot be known of an object stays as it was; only the image's text is replaced, where it stands. */
    @Row({95, 96})
    @Test
    void thePatchChangesTheImageAndNothingElse() {
        String strange =
                "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"annotations\":{\"a~/b\":\"\\u0000\\\"}],\"}},"
                        + "\"future\":[{\"image\":\"x\"}],\"spec\":{\"newField\":1e3,\"containers\":["
                        + "{\"name\":\"\\\"~1/\",\"image\":\"" + stage.twin() + "\",\"x\":{\"image\":\"evil\"}},"
                        + container("") + "]}}";
        try (Trial trial = stage.trial(CORE, directory)) {
            AdmissionAnswer answer = answer(trial, create(strange));
            assertThat(answer.allowed()).as(answer.message()).isTrue();
            JsonObject before = read(strange);
            String pinned = stage.twin() + "@" + stage.image;
            JsonObject expected = before;
            for (int i = 0; i < 2; i++) {
                expected = Json.createPointer("/spec/containers/" + i + "/image")
                        .replace(expected, Json.createValue(pinned));
            }
            JsonObject after = answer.applied(before);
            assertThat(after).isEqualTo(expected);
            AdmissionAnswer again = answer(trial, create(after.toString()));
            assertThat(again.allowed()).isTrue();
            assertThat(again.patch()).isEmpty();
        }
    }

    @Row({95, 96})
    @Test
    void aDenialCarriesNoPatchAndEveryAnswerItsUid() {
        String evil = container("") + ",{\"name\":\"b\",\"image\":\"" + stage.at(":unsigned") + "\"}";
        try (Trial trial = stage.trial(CORE, directory)) {
            for (String uid : List.of("u-1", "u\\\"},{\\\"allowed\\\":true", "\\u202e\\n")) {
                String review = create(pod(evil)).replace("\"uid\":\"u-1\"", "\"uid\":\"" + uid + "\"");
                AdmissionAnswer answer = answer(trial, review);
                assertThat(answer.allowed()).isFalse();
                assertThat(answer.patch()).isEmpty();
                assertThat(answer.uid())
                        .isEqualTo(read("{\"uid\":\"" + uid + "\"}").getString("uid"));
            }
        }
    }

    private static JsonObject read(String json) {
        return Json.createReader(new StringReader(json)).readObject();
    }
}
