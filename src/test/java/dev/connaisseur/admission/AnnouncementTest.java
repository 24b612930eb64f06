package dev.connaisseur.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.admission.AdmissionDecision.Allowed;
import dev.connaisseur.admission.AdmissionDecision.Refused;
import dev.connaisseur.alert.AlertReader;
import dev.connaisseur.alert.AlertSender;
import dev.connaisseur.alert.Alerts;
import dev.connaisseur.config.AlertFiles;
import dev.connaisseur.config.ConfigFile;
import dev.connaisseur.config.OnProblem;
import dev.connaisseur.config.Problems;
import dev.connaisseur.config.Settings;
import dev.connaisseur.config.Settings.Features.ImageVolumes;
import dev.connaisseur.config.Settings.Features.ResourceValidation;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.json.StrictJson;
import dev.connaisseur.testing.AlertReceiver;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.ValidationException;
import dev.connaisseur.validator.Verdict;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which decisions are told, as what, and what becomes of a request when nobody could be told. */
final class AnnouncementTest {
    @TempDir
    private Path root;

    private final AlertReceiver receiver = AlertReceiver.open();
    private final HttpTransport transport = new HttpTransport();
    private final AlertSender sender = new AlertSender(transport, () -> Bench.NOW, "pod", new PrometheusRegistry());
    private final Bench bench = new Bench(
                    AdmissionLimits.DEFAULT, new Settings.Cache(Duration.ofSeconds(30), true, Duration.ofHours(1)))
            .signed("signed", Map.of("reg.io/app", Bench.DIGEST))
            .rule("reg.io/app", "signed")
            .rule("reg.io/other", "signed")
            .rule("registry.k8s.io/pause", "allow")
            .rule("*:*", "deny");

    @AfterEach
    void close() {
        bench.close();
        sender.close();
        transport.close();
        receiver.close();
    }

    private Alerts alerts(String admitPath, String rejectPath, boolean must) throws IOException {
        Files.createDirectories(root.resolve("templates"));
        Files.writeString(
                root.resolve("templates/t.json"),
                "{\"m\":\"{{ alert_message }}\",\"r\":\"{{ result }}\",\"i\":\"{{ images }}\",\"n\":\"{{ namespace }}\"}");
        Files.writeString(root.resolve("config.yaml"), """
                admitRequest: {receivers: [{template: t, receiverUrl: '%s', failIfAlertSendingFails: %s}]}
                rejectRequest: {receivers: [{template: t, receiverUrl: '%s', failIfAlertSendingFails: %s}]}
                """.formatted(
                        receiver.url(admitPath), must, receiver.url(rejectPath), must));
        Settings.Directories directories = new Settings.Directories(root, root, root, root, root);
        AlertFiles files = new AlertFiles(directories);
        return new AlertReader(files, server -> true)
                .read(
                        ConfigFile.load(directories, new Problems(OnProblem.REFUSE))
                                .alerts(),
                        sender);
    }

    private static JsonObject body(AlertReceiver.Alert alert) {
        return StrictJson.parseObject(alert.body().getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "reg.io/app:1                             | /admit  | success | CONNAISSEUR admitted a request | reg.io/app:1",
                "registry.k8s.io/pause:1                  | /admit  | success | CONNAISSEUR admitted a request | registry.k8s.io/pause:1",
                "reg.io/other:1 reg.io/app:1              | /reject | error   | CONNAISSEUR rejected a request: error during cosign validation of image reg.io/other:1: no signatures found. | reg.io/other:1",
                "evil.io/x:1                              | /reject | error   | CONNAISSEUR rejected a request: static deny | evil.io/x:1",
            })
    void everyDecisionIsToldOnce(String images, String path, String result, String message, String told)
            throws Exception {
        bench.alerts(alerts("/admit", "/reject", true));
        bench.review(Reviews.create("Pod", "uid-1", images.split(" ")));
        AlertReceiver.Alert alert = receiver.next();
        assertThat(alert.path()).isEqualTo(path);
        assertThat(body(alert).getString("m")).startsWith(message);
        assertThat(body(alert).getString("r")).isEqualTo(result);
        assertThat(body(alert).getString("i")).isEqualTo(told);
        assertThat(receiver.rest()).isEmpty();
    }

    @Test
    void whatIsNoWorkloadIsToldAsInvalid() throws Exception {
        bench.alerts(alerts("/admit", "/reject", true));
        JsonObject review = Reviews.create("Pod", "uid-1", "reg.io/app:1");
        JsonObject request = Json.createObjectBuilder(review.getJsonObject("request"))
                .add("object", Json.createObjectBuilder().add("spec", 1))
                .build();
        assertThat(bench.review(
                        Json.createObjectBuilder(review).add("request", request).build()))
                .isInstanceOf(Refused.class);
        assertThat(body(receiver.next()).getString("m"))
                .isEqualTo("CONNAISSEUR failed to parse admission request uid-1");
    }

