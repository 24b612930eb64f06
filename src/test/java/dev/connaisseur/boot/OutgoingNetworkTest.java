package dev.connaisseur.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connaisseur.config.ConfigException;
import dev.connaisseur.config.PropertySource;
import dev.connaisseur.config.Settings;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.HttpCall;
import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.http.LookupException;
import dev.connaisseur.http.LookupException.Kind;
import dev.connaisseur.http.Network;
import dev.connaisseur.http.Purpose;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.EmbeddedRegistry.Options;
import dev.connaisseur.testing.TestAuthority;
import dev.connaisseur.testing.TestProxy;
import dev.connaisseur.testing.Zoo;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every setting of the network, by its environment variable, changes what the transport does. */
class OutgoingNetworkTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create("ours");

    @TempDir
    Path directory;

    @Test
    void allowLetsAnImageNameThisMachine() {
        try (EmbeddedRegistry registry = EmbeddedRegistry.open()) {
            HttpCall call = HttpCall.get(URI.create(registry.base() + "/v2/"), Purpose.IMAGE_REGISTRY);
            assertThat(outcome(call)).isEqualTo("FORBIDDEN");
            assertThat(outcome(call, "CONNAISSEUR_NETWORK_ALLOW", "other.example, localhost"))
                    .isEqualTo("200");
        }
    }

    @Test
    void onlyForbidsEveryOtherHost() {
        try (EmbeddedRegistry registry = EmbeddedRegistry.open()) {
            HttpCall call = HttpCall.get(URI.create(registry.base() + "/v2/"), Purpose.CONFIGURED);
            assertThat(outcome(call)).isEqualTo("200");
            assertThat(outcome(call, "CONNAISSEUR_NETWORK_ONLY", "*.example")).isEqualTo("FORBIDDEN");
            assertThat(outcome(call, "CONNAISSEUR_NETWORK_ONLY", "*.example,127.0.0.0/8"))
                    .isEqualTo("200");
        }
    }

    @Test
    void plainHttpIsForListedHosts() {
        try (EmbeddedRegistry registry = EmbeddedRegistry.open()) {
            HttpCall call = HttpCall.get(URI.create(registry.base() + "/v2/"), Purpose.IMAGE_REGISTRY);
            assertThat(outcome(call, "CONNAISSEUR_NETWORK_PLAINHTTP", registry.host()))
                    .isEqualTo("200");
            assertThat(outcome(call, "CONNAISSEUR_NETWORK_PLAINHTTP", "localhost:1"))
                    .isEqualTo("FORBIDDEN");
        }
    }

    @Test
    void certificatesAreBelievedBesideTheRuntimesRoots() throws IOException {
        Path ours = Files.createDirectory(directory.resolve("ca"));
        Files.writeString(ours.resolve("ours.crt"), AUTHORITY.pem());
        Files.writeString(ours.resolve("README"), "not a certificate");
        Files.writeString(ours.resolve(".hidden.crt"), "not a certificate");
        Path systems = Files.createDirectory(directory.resolve("certs"));
        Files.writeString(systems.resolve("ours.pem"), AUTHORITY.pem());
        Files.writeString(systems.resolve("java.crt"), "something else");
        try (EmbeddedRegistry registry = EmbeddedRegistry.open(Options.PLAIN.withTls(AUTHORITY.server()))) {
            HttpCall call = HttpCall.get(URI.create(registry.base() + "/v2/"), Purpose.CONFIGURED);
            assertThat(outcome(call)).isEqualTo("UNTRUSTED_TLS");
            assertThat(outcome(call, "CONNAISSEUR_CA_DIR", ours.toString())).isEqualTo("200");
            assertThat(outcome(call, "SSL_CERT_FILE", ours.resolve("ours.crt").toString()))
                    .isEqualTo("200");
            assertThat(outcome(call, "SSL_CERT_DIR", "/does/not/exist:" + systems))
                    .isEqualTo("200");
        }
    }

    /** A name that ends in {@code .invalid} is known to nobody: the answer can only come through the proxy. */
    @Test
    void proxiesAreUsedUnlessTheHostIsListed() throws IOException {
        try (EmbeddedRegistry registry =
                        EmbeddedRegistry.open(Options.PLAIN.withTls(AUTHORITY.serverNamed("r.invalid")));
                TestProxy proxy = TestProxy.open(registry.port(), Optional.of("Basic dXNlcjpzZWNyZXQ="))) {
            String address = "http://user:secret@localhost:" + proxy.port();
            Path root = Files.writeString(directory.resolve("root.pem"), AUTHORITY.pem());
            HttpCall call = HttpCall.get(URI.create("https://r.invalid/v2/"), Purpose.IMAGE_REGISTRY);
            String[] trusted = {"SSL_CERT_FILE", root.toString()};
            assertThat(outcome(call, trusted)).isEqualTo("UNREACHABLE");
            for (String variable : new String[] {"HTTPS_PROXY", "https_proxy"}) {
                assertThat(outcome(call, "SSL_CERT_FILE", root.toString(), variable, address))
                        .isEqualTo("200");
            }
            assertThat(outcome(call, "SSL_CERT_FILE", root.toString(), "HTTPS_PROXY", address, "NO_PROXY", ".invalid"))
                    .isEqualTo("UNREACHABLE");
            HttpCall plain = HttpCall.get(URI.create("http://crl.invalid/x"), Purpose.CERTIFICATE);
            assertThat(outcome(plain, "HTTPS_PROXY", address)).isEqualTo("UNREACHABLE");
            assertThat(outcome(plain, "HTTP_PROXY", address)).isEqualTo("200");
        }
    }

    @Test
    void theClustersOwnServicesAreForNoImage() {
        HttpCall call = HttpCall.get(URI.create("https://10.96.0.1/"), Purpose.IMAGE_REGISTRY);
        assertThat(outcome(call, "KUBERNETES_SERVICE_HOST", "10.96.0.1")).isEqualTo("FORBIDDEN");
        assertThat(outcome(call, "REDIS_HOST", "10.96.0.1")).isEqualTo("FORBIDDEN");
    }

    @Test
    void allMistakesAreNamedAtOnceWithoutSecrets() throws IOException {
        Path ours = Files.createDirectory(directory.resolve("ca"));
        Files.writeString(ours.resolve("key.pem"), Zoo.key("alice"));
        assertThatThrownBy(() -> network(
                        "CONNAISSEUR_NETWORK_ALLOW", "http://x",
                        "CONNAISSEUR_NETWORK_ONLY", "10.0.0.1/8",
                        "CONNAISSEUR_NETWORK_PLAINHTTP", "x",
                        "HTTPS_PROXY", "socks5://user:canary@x",
                        "SSL_CERT_FILE", "/does/not/exist",
                        "CONNAISSEUR_CA_DIR", ours.toString()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("Config has 6 errors")
                .hasMessageContaining("network.allow")
                .hasMessageContaining("network.only")
                .hasMessageContaining("network.plainHttp")
                .hasMessageContaining("HTTPS_PROXY")
                .hasMessageContaining("/does/not/exist cannot be read")
                .hasMessageContaining("key.pem cannot be used")
                .hasMessageNotContaining("canary");
    }

    private static Network network(String... environment) {
        Map<String, String> variables = new HashMap<>();
        for (int i = 0; i < environment.length; i += 2) {
            variables.put(environment[i], environment[i + 1]);
        }
        Settings settings = Settings.read(new PropertySource(variables, Map.of()));
        return OutgoingNetwork.of(settings.network(), variables);
    }

    private static String outcome(HttpCall call, String... environment) {
        try (HttpTransport transport = new HttpTransport(network(environment))) {
            return Integer.toString(
                    transport.send(call, Deadline.after(Duration.ofSeconds(30))).status());
        } catch (LookupException e) {
            Kind kind = e.kind();
            return kind.name();
        }
    }
}
