package dev.connaisseur.demo;

import dev.connaisseur.testing.Reviews;
import dev.connaisseur.testing.ServerProcess;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * A question and what came back.
 *
 * @param message the denial's text, empty where admitted
 * @param patched pairs of path and new reference, as a diff shows them
 */
record Answered(Question question, boolean allowed, String message, List<Patched> patched, long millis) {

    record Patched(String before, String after) {}

    static Answered ask(ServerProcess server, Question question) {
        long start = System.nanoTime();
        String body = server.review(question.review()).body();
        long millis = (System.nanoTime() - start) / 1_000_000;
        JsonObject response = read(body).getJsonObject("response");
        boolean allowed = response.getBoolean("allowed");
        String message = allowed ? "" : response.getJsonObject("status").getString("message");
        return new Answered(question, allowed, message, patched(question, response), millis);
    }

    /** The verdict is the expected one, and for the expected reason. */
    boolean asExpected() {
        return allowed == question.allowed()
                && (allowed || message.contains(question.because()))
                && (!allowed || patched.stream().allMatch(patch -> patch.after().contains("@sha256:")));
    }

    private static List<Patched> patched(Question question, JsonObject response) {
        if (!response.containsKey("patch")) {
            return List.of();
        }
        String patch = new String(Base64.getDecoder().decode(response.getString("patch")), StandardCharsets.UTF_8);
        JsonObject before = Reviews.workload(question.kind(), Map.of("containers", question.images()));
        List<Patched> patches = new ArrayList<>();
        try (var reader = Json.createReader(new StringReader(patch))) {
            for (JsonObject operation : reader.readArray().getValuesAs(JsonObject.class)) {
                JsonValue old = Json.createPointer(operation.getString("path")).getValue(before);
                patches.add(new Patched(old.toString().replace("\"", ""), operation.getString("value")));
            }
        }
        return patches;
    }

    private static JsonObject read(String json) {
        try (var reader = Json.createReader(new StringReader(json))) {
            return reader.readObject();
        }
    }
}
