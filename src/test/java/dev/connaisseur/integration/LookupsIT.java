package dev.connaisseur.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.FinalException;
import dev.connaisseur.http.HttpAnswer;
import dev.connaisseur.http.HttpCall;
import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.http.Purpose;
import dev.connaisseur.registry.Lookups;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.Fault;
import dev.connaisseur.testing.Loopback;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.faulttolerance.exceptions.TimeoutException;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.JavaArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The annotations on the look-ups of registries and of the Kubernetes API act on the beans that the container makes. */
@ArquillianTest
class LookupsIT {
    private static final Duration AMPLE = Duration.ofSeconds(25);

    @Inject
    Lookups lookups;

    @Inject
    dev.connaisseur.kubernetes.Lookups cluster;

    @Inject
    dev.connaisseur.keys.Lookups keys;

    private EmbeddedRegistry registry;
    private HttpTransport transport;

    @Deployment
    static WebArchive war() {
        return ShippedArchive.with()
                .addPackage(EmbeddedRegistry.class.getPackage())
                .addAsLibrary(ShrinkWrap.create(JavaArchive.class, "shorter-timeout.jar")
                        .addAsResource(new StringAsset("""
                                        config_ordinal=500
                                        dev.connaisseur.registry.Lookups/fetch/Timeout/value=5
                                        dev.connaisseur.kubernetes.Lookups/fetch/Timeout/value=5
                                        dev.connaisseur.keys.Lookups/fetch/Timeout/value=5
                                        """), "META-INF/microprofile-config.properties"));
    }

    @BeforeEach
    void open() {
        registry = EmbeddedRegistry.open();
        registry.putManifest("app", "v1", "application/json", "{}".getBytes(StandardCharsets.UTF_8));
        transport = Loopback.transport();
    }

    @AfterEach
    void close() {
        transport.close();
        registry.close();
    }

    @Test
    void aPassingTroubleIsRetried() {
        registry.onManifest("app", "v1", Fault.statuses(503, 503, 200));

        assertThat(fetch(AMPLE).status()).isEqualTo(200);
        assertThat(registry.log()).hasSize(3);
    }

    @Test
    void aLastingTroubleIsRetriedSixTimes() {
        registry.onManifest("app", "v1", Fault.status(503));

        assertThatThrownBy(() -> fetch(AMPLE)).hasMessageContaining("503");
        assertThat(registry.log()).hasSize(6);
    }

    @Test
    void whatIsFinalIsAskedOnce() {
        assertThatThrownBy(() -> lookups.fetchToken(transport, call(), Deadline.after(AMPLE), new AtomicInteger()))
                .isInstanceOf(FinalException.class);
        assertThat(registry.log()).isEmpty();
    }

    @Test
    void aStallIsCutByTheTimeoutBehindTheDeadline() {
        registry.onManifest("app", "v1", Fault.stallBeforeHeaders());
        long start = System.nanoTime();

        assertThatThrownBy(() -> fetch(AMPLE)).isInstanceOf(TimeoutException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofSeconds(5), AMPLE);
    }

    @Test
    void aStallIsCutByTheDeadlineFirst() {
        registry.onManifest("app", "v1", Fault.stallBeforeHeaders());

        // Which of the two acted is told by the exception.
        assertThatThrownBy(() -> fetch(Duration.ofSeconds(1))).isNotInstanceOf(TimeoutException.class);
    }

    // ---- the Kubernetes API: whoever asks can do without an answer, so little is tried ----

    @Test
    void aPassingTroubleOfTheClusterIsRetried() {
        registry.onManifest("app", "v1", Fault.statuses(503, 503, 200));

        assertThat(askCluster(AMPLE).status()).isEqualTo(200);
        assertThat(registry.log()).hasSize(3);
    }

    @Test
    void aLastingTroubleOfTheClusterIsRetriedTwice() {
        registry.onManifest("app", "v1", Fault.status(503));

        assertThatThrownBy(() -> askCluster(AMPLE)).hasMessageContaining("503");
        assertThat(registry.log()).hasSize(3);
    }

    @Test
    void aStallOfTheClusterIsCutByTheTimeoutBehindTheDeadline() {
        registry.onManifest("app", "v1", Fault.stallBeforeHeaders());
        long start = System.nanoTime();

        assertThatThrownBy(() -> askCluster(AMPLE)).isInstanceOf(TimeoutException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofSeconds(5), AMPLE);
    }

    @Test
    void withoutTheContainerTheClusterIsAskedOnce() {
        registry.onManifest("app", "v1", Fault.statuses(503, 503, 200));

        assertThatThrownBy(
                        () -> new dev.connaisseur.kubernetes.Lookups().fetch(transport, call(), Deadline.after(AMPLE)))
                .hasMessageContaining("503");
        assertThat(registry.log()).hasSize(1);
    }

    // ---- servers of keys: a few tries, as whoever asks waits ----

    @Test
    void aPassingTroubleOfAKeyServerIsRetried() {
        registry.onManifest("app", "v1", Fault.statuses(503, 503, 200));

        assertThat(askForKey().status()).isEqualTo(200);
        assertThat(registry.log()).hasSize(3);
    }

    @Test
    void aLastingTroubleOfAKeyServerIsRetriedTwice() {
        registry.onManifest("app", "v1", Fault.status(503));

        assertThatThrownBy(this::askForKey).hasMessageContaining("503");
        assertThat(registry.log()).hasSize(3);
    }

    @Test
    void whatAKeyServerRefusesIsAskedOnce() {
        registry.onManifest("app", "v1", Fault.status(403));

        assertThat(askForKey().status()).isEqualTo(403);
        assertThat(registry.log()).hasSize(1);
    }

    @Test
    void aStallOfAKeyServerIsCutByTheTimeoutBehindTheDeadline() {
        registry.onManifest("app", "v1", Fault.stallBeforeHeaders());

        assertThatThrownBy(this::askForKey).isInstanceOf(TimeoutException.class);
    }

    @Test
    void withoutTheContainerAKeyServerIsAskedOnce() {
        registry.onManifest("app", "v1", Fault.statuses(503, 503, 200));

        assertThatThrownBy(() -> new dev.connaisseur.keys.Lookups().fetch(transport, call(), Deadline.after(AMPLE)))
                .hasMessageContaining("503");
        assertThat(registry.log()).hasSize(1);
    }

    private HttpAnswer askForKey() {
        return keys.fetch(transport, call(), Deadline.after(AMPLE));
    }

    private HttpAnswer askCluster(Duration limit) {
        return cluster.fetch(transport, call(), Deadline.after(limit));
    }

    /** The same class made with {@code new} tries once: the annotations, not the code, do the rest. */
    @Test
    void withoutTheContainerNothingIsRetried() {
        registry.onManifest("app", "v1", Fault.statuses(503, 503, 200));

        assertThatThrownBy(() -> new Lookups().fetch(transport, call(), Deadline.after(AMPLE)))
                .hasMessageContaining("503");
        assertThat(registry.log()).hasSize(1);
    }

    private HttpAnswer fetch(Duration limit) {
        return lookups.fetch(transport, call(), Deadline.after(limit));
    }

    private HttpCall call() {
        return HttpCall.get(URI.create(registry.base() + "/v2/app/manifests/v1"), Purpose.IMAGE_REGISTRY);
    }
}
