package dev.connaisseur.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.cluster.Terminal.Screen;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pods of owners: approved where the live owner names their image, verified like any other where it does not. */
@Timeout(900)
@TestInstance(Lifecycle.PER_CLASS)
@ExtendWith(ArmedCluster.Parameter.class)
class ChildApprovalIT {
    private static final String NAMESPACE = "children";
    private ArmedCluster cluster;
    private Kubectl kubectl;

    /** Owners that predate the controller: made while the namespace was left alone, and nobody signed their images. */
    @BeforeAll
    void makeOwners(ArmedCluster armed) {
        cluster = armed;
        kubectl = armed.kubectl();
        armed.namespace(NAMESPACE, ArmedCluster.IGNORED);
        armed.namespace("elsewhere", ArmedCluster.IGNORED);
        owner(NAMESPACE, "old", cluster.unsigned());
        owner(NAMESPACE, "pinned", cluster.unsignedByDigest());
        owner(NAMESPACE, "leaving", cluster.unsigned());
        owner("elsewhere", "old", cluster.unsigned());
        kubectl.run("-n", NAMESPACE, "patch", "replicaset", "leaving", "--type=merge", "-p", """
                        {"metadata":{"finalizers":["trial.example/hold"]}}""")
                .done();
        kubectl.run("-n", NAMESPACE, "delete", "replicaset", "leaving", "--wait=false")
                .done();
        for (String namespace : List.of(NAMESPACE, "elsewhere")) {
            kubectl.run("label", "namespace", namespace, "securesystemsengineering.connaisseur/webhook-")
                    .done();
        }
        Until.within(
                Until.AMPLE,
                "the namespace is looked after",
                () -> kubectl.run("-n", NAMESPACE, "run", "probe", "--dry-run=server", "--image=" + cluster.unsigned())
                        .text()
                        .contains("denied the request"));
    }

    private void owner(String namespace, String name, String image) {
        kubectl.feed(Manifests.replicaSet(name, image, 0), "-n", namespace, "apply", "-f", "-")
                .done();
    }

    private String uid(String namespace, String name) {
        return kubectl.run("-n", namespace, "get", "replicaset", name, "-o", "jsonpath={.metadata.uid}")
                .done();
    }

    /** A deployment's image is verified when the deployment comes; its ReplicaSet and its pods are not verified again. */
    @Test
    void verifiesOnceFromDeploymentToPods() {
        kubectl.run("-n", NAMESPACE, "create", "deployment", "web", "--replicas=3", "--image=" + cluster.signed())
                .done();
        assertThat(images("deployments", "{.items[*].spec.template.spec.containers[*].image}"))
                .isEqualTo(cluster.pinned());
        int asked = cluster.registry().log().size();

        Until.within(
                Until.AMPLE,
                "three pods of the deployment",
                () -> images("pods", "{.items[*].metadata.name}").split(" ").length == 3);
        assertThat(images("pods", "{.items[*].spec.containers[*].image}"))
                .isEqualTo(String.join(" ", cluster.pinned(), cluster.pinned(), cluster.pinned()));
        assertThat(images("replicasets", "{.items[*].spec.template.spec.containers[*].image}"))
                .isEqualTo(cluster.pinned());
        assertThat(cluster.registry().log()).as("asked for the deployment only").hasSize(asked);

        assertThat(Screens.withoutIds(
                        kubectl.run("-n", NAMESPACE, "create", "deployment", "bad", "--image=" + cluster.unsigned())
                                .refused()))
                .isEqualTo("error: failed to create deployment: " + Screens.denial(cluster));
    }

    private String images(String kind, String path) {
        return kubectl.run("-n", NAMESPACE, "get", kind, "-l", "app=web", "-o", "jsonpath=" + path)
                .done();
    }

    @Test
    void admitsTheChildOfALiveOwner() {
        String pod =
                Manifests.child("of-old", "app", cluster.unsigned(), "apps/v1", "old", uid(NAMESPACE, "old"), true);

        assertThat(create(pod).done()).isEqualTo("""
                        Warning: image %s is approved because the object's owner names it, by no digest
                        pod/of-old created (server dry run)""".formatted(cluster.unsigned()));
    }

    @Test
    void admitsTheChildOfAnOwnerWithDigestWithoutAWord() {
        String pod = Manifests.child(
                "of-pinned", "app", cluster.unsignedByDigest(), "apps/v1", "pinned", uid(NAMESPACE, "pinned"), true);

        assertThat(create(pod).done()).isEqualTo("pod/of-pinned created (server dry run)");
    }

    /**
     * A pod that says it has an owner, and has not.
     *
     * @param what is wrong with it
     */
    record Forged(
            String what, String container, String apiVersion, String owner, String namespace, boolean controller) {
        @Override
        public String toString() {
            return what;
        }
    }

    static Stream<Forged> forged() {
        return Stream.of(
                new Forged("another group", "app", "trial.example/v1", "old", NAMESPACE, true),
                new Forged("another version", "app", "apps/v1beta1", "old", NAMESPACE, true),
                new Forged("no such owner", "app", "apps/v1", "never-made", NAMESPACE, true),
                new Forged("another owner's uid", "app", "apps/v1", "old", "elsewhere", true),
                new Forged("an owner of another name", "app", "apps/v1", "pinned", NAMESPACE, true),
                new Forged("an owner that is being deleted", "app", "apps/v1", "leaving", NAMESPACE, true),
                new Forged("a container that the owner does not have", "other", "apps/v1", "old", NAMESPACE, true),
                new Forged("no controller", "app", "apps/v1", "old", NAMESPACE, false));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forged")
    void verifiesWhoseOwnerIsForged(Forged forged) {
        String uid = forged.owner().equals("never-made")
                ? "11111111-2222-3333-4444-555555555555"
                : uid(forged.namespace(), forged.owner());

        assertThat(Screens.withoutIds(
                        create(child(forged, uid, cluster.unsigned())).refused()))
                .isEqualTo(Screens.createDenied(cluster));
        assertThat(create(child(forged, uid, cluster.signed())).done())
                .as("verified like any other pod")
                .isEqualTo("pod/forged created (server dry run)");
    }

    private static String child(Forged forged, String uid, String image) {
        return Manifests.child(
                "forged", forged.container(), image, forged.apiVersion(), forged.owner(), uid, forged.controller());
    }

    private Screen create(String object) {
        return kubectl.feed(object, "-n", NAMESPACE, "create", "--dry-run=server", "-f", "-");
    }
}
