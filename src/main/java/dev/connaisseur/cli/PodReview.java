package dev.connaisseur.cli;

import dev.connaisseur.kubernetes.AdmissionPhase;
import dev.connaisseur.kubernetes.AdmissionReview;
import dev.connaisseur.kubernetes.KindRef;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;

/** The review that the API server would send for a Pod with one container. */
final class PodReview {
    private PodReview() {}

    static AdmissionReview of(String image, String namespace) {
        JsonObject container = Json.createObjectBuilder()
                .add("name", "container")
                .add("image", image)
                .build();
        JsonObject pod = Json.createObjectBuilder()
                .add("metadata", Json.createObjectBuilder().add("name", "explain"))
                .add(
                        "spec",
                        Json.createObjectBuilder()
                                .add("containers", Json.createArrayBuilder().add(container)))
                .build();
        return new AdmissionReview(
                AdmissionPhase.MUTATING,
                "admission.k8s.io/v1",
                "explain",
                new KindRef("", "v1", "Pod"),
                namespace,
                "explain",
                "CREATE",
                "",
                true,
                pod,
                JsonValue.NULL);
    }
}