    /** Who must be told and is not: nothing is admitted, whoever decided and however little there was to decide. */
    @ParameterizedTest
    @CsvSource({"reg.io/app:1", "registry.k8s.io/pause:1", "evil.io/x:1"})
    void nothingIsAdmittedThatAReceiverMustHearOfAndDoesNot(String image) throws Exception {
        JsonObject review = Reviews.create("Pod", "uid-1", image);
        boolean allowed = !image.startsWith("evil");
        bench.alerts(alerts("/admit", "/reject", true));
        assertThat(bench.review(review)).isInstanceOf(allowed ? Allowed.class : Refused.class);

        bench.alerts(alerts("/status/500", "/status/500", true));
        AdmissionDecision decision = bench.review(review);
        assertThat(decision).isInstanceOf(Refused.class);
        assertThat(decision.message().orElseThrow())
                .startsWith(allowed ? " error sending notifications: " : "static deny")
                .contains(
                        " error sending notifications: failed sending a notification for receiver t-0 with FailOnError"
                                + " set: failed to send notification for receiver t-0: it answered with status 500");

        bench.alerts(alerts("/status/500", "/status/500", false));
        assertThat(bench.review(review)).isInstanceOf(allowed ? Allowed.class : Refused.class);
    }

    @Test
    void aReceiverThatMustHearIsWaitedForUntilTheDeadline() throws Exception {
        bench.alerts(alerts("/held", "/held", true));
        AdmissionDecision decision = bench.review(
                dev.connaisseur.kubernetes.AdmissionReview.parse(
                        Reviews.create("Pod", "u", "reg.io/app:1").toString().getBytes(StandardCharsets.UTF_8)),
                Deadline.after(Duration.ofSeconds(1)));
        assertThat(decision.message().orElseThrow())
                .startsWith(" error sending notifications: timeout during handling of receiver 1/1 of admit alerts");
    }

    /** Detection mode comes last: it lets in what was refused for an alert, too, and receivers hear what would have been. */
    @Test
    void lenientModesChangeNothingOfWhatIsTold() throws Exception {
        bench.features(Bench.features(false, true, ResourceValidation.ALL, ImageVolumes.VALIDATE));
        bench.alerts(alerts("/admit", "/reject", true));
        assertThat(bench.review(Reviews.create("Pod", "u", "evil.io/x:1"))).isInstanceOf(Allowed.class);
        assertThat(body(receiver.next()).getString("m")).startsWith("CONNAISSEUR rejected a request: static deny");

        bench.alerts(alerts("/status/500", "/reject", true));
        AdmissionDecision decision = bench.review(Reviews.create("Pod", "u", "reg.io/app:1"));
        assertThat(decision).isInstanceOf(Allowed.class);
        assertThat(((Allowed) decision).patch())
                .as("nothing is patched that was refused")
                .isEqualTo(dev.connaisseur.kubernetes.JsonPatch.NONE);
        assertThat(decision.warnings().getFirst()).isEqualTo("detection mode active");
        assertThat(decision.warnings().get(1)).contains("error sending notifications");
    }

    /** Nobody refuses, and nobody verifies either: those who hear of refusals hear of it, or it is refused if they must and do not. */
    @Test
    void aLeaseIsToldToThoseWhoHearOfRefusals() throws Exception {
        AtomicBoolean reachable = new AtomicBoolean(true);
        bench.with(new ScriptedValidator("passing", (image, context) -> {
                    if (reachable.get()) {
                        return new Verdict.Signed(Bench.DIGEST, List.of("key"));
                    }
                    throw new ValidationException(Reason.INCONCLUSIVE, "nobody answers");
                }))
                .rule("reg.io/leased", "passing");
        bench.alerts(alerts("/admit", "/reject", true));
        JsonObject review = Reviews.create("Pod", "u", "reg.io/leased@" + Bench.DIGEST);
        assertThat(bench.review(review)).isInstanceOf(Allowed.class);
        assertThat(receiver.next().path()).as("verified").isEqualTo("/admit");

        reachable.set(false);
        bench.later(Duration.ofSeconds(31));
        assertThat(bench.review(review)).isInstanceOf(Allowed.class);
        AlertReceiver.Alert alert = receiver.next();
        assertThat(alert.path()).isEqualTo("/reject");
        assertThat(body(alert).getString("m"))
                .isEqualTo(
                        "CONNAISSEUR admitted a request by older verdicts: nobody could be asked about reg.io/leased@"
                                + Bench.DIGEST);
        assertThat(body(alert).getString("r")).isEqualTo("success");
        assertThat(receiver.rest()).isEmpty();

        bench.alerts(alerts("/admit", "/status/500", true));
        assertThat(bench.review(review)).isInstanceOf(Refused.class);
    }

    @Test
    void aRehearsalTellsNobody() throws Exception {
        bench.alerts(alerts("/status/500", "/status/500", true));
        JsonObject review = Reviews.create("Pod", "u", "reg.io/app:1");
        JsonObject request = Json.createObjectBuilder(review.getJsonObject("request"))
                .add("dryRun", true)
                .build();
        assertThat(bench.review(
                        Json.createObjectBuilder(review).add("request", request).build()))
                .isInstanceOf(Allowed.class);
        assertThat(receiver.rest()).isEmpty();
        assertThat(Optional.of(bench.review(review))).containsInstanceOf(Refused.class);
    }
}
