package dev.connaisseur.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A program that serves until it is told to end. What was started here is ended here, at the latest with this JVM. */
final class Daemon implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(3);
    private final String name;
    private final Process process;
    private final Path log;
    private final Thread hook;

    private Daemon(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
        hook = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * Starts a program and waits until it serves; fails with the end of its log if that takes too long or it ends before.
     *
     * @param directory gets {@code <name>.log}
     * @param serves asks it
     */
    static Daemon start(Path directory, String name, List<String> command, BooleanSupplier serves) throws IOException {
        Path log = directory.resolve(name + ".log");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .redirectInput(new File("/dev/null"))
                .start();
        Daemon daemon = new Daemon(name, process, log);
        try {
            Until.within(START, name + " serves", () -> serves.getAsBoolean() || !process.isAlive());
            if (process.isAlive()) {
                return daemon;
            }
            throw new AssertionError(name + " ended with " + process.exitValue());
        } catch (AssertionError e) {
            daemon.close();
            throw new AssertionError(e.getMessage() + ":\n" + daemon.lastWords(), e);
        }
    }

    private String lastWords() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(15, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } catch (IllegalStateException shuttingDown) {
            process.destroyForcibly();
        }
    }

    @Override
    public String toString() {
        return name + " (" + process.pid() + ")";
    }
}
