package dev.connaisseur.interop;

import dev.connaisseur.testing.TestAuthority;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Debian's redis-server on loopback with TLS, a password and an ACL user; its port stays the same over restarts. */
final class RedisServer implements AutoCloseable {
    static final String USER = "connaisseur";
    static final String PASSWORD = "password-of-a-test";

    private final Tool program;
    private final Path directory;
    private final int port;
    private @Nullable Process process;

    private RedisServer(Tool program, Path directory, int port) {
        this.program = program;
        this.directory = directory;
        this.port = port;
    }

    /** Starts one; {@code options} are Redis' own, name, value, name, value … */
    static RedisServer start(Tool program, Path directory, TestAuthority authority, String... options)
            throws IOException, InterruptedException {
        Files.createDirectories(directory);
        authority.writePair(directory);
        RedisServer server = new RedisServer(program, directory, freePort());
        server.start(options);
        return server;
    }

    RedisServer start(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                program.program().toString(),
                "--port",
                "0",
                "--tls-port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--tls-cert-file",
                directory.resolve("tls.crt").toString(),
                "--tls-key-file",
                directory.resolve("tls.key").toString(),
                "--tls-ca-cert-file",
                directory.resolve("ca.crt").toString(),
                "--tls-auth-clients",
                "no",
                "--save",
                "",
                "--appendonly",
                "no",
                "--dir",
                directory.toString(),
                "--aclfile",
                users().toString()));
        for (int i = 0; i < options.length; i += 2) {
            command.add("--" + options[i]);
            command.add(options[i + 1]);
        }
        return run(command, "Ready to accept connections");
    }

    /** Starts a sentinel that alone decides about this master. */
    static RedisServer sentinel(Tool program, Path directory, TestAuthority authority, int master)
            throws IOException, InterruptedException {
        Files.createDirectories(directory);
        authority.writePair(directory);
        RedisServer sentinel = new RedisServer(program, directory, freePort());
        Path config = Files.writeString(
                directory.resolve("sentinel.conf"), """
                port 0
                tls-port %1$d
                bind 127.0.0.1
                tls-cert-file %2$s/tls.crt
                tls-key-file %2$s/tls.key
                tls-ca-cert-file %2$s/ca.crt
                tls-auth-clients no
                tls-replication yes
                dir %2$s
                user default on >%3$s ~* &* +@all
                user %4$s on >%3$s ~* &* +@all
                sentinel monitor mymaster 127.0.0.1 %5$d 1
                sentinel auth-user mymaster default
                sentinel auth-pass mymaster %3$s
                sentinel down-after-milliseconds mymaster 3000
                """.formatted(sentinel.port, directory, PASSWORD, USER, master));
        return sentinel.run(
                List.of(program.program().toString(), config.toString(), "--sentinel"), "+monitor master mymaster");
    }

    private RedisServer run(List<String> command, String ready) throws IOException, InterruptedException {
        Path log = directory.resolve("redis.log");
        Process started = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        process = started;
        for (int i = 0; i < 3000; i++) {
            if (Files.readString(log).contains(ready)) {
                return this;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        close();
        throw new AssertionError("redis-server did not start: " + Files.readString(log));
    }

    private Path users() throws IOException {
        return Files.writeString(
                directory.resolve("users.acl"),
                "user default on >" + PASSWORD + " ~* &* +@all\n" + "user " + USER + " on >" + PASSWORD
                        + " ~connaisseur:* +getrange +set +@connection +cluster|slots\n");
    }

    static String password() {
        return PASSWORD;
    }

    int port() {
        return port;
    }

    /** Stops its process as it is, without a word to anybody. */
    void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    void kill() throws InterruptedException {
        Process running = process;
        if (running != null) {
            running.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    private void signal(String name) throws IOException, InterruptedException {
        Process running = process;
        if (running != null) {
            new ProcessBuilder("kill", "-" + name, Long.toString(running.pid()))
                    .start()
                    .waitFor(10, TimeUnit.SECONDS);
        }
    }

    /** Sends one command as whoever can write to Redis and returns its answer. */
    String command(TestAuthority authority, String... words) throws IOException {
        try (Socket socket = authority.trust().getSocketFactory().createSocket("localhost", port)) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            send(out, "AUTH", password());
            InputStream in = new BufferedInputStream(socket.getInputStream());
            read(in);
            send(out, words);
            return read(in);
        }
    }

    /** The names of all entries of a kind. */
    Set<String> names(TestAuthority authority, String kind) throws IOException {
        return command(authority, "KEYS", "connaisseur:v1:" + kind + ":*")
                .lines()
                .filter(line -> line.startsWith("connaisseur:"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** An entry that is there. */
    String value(TestAuthority authority, String name) throws IOException {
        String reply = command(authority, "GET", name);
        return reply.substring(reply.indexOf("\r\n") + 2, reply.length() - 2);
    }

    private static void send(OutputStream out, String... words) throws IOException {
        StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        out.write(text.toString().getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    /** One reply as it came. */
    private static String read(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        while (line.length() < 2 || line.charAt(line.length() - 1) != '\n') {
            int next = in.read();
            if (next < 0) {
                throw new IOException("Redis hung up after " + line);
            }
            line.append((char) next);
        }
        String rest = line.substring(1).strip();
        StringBuilder reply = new StringBuilder(line);
        if (line.charAt(0) == '$' && !rest.equals("-1")) {
            reply.append(new String(in.readNBytes(Integer.parseInt(rest) + 2), StandardCharsets.ISO_8859_1));
        } else if (line.charAt(0) == '*') {
            for (int i = 0; i < Integer.parseInt(rest); i++) {
                reply.append(read(in));
            }
        }
        return reply.toString();
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
        }
    }
}
