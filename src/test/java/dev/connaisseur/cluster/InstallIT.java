package dev.connaisseur.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.image.Digest;
import dev.connaisseur.interop.NotaryClient;
import dev.connaisseur.interop.NotaryServerProcess;
import dev.connaisseur.interop.Tool;
import dev.connaisseur.testing.TestAuthority;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The chart in a cluster with a scheduler and a node: installed, used as its notes say, and uninstalled. The API server finds the
 * controller through its Service. Only Docker Hub's notary is another one, on this machine.
 */
@Timeout(900)
@TestMethodOrder(OrderAnnotation.class)
class InstallIT {
    private static final String HELLO = "docker.io/library/hello-world";
    private static final Digest SIGNED = Digest.of("hello".getBytes(StandardCharsets.UTF_8));

    @TempDir
    static Path directory;

    private static Addresses addresses;
    private static NotaryServerProcess notary;
    private static ControlPlane plane;
    private static PlayedNode node;
    private static Kubectl kubectl;
    private static Helm helm;

    @BeforeAll
    static void install() throws IOException, InterruptedException {
        notary = NotaryServerProcess.start(tool("notary-server"), directory);
        NotaryClient client = new NotaryClient(tool("notary"), notary, directory);
        client.init(HELLO);
        client.sign(HELLO, "latest", SIGNED);
        Path values = Files.writeString(directory.resolve("values.yaml"), values());
        addresses = Addresses.open();
        plane = ControlPlane.startForNodes(Files.createDirectories(directory.resolve("plane")));
        kubectl = plane.kubectl();
        node = PlayedNode.join(plane, Files.createDirectories(directory.resolve("node")));
        helm = Helm.of(3, directory, plane.administrator());
        Terminal.Screen screen = helm.run(
                "install",
                "connaisseur",
                "helm",
                "--atomic",
                "--create-namespace",
                "--namespace",
                "connaisseur",
                "--values",
                values.toString());
        assertThat(screen.text())
                .as(() -> kubectl.run("get", "events", "--all-namespaces").text() + "\n" + node.consoles())
                .contains("STATUS: deployed");
    }

    private static Tool tool(String name) {
        return Tool.find(name).orElseThrow(() -> new AssertionError("no " + name + ": .ci/packages.txt installs it"));
    }

    /** The chart's values but for the notary, one pod instead of three, and no cache. */
    private static String values() throws IOException, InterruptedException {
        return """
                kubernetes:
                  deployment: {replicasCount: 1, image: {digest: "sha256:%s"}}
                  webhook: {manageCaBundle: true}
                application:
                  features: {cache: {expirySeconds: 0}}
                  validators:
                  - {name: allow, type: static, approve: true}
                  - {name: deny, type: static, approve: false}
                  - name: dockerhub
                    type: notaryv1
                    host: %s
                %s
                    trustRoots:
                    - name: default
                      key: |
                %s
                    - name: sse
                      key: |
                %s
                """.formatted(
                        "a".repeat(64),
                        notary.address(),
                        notary.cert().indent(4),
                        notary.rootKey(HELLO).indent(8),
                        notary.rootKey(HELLO).indent(8));
    }

