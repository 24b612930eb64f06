package dev.connaisseur.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.NotaryFixture;
import dev.connaisseur.testing.NotaryKey;
import dev.connaisseur.testing.NotaryRepository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A repository on a notary that can go back to an older timestamp, and the command that makes replicas believe that. */
final class RestoredNotary {
    static final String REPOSITORY = "registry.example/team/app";

    private static final Path CLI = Path.of("target/connaisseur-cli.jar").toAbsolutePath();
    private static final int TAGS = 500;

    private final NotaryFixture server;
    private final Map<String, byte[]> older;
    private final Map<String, byte[]> newer;
    private final AtomicInteger asked = new AtomicInteger();

    RestoredNotary(NotaryFixture server, NotaryKey root) {
        this.server = server;
        NotaryRepository repository = NotaryRepository.create().keys("root", root);
        for (int i = 1; i <= TAGS; i++) {
            repository.target("v" + i, Digest.of("app".getBytes(StandardCharsets.UTF_8)));
        }
        older = repository.publish();
        newer = repository.next("timestamp").publish();
    }

    void serveNewer() {
        server.put(REPOSITORY, newer);
    }

    void serveOlder() {
        server.put(REPOSITORY, older);
    }

    /** An image that nobody has a verdict for. */
    String image() {
        return REPOSITORY + ":v" + asked.incrementAndGet();
    }

    /**
     * {@code connaisseur trust forget} with the environment of a replica; tried again where Redis was too busy for it.
     *
     * @return what it said
     */
    String forget(Path directory, List<String> environment, String repository)
            throws IOException, InterruptedException {
        Path out = Files.createTempFile(directory, "forget", ".out");
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        System.getProperty("java.home") + "/bin/java",
                        "-jar",
                        CLI.toString(),
                        "trust",
                        "forget",
                        "--server",
                        server.base(),
                        repository))
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        for (int i = 0; i < environment.size(); i += 2) {
            builder.environment().put(environment.get(i), environment.get(i + 1));
        }
        int code = 3;
        for (int i = 0; i < 10 && code == 3; i++) {
            Process process = builder.start();
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
            code = process.exitValue();
        }
        assertThat(code).as(Files.readString(out)).isZero();
        return Files.readString(out);
    }
}
