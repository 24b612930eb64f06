package dev.connaisseur.demo;

import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.ServerProcess;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Starts the shipped server beside an embedded registry whose images it signs itself, asks what an API server would ask, and shows
 * what comes back. Keeps serving until Ctrl-C; with {@code --once} it ends by itself, with 0 only if every answer was the expected
 * one.
 */
public final class Demonstration {
    private static final Duration START = Duration.ofMinutes(2);

    private Demonstration() {}

    public static void main(String[] arguments) throws Exception {
        boolean once = List.of(arguments).contains("--once");
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Path directory = Files.createTempDirectory("connaisseur-demo");
        try (EmbeddedRegistry registry = EmbeddedRegistry.open()) {
            DemoImages images = DemoImages.push(registry);
            Path configuration = writeConfiguration(directory, images);
            long start = System.nanoTime();
            try (ServerProcess server =
                    ServerProcess.start(directory, Map.of("CONNAISSEUR_CONFIG_DIR", configuration.toString()))) {
                Runtime.getRuntime().addShutdownHook(new Thread(server::close));
                server.awaitReady(START);
                DemoScreen screen = new DemoScreen(out, isTerminal());
                screen.header(
                        configuration.resolve("config.yaml"),
                        registry.host(),
                        Duration.ofNanos(System.nanoTime() - start));
                boolean asExpected = ask(server, registry, images, screen);
                Path sample = directory.resolve("review.json");
                Files.writeString(sample, images.signed().review());
                screen.footer(server.port(), directory.resolve("certs/ca.crt"), sample, once);
                if (!once) {
                    registry.start();
                    Thread.currentThread().join();
                }
                System.exit(asExpected ? 0 : 1);
            }
        }
    }

    private static boolean ask(ServerProcess server, EmbeddedRegistry registry, DemoImages images, DemoScreen screen) {
        boolean asExpected = true;
        Answered unsigned = null;
        screen.columns();
        for (Question question : images.questions()) {
            Answered answered = Answered.ask(server, question);
            screen.row(answered);
            asExpected &= answered.asExpected();
            if (unsigned == null && !answered.allowed()) {
                unsigned = answered;
            }
        }
        registry.stop();
        screen.event("registry stopped");
        for (Question question : images.questionsWithoutRegistry()) {
            Answered answered = Answered.ask(server, question);
            screen.row(answered);
            asExpected &= answered.asExpected();
        }
        if (unsigned != null) {
            screen.kubectl(unsigned);
        }
        screen.summary(asExpected);
        return asExpected;
    }

    private static Path writeConfiguration(Path directory, DemoImages images) throws IOException {
        Path configuration = Files.createDirectories(directory.resolve("config"));
        Files.writeString(configuration.resolve("config.yaml"), images.configuration());
        Path alerts = Files.createDirectories(directory.resolve("alerts"));
        Files.writeString(alerts.resolve("config.yaml"), "{}\n");
        return configuration;
    }

    /** Colour is for people: there is a terminal type and nobody asked for plain text. */
    private static boolean isTerminal() {
        String term = System.getenv("TERM");
        return term != null && !term.equals("dumb") && System.getenv("NO_COLOR") == null && System.getenv("CI") == null;
    }
}
