package dev.connaisseur.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.cluster.Terminal.Screen;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The API server speaks the version of reviews that the webhook asks for, and understands the answer. */
@Timeout(900)
@ExtendWith(ArmedCluster.Parameter.class)
class ReviewVersionsIT {
    @ParameterizedTest
    @ValueSource(strings = {"v1", "v1beta1"})
    void areAnsweredInKind(String version, ArmedCluster cluster) {
        Kubectl kubectl = cluster.kubectl();
        String name = "reviews-" + version;
        cluster.namespace(name, ArmedCluster.IGNORED, "speaks=" + version);
        String webhook = Manifests.webhook(
                        "MutatingWebhookConfiguration",
                        "/mutate",
                        cluster.server().port(),
                        cluster.authority(),
                        version,
                        name,
                        "")
                .replace("operator: NotIn, values: [ignore]", "operator: In, values: [ignore]")
                .replace(
                        "{key: kubernetes.io/metadata.name, operator: NotIn, values: [kube-system]}",
                        "{key: kubernetes.io/metadata.name, operator: In, values: [" + name + "]}");
        kubectl.feed(webhook, "apply", "-f", "-").done();
        try {
            Until.within(
                    Until.AMPLE,
                    "the webhook is asked",
                    () -> run(kubectl, name, cluster.unsigned()).exit() != 0);

            assertThat(Screens.withoutIds(run(kubectl, name, cluster.unsigned()).refused()))
                    .isEqualTo("Error from server: admission webhook \"%s.trial.example\" denied the request: %s"
                            .formatted(name, Screens.reason(cluster)));
            assertThat(run(kubectl, name, cluster.signed()).done()).isEqualTo(cluster.pinned());
        } finally {
            kubectl.run("delete", "mutatingwebhookconfiguration", name).done();
        }
    }

    private static Screen run(Kubectl kubectl, String namespace, String image) {
        return kubectl.run(
                "-n",
                namespace,
                "run",
                "app",
                "--image=" + image,
                "--dry-run=server",
                "-o",
                "jsonpath={.spec.containers[*].image}");
    }
}
