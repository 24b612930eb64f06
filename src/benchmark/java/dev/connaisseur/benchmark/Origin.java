package dev.connaisseur.benchmark;

import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.NotaryFixture;
import dev.connaisseur.testing.Zoo;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * A registry and a notary server with signed images, in a process of their own, so that what they cost is not counted. Prints its two
 * addresses how many requests came since it was last asked, and ends when its input does.
 */
final class Origin implements AutoCloseable {
    static final Path KEYLESS = Path.of("src/test/resources/keyless").toAbsolutePath();

    private final Process process;
    private final String registry;
    private final String notary;
    private final BufferedReader said;

    private Origin(Process process, BufferedReader said, String registry, String notary) {
        this.process = process;
        this.said = said;
        this.registry = registry;
        this.notary = notary;
    }

    static Origin start() throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Origin.class.getName());
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader said =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        return new Origin(process, said, said.readLine(), said.readLine());
    }

    /** Host and port: what an image reference starts with. */
    String registry() {
        return registry;
    }

    /** Scheme, host and port. */
    String notary() {
        return notary;
    }

    /** What came since this was last asked. */
    String requests() throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
        return said.readLine();
    }

    public static void main(String[] arguments) throws IOException {
        try (EmbeddedRegistry registry = EmbeddedRegistry.withZoo().load(KEYLESS.resolve("registry"));
                NotaryFixture notary = NotaryFixture.open()) {
            notary.put(registry.host() + "/zoo/nv1", NotaryFixture.read(Zoo.DIRECTORY.resolve("notary/nv1")));
            System.out.println(registry.host());
            System.out.println(notary.base());
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
