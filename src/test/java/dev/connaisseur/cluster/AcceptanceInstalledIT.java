package dev.connaisseur.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.cluster.Terminal.Screen;
import dev.connaisseur.testing.AcceptanceTable;
import dev.connaisseur.testing.AcceptanceTable.Row;
import dev.connaisseur.testing.AcceptanceTwins;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.testing.TestAuthority;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
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
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The acceptance cases that need an installed chart, and those that quote kubectl's screen. Whoever installs and upgrades may do anything in
 * the namespace {@code security}, and beyond it only what the case {@code other-ns} grants.
 */
@Timeout(900)
@TestMethodOrder(OrderAnnotation.class)
class AcceptanceInstalledIT {
    private static final String NAMESPACE = "security";

    @TempDir
    static Path directory;

    private static AcceptanceTwins twins;
    private static PlayedCluster cluster;
    private static Kubectl kubectl;

    @BeforeAll
    static void install() throws IOException {
        twins = new AcceptanceTwins();
        cluster = PlayedCluster.start(directory, LoopbackNetwork.open(directory));
        kubectl = cluster.kubectl();
        namespace("ignoredns", "ignore");
        namespace("validatedns", "validate");
        kubectl.run(
                        "apply",
                        "-f",
                        AcceptanceTable.RESOURCES.resolve("installer.yaml").toString())
                .done();
        helm("install", """
                application:
                  features: {cache: {expirySeconds: 0}}
                  validators:
                  - {name: allow, type: static, approve: true}
                  - {name: deny, type: static, approve: false}
                  - name: dockerhub
                    type: notaryv1
                    host: %s
                    trustRoots:
                    - name: default
                      key: |
                %s    - name: sse
                      key: |
                %s""".formatted(
                        twins.notary().base(),
                        twins.notaryKey().indent(8),
                        twins.notaryKey().indent(8)));
        // The API server sees a new webhook some time later.
        Until.within(Until.AMPLE, "the webhook denies", () -> probe().text().contains("denied the request"));
    }

    /** Tries an image that no rule permits in a namespace without labels. */
    private static Screen probe() {
        return kubectl.run("-n", "default", "run", "probe", "--dry-run=server", "--image=none.example/x");
    }

    private static void namespace(String name, String label) {
        kubectl.run("create", "namespace", name).done();
        kubectl.run("label", "namespace", name, "securesystemsengineering.connaisseur/webhook=" + label)
                .done();
    }

    private static void helm(String command, String values) throws IOException {
        Path given = Files.writeString(directory.resolve(command + ".yaml"), values);
        cluster.deployed(Helm.of(3, directory, cluster.plane().account(NAMESPACE, "installer"))
                .run(
                        command,
                        "connaisseur",
                        "helm",
                        "--atomic",
                        "--namespace",
                        NAMESPACE,
                        "--set",
                        "kubernetes.deployment.replicasCount=1,kubernetes.preUpgradeCheck.enabled=false",
                        "--values",
                        given.toString()));
    }

    @AfterAll
    static void end() {
        if (cluster != null) {
            cluster.close();
        }
        if (twins != null) {
            twins.close();
        }
    }

    static Stream<Row> first() {
        return AcceptanceTable.rowsOf(AcceptanceInstalledIT.class, "afterTheInstallation");
    }

    /** With the chart's own values but for the notary and its keys. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("first")
    @Order(1)
    void afterTheInstallation(Row row) {
        isDecidedAsPublished(row);
    }

    /** Another certificate, other validators and rules, and namespaces only that ask for it. */
    @Test
    @Order(2)
    void servesWithTheGivenCertificate() throws IOException {
        assertThat(AcceptanceTable.rowsOf(AcceptanceInstalledIT.class, "servesWithTheGivenCertificate"))
                .hasSize(2);
        Path pair = Files.createDirectories(directory.resolve("pair"));
        TestAuthority.create("installer")
                .writePair(
                        pair,
                        "connaisseur-svc",
                        "connaisseur-svc.security",
                        "connaisseur-svc.security.svc",
                        "connaisseur-svc.security.svc.cluster.local");
        helm("upgrade", """
                kubernetes:
                  deployment:
                    tls:
                      cert: |
                %s      key: |
                %s      ca: |
                %sapplication:
                  features:
                    cache: {expirySeconds: 0}
                    namespacedValidation: {mode: validate}
                %s""".formatted(
                        given(pair, "tls.crt").indent(8),
                        given(pair, "tls.key").indent(8),
                        given(pair, "ca.crt").indent(8),
                        twins.configuration().indent(2)));

        assertThat(secret("tls\\.crt")).isEqualTo(given(pair, "tls.crt"));
        assertThat(secret("tls\\.key")).isEqualTo(given(pair, "tls.key"));
        String pods = "-n security get pods -l app.kubernetes.io/name=connaisseur -o name";
        Until.within(
                Until.AMPLE,
                "the old pod is gone",
                () -> kubectl.run(pods.split(" ")).done().lines().count() == 1);
        // The API server sees some time later that other namespaces are looked after now.
        Until.within(Until.AMPLE, "the selector is in force", () -> probe().exit() == 0);
    }

