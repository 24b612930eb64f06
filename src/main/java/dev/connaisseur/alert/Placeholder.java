package dev.connaisseur.alert;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a template may ask for. The words are the original's, but for the last one. */
enum Placeholder {
    ALERT_MESSAGE,
    PRIORITY,
    CONNAISSEUR_POD_ID,
    NAMESPACE,
    CLUSTER,
    /** When the alert is sent, as Go prints a time. */
    TIMESTAMP,
    REQUEST_ID,
    IMAGES,
    RESULT,
    ERROR,
    /** The same time as RFC 3339 has it. */
    TIMESTAMP_RFC3339;

    static final String WORDS = Arrays.stream(values()).map(Placeholder::word).collect(Collectors.joining(", "));

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it may stand outside of quotes. */
    boolean isNumber() {
        return this == PRIORITY;
    }

    /** Words may begin with a capital, as in {@code Images} or {@code Request_Id}; {@code RequestId} is the same, too. */
    static Optional<Placeholder> of(String word) {
        return Arrays.stream(values())
                .filter(place ->
                        place.word().equals(word) || title(place.word()).equals(title(word)))
                .findFirst();
    }

    private static String title(String word) {
        StringBuilder title = new StringBuilder();
        for (String part : word.split("_", -1)) {
            if (!part.isEmpty()) {
                title.append(Character.toUpperCase(part.charAt(0))).append(part, 1, part.length());
            }
        }
        return title.toString();
    }
}
