package dev.connaisseur.benchmark;

import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.NotaryFixture;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;

/**
 * A registry and a notary server with signed images, in a process of their own, so that what they cost is not counted. Writes the
 * configuration to a directory, prints the registry's address and how many requests came since it was last asked, and ends when its
 * input does.
 */
final class Origin implements AutoCloseable {
    private final Process process;
    private final String registry;
    private final BufferedReader said;

    private Origin(Process process, BufferedReader said, String registry) {
        this.process = process;
        this.said = said;
        this.registry = registry;
    }

    /** Returns when the configuration is there. */
    static Origin start(Path directory) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Origin.class.getName(),
                directory.toString());
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader said =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        return new Origin(process, said, said.readLine());
    }

    /** Host and port: what an image reference starts with. */
    String registry() {
        return registry;
    }

    /** What came since this was last asked. */
    String requests() throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
        return said.readLine();
    }

    public static void main(String[] arguments) throws IOException, GeneralSecurityException {
        try (EmbeddedRegistry registry = EmbeddedRegistry.open().load(Estate.KEYLESS.resolve("registry"));
                NotaryFixture notary = NotaryFixture.open()) {
            Files.writeString(Path.of(arguments[0], "config.yaml"), Estate.configuration(registry, notary));
            System.out.println(registry.host());
            int images = 0;
            int metadata = 0;
            while (System.in.read() >= 0) {
                System.out.println((registry.log().size() - images) + " to the registry, "
                        + (notary.log().size() - metadata) + " to the notary");
                images = registry.log().size();
                metadata = notary.log().size();
            }
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
