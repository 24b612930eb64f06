package dev.connaisseur.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.cluster.QuickStartPage.Step;
import dev.connaisseur.cluster.Terminal.Screen;
import dev.connaisseur.interop.QuickStartNotary;
import dev.connaisseur.interop.Tool;
import dev.connaisseur.testing.TestAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
 * The chart in a cluster with a scheduler and a node: installed, used and uninstalled as the page "Getting started" says, word for word.
 * Each pod has a network namespace; the API server finds the controllers through their Service, and they their Redis by its name. Only
 * Docker Hub's notary is another one, on this machine.
 */
@Timeout(900)
@TestMethodOrder(OrderAnnotation.class)
class InstallIT {
    private static final String SIGNED = "docker.io/securesystemsengineering/testimage:signed";
    private static final String UNSIGNED = "docker.io/securesystemsengineering/testimage:unsigned";

    /** What is only a record of what happened, or has another name, or warns that it is old. */
    private static final List<String> NO_OBJECTS =
            List.of("events", "events.events.k8s.io", "componentstatuses", "endpoints");

    @TempDir
    static Path directory;

    private static QuickStartPage page;
    private static QuickStartNotary notary;
    private static PlayedCluster cluster;
    private static Kubectl kubectl;

    /** The chart is a copy with the three changes that the page names. */
    @BeforeAll
    static void start() throws IOException, InterruptedException {
        page = QuickStartPage.read();
        NamespaceNetwork network = NamespaceNetwork.open(directory);
        cluster = PlayedCluster.start(directory, network);
        kubectl = cluster.kubectl();
        notary = QuickStartNotary.start(Files.createDirectories(directory.resolve("notary")), network.host());
        try (Stream<Path> chart = Files.walk(Path.of("helm"))) {
            for (Path file : chart.toList()) {
                Files.copy(file, directory.resolve(file));
            }
        }
        Files.writeString(directory.resolve("helm/values.yaml"), notary.values());
    }

    @AfterAll
    static void end() {
        if (cluster != null) {
            cluster.close();
        }
        if (notary != null) {
            notary.close();
        }
    }

    @Test
    @Order(1)
    void doesAsThePageSays() throws IOException {
        assertThat(page.first()).hasSizeGreaterThan(4);
        for (Step step : page.first()) {
            done(step);
        }
        assertThat(kubectl.run("get", "pods", "-o", "name").done().lines())
                .as("nothing else came in")
                .containsExactly("pod/hello", "pod/signed");
    }

    /** Types it, in the directory where the chart is. */
    private static void done(Step step) throws IOException {
        Path shell = Files.createDirectories(directory.resolve("shell"));
        Map<String, String> environment = Map.of(
                "KUBECONFIG", cluster.plane().administrator().toString(),
                "HOME", shell.toString(),
                "PATH", tools() + ":" + System.getenv("PATH"));
        StringBuilder printed = new StringBuilder();
        for (String command : step.commands()) {
            Screen screen =
                    Terminal.run(shell, "", environment, List.of("env", "--chdir=" + directory, "bash", "-c", command));
            if (command.startsWith("helm install")) {
                cluster.deployed(screen);
                awaitDenials();
            }
            assertThat(screen.exit() != 0).as("%s: %s", command, screen.text()).isEqualTo(step.isRefused());
            printed.append(screen.text()).append('\n');
        }
        assertThat(step.promises(printed.toString().strip()))
                .as("the page says of %s:%n%s%nbut printed was:%n%s", step.commands(), step.screen(), printed)
                .isTrue();
    }

    /** The API server sees a new webhook some time later. */
    private static void awaitDenials() {
        try (UnsignedPods pods = UnsignedPods.rehearse(cluster.plane().api())) {
            pods.awaitRefusalBy("*:*");
        }
    }

    /** Helm 3 and kubectl. */
    private static String tools() {
        return Stream.of("helm", "kube/kubectl")
                .map(name -> Tool.find(name)
                        .orElseThrow(() -> new AssertionError("no " + name + ": .ci/run installs it"))
                        .program()
                        .resolveSibling(".")
                        .toString())
                .collect(Collectors.joining(":"));
    }

    /** Three controllers share verdicts by the chart's Redis: it takes what the chart tells it, and lets them in. */
    @Test
    @Order(2)
    void sharesVerdictsByItsRedis() {
        List<String> addresses = List.of(ServedSecret.addresses(kubectl).split(" "));
        assertThat(addresses).hasSize(3);
        // One that found no Redis at its start asks again when it is asked for a verdict.
        AtomicInteger tag = new AtomicInteger();
        Until.within(Until.AMPLE, "Redis takes a verdict", () -> {
            kubectl.run("run", "probe", "--dry-run=server", "--image=" + UNSIGNED + tag.incrementAndGet())
                    .refused();
            return addresses.stream()
                    .anyMatch(address -> Pattern.compile("connaisseur_cache_writes_total\\{result=\"ok\"} [1-9]")
                            .matcher(Probe.page(address, "/metrics"))
                            .find());
        });
    }

