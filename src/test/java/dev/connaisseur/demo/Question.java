package dev.connaisseur.demo;

import dev.connaisseur.testing.Reviews;
import java.util.List;
import java.util.Map;

/**
 * One line of the demonstration.
 *
 * @param images the images of the workload's containers, in order
 * @param rule what the table says about the rule
 * @param allowed the expected verdict
 * @param because what must stand in the denial, or why it is admitted
 */
record Question(String kind, List<String> images, String rule, boolean allowed, String because) {
    Question {
        images = List.copyOf(images);
    }

    /** The review that an API server would send. */
    String review() {
        return Reviews.create(kind, "demo-0001", Map.of("containers", images)).toString();
    }
}
