package dev.connaisseur.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryKeyTest {

    @ParameterizedTest
    @CsvSource({
        "https://index.docker.io/v1/, index.docker.io",
        "index.docker.io, index.docker.io",
        "docker.io, index.docker.io",
        "https://docker.io/v1/, index.docker.io",
        "registry-1.docker.io, index.docker.io",
        "docker.io/acme, index.docker.io/acme",
        "registry.io/, registry.io",
        "https://registry.io/v1/, registry.io",
        "https://registry.io/v2/, registry.io",
        "registry.io/v2, registry.io/v2",
        "registry.io/repo/, registry.io/repo",
        "http://registry.io, registry.io",
        "https://registry.io/repo/sub, registry.io/repo/sub",
        "Registry.IO/team, registry.io/team",
        "localhost:5000, localhost:5000",
        "[::1]:5000/a, '[::1]:5000/a'",
        "acme.azurecr.io, acme.azurecr.io"
    })
    void bringsKeysToOneForm(String key, String expected) {
        assertThat(RegistryKey.normalise(key)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "'[]\\/repo]', registry",
        "'[[]]\\', registry",
        "'', registry",
        "/repo, registry",
        "ex_ample.com, registry",
        "user@registry.io, registry",
        "registry.io:port, registry",
        "https://https://registry.io, registry",
        "registry.io/Repo, repository",
        "registry.io/repo//, repository",
        "registry.io//repo, repository",
        "registry.io//, repository",
        "registry.io/../repo, repository"
    })
    void refusesWhatNamesNoRegistry(String key, String kind) {
        assertThatThrownBy(() -> RegistryKey.normalise(key))
                .hasMessageStartingWith("unable to parse " + kind + " " + key + ": ");
    }

    @ParameterizedTest
    @CsvSource({
        "registry.io/app, root",
        "registry.io, root",
        "REGISTRY.io/app, root",
        "registry.io/team, team",
        "registry.io/team/app, team",
        "registry.io/team/app/deep, deep",
        "registry.io/team-x/app, root",
        "registry.io/teamwork, root",
        "registry.io.evil.com/app, none",
        "registry.io:443/app, none",
        "evil.com/registry.io, none",
        "sub.registry.io/app, none",
        "other.io/team, only",
        "other.io/app, none",
        "index.docker.io/library/nginx, hub",
        "docker.io/library/nginx, hub"
    })
    void loginsAreForTheirHostAndWholeSegments(String repository, String expected) {
        Logins logins = new Logins(Map.of(
                "registry.io", login("root"),
                "registry.io/team", login("team"),
                "registry.io/team/app/deep", login("deep"),
                "other.io/team", login("only"),
                "index.docker.io", login("hub")));
        assertThat(logins.forRepository(repository))
                .isEqualTo(expected.equals("none") ? Optional.empty() : Optional.of(login(expected)));
    }

    private static Login login(String name) {
        return new Login(name, "secret", "");
    }
}
