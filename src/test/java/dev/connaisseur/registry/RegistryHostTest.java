package dev.connaisseur.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.http.TlsTrust;
import dev.connaisseur.testing.TestAuthority;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryHostTest {
    @ParameterizedTest
    @CsvSource({
        "index.docker.io, https://registry-1.docker.io",
        "ghcr.io, https://ghcr.io",
        "registry.example:5000, https://registry.example:5000",
        "10.0.0.1:5000, https://10.0.0.1:5000",
        "localhost:5000, http://localhost:5000",
        "127.0.0.1:5000, http://127.0.0.1:5000",
        "[::1]:5000, http://[::1]:5000",
        "localhost.example, https://localhost.example",
        "127.0.0.1.example, https://127.0.0.1.example"
    })
    void plainHttpIsForThisMachine(String name, String base) {
        assertThat(RegistryHost.of(name, TlsTrust.system(), server -> false).base())
                .hasToString(base);
    }

    @Test
    void aConfiguredCertificateMeansTls() {
        TlsTrust trust = TlsTrust.of(TestAuthority.create("ours").pem());
        assertThat(RegistryHost.of("localhost:5000", trust, server -> true).base())
                .hasToString("https://localhost:5000");
    }

    @ParameterizedTest
    @CsvSource({
        "index.docker.io, https://auth.docker.io/token, true",
        "index.docker.io, https://auth.docker.io:444/token, false",
        "index.docker.io, http://auth.docker.io/token, false",
        "index.docker.io, https://auth.docker.io.evil.example/token, false",
        "ghcr.io, https://auth.docker.io/token, false",
        "ghcr.io, https://ghcr.io/token, true",
        "ghcr.io, https://GHCR.io:443/token, true",
        "ghcr.io, http://ghcr.io/token, false",
        "ghcr.io, https://ghcr.io:444/token, false",
        "ghcr.io, https://ghcr.io.evil.example/token, false",
        "registry.example:5000, https://registry.example:5000/token, true",
        "registry.example:5000, https://registry.example/token, false"
    })
    void knowsItsOwnTokenServer(String name, String realm, boolean own) {
        assertThat(RegistryHost.of(name, TlsTrust.system(), server -> false).owns(URI.create(realm)))
                .isEqualTo(own);
    }
}
