package dev.connaisseur.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.cluster.Terminal.Screen;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Another mutating webhook that the API server asks after ours: the validating phase sees what it made of the object. */
@Timeout(900)
@TestInstance(Lifecycle.PER_CLASS)
@ExtendWith(ArmedCluster.Parameter.class)
class SecondWebhookIT {
    private static final String NAMESPACE = "meddled";
    private ArmedCluster cluster;
    private Meddler meddler;

    @BeforeAll
    void registerMeddler(ArmedCluster armed) throws IOException {
        cluster = armed;
        armed.namespace(NAMESPACE);
        meddler = Meddler.open(Map.of(
                "signed-sidecar", sidecar(armed.pinned()),
                "unsigned-sidecar", sidecar(armed.unsigned()),
                "tagged-sidecar", sidecar(armed.signed()),
                "other-tag", replacement(armed.unsigned()),
                "same-tag", replacement(armed.signed()),
                "same-digest", replacement(armed.pinned())));
        meddler.register(armed.kubectl());
        for (String name : meddler.names()) {
            Until.within(Until.AMPLE, name + " is asked", () -> meddles(name));
        }
    }

    /** Whether the API server asks this webhook yet: the meddler counts. */
    private boolean meddles(String name) {
        pod(name);
        return meddler.asked(name) > 0;
    }

    private static String sidecar(String image) {
        return "[{'op': 'add', 'path': '/spec/containers/-', 'value': {'name': 'sidecar', 'image': '%s'}}]"
                .formatted(image)
                .replace('\'', '"');
    }

    private static String replacement(String image) {
        return "[{'op': 'replace', 'path': '/spec/containers/0/image', 'value': '%s'}]"
                .formatted(image)
                .replace('\'', '"');
    }

    @AfterAll
    void removeMeddler() {
        meddler.unregister(cluster.kubectl());
        meddler.close();
    }

    private Screen pod(String meddle, String... further) {
        String[] arguments = Stream.concat(
                        Stream.of("-n", NAMESPACE, "create", "--dry-run=server", "-f", "-"), Stream.of(further))
                .toArray(String[]::new);
        return cluster.kubectl()
                .feed(Manifests.pod("meddled", "{meddle: " + meddle + "}", cluster.signed()), arguments);
    }

    @Test
    void anUnsignedSidecarIsDenied() {
        assertThat(Screens.withoutIds(pod("unsigned-sidecar").refused())).isEqualTo(Screens.createDenied(cluster));
        assertThat(pod("signed-sidecar", "-o", "jsonpath={.spec.containers[*].image}")
                        .done())
                .as("its twin with a signed image by digest")
                .isEqualTo(cluster.pinned() + " " + cluster.pinned());
    }

    @Test
    void aSidecarThatWasNotPinnedIsDenied() {
        assertThat(Screens.withoutIds(pod("tagged-sidecar").refused())).isEqualTo(Screens.unpinnedDenied(cluster));
    }

    @Test
    void anExchangedTagIsDenied() {
        assertThat(Screens.withoutIds(pod("other-tag").refused())).isEqualTo(Screens.createDenied(cluster));
        assertThat(Screens.withoutIds(pod("same-tag").refused())).isEqualTo(Screens.unpinnedDenied(cluster));
        assertThat(pod("same-digest", "-o", "jsonpath={.spec.containers[*].image}")
                        .done())
                .isEqualTo(cluster.pinned());
    }
}
