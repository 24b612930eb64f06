package dev.connaisseur.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.testing.TestAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * From a release of the shape of Connaisseur 3.10's to ours and back, as the page "Migration" says, while unsigned pods are created one
 * after the other: none comes in, and Helm has nothing to say against it. The old controller is played by ours, which reads the same
 * files; it is told from the new one by the rule that it names.
 */
@Timeout(900)
@TestMethodOrder(OrderAnnotation.class)
class UpgradeIT {
    private static final String OLD_RULE = "*:*";
    private static final String NEW_RULE = "example.com/*:*";

    /** What stands in the values file of somebody who is about to migrate. */
    private static final String VALUES = """
            kubernetes: {deployment: {replicasCount: 1}}
            application:
              validators:
              - {name: allow, type: static, approve: true}
              - {name: deny, type: static, approve: false}
              policy:
              - {pattern: "*:*", validator: deny}
              - {pattern: "docker.io/library/redis@sha256:*", validator: allow}
              - {pattern: "docker.io/securesystemsengineering/*:*", validator: allow}
              - {pattern: "localhost/connaisseur-open-liberty*", validator: allow}
            """;

    @TempDir
    static Path directory;

    private static PlayedCluster cluster;
    private static Kubectl kubectl;
    private static Helm helm;
    private static UnsignedPods unsigned;

    @BeforeAll
    static void installTheOldOne() throws IOException {
        cluster = PlayedCluster.start(directory, NamespaceNetwork.open(directory));
        kubectl = cluster.kubectl();
        helm = cluster.helm();
        cluster.deployed(helm.run(
                "install",
                "connaisseur",
                "src/test/resources/chart/release-3.10",
                "--atomic",
                "--create-namespace",
                "--namespace=connaisseur",
                "--values=" + values("old", "")));
        unsigned = UnsignedPods.begin(cluster.plane().api());
        unsigned.awaitRefusalBy(OLD_RULE);
    }

    private static Path values(String name, String more) throws IOException {
        return Files.writeString(directory.resolve(name + ".yaml"), VALUES + more);
    }

    @AfterAll
    static void end() {
        if (unsigned != null) {
            unsigned.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    @Order(1)
    void upgradesWithoutAGap() throws IOException {
        cluster.deployed(helm.run(
                "upgrade",
                "connaisseur",
                "helm",
                "--atomic",
                "--namespace=connaisseur",
                "--values=" + values("new", "  - {pattern: \"" + NEW_RULE + "\", validator: deny}\n"),
                "--set=kubernetes.webhook.bridge=true",
                "--set=application.settings.connaisseur\\.webhook\\.interval=1s"));

        unsigned.awaitRefusalBy(NEW_RULE);
        nothingCameIn();
        assertThat(image()).startsWith("localhost/connaisseur-open-liberty:");
        assertThat(webhooks())
                .isEqualTo("connaisseur-webhook connaisseur-webhook-bridge connaisseur-validating-webhook");
    }

    /** Without the right to change the webhook the process can only say that the API server does not believe it. */
    @Test
    @Order(2)
    void saysThatItsNewAuthorityIsNotBelieved() {
        assertThat(serviceAccountMay("get")).endsWith("yes");
        assertThat(serviceAccountMay("patch")).endsWith("no");
        TestAuthority next = TestAuthority.create("next");
        String before = ServedSecret.authority(kubectl);

        ServedSecret.replaceBy(next, cluster.plane(), directory);

        awaitTrouble("1.0");
        assertThat(cluster.node().consoles())
                .contains(
                        "webhook mutating/connaisseur-webhook does not believe the certificate that is served, issued by CN=next");
        assertThat(ServedSecret.believed(kubectl)).as("as it was").isEqualTo(before);

        ServedSecret.believe(before + next.pem(), kubectl);
        awaitTrouble("0.0");
        unsigned.awaitRefusalBy(NEW_RULE);
        nothingCameIn();
    }

    private static void awaitTrouble(String count) {
        String address = ServedSecret.address(kubectl);
        String line = "connaisseur_webhook_trouble{trouble=\"authority\",webhook=\"mutating/connaisseur-webhook\"} ";
        Until.within(
                Until.AMPLE, line + count, () -> Probe.page(address, "/metrics").contains(line + count));
    }

    private static String serviceAccountMay(String verb) {
        return kubectl.run(
                        "auth",
                        "can-i",
                        verb,
                        "mutatingwebhookconfigurations/connaisseur-webhook",
                        "--as=system:serviceaccount:connaisseur:connaisseur-serviceaccount")
                .text();
    }

    @Test
    @Order(3)
    void rollsBackWithoutAGap() {
        cluster.deployed(helm.run("rollback", "connaisseur", "1", "--wait", "--namespace=connaisseur"));

        unsigned.awaitRefusalBy(OLD_RULE);
        nothingCameIn();
        assertThat(image()).isEqualTo("docker.io/securesystemsengineering/connaisseur:v3.10.0");
        assertThat(webhooks()).isEqualTo("connaisseur-webhook connaisseur-webhook-bridge");

        kubectl.run("delete", "mutatingwebhookconfiguration", "connaisseur-webhook-bridge")
                .done();
        unsigned.awaitRefusalBy(OLD_RULE);
        nothingCameIn();
        System.out.println("unsigned pods refused, by rule: " + unsigned.refused());
    }

    private static void nothingCameIn() {
        assertThat(unsigned.others()).as("what was no refusal").isEmpty();
        assertThat(kubectl.run("get", "pods", "-n", "default", "-o", "name").done())
                .isIn("", "No resources found in default namespace.");
    }

    private static String image() {
        return kubectl.run(
                        "-n",
                        "connaisseur",
                        "get",
                        "deployment/connaisseur",
                        "-o",
                        "jsonpath={.spec.template.spec.containers[0].image}")
                .done();
    }

    private static String webhooks() {
        return kubectl.run(
                        "get",
                        "mutatingwebhookconfigurations,validatingwebhookconfigurations",
                        "-o",
                        "jsonpath={.items[*].metadata.name}")
                .done();
    }
}
