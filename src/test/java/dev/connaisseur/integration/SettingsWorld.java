package dev.connaisseur.integration;

import dev.connaisseur.config.PropertySource;
import dev.connaisseur.testing.AdmissionAnswer;
import dev.connaisseur.testing.AlertReceiver;
import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.EmbeddedRegistry.Options;
import dev.connaisseur.testing.RawServer;
import dev.connaisseur.testing.RegistryAuth;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.testing.ServerProcess;
import dev.connaisseur.testing.TestAuthority;
import dev.connaisseur.testing.TestImage;
import dev.connaisseur.testing.TestProxy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One server that has settings with values other than their defaults, and what stands around it for the values to show: a registry
 * that wants a login, one that only {@code network.allow} names, one behind a proxy with a certificate by an own authority, and a
 * proxy for plain http.
 */
final class SettingsWorld implements AutoCloseable {
    private static final String NOT_HERE = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

    final Path directory;
    final EmbeddedRegistry registry;
    final EmbeddedRegistry bystander;
    final TestProxy tunnel;
    final RawServer plainProxy;
    final AlertReceiver alerts = AlertReceiver.open();
    final ServerProcess server;
    private final EmbeddedRegistry secure;

    SettingsWorld(Path directory) throws IOException {
        this.directory = directory;
        registry = EmbeddedRegistry.open(Options.PLAIN.withAuth(RegistryAuth.basic("user", "secret")));
        bystander = EmbeddedRegistry.open();
        TestAuthority authority = TestAuthority.create("settings");
        secure = EmbeddedRegistry.open(Options.PLAIN.withTls(authority.serverNamed("proxied.example")));
        tunnel = TestProxy.open(secure.port(), Optional.empty());
        plainProxy = RawServer.open((socket, out) -> {
            out.write(NOT_HERE.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            socket.close();
        });
        CosignSigner signer = CosignSigner.create();
        signer.sign(registry, "app", TestImage.push(registry, "app", "v1", "content"));
        file(
                "own-secrets/pull/secret.yaml",
                "{username: user, password: secret, registry: \"" + registry.host() + "\"}");
        file("own-alerts/config.yaml", """
                admitRequest: {receivers: [{template: own, receiverUrl: "%s"}]}
                """.formatted(alerts.url("/own")));
        file("own-alerts/templates/own.json", "{\"pod\": \"{{ connaisseur_pod_id }}\"}");
        file("own-roots/root.pem", authority.pem());
        file("own/config.yaml", rules(signer));
        server = ServerProcess.start(Files.createDirectories(directory.resolve("work")), environment());
    }

    private void file(String name, String content) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private String rules(CosignSigner signer) {
        return """
                validators:
                - {name: allow, type: static, approve: true}
                - {name: deny, type: static, approve: false}
                - name: cosign
                  type: cosign
                  auth: {secretName: pull}
                  trustRoots:
                  - name: default
                    key: |
                %s
                policy:
                - {pattern: "registry.k8s.io/*:*", validator: allow}
                - {pattern: "denied.example/*:*", validator: deny}
                - {pattern: "broken.example/*:*", validator: missing}
                - pattern: "*:*"
                  validator: cosign
                  with: {verifyInTransparencyLog: false, verifySCT: false}
                - pattern: "%s/*:*"
                  validator: cosign
                  with: {verifyInTransparencyLog: false, verifySCT: false}
                """.formatted(signer.publicKey().indent(6).stripTrailing(), registry.host());
    }

    /** ServerProcess itself sets {@code connaisseur.port} and {@code connaisseur.certs.dir}. */
    private Map<String, String> environment() {
        Map<String, String> values = new TreeMap<>();
        values.put("connaisseur.config.dir", directory.resolve("own").toString());
        values.put("connaisseur.secrets.dir", directory.resolve("own-secrets").toString());
        values.put("POD_NAME", "own-pod");
        values.put("connaisseur.alerts.dir", directory.resolve("own-alerts").toString());
        values.put("connaisseur.redis-certs.dir", directory.resolve("own-redis").toString());
        values.put("connaisseur.config.on-problem", "deny-rule");
        values.put("connaisseur.policy.matching", "anchored");
        values.put("connaisseur.notaryv1.rollbackMemory", "11d");
        values.put("connaisseur.notaryv1.compareLengths", "false");
        values.put("connaisseur.keys.refresh", "3h");
        values.put("connaisseur.network.allow", bystander.host());
        values.put("connaisseur.network.only", "localhost,127.0.0.1,proxied.example,direct.example,plain.example:5000");
        values.put("connaisseur.network.plainHttp", "plain.example:5000");
        values.put("SSL_CERT_DIR", directory.resolve("own-roots").toString());
        values.put("https_proxy", "http://localhost:" + tunnel.port());
        values.put("http_proxy", "http://" + plainProxy.host());
        values.put("no_proxy", "direct.example");
        values.put("LOG_LEVEL", "debug");
        values.put("LOG_FORMAT", "json");
        values.put("AUTOMATIC_CHILD_APPROVAL", "false");
        values.put("connaisseur.features.automaticChildApproval.unpinned", "validate");
        values.put(
                "connaisseur.serviceaccount.dir",
                directory.resolve("own-account").toString());
        values.put("AUTOMATIC_UNCHANGED_APPROVAL", "true");
        values.put("DETECTION_MODE", "true");
        values.put("RESOURCE_VALIDATION_MODE", "podsOnly");
        values.put("connaisseur.features.imageVolumes", "ignore");
        values.put("connaisseur.webhook.validating", "off");
        values.put("connaisseur.webhook.watched", "mutating/own");
        values.put("connaisseur.webhook.manageCaBundle", "true");
        values.put("connaisseur.webhook.interval", "7s");
        values.put("CACHE_EXPIRY_SECONDS", "7");
        values.put("CACHE_ERRORS", "false");
        values.put("CONNAISSEUR_CACHE_STALESECONDS", "600");
        values.put("connaisseur.reload.interval", "7s");
        values.put("REDIS_HOST", "redis.invalid");
        values.put("REDIS_PASSWORD", "canary-of-redis");
        values.put("CONNAISSEUR_REDIS_USER", "own-user");
        values.put("CONNAISSEUR_REDIS_PORT", "6390");
        values.put("CONNAISSEUR_REDIS_MODE", "sentinel");
        values.put("CONNAISSEUR_REDIS_MASTER", "own-master");
        values.put("CONNAISSEUR_CACHE_KEYS_DIR", directory.resolve("own-keys").toString());
        Map<String, String> environment = new TreeMap<>();
        values.forEach((name, value) -> environment.put(PropertySource.environmentName(name), value));
        return environment;
    }

    /** The answer about a workload with this image; detection mode admits what is wrong with a message. */
    AdmissionAnswer answer(String kind, String image) {
        return AdmissionAnswer.of(
                server.review(Reviews.create(kind, "settings", image).toString()));
    }

    /** What is said about a Pod's image; empty if nothing is. */
    String message(String image) {
        return answer("Pod", image).message();
    }

    /** Why a Pod's image is refused, by the log. */
    List<String> reasons(String image) {
        String uid = "reason " + image;
        server.review(ServerTrial.pod(uid, image));
        return ServerTrial.reasons(server, uid);
    }

    /** A member of the line that names what is in force. */
    String inForce(String member) {
        return ServerTrial.lines(server, "msg", "the configuration is in force")
                .map(line -> line.getString(member))
                .collect(Collectors.joining());
    }

    @Override
    public void close() throws IOException {
        server.close();
        alerts.close();
        tunnel.close();
        plainProxy.close();
        secure.close();
        bystander.close();
        registry.close();
    }
}
