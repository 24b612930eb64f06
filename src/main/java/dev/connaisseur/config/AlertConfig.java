package dev.connaisseur.config;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Who is told about admitted and refused requests, as {@code alerts/config.yaml} says it, checked.
 *
 * @param clusterIdentifier {@code not specified} where the file names none
 */
public record AlertConfig(String clusterIdentifier, List<Receiver> admit, List<Receiver> reject) {
    public static final AlertConfig NONE = new AlertConfig("not specified", List.of(), List.of());

    private static final int DEFAULT_PRIORITY = 3;

    /** Scheme and host; the rest may hold anything but blanks, as in the original. */
    private static final Pattern URL = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://[^/?#\\s]+([/?#]\\S*)?");

    public AlertConfig {
        admit = List.copyOf(admit);
        reject = List.copyOf(reject);
    }

    /**
     * One receiver. Its URL and headers hold secrets and are never printed.
     *
     * @param section where the file says so, for what is found wrong later
     * @param name {@code <template>-<index>}
     * @param headers each {@code name: value}
     * @param payloadFields what replaces members of the rendered template; empty for none
     */
    public record Receiver(
            ConfigSection section,
            String name,
            String template,
            String url,
            int priority,
            List<String> headers,
            JsonObject payloadFields,
            boolean failIfSendingFails) {
        public Receiver {
            headers = List.copyOf(headers);
        }

        @Override
        public String toString() {
            return "Receiver[" + name + "]";
        }
    }

    /** Reads the keys of an alert configuration; mistakes are reported to the section. */
    static AlertConfig read(ConfigSection section) {
        section.onlyKeys("clusterIdentifier", "admitRequest", "rejectRequest");
        return new AlertConfig(
                section.string("clusterIdentifier").filter(id -> !id.isEmpty()).orElse(NONE.clusterIdentifier),
                receivers(section, "admitRequest"),
                receivers(section, "rejectRequest"));
    }

    private static List<Receiver> receivers(ConfigSection section, String category) {
        List<Receiver> receivers = new ArrayList<>();
        Optional<ConfigSection> request = section.section(category);
        request.ifPresent(r -> {
            r.onlyKeys("receivers");
            r.sections("receivers").forEach(receiver -> receivers.add(receiver(receiver, receivers.size())));
        });
        return receivers;
    }

    private static Receiver receiver(ConfigSection section, int index) {
        section.onlyKeys(
                "template", "receiverUrl", "priority", "customHeaders", "payloadFields", "failIfAlertSendingFails");
        String template = required(section, "template", "TemplateFile");
        String url = required(section, "receiverUrl", "URL");
        if (!url.isEmpty() && !URL.matcher(url).matches()) {
            section.error("receiverUrl", "URL must be a valid URL", "Write scheme and host, https://host/path.");
        }
        OptionalInt priority = section.integer("priority");
        if (priority.isPresent() && priority.getAsInt() < 0) {
            section.error("priority", "Priority must be 0 or greater", "");
        }
        if (section.section("payloadFields")
                .map(fields -> fields.keys().isEmpty())
                .orElse(false)) {
            section.error(
                    "payloadFields", "PayloadFields must contain at least 1 item", "Add a field or remove the key.");
        }
        return new Receiver(
                section,
                template + "-" + index,
                template,
                url,
                priority.orElse(DEFAULT_PRIORITY),
                headers(section),
                section.json("payloadFields").orElse(JsonValue.EMPTY_JSON_OBJECT),
                section.bool("failIfAlertSendingFails").orElse(false));
    }

    private static List<String> headers(ConfigSection section) {
        List<String> headers = section.strings("customHeaders");
        if (headers.isEmpty() && section.isEmptyList("customHeaders")) {
            section.error("customHeaders", "Headers must contain at least 1 item", "Add a header or remove the key.");
        }
        for (int i = 0; i < headers.size(); i++) {
            String problem = headers.get(i).isEmpty() ? " is a required field" : " must contain the text ':'";
            if (!headers.get(i).contains(":")) {
                section.error(
                        "customHeaders[" + i + "]",
                        "Headers[" + i + "]" + problem,
                        "Write a header as \"Name: value\".");
            }
        }
        return headers;
    }

    private static String required(ConfigSection section, String key, String field) {
        String text = section.string(key).orElse("");
        if (text.isEmpty() && (!section.has(key) || section.string(key).isPresent())) {
            section.error(key, field + " is a required field", "Give " + key + " a value.");
        }
        return text;
    }
}
