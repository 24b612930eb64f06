package dev.connaisseur.admission;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connaisseur.admission.AdmissionDecision.Allowed;
import dev.connaisseur.admission.AdmissionDecision.Refused;
import dev.connaisseur.kubernetes.AdmissionReview;
import dev.connaisseur.kubernetes.MalformedReviewException;
import dev.connaisseur.testing.Reviews;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonPatch;
import java.io.StringReader;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user who may create workloads, or whoever reaches the port, can put into a review. */
class HostileReviewsTest {
    private static final String HEAD = """
            {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","operation":"CREATE",
            "kind":{"group":"","version":"v1","kind":"%s"},"object":%s}}""";

    private final Bench bench = new Bench()
            .signed("cosign", Map.of("reg.io/app", Bench.DIGEST))
            .rule("*:*", "cosign")
            .rule("reg.io/allow", "allow");

    @AfterEach
    void close() {
        bench.close();
    }

    private static byte[] pod(String object) {
        return HEAD.formatted("Pod", object).getBytes(UTF_8);
    }

    static Stream<Arguments> unreadable() {
        String image = "{\"spec\":{\"containers\":[{\"image\":\"reg.io/allow\"%s}]}}";
        return Stream.of(
                Arguments.of("two images in one container", image.formatted(",\"image\":\"reg.io/evil\""), UTF_8),
                Arguments.of("two spellings of one name", image.formatted(",\"ima\\u0067e\":\"reg.io/evil\""), UTF_8),
                Arguments.of("two lists", "{\"spec\":{\"containers\":[],\"containers\":[]}}", UTF_8),
                Arguments.of("a depth of 100,000", "[".repeat(100_000) + "]".repeat(100_000), UTF_8),
                Arguments.of("a number of 1 MB", "{\"n\":" + "9".repeat(1 << 20) + "}", UTF_8),
                Arguments.of("half a surrogate pair", image.formatted(",\"name\":\"\\ud800\""), UTF_8),
                Arguments.of("bytes that are no UTF-8", image.formatted(",\"name\":\"\u00e9\""), ISO_8859_1),
                Arguments.of("a raw NUL", image.formatted(",\"name\":\"\u0000\""), UTF_8));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void unreadable(String what, String object, Charset charset) {
        byte[] body = HEAD.formatted("Pod", object).getBytes(charset);
        assertThatThrownBy(() -> AdmissionReview.parse(body)).isInstanceOf(MalformedReviewException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"spec\":{\"containers\":[{\"image\":\"reg.io/allow\"},{\"Image\":\"reg.io/allow\"}]}}",
                "{\"Spec\":{\"containers\":[{\"image\":\"reg.io/allow\"}]}}",
                "{\"spec\":{\"Containers\":[{\"image\":\"reg.io/allow\"}]}}",
                "{\"spec\":{\"containers\":[{\"image\":\"reg.io/allow\\u0000\"}]}}",
                "{\"kind\":\"Deployment\",\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"image\":\"reg.io/allow\"}]}}}}",
                "{\"spec\":{\"initContainers\":[{\"image\":\"reg.io/evil\",\"restartPolicy\":\"Always\"}],"
                        + "\"containers\":[{\"image\":\"reg.io/allow\"}]}}",
                "{\"metadata\":{\"deletionTimestamp\":\"2026-01-01T00:00:00Z\"},\"spec\":{\"containers\":[{\"image\":\"evil\"}]}}",
                "{\"status\":{\"phase\":\"Succeeded\"},\"spec\":{\"containers\":[{\"image\":\"evil\"}]}}",
                "null",
                "{}"
            })
    void readableAndDenied(String object) {
        assertThat(bench.review(AdmissionReview.parse(pod(object)))).isInstanceOf(Refused.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONNECT", "DELETE", "", "update"})
    void otherOperationsGetNoPrivilege(String operation) {
        String review = new String(pod("{\"spec\":{\"containers\":[{\"image\":\"evil\"}]}}"), UTF_8)
                .replace(
                        "\"CREATE\"",
                        "\"" + operation + "\",\"oldObject\":{\"metadata\":{\"deletionTimestamp\":\"x\"},"
                                + "\"spec\":{\"containers\":[{\"image\":\"evil\"}]}}");
        assertThat(bench.review(AdmissionReview.parse(review.getBytes(UTF_8)))).isInstanceOf(Refused.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PodTemplate", "Rollout", "pod", "Pod ", "", "\\u0050od2"})
    void otherKindsAreDenied(String kind) {
        byte[] body = HEAD.formatted(kind, "{\"spec\":{\"containers\":[{\"image\":\"reg.io/allow\"}]}}")
                .getBytes(UTF_8);
        assertThat(bench.review(AdmissionReview.parse(body))).isInstanceOf(Refused.class);
    }

    /** A finalizer can be removed from an object that is being deleted; an image cannot be changed with it. */
    @Test
    void aDeletionIsNoWayIn() {
        String update = """
                {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","operation":"UPDATE",
                "kind":{"kind":"Pod"},"object":{"spec":{"containers":[%s]}},
                "oldObject":{"metadata":{"deletionTimestamp":"2026-01-01T00:00:00Z"},"spec":{"containers":[
                {"name":"a","image":"evil:1"},{"name":"b","image":"evil:2"}]}}}}""";
        String a = "{\"name\":\"a\",\"image\":\"evil:1\"}";
        assertThat(bench.review(AdmissionReview.parse(update.formatted(a + ",{\"name\":\"b\",\"image\":\"evil:2\"}")
                        .getBytes(UTF_8))))
                .isInstanceOf(Allowed.class);
        for (String changed : List.of(
                "{\"name\":\"a\",\"image\":\"evil:3\"}",
                "{\"name\":\"a\",\"image\":\"evil:2\"}",
                a + ",{\"name\":\"c\",\"image\":\"evil:1\"}")) {
            assertThat(bench.review(
                            AdmissionReview.parse(update.formatted(changed).getBytes(UTF_8))))
                    .as(changed)
                    .isInstanceOf(Refused.class);
        }
    }

    /** The patch replaces texts at exact places; what we do not know of the object stays. */
    @Test
    void whatWeDoNotKnowIsPreserved() {
        String object = """
                {"metadata":{"annotations":{"a~/b":"\\u0000\\"}],"}},"future":[{"image":"reg.io/app"}],"spec":{"containers":[
                {"name":"\\"~1/","image":"reg.io/app","x-unknown":{"image":"reg.io/app"}}],"newField":1e3}}""";
        JsonObject before = Json.createReader(new StringReader(object)).readObject();
        Allowed allowed = (Allowed) bench.review(AdmissionReview.parse(pod(object)));
        JsonArray operations =
                Json.createReader(new StringReader(allowed.patch().toJson())).readArray();
        JsonPatch patch = Json.createPatch(operations);
        JsonObject expected = Json.createPointer("/spec/containers/0/image")
                .replace(before, Json.createValue("reg.io/app:latest@" + Bench.DIGEST));
        assertThat(patch.apply(before)).isEqualTo(expected);
        assertThat(operations).hasSize(1);
    }

    @Test
    void aReviewOfThreeMegabytesIsReadInTime() {
        String object = Reviews.workload("Pod", Map.of("containers", List.of("reg.io/allow")))
                .toString();
        String big = object.substring(0, object.length() - 1) + ",\"pad\":\"" + "x".repeat(3 << 20) + "\"}";
        assertThat(bench.review(AdmissionReview.parse(pod(big)))).isInstanceOf(Allowed.class);
    }
}
