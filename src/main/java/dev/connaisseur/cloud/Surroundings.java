package dev.connaisseur.cloud;

import dev.connaisseur.http.FinalException;
import dev.connaisseur.http.LookupException.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * What the platform tells a process: variables and the files they name.
 *
 * @param environment the process' variables; an empty one counts as unset
 */
public record Surroundings(Map<String, String> environment, InstantSource clock) {
    private static final int MAX_FILE = 64 << 10;

    public Surroundings {
        environment = Map.copyOf(environment);
    }

    /** A variable that is set. */
    public Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /** An end point that a variable may move, without a slash at the end. */
    public URI endpoint(String name, String standard) {
        String text = variable(name).orElse(standard);
        try {
            return new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
        } catch (URISyntaxException e) {
            throw new FinalException(Kind.MALFORMED, name, name + " is not an address", e);
        }
    }

    /** The text of the file that a variable names: tokens there are replaced before they expire, so it is read each time. */
    public Optional<String> file(String name) {
        return variable(name).map(path -> read(path, name));
    }

    /**
     * The text of a file.
     *
     * @param name what names it, for messages
     */
    public static String read(String path, String name) {
        try {
            Path file = Path.of(path);
            if (Files.size(file) > MAX_FILE) {
                throw new FinalException(Kind.TOO_LARGE, name, "the file that " + name + " names is too large");
            }
            return Files.readString(file).strip();
        } catch (IOException | InvalidPathException e) {
            throw new FinalException(Kind.UNAUTHORIZED, name, "the file that " + name + " names cannot be read", e);
        }
    }
}
