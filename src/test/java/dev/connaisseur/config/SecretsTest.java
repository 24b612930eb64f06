package dev.connaisseur.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretsTest {
    private static final Login LOGIN = new Login("user", "pass", "");

    @TempDir
    private Path directory;

    private final Problems problems = new Problems(OnProblem.REFUSE);

    private void write(String file, String content) throws IOException {
        Files.createDirectories(directory.resolve("s"));
        Files.writeString(directory.resolve("s").resolve(file), content);
    }

    private Logins logins(String auth) {
        return logins(auth, Optional.empty());
    }

    private Logins logins(String auth, Optional<String> host) {
        ConfigSection validator = ConfigDocument.parse("config.yaml", ("name: v\n" + auth).getBytes(UTF_8), problems)
                .orElseThrow();
        Logins logins = new Secrets(directory).logins(validator, host);
        assertThat(problems.errors() + "" + problems.warnings()).doesNotContain("hunter2");
        return logins;
    }

    private List<String> errors() {
        return problems.errors().stream().map(Problem::what).toList();
    }

    private List<String> warnings() {
        return problems.warnings().stream().map(Problem::what).toList();
    }

    @Test
    void withoutAuthThereIsNoLogin() {
        assertThat(logins("").isEmpty()).isTrue();
        assertThat(logins("auth:\n").isEmpty()).isTrue();
        assertThat(errors()).isEmpty();
        assertThat(warnings()).isEmpty();
    }

    @Test
    void readsASecretYaml() throws IOException {
        write("secret.yaml", "username: user\npassword: pass\nregistry: https://registry.example.com\nother: 1\n");
        Logins logins = logins("auth: {secretName: s}");
        assertThat(logins.byPrefix()).isEqualTo(Map.of("registry.example.com", LOGIN));
        assertThat(logins).hasToString("Logins[registry.example.com]");
        assertThat(LOGIN.toString()).doesNotContain("pass");
        assertThat(errors()).isEmpty();
        assertThat(warnings()).isEmpty();
    }

    @Test
    void readsADockerConfiguration() throws IOException {
        String auth = Base64.getEncoder().encodeToString("user:pa:ss\0".getBytes(UTF_8));
        write(".dockerconfigjson", """
                {"auths": {
                \t"registry.io": {"auth": "%s", "username": "loses"},
                \t"https://index.docker.io/v1/": {"username": "user", "password": "pass", "email": "a@b"},
                \t"acr.azurecr.io": {"username": "0", "identitytoken": "token"}},
                 "HttpHeaders": {}}
                """.formatted(auth));
        assertThat(logins("auth: {secretName: s}").byPrefix())
                .isEqualTo(Map.of(
                        "registry.io", new Login("user", "pa:ss", ""),
                        "index.docker.io", LOGIN,
                        "acr.azurecr.io", new Login("0", "", "token")));
        assertThat(errors()).isEmpty();
    }

    @Test
    void pullSecretsAreWantedBesideOtherLoginsOrAlone() throws IOException {
        write("secret.yaml", "username: user\npassword: pass\nregistry: registry.io\n");
        assertThat(logins("auth: {useImagePullSecrets: true}").pullSecrets()).isTrue();
        Logins both = logins("auth: {secretName: s, useImagePullSecrets: true}");
        assertThat(both.pullSecrets()).isTrue();
        assertThat(both.byPrefix()).containsOnlyKeys("registry.io");
        assertThat(logins("auth: {useKeychain: true, useImagePullSecrets: true}")
                        .keychain())
                .isTrue();
        assertThat(logins("auth: {useImagePullSecrets: false}").pullSecrets()).isFalse();
        assertThat(errors()).isEmpty();
        assertThat(warnings()).isEmpty();
    }

    @Test
    void secretYamlGoesFirst() throws IOException {
        write("secret.yaml", "username: user\npassword: pass\nregistry: registry.io\n");
        write(".dockerconfigjson", "broken");
        assertThat(logins("auth: {secretName: s}").byPrefix()).containsOnlyKeys("registry.io");
        assertThat(errors()).isEmpty();
    }

    @Test
    void aSecretWithoutRegistryIsForTheValidatorsOwnHost() throws IOException {
        write("secret.yaml", "username: user\npassword: pass\n");
        assertThat(logins("auth: {secretName: s}", Optional.of("notary.example:4443"))
                        .byPrefix())
                .containsOnlyKeys("notary.example:4443");
        assertThat(warnings()).isEmpty();
        assertThat(logins("auth: {secretName: s}").isEmpty()).isTrue();
        assertThat(errors()).isEmpty();
        assertThat(warnings()).containsExactly("the secret names no registry, so its credentials are never used");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "auth: {secretName: none}         | no authentication file for secret none",
                "auth: {secretName: empty}        | no authentication file for secret empty",
                "auth: {secretName: ../outside}   | no authentication file for secret ../outside",
                "auth: {secretName: /etc}         | no authentication file for secret /etc",
                "auth: {secretName: linked}       | no authentication file for secret linked",
                "auth: {secretName: 12}           | cannot unmarshal !!int `12` into string",
                "auth: {secretName: [s]}          | cannot unmarshal !!seq into string",
                "auth: {secretName: ''}           | SecretName is a required field",
                "auth: {}                         | neither secretName nor useKeychain defined",
                "auth: {secret: s}                | neither secretName nor useKeychain defined",
                "auth: {username: u, password: p} | neither secretName nor useKeychain defined",
                "auth: {useKeychain: maybe}       | cannot unmarshal !!str `maybe` into bool",
                "auth: word                       | cannot unmarshal !!str `word` into map"
            })
    void reportsWhatAuthGetsWrong(String auth, String what) throws IOException {
        Path store = Files.createDirectory(directory.resolve("store"));
        Files.createDirectory(store.resolve("empty"));
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Files.writeString(outside.resolve("secret.yaml"), "username: u\npassword: hunter2\nregistry: r.io\n");
        Files.createSymbolicLink(store.resolve("linked"), outside);
        ConfigSection validator = ConfigDocument.parse("config.yaml", auth.getBytes(UTF_8), problems)
                .orElseThrow();
        assertThat(new Secrets(store).logins(validator, Optional.empty()).isEmpty())
                .isTrue();
        assertThat(errors()).containsExactly(what);
        assertThat(problems.errors().getFirst().line()).isEqualTo(1);
    }

    @Test
    void anIdentityTokenAloneIsALogin() throws IOException {
        write(".dockerconfigjson", "{\"auths\": {\"https://r.io\": {\"identitytoken\": \"token\"}}}");
        assertThat(logins("auth: {secretName: s}").forRepository("r.io/x")).hasValue(new Login("", "", "token"));
        assertThat(errors()).isEmpty();
    }

    @Test
    void readsDockersOwnConfigurationWithoutComplaint(@TempDir Path home) throws IOException {
        Path file = home.resolve("config.json");
        assertThat(Secrets.dockerConfig(file)).isEqualTo(Logins.NONE);
        Files.writeString(
                file,
                "{\"auths\": {\"r.io\": {\"auth\": \"dTpw\"}, \"[]/\": {}}, \"credsStore\": \"x\", \"HttpHeaders\": {}}");
        assertThat(Secrets.dockerConfig(file).forRepository("r.io/x")).hasValue(new Login("u", "p", ""));
        for (String bad : List.of("", "{", "[]", "{\"auths\": []}", "{\"auths\": {\"r.io\": 1}}")) {
            Files.writeString(file, bad);
            assertThat(Secrets.dockerConfig(file).isEmpty()).as(bad).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "auth: {secretName: s, useKeychain: true} | useKeychain is ignored beside secretName",
                "auth: {secretName: s, useKeychanin: true}| field useKeychanin is ignored",
                "auth: {secretName: s, username: u}       | field username is ignored",
                "auth: {useKeychain: true, username: u}   | field username is ignored"
            })
    void warnsOfWhatAuthIgnores(String auth, String what) throws IOException {
        write("secret.yaml", "username: user\npassword: pass\nregistry: registry.io\n");
        logins(auth);
        assertThat(errors()).isEmpty();
        assertThat(warnings()).containsExactly(what);
    }

    /** The file's content, and what its path is followed by in the message. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "secret.yaml       | username: [] | line 1 username: cannot unmarshal !!seq into string",
                "secret.yaml       | '{username: u, password: {}, registry: r.io}' | line 1 password: cannot unmarshal !!map into string",
                "secret.yaml       | 'password: *hunter2' | line 1 cannot be read; quote values with special characters",
                "secret.yaml       | 'password: !hunter2 x' | line 1 cannot be read; quote values with special characters",
                "secret.yaml       | 'password: a: hunter2' | line 1 cannot be read; quote values with special characters",
                "secret.yaml       | '' | cannot be read; quote values with special characters",
                "secret.yaml       | '{username: u, password: p, registry: \"[]\\\\/repo]\"}' | line 1 registry: unable to parse registry []\\/repo]: not a host name",
                ".dockerconfigjson | 'hunter2' | line 1 cannot be read; quote values with special characters",
                ".dockerconfigjson | '{\"auths\": {\"r.io\": 1}}' | line 1 auths.r.io: cannot unmarshal !!int `1` into map",
                ".dockerconfigjson | '{\"auths\": {\"r.io\": {\"auth\": \"aHVudGVyMg==\"}}}' | line 1 auths.r.io.auth: auth is not the base64 of user:password",
                ".dockerconfigjson | '{\"auths\": {\"[[]]\\\\\": {\"auth\": \"dTpw\"}}}' | line 1 auths.[[]]\\: unable to parse registry [[]]\\: not a host name",
                ".dockerconfigjson | '{\"auths\": {\"r.io/X\": {\"auth\": \"dTpw\"}}}' | line 1 auths.r.io/X: unable to parse repository r.io/X: not a repository path"
            })
    void reportsWhatTheFileGetsWrong(String file, String content, String cause) throws IOException {
        write(file, content);
        logins("auth: {secretName: s}");
        assertThat(errors())
                .anyMatch(what -> what.equals("error reading authentication file "
                        + directory.resolve("s").resolve(file) + ": " + cause));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ".dockerconfigjson | '{\"auths\": {}}' | AuthConfigs must contain at least 1 item",
                ".dockerconfigjson | '{}' | AuthConfigs must contain at least 1 item",
                "secret.yaml       | 'registry: r.io' | AuthConfigs[r.io] is a required field",
                "secret.yaml       | 'other: x' | AuthConfigs[EMPTYAUTH] is a required field"
            })
    void reportsWhatTheFileLacks(String file, String content, String what) throws IOException {
        write(file, content);
        logins("auth: {secretName: s}");
        assertThat(errors()).containsExactly(what);
    }
}
