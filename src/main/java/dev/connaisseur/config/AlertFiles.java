package dev.connaisseur.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files that alert receivers name: templates, and secrets that URLs and headers refer to as {@code ${secret:<name>/<key>}}. One
 * instance serves the loading of one configuration and remembers what it read, for the fingerprint.
 */
public final class AlertFiles {
    private static final Pattern SECRET = Pattern.compile("\\$\\{secret:([^/{}]*)/?([^{}]*)}");

    private final Path alerts;
    private final Path secrets;
    private final Map<String, String> digests = new TreeMap<>();

    public AlertFiles(Settings.Directories directories) {
        this.alerts = directories.alerts();
        this.secrets = directories.secrets();
    }

    /**
     * The text of {@code templates/<name>.json}.
     *
     * @throws IOException if there is none, it leads out of its directory, is too large or no UTF-8
     */
    public String template(String name) throws IOException {
        return text("template " + name, new Folder(alerts.resolve("templates")).read(name + ".json"));
    }

    /**
     * The text with every {@code ${secret:<name>/<key>}} replaced by what that key of the mounted Secret holds, without blanks around.
     *
     * @throws IOException if a secret cannot be read
     */
    public String resolve(String text) throws IOException {
        Matcher reference = SECRET.matcher(text);
        StringBuilder resolved = new StringBuilder();
        while (reference.find()) {
            String name = reference.group(1);
            String key = reference.group(2);
            String value = text("secret " + name + "/" + key, new Folder(secrets).read(name, key));
            reference.appendReplacement(resolved, Matcher.quoteReplacement(value.strip()));
        }
        return reference.appendTail(resolved).toString();
    }

    /** SHA-256 of every file that was read, by its name. */
    public Map<String, String> digests() {
        return Map.copyOf(digests);
    }

    private String text(String what, byte[] content) throws IOException {
        digests.put("alert " + what, Fingerprint.sha256(content));
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IOException(what + " is no UTF-8 text", e);
        }
    }
}
