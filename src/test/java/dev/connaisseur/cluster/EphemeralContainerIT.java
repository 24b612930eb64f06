package dev.connaisseur.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.cluster.Terminal.Screen;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code kubectl debug}: a container that comes into a running pod through a subresource of its own. */
@Timeout(900)
@ExtendWith(ArmedCluster.Parameter.class)
class EphemeralContainerIT {
    @Test
    void verifiesTheImageOfADebugger(ArmedCluster cluster) {
        Kubectl kubectl = cluster.kubectl();
        cluster.namespace("debugging");
        kubectl.run("-n", "debugging", "run", "app", "--image=" + cluster.signed())
                .done();

        assertThat(Screens.withoutIds(debug(kubectl, cluster.unsigned(), "bad").refused()))
                .isEqualTo("Error from server: " + Screens.denial(cluster));
        assertThat(debuggers(kubectl)).isEmpty();

        debug(kubectl, cluster.signed(), "good").done();
        assertThat(debuggers(kubectl)).isEqualTo("good=" + cluster.pinned());
    }

    private static Screen debug(Kubectl kubectl, String image, String name) {
        return kubectl.run("-n", "debugging", "debug", "app", "--image=" + image, "-c", name, "--profile=general");
    }

    private static String debuggers(Kubectl kubectl) {
        return kubectl.run(
                        "-n",
                        "debugging",
                        "get",
                        "pod",
                        "app",
                        "-o",
                        "jsonpath={range .spec.ephemeralContainers[*]}{.name}={.image}{end}")
                .done();
    }
}
