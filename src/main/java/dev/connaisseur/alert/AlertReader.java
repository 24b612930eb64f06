package dev.connaisseur.alert;

import dev.connaisseur.config.AlertConfig;
import dev.connaisseur.config.AlertFiles;
import dev.connaisseur.http.HostPort;
import dev.connaisseur.json.MalformedJsonException;
import dev.connaisseur.json.StrictJson;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Makes {@link Alerts} of their configuration. What the original notices when it sends is reported at once: a template that is not
 * there or cannot be filled, an address that nothing may be sent to.
 *
 * @param files templates and secrets that receivers name
 * @param plain tells the servers that may be spoken to by plain http
 */
public record AlertReader(AlertFiles files, Predicate<HostPort> plain) {
    /** Those that the HTTP client sets itself are refused by it. */
    private static final Pattern HEADER_NAME = Pattern.compile(
            "(?i)(?!host$|connection$|content-length$|expect$|upgrade$|transfer-encoding$)[a-z0-9!#$%&'*+.^_`|~-]{1,100}");

    /** Reads the receivers; one that cannot be used is reported and, if it is kept, fails whenever it is told. */
    public Alerts read(AlertConfig config, AlertSender sender) {
        return new Alerts(sender, config.clusterIdentifier(), receivers(config.admit()), receivers(config.reject()));
    }

    private List<Receiver> receivers(List<AlertConfig.Receiver> configured) {
        return configured.stream().map(this::receiver).toList();
    }

    private Receiver receiver(AlertConfig.Receiver configured) {
        Optional<AlertTemplate> template = template(configured);
        template.filter(AlertTemplate::isBlank)
                .ifPresent(empty -> configured
                        .section()
                        .warning(
                                "template",
                                "the template is empty, nothing is sent",
                                "Fill it or remove the receiver."));
        return new Receiver(
                configured.name(),
                url(configured),
                headers(configured),
                configured.priority(),
                template,
                configured.payloadFields(),
                configured.failIfSendingFails());
    }

    private Optional<AlertTemplate> template(AlertConfig.Receiver configured) {
        String failed = "failed to transform template for receiver " + configured.name() + ": ";
        String text;
        try {
            text = files.template(configured.template());
        } catch (IOException e) {
            report(
                    configured,
                    "template",
                    failed + "unable to get template file: " + configured.template() + ".json",
                    "Put it into the directory templates beside the alerts' config.yaml.");
            return Optional.empty();
        }
        try {
            AlertTemplate template = AlertTemplate.parse(text);
            if (!template.isBlank()) {
                StrictJson.parseObject(template.sample().getBytes(StandardCharsets.UTF_8));
            }
            return Optional.of(template);
        } catch (BadTemplateException e) {
            report(
                    configured,
                    "template",
                    failed + e.step(configured.name()),
                    "Placeholders are: " + Placeholder.WORDS);
        } catch (MalformedJsonException e) {
            report(
                    configured,
                    "template",
                    "failed to unmarshal rendered template for receiver " + configured.name() + ": " + e.getMessage(),
                    "A template is one JSON object.");
        }
        return Optional.empty();
    }

    private Optional<URI> url(AlertConfig.Receiver configured) {
        try {
            URI url = new URI(encoded(files.resolve(configured.url())));
            Optional<HostPort> server = HostPort.of(url).filter(host -> url.getRawUserInfo() == null);
            if (server.isEmpty()) {
                report(
                        configured,
                        "receiverUrl",
                        "URL must be a valid URL",
                        "Write https://host/path, without user name.");
            } else if (!"https".equalsIgnoreCase(url.getScheme()) && !plain.test(server.get())) {
                report(
                        configured,
                        "receiverUrl",
                        "alerts are not sent by plain http",
                        "Use https, or list the host with its port in network.plainHttp.");
            } else {
                return Optional.of(url);
            }
        } catch (URISyntaxException e) {
            report(configured, "receiverUrl", "URL must be a valid URL", "Write scheme and host, https://host/path.");
        } catch (IOException e) {
            secretMissing(configured, "receiverUrl");
        }
        return Optional.empty();
    }

    /** What no URI holds is sent percent-encoded, as in the original. */
    private static String encoded(String url) {
        StringBuilder encoded = new StringBuilder();
        url.codePoints().forEach(c -> {
            String text = Character.toString(c);
            boolean foreign = c <= ' ' || c >= 0x7f || "<>\"{}|\\^`".indexOf(c) >= 0;
            encoded.append(foreign ? URLEncoder.encode(text, StandardCharsets.UTF_8) : text);
        });
        return encoded.toString();
    }

    /** Later ones replace earlier ones, whatever the case of their names. */
    private Map<String, String> headers(AlertConfig.Receiver configured) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        List<String> lines = configured.headers();
        for (int i = 0; i < lines.size(); i++) {
            String key = "customHeaders[" + i + "]";
            try {
                String line = files.resolve(lines.get(i));
                int colon = line.indexOf(':');
                String name = colon < 0 ? "" : line.substring(0, colon);
                String value = line.substring(colon + 1).strip();
                if (!HEADER_NAME.matcher(name).matches() || !value.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
                    report(configured, key, "not a header that can be sent", "Write visible ASCII: \"Name: value\".");
                } else {
                    headers.put(name, value);
                }
            } catch (IOException e) {
                secretMissing(configured, key);
            }
        }
        return headers;
    }

    private static void secretMissing(AlertConfig.Receiver configured, String key) {
        report(
                configured,
                key,
                "a secret that it refers to cannot be read",
                "${secret:name/key} is the file key of the Secret name, in the directory of secrets.");
    }

    private static void report(AlertConfig.Receiver configured, String key, String what, String remedy) {
        configured.section().deferred(key, what, remedy);
    }
}
