package dev.connaisseur.boot;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version that the build wrote beside the classes. */
final class BuildVersion {
    /** E.g. {@code 1.0.0}. */
    static final String TEXT = read();

    private BuildVersion() {}

    private static String read() {
        try (InputStream file = BuildVersion.class.getResourceAsStream("version.properties")) {
            Properties properties = new Properties();
            if (file != null) {
                properties.load(file);
            }
            return properties.getProperty("version", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
