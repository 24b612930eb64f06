package dev.connaisseur.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.cluster.Terminal.Screen;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The API server, asked for an owner, does not answer or refuses: nothing is approved, everything is verified. */
@Timeout(900)
@TestInstance(Lifecycle.PER_CLASS)
@ExtendWith(ArmedCluster.Parameter.class)
class ApiServerFaultsIT {
    private static final String NAMESPACE = "faults";
    private ArmedCluster cluster;
    private Kubectl kubectl;
    private String uid = "";

    @BeforeAll
    void makeOwner(ArmedCluster armed) {
        cluster = armed;
        kubectl = armed.kubectl();
        armed.namespace(NAMESPACE);
        kubectl.feed(Manifests.replicaSet("owner", armed.signed(), 0), "-n", NAMESPACE, "create", "-f", "-")
                .done();
        uid = kubectl.run("-n", NAMESPACE, "get", "replicaset", "owner", "-o", "jsonpath={.metadata.uid}")
                .done();
    }

    /** A trouble with the API server's answers to us, and its end. */
    record Trouble(String name, Runnable begin, Runnable end) {
        @Override
        public String toString() {
            return name;
        }
    }

    Stream<Trouble> troubles() {
        return Stream.of(
                new Trouble(
                        "down", () -> cluster.api().cut(), () -> cluster.api().pass()),
                new Trouble(
                        "silent",
                        () -> cluster.api().fallSilent(),
                        () -> cluster.api().pass()),
                new Trouble("forbidden", this::forbid, this::permit));
    }

    private void forbid() {
        kubectl.run("delete", "clusterrolebinding", "connaisseur-cluster-role-binding")
                .done();
        allowed("no");
    }

    private void permit() {
        kubectl.feed(Manifests.ACCOUNT, "apply", "-f", "-").done();
        allowed("yes");
    }

    private void allowed(String answer) {
        Until.within(
                Until.AMPLE,
                "whether owners may be read: " + answer,
                () -> kubectl.run(
                                "auth",
                                "can-i",
                                "get",
                                "replicasets.apps",
                                "-n",
                                NAMESPACE,
                                "--as=system:serviceaccount:connaisseur:connaisseur-serviceaccount")
                        .text()
                        .equals(answer));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("troubles")
    void verifiesWhatItCannotApprove(Trouble trouble) {
        assertThat(registryRequestsFor(cluster.pinned())).as("approved").isZero();
        trouble.begin().run();
        try {
            assertThat(registryRequestsFor(cluster.pinned())).as("verified").isPositive();
            assertThat(Screens.withoutIds(create(cluster.unsigned()).refused()))
                    .isEqualTo(Screens.createDenied(cluster));
        } finally {
            trouble.end().run();
        }
        Until.within(Until.AMPLE, "approved again", () -> registryRequestsFor(cluster.pinned()) == 0);
    }

    /** Creates a child of the owner with this image, and tells how often the registry was asked for it. */
    private int registryRequestsFor(String image) {
        int before = cluster.registry().log().size();
        assertThat(create(image).done()).isEqualTo("pod/child created (server dry run)");
        return cluster.registry().log().size() - before;
    }

    private Screen create(String image) {
        String pod = Manifests.child("child", "app", image, "apps/v1", "owner", uid, true);
        return kubectl.feed(pod, "-n", NAMESPACE, "create", "--dry-run=server", "-f", "-");
    }
}
