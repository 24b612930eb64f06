package dev.connaisseur.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.admission.DecisionJournal;
import dev.connaisseur.admission.DecisionRecord;
import dev.connaisseur.testing.Reviews;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the server answered over HTTPS stands in the journal that the container keeps, under the same id as in the line for auditors. */
@ArquillianTest
class JournalIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Inject
    DecisionJournal journal;

    private final List<String> audited = new CopyOnWriteArrayList<>();
    private final Handler auditor = new Handler() {
        @Override
        public void publish(LogRecord line) {
            audited.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @Deployment
    static WebArchive war() {
        return ShippedArchive.with(Reviews.class);
    }

    @BeforeEach
    void listen() throws Exception {
        awaitReady();
        Logger.getLogger("audit").addHandler(auditor);
    }

    @AfterEach
    void leave() {
        Logger.getLogger("audit").removeHandler(auditor);
    }

    @Test
    void theJournalHoldsADenialUnderTheIdOfItsAnswer() throws Exception {
        JsonObject denied = ask("/mutate", "journal-1", "denied.example/app:1");
        String id = denied.getJsonObject("auditAnnotations").getString("id");
        assertThat(denied.getBoolean("allowed")).isFalse();
        String message = denied.getJsonObject("status").getString("message");
        assertThat(message).endsWith("(id " + id + ")");

        List<DecisionRecord> kept = journal.latest(1);
        assertThat(kept).singleElement().satisfies(record -> {
            assertThat(record.uid()).isEqualTo("journal-1");
            assertThat(record.id()).isEqualTo(id);
            assertThat(record.message()).isEqualTo(message);
        });
        assertThat(journal.find(id)).contains(kept.getFirst());
        assertThat(audited)
                .as("the lines for auditors")
                .containsExactly(kept.getFirst().toJson());

        JsonObject again = ask("/mutate", "journal-2", "denied.example/app:1");
        assertThat(again.getJsonObject("status").getString("message")).isEqualTo(message);
        assertThat(journal.latest(2)).extracting(DecisionRecord::id).containsExactly(id, id);
        assertThat(journal.latest(2)).extracting(DecisionRecord::uid).containsExactly("journal-2", "journal-1");
    }

    /** Ready means: the port shows what the key store holds. */
    private static void awaitReady() throws IOException, InterruptedException {
        URI ready = URI.create("http://localhost:" + System.getenv("CONNAISSEUR_TEST_PORT") + "/health/ready");
        long end = System.nanoTime() + PATIENCE.toNanos();
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (client.send(HttpRequest.newBuilder(ready).build(), BodyHandlers.discarding())
                            .statusCode()
                    != 200) {
                assertThat(System.nanoTime()).as("ready in " + PATIENCE).isLessThan(end);
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
    }

    private static JsonObject ask(String path, String uid, String image)
            throws IOException, InterruptedException, GeneralSecurityException {
        URI address = URI.create("https://localhost:" + System.getenv("CONNAISSEUR_PORT") + path);
        try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(trusted())
                .connectTimeout(PATIENCE)
                .build()) {
            String answer = client.send(
                            HttpRequest.newBuilder(address)
                                    .header("Content-Type", "application/json")
                                    .timeout(PATIENCE)
                                    .POST(BodyPublishers.ofString(
                                            Reviews.create("Pod", uid, image).toString()))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
            return Json.createReader(new StringReader(answer)).readObject().getJsonObject("response");
        }
    }

    /** Believes what the server shows: the certificates of its own key store. */
    private static SSLContext trusted() throws IOException, GeneralSecurityException {
        Config config = ConfigProvider.getConfig();
        KeyStore keys = KeyStore.getInstance(
                new File(config.getValue("connaisseur.keystore.file", String.class)),
                config.getValue("connaisseur.keystore.password", String.class).toCharArray());
        KeyStore shown = KeyStore.getInstance("PKCS12");
        shown.load(null, null);
        for (String alias : Collections.list(keys.aliases())) {
            shown.setCertificateEntry(alias, keys.getCertificate(alias));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(shown);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
