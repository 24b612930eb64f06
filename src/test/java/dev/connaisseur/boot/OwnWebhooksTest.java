package dev.connaisseur.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.config.OnProblem;
import dev.connaisseur.config.Problems;
import dev.connaisseur.config.Settings;
import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.kubernetes.CaBundle;
import dev.connaisseur.kubernetes.KubernetesApi;
import dev.connaisseur.kubernetes.Lookups;
import dev.connaisseur.testing.FakeCluster;
import dev.connaisseur.testing.TestAuthority;
import dev.connaisseur.webhook.Conditions;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.json.Json;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is noticed about webhook configurations, and what is done to their {@code caBundle}, with and without the right to. */
final class OwnWebhooksTest {
    private static final String OBJECT = "mutating/connaisseur-webhook";
    private static final String PATH =
            "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/connaisseur-webhook";
    private static final TestAuthority OLD = TestAuthority.create("old");
    private static final TestAuthority NEW = TestAuthority.create("new");

    @TempDir
    Path certificates;

    @TempDir
    Path account;

    private final Conditions conditions = new Conditions();
    private final ByteArrayOutputStream console = new ByteArrayOutputStream();
    private final PrometheusRegistry metrics = new PrometheusRegistry();
    private final ProcessLog log = ProcessLog.to(console, "info", "json", () -> {});
    private Instant now = Instant.now();
    private final InstantSource clock = () -> now;
    private FakeCluster cluster;
    private HttpTransport transport;

    @BeforeEach
    void open() {
        cluster = FakeCluster.open(account);
        transport = new HttpTransport();
    }

    @AfterEach
    void close() {
        transport.close();
        cluster.close();
    }

    private OwnWebhooks webhooks(boolean manage) {
        return new OwnWebhooks(
                new Settings.Webhooks(List.of(OBJECT), manage, Duration.ofSeconds(30)),
                new KubernetesApi(transport, new Lookups(), cluster.access()),
                files(),
                clock,
                conditions,
                log,
                metrics);
    }

    private CertificateFiles files() {
        return new CertificateFiles(certificates, true);
    }

    /** The Secret is replaced by a certificate of this authority. */
    private ServingCertificate shown(TestAuthority authority) {
        authority.writePair(certificates);
        return files().read(clock, new Problems(OnProblem.REFUSE)).orElseThrow();
    }

    private void believed(TestAuthority authority) {
        String bundle = Base64.getEncoder().encodeToString(authority.pem().getBytes(StandardCharsets.US_ASCII));
        cluster.put(PATH, """
                {'metadata':{'resourceVersion':'1'},'webhooks':[
                 {'name':'own.a','clientConfig':{'caBundle':'%1$s'}},{'name':'a','clientConfig':{'caBundle':'%1$s'}}]}
                """.formatted(bundle));
    }

    private List<X509Certificate> inTheCluster() {
        try (JsonReader reader = Json.createReader(new StringReader(cluster.object(PATH)))) {
            List<String> bundles = reader.readObject().getJsonArray("webhooks").stream()
                    .map(webhook -> ((JsonString)
                                    Json.createPointer("/clientConfig/caBundle").getValue(webhook.asJsonObject()))
                            .getString())
                    .distinct()
                    .toList();
            assertThat(bundles).as("the same for every webhook").hasSize(1);
            return CaBundle.parse(new String(Base64.getDecoder().decode(bundles.getFirst()), StandardCharsets.UTF_8))
                    .certificates();
        }
    }

    private String counted() throws IOException {
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(page, metrics.scrape());
        return page.toString(StandardCharsets.UTF_8);
    }

    private void trouble(String which) throws IOException {
        for (String trouble : List.of("missing", "authority", "unknown")) {
            assertThat(counted())
                    .contains("connaisseur_webhook_trouble{trouble=\"" + trouble + "\",webhook=\"" + OBJECT + "\"} "
                            + (trouble.equals(which) ? "1.0" : "0.0"));
        }
        assertThat(conditions.all().containsKey("webhook " + OBJECT)).isEqualTo(!which.isEmpty());
    }

    private String said() {
        return console.toString(StandardCharsets.UTF_8);
    }

