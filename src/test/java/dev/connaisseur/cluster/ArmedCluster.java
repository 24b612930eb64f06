package dev.connaisseur.cluster;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.Relay;
import dev.connaisseur.testing.ServerProcess;
import dev.connaisseur.testing.TestImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A control plane whose admissions the shipped server decides, and a registry with a signed and an unsigned image. One for all suites:
 * as a parameter of a test it is started at first use and ended after the last test. Each suite works in a namespace of its own.
 */
final class ArmedCluster implements AutoCloseable {
    /** The one webhook of the chart; its name stands in denials and before audit annotations. */
    static final String WEBHOOK = "connaisseur-svc.connaisseur.svc";

    /** The label by which a namespace is left alone, as with the chart's default values. */
    static final String IGNORED = "securesystemsengineering.connaisseur/webhook=ignore";

    private final Path directory;
    private final EmbeddedRegistry registry = EmbeddedRegistry.open();
    private final CosignSigner signer = CosignSigner.create();
    private final ControlPlane plane;
    private final Relay api;
    private final Kubectl kubectl;
    private final ServerProcess server;
    private final Digest signed;
    private final Digest unsigned;

    private ArmedCluster(Path directory) throws IOException {
        this.directory = directory;
        signed = TestImage.push(registry, "app", "signed", "signed");
        unsigned = TestImage.push(registry, "app", "unsigned", "unsigned");
        signer.sign(registry, "app", signed);
        plane = ControlPlane.start(Files.createDirectories(directory.resolve("plane")));
        api = Relay.to(plane.port());
        kubectl = plane.kubectl();
        kubectl.feed(Manifests.ACCOUNT, "apply", "-f", "-").done();
        server = ServerProcess.start(
                        Files.createDirectories(directory.resolve("server")),
                        Map.of(
                                "CONNAISSEUR_CONFIG_DIR",
                                configuration(),
                                "CONNAISSEUR_SERVICEACCOUNT_DIR",
                                account(),
                                "KUBERNETES_SERVICE_HOST",
                                "127.0.0.1",
                                "KUBERNETES_SERVICE_PORT",
                                Integer.toString(api.port()),
                                "CONNAISSEUR_WEBHOOK_VALIDATING",
                                "enforce",
                                "LOG_FORMAT",
                                "json",
                                // Else it would be the cache that knows a verdict, not the owner.
                                "CACHE_EXPIRY_SECONDS",
                                "0"))
                .awaitReady(Duration.ofMinutes(3));
        arm();
    }

    static ArmedCluster start(Path directory) {
        try {
            return new ArmedCluster(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String configuration() throws IOException {
        Path configuration = Files.createDirectories(directory.resolve("config"));
        Files.writeString(configuration.resolve("config.yaml"), """
                validators:
                - name: cosign
                  type: cosign
                  trustRoots:
                  - name: key
                    key: |
                %s
                policy:
                - pattern: "%s/*:*"
                  validator: cosign
                  with: {trustRoot: key, verifyInTransparencyLog: false, verifySCT: false}
                """.formatted(
                        signer.publicKey().indent(6).stripTrailing(), registry.host()));
        return configuration.toString();
    }

    /** The files that Kubernetes mounts into a pod. */
    private String account() throws IOException {
        Path account = Files.createDirectories(directory.resolve("account"));
        Files.copy(plane.authority(), account.resolve("ca.crt"));
        Files.writeString(
                account.resolve("token"),
                kubectl.run("-n", "connaisseur", "create", "token", "connaisseur-serviceaccount")
                        .done());
        return account.toString();
    }

    private void arm() {
        kubectl.feed(
                        Manifests.webhook("MutatingWebhookConfiguration", "/mutate", server.port(), authority())
                                + "---\n"
                                + Manifests.webhook(
                                        "ValidatingWebhookConfiguration", "/validate", server.port(), authority()),
                        "apply",
                        "-f",
                        "-")
                .done();
        namespace("armed");
        // The API server sees a new webhook some time later.
        Until.within(
                Until.AMPLE,
                "the webhook denies",
                () -> kubectl.run("-n", "armed", "run", "probe", "--dry-run=server", "--image=" + unsigned())
                        .text()
                        .contains("denied the request"));
    }

    /** The root of the server's certificate, PEM. */
    String authority() {
        try {
            return Files.readString(directory.resolve("server/certs/ca.crt"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A new namespace in which pods can be made; {@code labels} are {@code key=value}. */
    void namespace(String name, String... labels) {
        kubectl.run("create", "namespace", name).done();
        for (String label : labels) {
            kubectl.run("label", "namespace", name, label).done();
        }
        Until.within(
                Until.AMPLE,
                "service account of " + name,
                () -> kubectl.run("-n", name, "get", "serviceaccount", "default")
                                .exit()
                        == 0);
    }

    Kubectl kubectl() {
        return kubectl;
    }

    ControlPlane plane() {
        return plane;
    }

    ServerProcess server() {
        return server;
    }

    EmbeddedRegistry registry() {
        return registry;
    }

    /** What stands between the server and the API server. */
    Relay api() {
        return api;
    }

    /** An image with a signature, by tag. */
    String signed() {
        return registry.host() + "/app:signed";
    }

    /** What {@link #signed()} is patched to. */
    String pinned() {
        return signed() + "@" + signed;
    }

    /** What {@link #signed()} points at. */
    String digest() {
        return signed.toString();
    }

    /** An image that nobody signed, by tag. */
    String unsigned() {
        return registry.host() + "/app:unsigned";
    }

    String unsignedByDigest() {
        return registry.host() + "/app@" + unsigned;
    }

    @Override
    public void close() {
        server.close();
        api.close();
        plane.close();
        registry.close();
    }

    /** Gives the tests the one cluster. */
    static final class Parameter implements ParameterResolver {
        private static final ExtensionContext.Namespace OURS = ExtensionContext.Namespace.create(ArmedCluster.class);

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == ArmedCluster.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(OURS)
                    .getOrComputeIfAbsent("cluster", key -> ArmedCluster.start(fresh()), ArmedCluster.class);
        }

        private static Path fresh() {
            try {
                return Files.createTempDirectory(Path.of("target"), "cluster").toAbsolutePath();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