    @ParameterizedTest
    @Order(3)
    @ValueSource(strings = {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob"})
    void deniesTheUnsignedImageInEachKind(String kind) {
        assertThat(Screens.withoutIds(kubectl.feed(Manifests.workload(kind, UNSIGNED), "create", "-f", "-")
                        .refused()))
                .isEqualTo("Error from server: error when creating \"STDIN\": " + page.denial());
        assertThat(kubectl.feed(Manifests.workload(kind, SIGNED), "create", "--dry-run=server", "-f", "-")
                        .done())
                .as("its signed twin")
                .endsWith(" created (server dry run)");
    }

    @Test
    @Order(4)
    void admitsTheSignedImageOfADebugger() {
        kubectl.run("debug", "hello", "--image=" + SIGNED, "-c", "good", "--profile=general")
                .done();
    }

    /** One pod with another image, pinned by its digest, that may look after its webhooks. */
    @Test
    @Order(5)
    void takesAnotherImageWhenToldSo() throws IOException {
        String digest = "sha256:" + "a".repeat(64);
        String another = "--set=kubernetes.deployment.replicasCount=1,kubernetes.webhook.manageCaBundle=true,"
                + "kubernetes.deployment.image.digest=" + digest;
        assertThat(upgraded(another).refused())
                .contains("static deny for image localhost/connaisseur-open-liberty@" + digest);

        cluster.deployed(
                upgraded("--set=kubernetes.webhook.ownImages[0]=localhost/connaisseur-open-liberty@" + digest));
        cluster.deployed(upgraded(another));
    }

    private static Screen upgraded(String values) throws IOException {
        String chart = directory.resolve("helm").toString();
        return cluster.helm().run("upgrade", "connaisseur", chart, "--atomic", "--namespace=connaisseur", values);
    }

    /** With the right to change its webhooks the process lets the API server believe a new authority before it shows it. */
    @Test
    @Order(6)
    void followsAReplacedAuthority() {
        TestAuthority next = TestAuthority.create("next");
        String address = ServedSecret.address(kubectl);
        String before = ServedSecret.believed(kubectl);
        assertThat(Probe.shows(address, next.trust())).isFalse();

        ServedSecret.replaceBy(next, cluster.plane(), directory);

        Until.within(Until.AMPLE, "the new certificate is shown", () -> Probe.shows(address, next.trust()));
        assertThat(ServedSecret.believed(kubectl)).isEqualTo(next.pem() + before);
        try (UnsignedPods pods = UnsignedPods.begin(cluster.plane().api())) {
            pods.awaitRefusalBy("*:*");
            assertThat(pods.others()).isEmpty();
        }
    }

    /** The network's pods come first, then ours, which nobody is asked about; then everything is verified again. */
    @Test
    @Order(7)
    void comesBackAfterAllPodsAreLost() {
        try (UnsignedPods pods = UnsignedPods.begin(cluster.plane().api())) {
            pods.awaitRefusalBy("*:*");
            Until.within(Until.AMPLE, "what has ended is gone", () -> areReady(readiness()));
            Map<String, Boolean> lost = readiness();

            kubectl.run("delete", "pods", "--all", "--all-namespaces", "--force", "--grace-period=0")
                    .done();

            Until.within(Until.AMPLE, "other pods are ready", () -> {
                Map<String, Boolean> back = readiness();
                return areReady(back) && Collections.disjoint(back.keySet(), lost.keySet());
            });
            pods.awaitRefusalBy("*:*");
            assertThat(pods.others()).as("what came in").isEmpty();
        }
        // Nobody has made these anew.
        kubectl.run("run", "hello", "--image=docker.io/library/hello-world").done();
        kubectl.run("run", "signed", "--image=" + SIGNED).done();
    }

    /** Network, DNS, Redis and the controller. */
    private static boolean areReady(Map<String, Boolean> pods) {
        return pods.size() == 4 && !pods.containsValue(false);
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
    @Order(8)
    void leavesNothingWhenItIsUninstalled() throws IOException {
        assertThat(objects()).hasSizeGreaterThan(20);

        done(page.last());

        Until.within(
                Until.AMPLE, "everything is gone: " + objects(), () -> objects().isEmpty());
        assertThat(kubectl.run("run", "evil", "--image=example.com/unsigned:1").done())
                .as("nobody is asked any more")
                .isEqualTo("pod/evil created");
    }

    /** Whatever there is of us, in any namespace and beyond, but for the label by which an administrator has taken kube-system out. */
    private static List<String> objects() {
        String kinds = kubectl.run("api-resources", "--verbs=list", "-o", "name")
                .done()
                .lines()
                .filter(kind -> !NO_OBJECTS.contains(kind))
                .collect(Collectors.joining(","));
        return kubectl.run(
                        "get",
                        kinds,
                        "--all-namespaces",
                        "-o",
                        "jsonpath={range .items[*]}{.kind} {.metadata.name} {.metadata}{'\\n'}{end}")
                .done()
                .lines()
                .filter(line -> line.contains("connaisseur") && !line.startsWith("Namespace kube-system "))
                .map(line -> line.substring(0, line.indexOf(' ', line.indexOf(' ') + 1)))
                .toList();
    }
}
