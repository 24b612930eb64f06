package dev.connaisseur.threats;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.json.StrictJson;
import dev.connaisseur.testing.AlertReceiver;
import dev.connaisseur.testing.AlertReceiver.Alert;
import dev.connaisseur.testing.Answer;
import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.EmbeddedRegistry.Options;
import dev.connaisseur.testing.Fault;
import dev.connaisseur.testing.TestAuthority;
import dev.connaisseur.testing.TestImage;
import dev.connaisseur.validator.Reason;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rows 100 to 102: what strangers write into reviews and registries ends in alerts and denials as text and nothing else, and what a
 * receiver of alerts does changes no verdict but where that is wanted. For the shipped templates: {@code alert.ShippedTemplatesTest}.
 */
@Timeout(300)
class AlertRowsTest {
    static final Set<Integer> ROWS = Set.of(100, 101, 102);

    private static final Duration AMPLE = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final Set<String> MEMBERS = Set.of("text", "namespace", "images", "error", "cluster");

    @TempDir
    Path directory;

    private final AlertReceiver receiver = AlertReceiver.open();
    private final EmbeddedRegistry registry = EmbeddedRegistry.open();

    @AfterEach
    void close() {
        receiver.close();
        registry.close();
    }

    private Trial trial(String url, boolean must) {
        try {
            Path alerts = Files.createDirectories(directory.resolve("alerts/templates"));
            Files.writeString(alerts.resolve("all.json"), """
                    {"text": "{{ alert_message }}", "namespace": "{{ namespace }}", "images": "{{ images }}",
                     "error": "{{ error }}", "cluster": "{{ cluster }}"}
                    """);
            Files.writeString(directory.resolve("alerts/config.yaml"), """
                    clusterIdentifier: c1
                    admitRequest:
                      receivers: [{template: all, receiverUrl: "%1$s", customHeaders: ["X-Token: t0ken"], failIfAlertSendingFails: %2$s}]
                    rejectRequest:
                      receivers: [{template: all, receiverUrl: "%1$s", customHeaders: ["X-Token: t0ken"], failIfAlertSendingFails: %2$s}]
                    """.formatted(url, must));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return EngineTrial.open(
                directory,
                """
                validators:
                - {name: allow, type: static, approve: true}
                - {name: deny, type: static, approve: false}
                - name: signed
                  type: cosign
                  trustRoots:
                  - name: key
                    key: |
                %s
                policy:
                - {pattern: "*:*", validator: deny}
                - {pattern: "good.example/*:*", validator: allow}
                - {pattern: "%s/*:*", validator: signed, with: {trustRoot: key, verifyInTransparencyLog: false}}
                """.formatted(CosignSigner.create().publicKey().indent(6).stripTrailing(), registry.host()),
                "CONNAISSEUR_ALERTS_DIR",
                directory.resolve("alerts").toString());
    }

    /** A Pod whose namespace, name, image and user are a stranger's text. */
    private static String review(String text, String image) {
        JsonObject pod = Json.createObjectBuilder()
                .add("metadata", Json.createObjectBuilder().add("name", text).add("namespace", text))
                .add(
                        "spec",
                        Json.createObjectBuilder()
                                .add(
                                        "containers",
                                        Json.createArrayBuilder()
                                                .add(Json.createObjectBuilder()
                                                        .add("name", "a")
                                                        .add("image", image))))
                .build();
        return Json.createObjectBuilder()
                .add("apiVersion", "admission.k8s.io/v1")
                .add("kind", "AdmissionReview")
                .add(
                        "request",
                        Json.createObjectBuilder()
                                .add("uid", "u-1")
                                .add("operation", "CREATE")
                                .add("namespace", text)
                                .add("name", text)
                                .add(
                                        "kind",
                                        Json.createObjectBuilder()
                                                .add("group", "")
                                                .add("version", "v1")
                                                .add("kind", "Pod"))
                                .add("userInfo", Json.createObjectBuilder().add("username", text))
                                .add("object", pod))
                .build()
                .toString();
    }

    private static String shown(JsonObject alert, String member) {
        String text = alert.getString(member);
        assertThat(text)
                .as(member)
                .hasSizeLessThan(10_000)
                .doesNotContainPattern("[\\p{Cntrl}\\u202e]")
                .doesNotContain("<!channel>"); // a blank of no width stands in it
        return text.replace("\u200b", "");
    }

    private static JsonObject payload(Alert alert) {
        assertThat(alert.method() + " " + alert.path()).isEqualTo("POST /hook");
        assertThat(alert.headers()).containsEntry("X-Token", "t0ken").doesNotContainKey("X-Evil");
        JsonObject payload = StrictJson.parseObject(alert.body().getBytes(UTF_8));
        assertThat(payload.keySet()).isEqualTo(MEMBERS);
        assertThat(payload.getString("cluster")).isEqualTo("c1");
        return payload;
    }

    /** Row 100. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"}, \"cluster\": \"c2",
                "{{7*7}}",
                "{{ cluster }}",
                "${jndi:ldap://x/}",
                "</script><script>alert(1)</script>",
                "<!channel>",
                "x\r\nX-Evil: y",
                "\u202egnp.exe",
                "100 KB"
            })
    void aStrangersTextIsTextInAlerts(String given) throws Exception {
        boolean huge = given.equals("100 KB"); // of a namespace's and an object's name less is read
        String text = huge ? "x".repeat(500) : given;
        try (Trial trial = trial(receiver.url("/hook"), false)) {
            Trial.Answer twin =
                    trial.send(AMPLE, review("shop", "good.example/app:v1")).join();
            assertThat(twin.allowed()).as(twin.message()).isTrue();
            assertThat(payload(receiver.next()).getString("images")).isEqualTo("good.example/app:v1");
            for (String image : new String[] {"evil.example/app:v1", huge ? "x".repeat(100 << 10) : text}) {
                Trial.Answer answer = trial.send(AMPLE, review(text, image)).join();
                assertThat(answer.allowed()).isFalse();
                assertThat(answer.message()).hasSizeLessThan(10_000).doesNotContainPattern("[\\p{Cntrl}\\u202e]");
                JsonObject alert = payload(receiver.next());
                MEMBERS.forEach(member -> shown(alert, member));
                if (!huge && text.codePoints().allMatch(c -> c >= ' ' && c != 0x202e)) {
                    assertThat(shown(alert, "namespace")).isEqualTo(text);
                    assertThat(shown(alert, "images")).isEqualTo(image);
                }
            }
            assertThat(receiver.rest()).isEmpty();
        }
    }

    /** Row 101. */
    @ParameterizedTest
    @ValueSource(ints = {400, 403, 404, 500, 200})
    void whatARegistrySaysIsBoundedTextInDenialsAndAlerts(int status) throws Exception {
        String evil =
                "\u001b[31mADMITTED\u001b[0m\r\n{\"level\":\"info\",\"msg\":\"forged\"}\n\u202e" + "x".repeat(50_000);
        String body = Json.createObjectBuilder()
                .add(
                        "errors",
                        Json.createArrayBuilder()
                                .add(Json.createObjectBuilder()
                                        .add("code", evil)
                                        .add("message", evil)
                                        .add("detail", evil)))
                .build()
                .toString();
        TestImage.push(registry, "app", "v1", "content");
        try (Trial trial = trial(receiver.url("/hook"), false)) {
            for (String says : new String[] {body, evil}) {
                registry.onManifest("app", "v1", Fault.instead(Answer.of(status, says)));
                Trial.Answer answer = trial.send(AMPLE, review("shop", registry.host() + "/app:v1"))
                        .join();
                assertThat(answer.allowed()).isFalse();
                assertThat(answer.message())
                        .contains("/app:v1")
                        .hasSizeLessThan(4_000)
                        .doesNotContainPattern("[\\p{Cntrl}\\u202e]");
                JsonObject alert = payload(receiver.next());
                MEMBERS.forEach(member -> shown(alert, member));
            }
            assertThat(trial.send(AMPLE, review("shop", "good.example/app:v1"))
                            .join()
                            .allowed())
                    .isTrue();
        }
    }

    /** Row 102. */
    @ParameterizedTest
    @CsvSource({
        "/held, true",
        "/held, false",
        "/redirect, true",
        "/redirect, false",
        "/status/500, true",
        "/status/500, false",
        "tls, true",
        "tls, false"
    })
    void whatAReceiverDoesCountsWhereItMustBeTold(String how, boolean must) throws Exception {
        try (EmbeddedRegistry stranger = EmbeddedRegistry.open(
                        Options.PLAIN.withTls(TestAuthority.create("stranger").server()));
                Trial trial = trial(how.equals("tls") ? stranger.base() + "/hook" : receiver.url(how), must)) {
            Trial.Answer answer = trial.send(must ? SHORT : AMPLE, review("shop", "good.example/app:v1"))
                    .join();
            assertThat(answer.allowed()).as(answer.message()).isEqualTo(!must);
            Trial.Answer denied = trial.send(must ? SHORT : AMPLE, review("shop", "evil.example/app:v1"))
                    .join();
            assertThat(denied.allowed()).isFalse();
            assertThat(denied.reasons()).containsExactly(Reason.STATIC_DENY);
            assertThat(stranger.log())
                    .as("nobody is told who cannot be believed")
                    .isEmpty();
            for (int i = 0; i < (how.equals("tls") ? 0 : 2); i++) {
                assertThat(receiver.next().path()).as("no redirect is followed").isEqualTo(how);
            }
            assertThat(receiver.rest()).isEmpty();
        }
        try (Trial trial = trial(receiver.url("/hook"), must)) {
            assertThat(trial.send(AMPLE, review("shop", "good.example/app:v1"))
                            .join()
                            .allowed())
                    .isTrue();
        }
    }
}
