package dev.connaisseur.boot;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * Writes {@code level}, {@code msg}, {@code time} (RFC 3339, seconds), then the members of a {@link Map} given as the record's
 * parameter, then {@code logger} and {@code stack} where there is an exception. A message with nothing but such maps is taken as it
 * is: braces in it are not placeholders.
 */
final class JsonLogFormatter extends Formatter {
    private final boolean indented;

    JsonLogFormatter(boolean indented) {
        this.indented = indented;
    }

    @Override
    public String format(LogRecord line) {
        JsonLine json = new JsonLine()
                .with("level", level(line.getLevel()))
                .with("msg", message(line))
                .with(
                        "time",
                        DateTimeFormatter.ISO_INSTANT.format(line.getInstant()
                                .truncatedTo(ChronoUnit.SECONDS)
                                .atOffset(ZoneOffset.UTC)));
        if (line.getParameters() != null) {
            for (Object parameter : line.getParameters()) {
                if (parameter instanceof Map<?, ?> members) {
                    members.forEach((name, value) -> json.with(String.valueOf(name), String.valueOf(value)));
                }
            }
        }
        if (line.getLoggerName() != null) {
            json.with("logger", line.getLoggerName());
        }
        if (line.getThrown() != null) {
            StringWriter stack = new StringWriter();
            line.getThrown().printStackTrace(new PrintWriter(stack));
            json.with("stack", stack);
        }
        return json.render(indented) + "\n";
    }

    private String message(LogRecord line) {
        if (line.getMessage() == null) {
            return "";
        }
        Object[] parameters = line.getParameters();
        boolean plain = parameters == null || Arrays.stream(parameters).allMatch(Map.class::isInstance);
        return plain ? line.getMessage() : formatMessage(line);
    }

    private static String level(Level level) {
        int value = level.intValue();
        if (value > Level.SEVERE.intValue()) {
            return "fatal";
        }
        if (value == Level.SEVERE.intValue()) {
            return "error";
        }
        if (value >= Level.WARNING.intValue()) {
            return "warning";
        }
        return value >= Level.INFO.intValue() ? "info" : "debug";
    }
}
