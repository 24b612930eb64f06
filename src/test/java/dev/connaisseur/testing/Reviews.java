package dev.connaisseur.testing;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes AdmissionReview requests as an API server sends them, for each workload kind. */
public final class Reviews {
    public static final List<String> KINDS = List.of(
            "Pod", "Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "ReplicationController", "Job", "CronJob");

    private Reviews() {}

    /** A CREATE of a workload of this kind whose containers hold these images in order. */
    public static JsonObject create(String kind, String uid, String... images) {
        return create(kind, uid, Map.of("containers", List.of(images)));
    }

    /** A CREATE with several lists: {@code containers}, {@code initContainers}, {@code ephemeralContainers}. */
    public static JsonObject create(String kind, String uid, Map<String, List<String>> lists) {
        return review(kind, uid, "CREATE", Json.createObjectBuilder().add("object", workload(kind, lists)));
    }

    /** An UPDATE from one set of containers to another. */
    public static JsonObject update(
            String kind, String uid, Map<String, List<String>> before, Map<String, List<String>> after) {
        return review(
                kind,
                uid,
                "UPDATE",
                Json.createObjectBuilder()
                        .add("object", workload(kind, after))
                        .add("oldObject", workload(kind, before)));
    }

    /** The object alone, as it stands in {@code request.object}. */
    public static JsonObject workload(String kind, Map<String, List<String>> lists) {
        JsonObjectBuilder spec = Json.createObjectBuilder();
        lists.forEach((list, images) -> spec.add(list, containers(list, images)));
        JsonObjectBuilder template = Json.createObjectBuilder()
                .add(
                        "metadata",
                        Json.createObjectBuilder()
                                .add("labels", Json.createObjectBuilder().add("app", "demo")))
                .add("spec", spec);
        JsonObjectBuilder body = switch (kind) {
            case "Pod" ->
                Json.createObjectBuilder().add("spec", template.build().getJsonObject("spec"));
            case "CronJob" ->
                Json.createObjectBuilder()
                        .add(
                                "spec",
                                Json.createObjectBuilder()
                                        .add("schedule", "0 * * * *")
                                        .add(
                                                "jobTemplate",
                                                Json.createObjectBuilder()
                                                        .add(
                                                                "spec",
                                                                Json.createObjectBuilder()
                                                                        .add("template", template))));
            default ->
                Json.createObjectBuilder()
                        .add("spec", Json.createObjectBuilder().add("template", template));
        };
        return body.add("apiVersion", apiVersion(kind))
                .add("kind", kind)
                .add("metadata", Json.createObjectBuilder().add("name", "demo").add("namespace", "default"))
                .build();
    }

    private static JsonArrayBuilder containers(String list, List<String> images) {
        JsonArrayBuilder containers = Json.createArrayBuilder();
        for (int i = 0; i < images.size(); i++) {
            containers.add(Json.createObjectBuilder()
                    .add("name", list.toLowerCase(Locale.ROOT) + "-" + i)
                    .add("image", images.get(i)));
        }
        return containers;
    }

    private static JsonObject review(String kind, String uid, String operation, JsonObjectBuilder objects) {
        String apiVersion = apiVersion(kind);
        int slash = apiVersion.indexOf('/');
        JsonObjectBuilder request = Json.createObjectBuilder()
                .add("uid", uid)
                .add(
                        "kind",
                        Json.createObjectBuilder()
                                .add("group", slash < 0 ? "" : apiVersion.substring(0, slash))
                                .add("version", apiVersion.substring(slash + 1))
                                .add("kind", kind))
                .add("name", "demo")
                .add("namespace", "default")
                .add("operation", operation)
                .add("userInfo", Json.createObjectBuilder().add("username", "demo"))
                .add("dryRun", false)
                .addAll(objects);
        return Json.createObjectBuilder()
                .add("apiVersion", "admission.k8s.io/v1")
                .add("kind", "AdmissionReview")
                .add("request", request)
                .build();
    }

    private static String apiVersion(String kind) {
        return switch (kind) {
            case "Pod", "ReplicationController" -> "v1";
            case "Job", "CronJob" -> "batch/v1";
            default -> "apps/v1";
        };
    }
}