    @Test
    void saysThatOneIsGoneAndThatItIsBack() throws IOException {
        believed(OLD);
        OwnWebhooks webhooks = webhooks(false);
        ServingCertificate shown = shown(OLD);
        webhooks.look(shown);
        trouble("");
        cluster.fail(PATH, 404);
        webhooks.look(shown);
        webhooks.look(shown);
        trouble("missing");
        assertThat(said().split("is missing: the API server sends no reviews by it", -1))
                .hasSize(2);
        assertThat(said()).contains("\"level\":\"warn");
        cluster.mend(PATH);
        webhooks.look(shown);
        trouble("");
    }

    @Test
    void oneThatIsNotThereYetIsNoWarning() throws IOException {
        webhooks(false).look(shown(OLD));
        trouble("missing");
        assertThat(said()).contains("is missing").doesNotContain("\"level\":\"warn");
    }

    @Test
    void withoutTheRightAnotherAuthorityIsSaidAndNothingDone() throws IOException {
        believed(OLD);
        OwnWebhooks webhooks = webhooks(false);
        webhooks.look(shown(OLD));
        ServingCertificate next = shown(NEW);
        webhooks.expect(next);
        webhooks.look(next);
        trouble("authority");
        assertThat(said())
                .contains("does not believe the certificate that is served, issued by CN=new: change caBundle");
        assertThat(cluster.asked()).allMatch(request -> request.startsWith("GET "));
        assertThat(inTheCluster()).containsExactly(OLD.root());

        believed(NEW);
        webhooks.look(next);
        trouble("");
    }

    @Test
    void withTheRightTheNewAuthorityIsBelievedBeforeItIsShownAndLaterAlone() throws IOException {
        believed(OLD);
        OwnWebhooks webhooks = webhooks(true);
        webhooks.look(shown(OLD));
        assertThat(cluster.asked()).as("nothing to do").containsExactly("GET " + PATH);

        ServingCertificate next = shown(NEW);
        webhooks.expect(next);
        assertThat(inTheCluster()).containsExactly(NEW.root(), OLD.root());
        trouble("");

        now = now.plus(OwnWebhooks.OVERLAP.minusSeconds(1));
        webhooks.look(next);
        assertThat(inTheCluster()).as("a replica may still show the old one").contains(OLD.root());
        now = now.plusSeconds(1);
        webhooks.look(next);
        assertThat(inTheCluster()).containsExactly(NEW.root());
        webhooks.look(next);
        assertThat(cluster.asked().stream().filter(request -> request.startsWith("PATCH ")))
                .hasSize(2);
    }

    @Test
    void aReplicaThatStillHasTheOldOneTakesNothingBack() {
        believed(OLD);
        OwnWebhooks late = webhooks(true);
        ServingCertificate old = shown(OLD);
        late.look(old);
        CaBundle both = new CaBundle(List.of(NEW.root(), OLD.root()));
        String bundle = Base64.getEncoder().encodeToString(both.pem().getBytes(StandardCharsets.US_ASCII));
        cluster.put(
                PATH,
                "{'metadata':{'resourceVersion':'9'},'webhooks':[{'clientConfig':{'caBundle':'" + bundle + "'}}]}");
        late.look(old);
        assertThat(inTheCluster()).containsExactly(NEW.root(), OLD.root());
    }

    @Test
    void aRefusalIsSaid() throws IOException {
        believed(OLD);
        OwnWebhooks webhooks = webhooks(true);
        ServingCertificate shown = shown(NEW);
        cluster.fail(PATH, 403);
        webhooks.look(shown);
        trouble("unknown");
        assertThat(said()).contains("cannot be looked at or changed").contains("refuses our service account");
    }

    @Test
    void withoutItsAuthorityBesideItNothingIsWritten() throws IOException {
        believed(OLD);
        ServingCertificate shown = shown(NEW);
        OwnWebhooks webhooks = webhooks(true);
        Files.delete(certificates.resolve("ca.crt"));
        webhooks.look(shown);
        trouble("authority");
        assertThat(said()).contains("beside tls.crt there is no ca.crt of it");
        Files.writeString(certificates.resolve("ca.crt"), OLD.pem());
        webhooks.look(shown);
        assertThat(inTheCluster())
                .as("one that did not issue it is not written")
                .containsExactly(OLD.root());
    }
}