    private static String given(Path pair, String file) throws IOException {
        return Files.readString(pair.resolve(file));
    }

    private static String secret(String key) {
        String data = kubectl.run(
                        "-n", NAMESPACE, "get", "secret", "connaisseur-tls", "-o", "jsonpath={.data." + key + "}")
                .done();
        return new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8);
    }

    static Stream<Row> second() {
        return AcceptanceTable.rowsOf(AcceptanceInstalledIT.class, "afterTheUpgrade");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("second")
    @Order(3)
    void afterTheUpgrade(Row row) {
        isDecidedAsPublished(row);
    }

    private static void isDecidedAsPublished(Row row) {
        List<String> expectations = row.expectations();
        assertThat(expectations).hasSameSizeAs(row.containers());
        for (int i = 0; i < expectations.size(); i++) {
            String image = row.containers().get(i).replaceFirst("^T:", AcceptanceTable.PUBLISHED + ":");
            Screen screen = asked(() -> kubectl.run("-n", row.namespace(), "run", "case", "--image=" + image));
            if (expectations.get(i).equals(AcceptanceTable.CREATED)) {
                assertThat(screen.done()).isEqualTo("pod/case created");
                kubectl.run("-n", row.namespace(), "delete", "pod", "case", "--wait=true")
                        .done();
            } else {
                assertThat(screen.refused())
                        .startsWith(
                                "Error from server: admission webhook \"connaisseur-svc.security.svc\" denied the request: ")
                        .contains(expectations.get(i));
            }
        }
    }

    static Stream<Row> quoted() {
        return AcceptanceTable.screens().keySet().stream().map(name -> {
            int blank = name.indexOf(' ');
            return AcceptanceTable.row(name.substring(0, blank), Integer.parseInt(name.substring(blank + 1)));
        });
    }

    /** What kubectl prints, whole. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("quoted")
    @Order(4)
    void standsOnTheScreenAsAWhole(Row row) {
        String expected = twins.twinText(
                row.section(), String.valueOf(AcceptanceTable.screens().get(row.name())));

        Screen screen = row.form().equals("debug") ? debugged(row) : created(row);

        assertThat(Screens.withoutIds(screen.text()).replaceAll("debugger-[a-z0-9]{5}\\b", "debugger-…"))
                .isEqualTo(expected);
        assertThat(screen.exit() == 0).isEqualTo(row.expected().equals(AcceptanceTable.CREATED));
        kubectl.run("-n", "validatedns", "delete", "pods,deployments", "--all", "--wait=true")
                .done();
    }

    private static Screen debugged(Row row) {
        String base = twins.twin(row.section(), row.containers().getFirst());
        asked(() -> kubectl.run("-n", "validatedns", "run", "case", "--image=" + base))
                .done();
        return asked(() -> kubectl.run(
                "-n",
                "validatedns",
                "debug",
                "case",
                "--profile=general",
                "--image=" + twins.twin(row.section(), row.others().getFirst())));
    }

    private static Screen created(Row row) {
        if (row.form().equals("run")) {
            String image = twins.twin(row.section(), row.containers().getFirst());
            return asked(() -> kubectl.run("-n", "validatedns", "run", "case", "--image=" + image));
        }
        JsonObject object = Reviews.workload(
                row.form(),
                Map.of("containers", twinsOf(row, row.containers()), "initContainers", twinsOf(row, row.others())));
        JsonObject named = Json.createPatchBuilder()
                .replace(
                        "/metadata",
                        Json.createObjectBuilder().add("name", "case").build())
                .add(
                        "/spec/selector",
                        Json.createObjectBuilder()
                                .add("matchLabels", Json.createObjectBuilder().add("app", "demo"))
                                .build())
                .build()
                .apply(object);
        return asked(() -> kubectl.feed(named.toString(), "-n", "validatedns", "create", "-f", "-"));
    }

    private static List<String> twinsOf(Row row, List<String> images) {
        return images.stream().map(image -> twins.twin(row.section(), image)).toList();
    }

    /** While one pod takes over from another, the API server may still ask the one that is gone, and says so. */
    private static Screen asked(Supplier<Screen> request) {
        List<Screen> screens = new ArrayList<>();
        Until.within(Until.AMPLE, "the webhook answers", () -> {
            screens.add(request.get());
            return !screens.getLast().text().contains("failed calling webhook");
        });
        return screens.getLast();
    }
}
