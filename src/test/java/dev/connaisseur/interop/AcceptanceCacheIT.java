package dev.connaisseur.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.testing.AcceptanceTable;
import dev.connaisseur.testing.AcceptanceTable.Row;
import dev.connaisseur.testing.AcceptanceTwins;
import dev.connaisseur.testing.AdmissionAnswer;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.testing.ServerProcess;
import dev.connaisseur.testing.TestAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The acceptance cases of the cache: a server with a real Redis behind TLS, anew for each certificate, as the chart rolls out. */
@Timeout(600)
class AcceptanceCacheIT {
    private static final String SECTION = "redis-cert";

    @TempDir
    Path directory;

    static Stream<Row> hits() {
        return AcceptanceTable.rowsOf(AcceptanceCacheIT.class, "hitsTheCache");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hits")
    void hitsTheCache(Row row) throws Exception {
        TestAuthority authority = TestAuthority.create("redis of case " + row.number());
        Tool program = Tool.find("redis-server").orElseThrow(() -> new AssertionError("redis-server is not installed"));
        try (AcceptanceTwins twins = new AcceptanceTwins();
                RedisServer redis = RedisServer.start(program, directory.resolve("redis"), authority);
                ServerProcess server = server(twins, redis, authority)) {
            String image = twins.twin(SECTION, row.containers().getFirst());

            for (String uid : List.of("first", "second")) {
                AdmissionAnswer answer = AdmissionAnswer.of(
                        server.review(Reviews.create("Pod", uid, image).toString()));
                assertThat(answer.allowed()).as(answer.message()).isTrue();
                assertThat(answer.patch()).hasSize(1);
            }

            assertThat(server.console()).contains(twins.twinText(SECTION, row.expected()));
            assertThat(twins.notary().served())
                    .as("asked once")
                    .filteredOn(file -> file.contains("timestamp"))
                    .hasSize(1);
        }
    }

    private ServerProcess server(AcceptanceTwins twins, RedisServer redis, TestAuthority authority) throws Exception {
        Path config = Files.createDirectories(directory.resolve("config"));
        Files.writeString(config.resolve("config.yaml"), twins.configuration());
        Path certificates = Files.createDirectories(directory.resolve("redis-certs"));
        Files.writeString(certificates.resolve("tls.crt"), authority.pem());
        Path keys = Files.createDirectories(directory.resolve("keys"));
        Files.writeString(keys.resolve("key"), "k".repeat(32));
        return ServerProcess.start(
                        Files.createDirectories(directory.resolve("server")),
                        Map.of(
                                "CONNAISSEUR_CONFIG_DIR", config.toString(),
                                "CONNAISSEUR_REDIS_CERTS_DIR", certificates.toString(),
                                "CONNAISSEUR_CACHE_KEYS_DIR", keys.toString(),
                                "REDIS_HOST", "localhost:" + redis.port(),
                                "REDIS_PASSWORD", RedisServer.password(),
                                "CACHE_EXPIRY_SECONDS", "600",
                                "LOG_FORMAT", "json"))
                .awaitReady(Duration.ofMinutes(5));
    }

    @Test
    void rollsOutByChecksum() {
        assertThat(AcceptanceTable.rowsOf(AcceptanceCacheIT.class, "rollsOutByChecksum"))
                .hasSize(1);
        String certificate = "kubernetes: {redis: {tls: {cert: \"%s\", key: a key}}}";
        Rendering before = render(certificate.formatted("one certificate"));
        Rendering same = render(certificate.formatted("one certificate"));
        Rendering after = render(certificate.formatted("another certificate"));
        for (String deployment : List.of("Deployment/connaisseur", "Deployment/connaisseur-redis")) {
            assertThat(template(same, deployment)).isEqualTo(template(before, deployment));
            assertThat(template(after, deployment)).isNotEqualTo(template(before, deployment));
        }
        assertThat(after.secret("connaisseur-redis-tls")).containsEntry("tls.crt", "another certificate");
    }

    private Rendering render(String values) {
        return Chart.open(directory).render(Chart.NEWEST, List.of("without-cluster"), values);
    }

    /** A Deployment rolls out when its template changes; this one's changes in nothing but the checksums. */
    private static Map<String, String> template(Rendering rendering, String deployment) {
        return Rendering.map(rendering.get(deployment), "spec", "template", "metadata", "annotations");
    }
}
