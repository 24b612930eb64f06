package dev.connaisseur.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.TestImage;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine without a container: the command line as one jar on the build's JDK. */
class CliIT {
    private static final Path JAR = Path.of("target/connaisseur-cli.jar").toAbsolutePath();

    @TempDir
    static Path directory;

    private static EmbeddedRegistry registry;
    private static Digest signed;
    private static Path configuration;

    private record Ended(int code, String out) {}

    @BeforeAll
    static void sign() throws Exception {
        registry = EmbeddedRegistry.open();
        CosignSigner signer = CosignSigner.create();
        signed = TestImage.push(registry, "cli/app", "v1", "signed");
        signer.sign(registry, "cli/app", signed);
        TestImage.push(registry, "cli/app", "unsigned", "not signed");
        configuration = ServerTrial.configuration(
                directory, """
                validators:
                - name: cosign
                  type: cosign
                  trustRoots:
                  - name: default
                    key: |
                %s
                policy:
                - pattern: "%s/*:*"
                  validator: cosign
                  with: {verifyInTransparencyLog: false, verifySCT: false}
                """.formatted(signer.publicKey().indent(6).stripTrailing(), registry.host()));
    }

    @AfterAll
    static void end() {
        registry.close();
    }

    @Test
    void verifiesASignedImage() throws Exception {
        Ended ended = explain("v1");
        assertThat(ended.code()).as(ended.out()).isZero();
        assertThat(ended.out())
                .contains(signed.toString())
                .contains("looked at   .sig tag: default: a signature counts");
    }

    @Test
    void refusesAnUnsignedOne() throws Exception {
        Ended ended = explain("unsigned");
        assertThat(ended.code()).as(ended.out()).isEqualTo(1);
        assertThat(ended.out()).contains("no signatures found");
    }

    @Test
    void saysThatItCouldNotDecide() throws Exception {
        registry.stop();
        Ended ended = explain("v1");
        registry.start();
        assertThat(ended.code()).as(ended.out()).isEqualTo(3);
    }

    @Test
    void checksAConfiguration() throws Exception {
        assertThat(run("config", "check", "--config", configuration.toString()).code())
                .isZero();
        Path broken = ServerTrial.configuration(
                Files.createDirectories(directory.resolve("broken")), "validators: []\npolicy: [{pattern: 1}]\n");
        Ended ended = run("config", "check", "--config", broken.toString());
        assertThat(ended.code()).as(ended.out()).isEqualTo(1);
        assertThat(ended.out()).contains("config.yaml:1").contains("config.yaml:2");
    }

    private static Ended explain(String tag) throws Exception {
        return run("explain", "--config", configuration.toString(), registry.host() + "/cli/app:" + tag);
    }

    private static Ended run(String... arguments) throws Exception {
        File out = Files.createTempFile(directory, "cli", ".out").toFile();
        Process process = new ProcessBuilder(Stream.concat(
                                Stream.of(System.getProperty("java.home") + "/bin/java", "-jar", JAR.toString()),
                                Stream.of(arguments))
                        .toList())
                .redirectErrorStream(true)
                .redirectOutput(out)
                .start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return new Ended(process.exitValue(), Files.readString(out.toPath()));
    }
}
