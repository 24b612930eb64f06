package dev.connaisseur.interop;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.NotaryKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Debian's notary client with a trust directory of its own. Every change is published at once. */
public final class NotaryClient {
    private static final String PASSPHRASE = "only for this test";

    private final Tool program;
    private final NotaryServerProcess server;
    private final Path directory;

    public NotaryClient(Tool program, NotaryServerProcess server, Path directory) {
        this.program = program;
        this.server = server;
        this.directory = directory;
    }

    public void init(String repository) {
        run("init", "-p", repository);
    }

    /** Signs a digest under a name, by {@code targets} where no role is given. */
    public void sign(String repository, String name, Digest digest, String... roles) {
        List<String> arguments =
                new ArrayList<>(List.of("addhash", "-p", repository, name, "1234567", "--sha256", digest.hex()));
        for (String role : roles) {
            arguments.add("--roles");
            arguments.add(role);
        }
        run(arguments.toArray(String[]::new));
    }

    /** Makes a key with a certificate that may sign for the role, names with these prefixes only. */
    void addSigner(String repository, String role, NotaryKey key, String... paths) throws IOException {
        String name = role.substring(role.lastIndexOf('/') + 1);
        Path secret = directory.resolve(name + ".key");
        Files.writeString(secret, pem("PRIVATE KEY", key.pair().getPrivate().getEncoded()));
        Path certificate = directory.resolve(name + ".crt");
        Files.write(certificate, Base64.getDecoder().decode(key.value()));
        run("key", "import", secret.toString(), "--role", name);
        List<String> arguments =
                new ArrayList<>(List.of("delegation", "add", "-p", repository, role, certificate.toString()));
        for (String path : paths) {
            arguments.add("--paths");
            arguments.add(path);
        }
        if (paths.length == 0) {
            arguments.add("--all-paths");
        }
        run(arguments.toArray(String[]::new));
    }

    void rotate(String repository, String role, String... more) {
        List<String> arguments = new ArrayList<>(List.of("key", "rotate", repository, role));
        arguments.addAll(List.of(more));
        run(arguments.toArray(String[]::new));
    }

    private void run(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                program.program().toString(),
                "-s",
                server.address(),
                "--tlscacert",
                server.authority().toString(),
                "-d",
                directory.resolve("trust").toString()));
        command.addAll(List.of(arguments));
        try {
            Path output = Files.createTempFile(directory, "notary", ".out");
            Path answers = Files.writeString(directory.resolve("answers"), "yes\n");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectInput(answers.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment()
                    .putAll(Map.of(
                            "NOTARY_ROOT_PASSPHRASE", PASSPHRASE,
                            "NOTARY_TARGETS_PASSPHRASE", PASSPHRASE,
                            "NOTARY_SNAPSHOT_PASSPHRASE", PASSPHRASE,
                            "NOTARY_DELEGATION_PASSPHRASE", PASSPHRASE));
            Process process = builder.start();
            if (!process.waitFor(5, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new AssertionError("notary did not end in five minutes");
            }
            String text = Files.readString(output);
            if (process.exitValue() != 0 || text.contains("Aborting")) {
                throw new AssertionError("notary " + List.of(arguments) + ": " + text);
            }
        } catch (IOException e) {
            throw new AssertionError("notary could not be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label + "-----\n";
    }
}
