package dev.connaisseur.alert;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.regex.Pattern;

/** What stands at the places of a template for one event and one receiver. */
record AlertValues(AlertEvent event, Receiver receiver, String cluster, String podId, Instant now) {
    /** Longer texts are cut: Slack takes 2,000 characters in one field, a label included. */
    private static final int MOST = 1900;

    /** No namespace is longer; Opsgenie takes 130 characters as title. */
    private static final int NAMESPACE = 63;

    private static final DateTimeFormatter GO = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .appendPattern(" xx 'UTC'")
            .toFormatter(Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /** What wakes up a whole channel in one of the services. */
    private static final Pattern CALL = Pattern.compile("<(?=[!@])|@(?=channel|here|everyone|all\\b|team)");

    private static final char ZERO_WIDTH_SPACE = '\u200b';

    String of(Placeholder placeholder) {
        return switch (placeholder) {
            case ALERT_MESSAGE -> foreign(event.message());
            case PRIORITY -> Integer.toString(receiver.priority());
            case CONNAISSEUR_POD_ID -> podId;
            case NAMESPACE -> foreign(event.namespace(), NAMESPACE);
            case CLUSTER -> cluster;
            case TIMESTAMP -> GO.format(now);
            case TIMESTAMP_RFC3339 -> now.toString();
            case REQUEST_ID -> foreign(event.requestId());
            case IMAGES -> foreign(String.join(", ", event.images()));
            case RESULT -> event.result();
            case ERROR -> event.error().isEmpty() ? "<nil>" : foreign(event.error());
        };
    }

    /** Text that a stranger may have written: cut, and unable to call anybody. */
    private static String foreign(String text) {
        return foreign(text, MOST);
    }

    private static String foreign(String text, int most) {
        String cut = text.length() > most ? text.substring(0, most - 1) + "…" : text;
        return CALL.matcher(cut).replaceAll("$0" + ZERO_WIDTH_SPACE);
    }
}
