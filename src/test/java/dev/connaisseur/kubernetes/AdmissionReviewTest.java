package dev.connaisseur.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.JsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionReviewTest {
    private static final String HEAD = "\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\"";

    private static AdmissionReview parse(String json) {
        return AdmissionReview.parse(json.getBytes(UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"admission.k8s.io/v1", "admission.k8s.io/v1beta1"})
    void readsWhatDecides(String version) {
        AdmissionReview review = parse("""
                {"apiVersion":"%s","kind":"AdmissionReview","unknown":[1],"request":{"uid":"u-1",
                 "kind":{"group":"apps","version":"v1","kind":"Deployment"},"namespace":"ns","name":"n","operation":"UPDATE",
                 "subResource":"status","dryRun":true,"userInfo":7,"object":{"a":1},"oldObject":{"a":2}}}
                """.formatted(version));
        assertThat(review.apiVersion()).isEqualTo(version);
        assertThat(review.uid()).isEqualTo("u-1");
        assertThat(review.kind()).isEqualTo(new KindRef("apps", "v1", "Deployment"));
        assertThat(review.namespace()).isEqualTo("ns");
        assertThat(review.isUpdate()).isTrue();
        assertThat(review.dryRun()).isTrue();
        assertThat(review.object().asJsonObject().getInt("a")).isEqualTo(1);
        assertThat(review.oldObject().asJsonObject().getInt("a")).isEqualTo(2);
    }

    @Test
    void whatIsAbsentIsEmpty() {
        AdmissionReview review = parse("{" + HEAD + ",\"request\":{\"uid\":null}}");
        assertThat(review.uid()).isEmpty();
        assertThat(review.kind().kind()).isEmpty();
        assertThat(review.dryRun()).isFalse();
        assertThat(review.object()).isEqualTo(JsonValue.NULL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "null", "{" + HEAD + "}", "{" + HEAD + ",\"request\":null}"})
    void aReviewWithoutRequest(String body) {
        assertThatThrownBy(() -> parse(body))
                .isInstanceOf(MalformedReviewException.class)
                .hasMessage("received empty admission request");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "7",
                "{" + HEAD + ",\"request\":[]}",
                "{" + HEAD + ",\"request\":\"x\"}",
                "{" + HEAD + ",\"request\":{\"uid\":7}}",
                "{" + HEAD + ",\"request\":{\"kind\":\"Pod\"}}",
                "{" + HEAD + ",\"request\":{\"kind\":{\"kind\":1}}}",
                "{" + HEAD + ",\"request\":{\"dryRun\":\"yes\"}}",
                "{" + HEAD + ",\"request\":{\"uid\":\"a\",\"uid\":\"b\"}}",
                "{" + HEAD + ",\"request\":{}}x",
                "{" + HEAD + ",\"request\":{\"uid\":\"\\ud800\"}}",
                "{\"kind\":\"AdmissionReview\",\"request\":{}}",
                "{\"apiVersion\":\"admission.k8s.io/v2\",\"kind\":\"AdmissionReview\",\"request\":{}}",
                "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"Pod\",\"request\":{}}"
            })
    void malformed(String body) {
        assertThatThrownBy(() -> parse(body))
                .isInstanceOf(MalformedReviewException.class)
                .hasMessageStartingWith("received invalid json: ");
    }

    @Test
    void longNamesAreRefused() {
        String longest = "u".repeat(512);
        assertThat(parse("{" + HEAD + ",\"request\":{\"uid\":\"" + longest + "\"}}")
                        .uid())
                .isEqualTo(longest);
        assertThatThrownBy(() -> parse("{" + HEAD + ",\"request\":{\"uid\":\"" + longest + "u\"}}"))
                .isInstanceOf(MalformedReviewException.class);
    }

    @ParameterizedTest
    @CsvSource({"apps/v1,apps,v1", "v1,'',v1", "batch/v1beta1,batch,v1beta1"})
    void ownersNameGroupAndVersion(String apiVersion, String group, String version) {
        OwnerReference owner = new OwnerReference(apiVersion, "X", "n", "u", true);
        assertThat(owner.group()).isEqualTo(group);
        assertThat(owner.version()).isEqualTo(version);
    }
}
