package dev.connaisseur.demo;

import dev.connaisseur.testing.AdmissionAnswer;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.testing.ServerProcess;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.util.List;
import java.util.Map;

/** A question and what came back. */
record Answered(Question question, AdmissionAnswer answer, long millis) {

    /** One changed image, as a diff shows it. */
    record Patched(String before, String after) {}

    static Answered ask(ServerProcess server, Question question) {
        long start = System.nanoTime();
        AdmissionAnswer answer = AdmissionAnswer.of(server.review(question.review()));
        return new Answered(question, answer, (System.nanoTime() - start) / 1_000_000);
    }

    boolean allowed() {
        return answer.allowed();
    }

    /** The verdict is the expected one, and for the expected reason. */
    boolean asExpected() {
        return allowed() == question.allowed()
                && (allowed() || answer.message().contains(question.because()))
                && (!allowed()
                        || patched().stream().allMatch(patch -> patch.after().contains("@sha256:")));
    }

    List<Patched> patched() {
        JsonObject before = Reviews.workload(question.kind(), Map.of("containers", question.images()));
        return answer.patch().getValuesAs(JsonObject.class).stream()
                .map(operation -> new Patched(
                        ((JsonString) Json.createPointer(operation.getString("path"))
                                        .getValue(before))
                                .getString(),
                        operation.getString("value")))
                .toList();
    }
}
