package dev.connaisseur.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.cluster.Terminal.Screen;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** An owner that was signed, is deleted, gets another image while its finalizer holds it, and then vouches for a pod. */
@Timeout(900)
@ExtendWith(ArmedCluster.Parameter.class)
class DeletingOwnerIT {
    private static final String NAMESPACE = "deleting";

    @Test
    void cannotBringAnUnsignedImageIn(ArmedCluster cluster) {
        Kubectl kubectl = cluster.kubectl();
        cluster.namespace(NAMESPACE);
        kubectl.feed(Manifests.replicaSet("held", cluster.signed(), 0), "-n", NAMESPACE, "create", "-f", "-")
                .done();
        String uid = held(kubectl, "{.metadata.uid}");
        String own = Manifests.child("own", "app", cluster.pinned(), "apps/v1", "held", uid, true);
        assertThat(dryRun(kubectl, own).done())
                .as("while it lives it vouches")
                .isEqualTo("pod/own created (server dry run)");
        patch(kubectl, "{\"metadata\":{\"finalizers\":[\"trial.example/hold\"]}}")
                .done();
        kubectl.run("-n", NAMESPACE, "delete", "replicaset", "held", "--wait=false")
                .done();
        assertThat(held(kubectl, "{.metadata.deletionTimestamp}")).isNotEmpty();

        assertThat(Screens.withoutIds(
                        kubectl.run("-n", NAMESPACE, "set", "image", "replicaset/held", "app=" + cluster.unsigned())
                                .refused()))
                .isEqualTo("error: failed to patch image update to pod template: " + Screens.denial(cluster));
        assertThat(held(kubectl, "{.spec.template.spec.containers[0].image}")).isEqualTo(cluster.pinned());

        String forged = Manifests.child("forged", "app", cluster.unsigned(), "apps/v1", "held", uid, true);
        assertThat(Screens.withoutIds(dryRun(kubectl, forged).refused())).isEqualTo(Screens.createDenied(cluster));
        int asked = cluster.registry().log().size();
        dryRun(kubectl, own).done();
        assertThat(cluster.registry().log())
                .as("now it vouches for nothing: its own image is verified")
                .hasSizeGreaterThan(asked);

        patch(kubectl, "{\"metadata\":{\"finalizers\":null}}").done();
        assertThat(kubectl.run("-n", NAMESPACE, "get", "replicasets", "-o", "name")
                        .done())
                .as("what is deleted can go")
                .isEmpty();
    }

    private static String held(Kubectl kubectl, String path) {
        return kubectl.run("-n", NAMESPACE, "get", "replicaset", "held", "-o", "jsonpath=" + path)
                .done();
    }

    private static Screen patch(Kubectl kubectl, String patch) {
        return kubectl.run("-n", NAMESPACE, "patch", "replicaset", "held", "--type=merge", "-p", patch);
    }

    private static Screen dryRun(Kubectl kubectl, String object) {
        return kubectl.feed(object, "-n", NAMESPACE, "create", "--dry-run=server", "-f", "-");
    }
}
