package dev.connaisseur.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connaisseur.json.StrictJson;
import jakarta.json.Json;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AdmissionResponseTest {
    private static final AdmissionReview REVIEW = AdmissionReview.parse(
            "{\"apiVersion\":\"admission.k8s.io/v1beta1\",\"kind\":\"AdmissionReview\",\"request\":{\"uid\":\"u-1\"}}"
                    .getBytes(UTF_8));
    private static final JsonPatch PATCH =
            new JsonPatch(List.of(new JsonPatch.Replace("/spec/containers/0/image", "a@sha256:1")));

    private static String written(AdmissionResponse response) {
        return new String(response.toJson(REVIEW), UTF_8);
    }

    @Test
    void admittedWithoutChange() {
        assertThat(written(AdmissionResponse.admitted(JsonPatch.NONE, List.of())))
                .isEqualTo("""
                {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1beta1","response":{"uid":"u-1","allowed":true}}""");
    }

    @Test
    void admittedWithChange() {
        String patch = "[{\"op\":\"replace\",\"path\":\"/spec/containers/0/image\",\"value\":\"a@sha256:1\"}]";
        assertThat(written(AdmissionResponse.admitted(PATCH, List.of("careful"))))
                .isEqualTo("""
                {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1beta1","response":{"uid":"u-1","allowed":true,\
                "patch":"%s","patchType":"JSONPatch","warnings":["careful"]}}""".formatted(Base64.getEncoder().encodeToString(patch.getBytes(UTF_8))));
    }

    @Test
    void denied() {
        assertThat(written(AdmissionResponse.denied("no \"signature\"\n"))).isEqualTo("""
                {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1beta1","response":{"uid":"u-1","allowed":false,\
                "status":{"metadata":{},"message":"no \\"signature\\"\\n"}}}""");
    }

    @Test
    void admittedInSpiteOfADenial() {
        AdmissionResponse lenient = new AdmissionResponse(
                true, Optional.of("no"), List.of("w"), JsonPatch.NONE, new TreeMap<>(Map.of("id", "7")));
        assertThat(written(lenient)).isEqualTo("""
                {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1beta1","response":{"uid":"u-1","allowed":true,\
                "status":{"metadata":{},"message":"no"},"auditAnnotations":{"id":"7"},"warnings":["w"]}}""");
    }

    @Test
    void aDenialNeverCarriesAPatch() {
        assertThatThrownBy(() -> new AdmissionResponse(false, Optional.of("no"), List.of(), PATCH, new TreeMap<>()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        new AdmissionResponse(false, Optional.empty(), List.of(), JsonPatch.NONE, new TreeMap<>()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Whatever stands in names and images stays text. */
    @Test
    void aPatchIsWrittenNotGlued() {
        String hostile = "a\",\"op\":\"add\"}]\u0000\u2028~/\\\uD83D\uDE00";
        String written = new JsonPatch(List.of(new JsonPatch.Replace("/a", hostile))).toJson();
        assertThat(StrictJson.parse(written.getBytes(UTF_8)))
                .isEqualTo(Json.createArrayBuilder()
                        .add(Json.createObjectBuilder()
                                .add("op", "replace")
                                .add("path", "/a")
                                .add("value", hostile))
                        .build());
    }
}
