package dev.connaisseur.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.config.OnProblem;
import dev.connaisseur.config.Problem;
import dev.connaisseur.config.Problems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CertificateFilesTest {
    private static final InstantSource NOW = InstantSource.fixed(Instant.parse("2026-06-01T00:00:00Z"));

    @TempDir
    private Path directory;

    private final Problems problems = new Problems(OnProblem.REFUSE);

    @Test
    void readsThePair() throws Exception {
        write(ServingCertificateTest.keys("secp256r1"), Instant.parse("2030-01-01T00:00:00Z"));
        assertThat(read(true)).isPresent();
        assertThat(problems.errors()).isEmpty();
        assertThat(problems.warnings()).isEmpty();
    }

    @Test
    void saysThatACertificateHasEnded() throws Exception {
        write(ServingCertificateTest.keys("secp256r1"), Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(read(true)).isPresent();
        assertThat(problems.warnings())
                .singleElement()
                .extracting(Problem::what)
                .asString()
                .contains("ended on 2026-01-01");
    }

    @Test
    void servesASelfSignedOneWhereNoneIsThere() {
        Optional<ServingCertificate> made = read(false);
        assertThat(made).isPresent();
        assertThat(made.orElseThrow().leaf().getNotAfter()).isAfter(NOW.instant());
        assertThat(problems.warnings())
                .singleElement()
                .extracting(Problem::what)
                .asString()
                .contains("self-signed");
    }

    @Test
    void refusesToServeASelfSignedOneWhereOneIsRequired() {
        assertThat(read(true)).isEmpty();
        assertThat(problems.errors())
                .singleElement()
                .extracting(Problem::what)
                .asString()
                .contains("is missing");
    }

    @Test
    void neverTakesHalfAPairForNone() throws Exception {
        write(ServingCertificateTest.keys("secp256r1"), Instant.parse("2030-01-01T00:00:00Z"));
        Files.delete(directory.resolve("tls.key"));
        assertThat(read(false)).isEmpty();
        assertThat(problems.errors())
                .singleElement()
                .extracting(Problem::what)
                .asString()
                .contains("tls.key cannot be read");
    }

    @Test
    void refusesAnUnusablePair() throws Exception {
        write(ServingCertificateTest.keys("secp256r1"), Instant.parse("2030-01-01T00:00:00Z"));
        Files.writeString(
                directory.resolve("tls.key"), ServingCertificateTest.pkcs8(ServingCertificateTest.keys("secp256r1")));
        assertThat(read(false)).isEmpty();
        assertThat(problems.errors())
                .singleElement()
                .extracting(Problem::what)
                .asString()
                .contains("is not the key");
    }

    private Optional<ServingCertificate> read(boolean required) {
        return new CertificateFiles(directory, required).read(NOW, problems);
    }

    private void write(KeyPair keys, Instant end) throws Exception {
        Files.writeString(
                directory.resolve("tls.crt"),
                ServingCertificateTest.pem(ServingCertificateTest.certificate(keys, end)));
        Files.writeString(directory.resolve("tls.key"), ServingCertificateTest.pkcs8(keys));
    }
}
