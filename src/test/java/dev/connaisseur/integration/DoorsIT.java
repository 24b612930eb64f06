package dev.connaisseur.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.connaisseur.testing.AdmissionAnswer;
import dev.connaisseur.testing.ServerProcess;
import java.io.ByteArrayInputStream;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every door of the server, knocked on rightly and wrongly. */
@Timeout(900)
class DoorsIT {
    private static final String REVIEW = ServerTrial.pod("u-1", "registry.k8s.io/pause:3.9");
    private static ServerProcess server;

    @BeforeAll
    static void start(@TempDir Path directory) {
        server = ServerTrial.start(directory, ServerTrial.STATIC_RULES).awaitReady(ServerTrial.START);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                arguments("GET", "/mutate", "", "", 405, "Method not allowed.: GET"),
                arguments("PUT", "/mutate", "application/json", REVIEW, 405, "Method not allowed.: PUT"),
                arguments("DELETE", "/mutate", "", "", 405, "Method not allowed.: DELETE"),
                arguments("PATCH", "/mutate", "application/json", REVIEW, 405, "Method not allowed.: PATCH"),
                arguments("OPTIONS", "/mutate", "", "", 405, "Method not allowed.: OPTIONS"),
                arguments("GET", "/validate", "", "", 405, "Method not allowed.: GET"),
                arguments("POST", "/validate", "application/json", "{", 400, "received invalid json: "),
                arguments("POST", "/ready", "text/plain", "x", 405, "Method not allowed."),
                arguments("OPTIONS", "/ready", "", "", 405, "Method not allowed."),
                arguments("GET", "/", "", "", 404, "404 page not found"),
                arguments("GET", "/nothing", "", "", 404, "404 page not found"),
                arguments("POST", "/mutate/deeper", "application/json", REVIEW, 404, "404 page not found"),
                arguments("POST", "/mutate", "", REVIEW, 400, "wrong content type: expected json, got "),
                arguments(
                        "POST",
                        "/mutate",
                        "text/plain",
                        REVIEW,
                        400,
                        "wrong content type: expected json, got text/plain"),
                arguments(
                        "POST",
                        "/mutate",
                        "application/jsonp",
                        REVIEW,
                        400,
                        "wrong content type: expected json, got application/jsonp"),
                arguments(
                        "POST",
                        "/mutate",
                        "application/x-www-form-urlencoded",
                        "a=b",
                        400,
                        "wrong content type: expected json, got application/x-www-form-urlencoded"),
                arguments("POST", "/mutate", "application/json", "", 400, "received invalid json: the body is empty"),
                arguments("POST", "/mutate", "application/json", "{", 400, "received invalid json: "),
                arguments("POST", "/mutate", "application/json", "[]", 400, "received invalid json: "),
                arguments("POST", "/mutate", "application/json", "null", 400, "received empty admission request"),
                arguments(
                        "POST",
                        "/mutate",
                        "application/json",
                        REVIEW.replace("\"request\":", "\"x\":"),
                        400,
                        "received empty admission request"),
                arguments("POST", "/mutate", "application/json", "{\"a\":1,\"a\":2}", 400, "received invalid json: "),
                arguments("POST", "/mutate", "application/json", REVIEW + "{}", 400, "received invalid json: "));
    }

    @ParameterizedTest(name = "{0} {1} as {2}: {4}")
    @MethodSource("refused")
    void answersInPlainText(String method, String path, String type, String body, int status, String sentence) {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri(path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!type.isEmpty()) {
            request.header("Content-Type", type);
        }
        HttpResponse<String> answer = server.send(request);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).startsWith(sentence).endsWith("\n");
        assertThat(answer.headers().firstValue("content-type").orElse("")).containsIgnoringCase("text/plain");
        assertThat(answer.headers().firstValue("x-content-type-options")).contains("nosniff");
    }

    @Test
    void headIsRefusedToo() {
        for (String path : new String[] {"/ready", "/mutate"}) {
            HttpRequest.Builder head = HttpRequest.newBuilder(server.uri(path)).method("HEAD", BodyPublishers.noBody());
            assertThat(server.send(head).statusCode()).as(path).isEqualTo(405);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/json; charset=utf-8", "Application/JSON"})
    void takesJson(String type) {
        AdmissionAnswer answer = AdmissionAnswer.of(server.send(HttpRequest.newBuilder(server.uri("/mutate"))
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString(REVIEW))));
        assertThat(answer.allowed()).isTrue();
        assertThat(answer.uid()).isEqualTo("u-1");
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void aBodyIsTooLargeWhetherOrNotItsLengthIsSaid(Version version) {
        byte[] large = new byte[(8 << 20) + 100];
        java.util.Arrays.fill(large, (byte) ' ');
        HttpResponse<String> said = server.send(HttpRequest.newBuilder(server.uri("/mutate"))
                .version(version)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(large)));
        assertThat(said.statusCode()).isEqualTo(413);
        HttpResponse<String> chunked = server.send(HttpRequest.newBuilder(server.uri("/mutate"))
                .version(version)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large))));
        assertThat(chunked.statusCode()).isEqualTo(413);
    }

    @Test
    void probesAnswer() {
        assertThat(server.get("/ready").body()).isEmpty();
        for (String probe : new String[] {"/ready", "/health", "/health/started", "/health/live", "/health/ready"}) {
            assertThat(server.status(probe)).as(probe).isEqualTo(200);
        }
        assertThat(server.get("/health/ready").body()).contains("\"UP\"");
    }

    @Test
    void metricsHaveTheOriginalsNames() {
        server.review(REVIEW);
        server.review(ServerTrial.pod("u-2", "evil.example/x:1"));
        HttpResponse<String> metrics = server.get("/metrics");
        assertThat(metrics.headers().firstValue("content-type").orElse("")).startsWith("text/plain");
        assertThat(metrics.body())
                .contains(
                        "# HELP connaisseur_requests_total The total number of admission requests posed to Connaisseur")
                .contains("# TYPE connaisseur_requests_total counter")
                .containsPattern("(?m)^connaisseur_requests_total [0-9]")
                .containsPattern("(?m)^connaisseur_requests_admitted_total [0-9]")
                .containsPattern("(?m)^connaisseur_requests_denied_total\\{timeout=\"false\"} [0-9]")
                .containsPattern(
                        "(?m)^connaisseur_validations_total\\{result=\"success\",type=\"static\",validator_name=\"allow\"} [0-9]")
                .containsPattern(
                        "(?m)^connaisseur_validations_failed_total\\{type=\"static\",validator_name=\"deny\"} [0-9]")
                .doesNotContain("mp_scope");
    }

    @Test
    void saysNothingAboutItself() {
        HttpResponse<String> answer = server.get("/ready");
        assertThat(answer.headers().map()).doesNotContainKeys("server", "x-powered-by");
    }

    /** A final object is looked at as strictly, in a numbering of its own; by default what is wrong with it is only said. */
    @Test
    void finalObjectsAreLookedAt() {
        AdmissionAnswer allowed = AdmissionAnswer.of(server.validate(REVIEW));
        assertThat(allowed.allowed()).isTrue();
        assertThat(allowed.warnings()).isEmpty();
        AdmissionAnswer warned = AdmissionAnswer.of(server.validate(ServerTrial.pod("u-3", "evil.example/x:1")));
        assertThat(warned.allowed()).isTrue();
        assertThat(warned.warnings())
                .hasSize(2)
                .contains("validating phase only warns")
                .anySatisfy(w -> assertThat(w).startsWith("static deny for image evil.example/x:1 using rule *:*"));
        assertThat(server.get("/metrics").body())
                .containsPattern("(?m)^connaisseur_validating_requests_total [0-9]")
                .containsPattern("(?m)^connaisseur_validating_reviews_total\\{result=\"warned\"} [0-9]");
    }

    @Test
    void hostileTextInTheRequestStaysInItsLogLine() {
        String uid = "u\"},{\"level\":\"info\"}\n\u001b[2J";
        server.review(ServerTrial.pod(uid, "evil.example/\u202e:1"));
        assertThat(ServerTrial.lines(server)).isNotEmpty(); // each line is one JSON object still
    }
}
