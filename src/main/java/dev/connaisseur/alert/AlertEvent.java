package dev.connaisseur.alert;

import java.util.List;

/**
 * What receivers are told about one request. All texts are printable and bounded by whoever makes the event.
 *
 * @param category which list of receivers is told
 * @param result {@code success}, {@code skip}, {@code error}, {@code timeout} or {@code invalid}
 * @param message one sentence with the cause
 * @param error the cause alone, empty if there is none
 * @param namespace of the request, empty for cluster-wide objects
 * @param requestId the request's uid
 * @param images the images concerned, as the manifest writes them
 */
public record AlertEvent(
        Category category,
        String result,
        String message,
        String error,
        String namespace,
        String requestId,
        List<String> images) {
    public AlertEvent {
        images = List.copyOf(images);
    }

    /** The two lists of receivers. */
    public enum Category {
        ADMIT("admit"),
        REJECT("reject");

        private final String word;

        Category(String word) {
            this.word = word;
        }

        /** As messages name it. */
        public String word() {
            return word;
        }
    }
}
