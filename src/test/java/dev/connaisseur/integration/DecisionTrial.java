package dev.connaisseur.integration;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.AlertReceiver;
import dev.connaisseur.testing.AlertReceiver.Alert;
import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.EmbeddedRegistry.Options;
import dev.connaisseur.testing.FakeCluster;
import dev.connaisseur.testing.RegistryAuth;
import dev.connaisseur.testing.ServerProcess;
import dev.connaisseur.testing.TestImage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Two servers with the same rules, a registry, one that asks for a login, a cluster that has it, and a receiver that hears of refusals.
 *
 * @param signed what {@code app:signed} points at
 * @param strict enforces, in both phases
 * @param lenient detects only, and decides Pods only
 */
record DecisionTrial(
        EmbeddedRegistry registry,
        EmbeddedRegistry guarded,
        Digest signed,
        FakeCluster cluster,
        AlertReceiver receiver,
        ServerProcess strict,
        ServerProcess lenient)
        implements AutoCloseable {
    static DecisionTrial start(Path directory) throws IOException {
        EmbeddedRegistry registry = EmbeddedRegistry.open();
        EmbeddedRegistry guarded =
                EmbeddedRegistry.open(Options.PLAIN.withAuth(RegistryAuth.basic("puller", "hunter2")));
        CosignSigner signer = CosignSigner.create();
        Digest signed = TestImage.push(registry, "app", "signed", "signed");
        signer.sign(registry, "app", signed);
        TestImage.push(registry, "app", "unsigned", "unsigned");
        TestImage.push(registry, "audited/app", "unsigned", "unsigned");
        signer.sign(registry, "dry", TestImage.push(registry, "dry", "signed", "for rehearsals"));
        TestImage.push(registry, "dry", "unsigned", "unsigned, for rehearsals");
        signer.sign(guarded, "app", TestImage.push(guarded, "app", "signed", "guarded"));
        FakeCluster cluster = FakeCluster.open(Files.createDirectories(directory.resolve("account")));
        cluster.put("/api/v1/namespaces/shop/secrets/pull", secret(guarded.host()));
        AlertReceiver receiver = AlertReceiver.open();
        URI api = cluster.access().server();
        String rules = rules(signer, registry.host(), guarded.host());
        ServerProcess strict = ServerTrial.start(
                        Files.createDirectories(directory.resolve("strict")),
                        rules,
                        "KUBERNETES_SERVICE_HOST",
                        api.getHost(),
                        "KUBERNETES_SERVICE_PORT",
                        Integer.toString(api.getPort()),
                        "CONNAISSEUR_SERVICEACCOUNT_DIR",
                        directory.resolve("account").toString(),
                        "CONNAISSEUR_ALERTS_DIR",
                        alerts(directory, receiver),
                        "CONNAISSEUR_WEBHOOK_VALIDATING",
                        "enforce")
                .awaitReady(ServerTrial.START);
        ServerProcess lenient = ServerTrial.start(
                        Files.createDirectories(directory.resolve("lenient")),
                        rules,
                        "DETECTION_MODE",
                        "true",
                        "RESOURCE_VALIDATION_MODE",
                        "podsOnly")
                .awaitReady(ServerTrial.START);
        return new DecisionTrial(registry, guarded, signed, cluster, receiver, strict, lenient);
    }

    private static String secret(String host) {
        String config = "{\"auths\":{\"" + host + "\":{\"username\":\"puller\",\"password\":\"hunter2\"}}}";
        return "{'type':'kubernetes.io/dockerconfigjson','data':{'.dockerconfigjson':'"
                + Base64.getEncoder().encodeToString(config.getBytes(UTF_8)) + "'}}";
    }

    private static String alerts(Path directory, AlertReceiver receiver) throws IOException {
        Path alerts = Files.createDirectories(directory.resolve("alerts"));
        Files.writeString(
                Files.createDirectories(alerts.resolve("templates")).resolve("plain.json"),
                "{\"request\": \"{{ request_id }}\", \"text\": \"{{ alert_message }}\"}");
        Files.writeString(alerts.resolve("config.yaml"), """
                rejectRequest:
                  receivers:
                  - {template: plain, receiverUrl: "%s"}
                """.formatted(receiver.url("/refused")));
        return alerts.toString();
    }

    private static String rules(CosignSigner signer, String open, String guarded) {
        return """
                validators:
                - {name: allow, type: static, approve: true}
                - name: cosign
                  type: cosign
                  auth: {useImagePullSecrets: true}
                  trustRoots:
                  - name: release
                    key: |
                %1$s
                policy:
                - {pattern: "registry.k8s.io/*:*", validator: allow}
                - {pattern: "%2$s/**", validator: cosign, with: {trustRoot: release, verifyInTransparencyLog: false}}
                - {pattern: "%2$s/audited/**", validator: cosign, with: {trustRoot: release, verifyInTransparencyLog: false, mode: audit}}
                - {pattern: "%3$s/**", validator: cosign, with: {trustRoot: release, verifyInTransparencyLog: false}}
                """.formatted(signer.publicKey().indent(6).stripTrailing(), open, guarded);
    }

    String image(String name) {
        return registry.host() + "/" + name;
    }

    /** The alerts that come up to the one about this request, which must come. */
    List<Alert> alertsUntil(String uid) throws InterruptedException {
        List<Alert> alerts = new ArrayList<>();
        do {
            alerts.add(receiver.next());
        } while (!alerts.getLast().body().contains("\"request\":\"" + uid + "\""));
        return alerts;
    }

    @Override
    public void close() {
        strict.close();
        lenient.close();
        cluster.close();
        receiver.close();
        registry.close();
        guarded.close();
    }
}