    @AfterAll
    static void end() {
        for (AutoCloseable started : new AutoCloseable[] {node, plane, notary, addresses}) {
            try {
                if (started != null) {
                    started.close();
                }
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    @Order(2)
    void doesAsTheNotesSay() {
        assertThat(kubectl.run("-n", "connaisseur", "rollout", "status", "deployment/connaisseur")
                        .done())
                .isEqualTo("deployment \"connaisseur\" successfully rolled out");

        assertThat(kubectl.run("run", "hello", "--image=docker.io/library/hello-world")
                        .done())
                .isEqualTo("pod/hello created");
        assertThat(kubectl.run("get", "pod", "hello", "-o", "jsonpath={.spec.containers[0].image}")
                        .done())
                .isEqualTo("index.docker.io/library/hello-world:latest@" + SIGNED);

        assertThat(Screens.withoutIds(kubectl.run("run", "evil", "--image=example.com/unsigned:1")
                        .refused()))
                .isEqualTo("""
                        Error from server: admission webhook "%s" denied the request: static deny for image \
                        example.com/unsigned:1 using rule *:* [rule "*:*", validator deny] \
                        Use an image that the policy permits. (id …)""".formatted(ArmedCluster.WEBHOOK));
    }

    @ParameterizedTest
    @Order(3)
    @ValueSource(strings = {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob"})
    void deniesTheUnsignedImageInEachKind(String kind) {
        assertThat(Screens.withoutIds(kubectl.feed(Manifests.workload(kind, HELLO + ":unsigned"), "create", "-f", "-")
                        .refused()))
                .isEqualTo("Error from server: error when creating \"STDIN\": " + denial());
        assertThat(kubectl.feed(Manifests.workload(kind, HELLO), "create", "--dry-run=server", "-f", "-")
                        .done())
                .as("its signed twin")
                .endsWith(" created (server dry run)");
    }

    @Test
    @Order(4)
    void deniesTheUnsignedImageOfADebugger() {
        assertThat(Screens.withoutIds(kubectl.run(
                                "debug", "hello", "--image=" + HELLO + ":unsigned", "-c", "bad", "--profile=general")
                        .refused()))
                .isEqualTo("Error from server: " + denial());
        kubectl.run("debug", "hello", "--image=" + HELLO, "-c", "good", "--profile=general")
                .done();
    }

    private static String denial() {
        return """
                admission webhook "%1$s" denied the request: error during notaryv1 validation of image %2$s: \
                validated targets don't contain reference: no tag 'unsigned' found in targets. \
                Unable to find signed digest for image %2$s. [rule "docker.io/*:*", validator dockerhub] \
                Sign it with trust root "default". (id …)""".formatted(ArmedCluster.WEBHOOK, HELLO + ":unsigned");
    }

    /** With the right to change its webhooks the process lets the API server believe a new authority before it shows it. */
    @Test
    @Order(5)
    void followsAReplacedAuthority() {
        TestAuthority next = TestAuthority.create("next");
        String address = ServedSecret.address(kubectl);
        String before = ServedSecret.believed(kubectl);
        assertThat(Addresses.shows(address, next.trust())).isFalse();

        ServedSecret.replaceBy(next, plane, directory);

        Until.within(Until.AMPLE, "the new certificate is shown", () -> Addresses.shows(address, next.trust()));
        assertThat(ServedSecret.believed(kubectl)).isEqualTo(next.pem() + before);
        try (UnsignedPods pods = UnsignedPods.begin(plane.api())) {
            pods.awaitRefusalBy("*:*");
            assertThat(pods.others()).isEmpty();
        }
    }

    /** The network's pods come first, then ours, which nobody is asked about; then everything is verified again. */
    @Test
    @Order(6)
    void comesBackAfterAllPodsAreLost() {
        try (UnsignedPods pods = UnsignedPods.begin(plane.api())) {
            pods.awaitRefusalBy("*:*");
            Map<String, Boolean> lost = readiness();
            assertThat(lost).hasSize(3).doesNotContainValue(false);

            kubectl.run("delete", "pods", "--all", "--all-namespaces", "--force", "--grace-period=0")
                    .done();

            Until.within(Until.AMPLE, "other pods are ready", () -> {
                Map<String, Boolean> back = readiness();
                return back.size() == 3
                        && !back.containsValue(false)
                        && Collections.disjoint(back.keySet(), lost.keySet());
            });
            pods.awaitRefusalBy("*:*");
            assertThat(pods.others()).as("what came in").isEmpty();
        }
    }

    /** The pods of the system and of the release, and whether they are ready. */
    private static Map<String, Boolean> readiness() {
        Map<String, Boolean> ready = new TreeMap<>();
        for (String namespace : List.of("kube-system", "connaisseur")) {
            kubectl.run(
                            "-n",
                            namespace,
                            "get",
                            "pods",
                            "-o",
                            "jsonpath={range .items[*]}{.metadata.name} {.status.conditions[?(@.type==\"Ready\")].status}{'\\n'}{end}")
                    .done()
                    .lines()
                    .forEach(line -> ready.put(line.split(" ", 2)[0], line.endsWith(" True")));
        }
        return ready;
    }

    @Test
    @Order(7)
    void leavesNothingWhenItIsUninstalled() {
        helm.run("uninstall", "connaisseur", "--namespace", "connaisseur").done();

        Until.within(Until.AMPLE, "the pods are gone", () -> left("pods").isEmpty());
        assertThat(
                        left(
                                "deployments,replicasets,jobs,services,configmaps,secrets,poddisruptionbudgets,roles,rolebindings"))
                .isEmpty();
        assertThat(left("serviceaccounts")).isEqualTo("serviceaccount/default");
        assertThat(kubectl.run(
                                "get",
                                "mutatingwebhookconfigurations,validatingwebhookconfigurations,clusterroles,clusterrolebindings",
                                "-o",
                                "name")
                        .done())
                .doesNotContain("connaisseur");
        kubectl.run("delete", "namespace", "connaisseur").done();
        assertThat(kubectl.run("run", "evil", "--image=example.com/unsigned:1").done())
                .as("nobody is asked any more")
                .isEqualTo("pod/evil created");
    }

    private static String left(String kinds) {
        return kubectl.run("-n", "connaisseur", "get", kinds, "-o", "name", "--ignore-not-found")
                .done();
    }
}
