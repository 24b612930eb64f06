package dev.connaisseur.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.image.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A real notary-server in place of Docker Hub's, with trust data for the images of the first steps. The chart's own values are used with
 * it as they are, but for the notary's host, its authority and the two pinned keys.
 */
public final class QuickStartNotary implements AutoCloseable {
    public static final Digest HELLO = digest("hello");
    public static final Digest SIGNED = digest("signed");
    private static final String LIBRARY = "docker.io/library/hello-world";
    private static final String TESTIMAGE = "docker.io/securesystemsengineering/testimage";
    private static final String HOST = "      host: notary.docker.io\n";
    private static final Pattern KEY =
            Pattern.compile(" *-----BEGIN PUBLIC KEY-----\n(?: *[A-Za-z0-9+/=]+\n)+ *-----END PUBLIC KEY-----\n");

    private final NotaryServerProcess notary;

    private QuickStartNotary(NotaryServerProcess notary) {
        this.notary = notary;
    }

    /**
     * Starts it and publishes. Every owner of images has a root key of their own.
     *
     * @param host an address of this machine
     */
    public static QuickStartNotary start(Path directory, String host) throws IOException, InterruptedException {
        QuickStartNotary started =
                new QuickStartNotary(NotaryServerProcess.start(tool("notary-server"), directory, host));
        try {
            started.publish(directory.resolve("docker"), LIBRARY, "latest", HELLO);
            started.publish(directory.resolve("sse"), TESTIMAGE, "signed", SIGNED);
            started.publish(
                    directory.resolve("bitnami"), "docker.io/bitnami/postgresql", "latest", digest("postgresql"));
            return started;
        } catch (IOException | RuntimeException e) {
            started.close();
            throw e;
        }
    }

    private static Tool tool(String name) {
        return Tool.find(name).orElseThrow(() -> new AssertionError("no " + name + ": .ci/packages.txt installs it"));
    }

    private static Digest digest(String content) {
        return Digest.of(content.getBytes(StandardCharsets.UTF_8));
    }

    private void publish(Path directory, String repository, String tag, Digest digest) throws IOException {
        NotaryClient client = new NotaryClient(tool("notary"), notary, Files.createDirectories(directory));
        client.init(repository);
        client.sign(repository, tag, digest);
    }

    /** {@code helm/values.yaml} with this notary. */
    public String values() throws IOException, InterruptedException {
        Matcher keys = KEY.matcher(Files.readString(Path.of("helm/values.yaml")));
        StringBuilder overlaid = new StringBuilder();
        for (String repository : List.of(LIBRARY, TESTIMAGE)) {
            assertThat(keys.find()).isTrue();
            keys.appendReplacement(
                    overlaid,
                    Matcher.quoteReplacement(notary.rootKey(repository).strip().indent(12)));
        }
        assertThat(keys.find()).isFalse();
        keys.appendTail(overlaid);
        assertThat(overlaid).containsOnlyOnce(HOST);
        return overlaid.toString()
                .replace(
                        HOST,
                        "      host: " + notary.address() + "\n"
                                + notary.cert().strip().indent(6));
    }

    @Override
    public void close() {
        notary.close();
    }
}
