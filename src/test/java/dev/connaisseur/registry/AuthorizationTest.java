package dev.connaisseur.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.connaisseur.config.Login;
import dev.connaisseur.config.Logins;
import dev.connaisseur.config.PulledLogins;
import dev.connaisseur.config.Secrets;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.http.LookupException;
import dev.connaisseur.http.LookupException.Kind;
import dev.connaisseur.http.TlsTrust;
import dev.connaisseur.registry.keychain.Keychains;
import dev.connaisseur.testing.Access;
import dev.connaisseur.testing.Answer;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.EmbeddedRegistry.Options;
import dev.connaisseur.testing.Fault;
import dev.connaisseur.testing.Loopback;
import dev.connaisseur.testing.RegistryAuth;
import dev.connaisseur.testing.TestAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizationTest {
    private static final Login RIGHT = Sessions.login("user", "secret");
    private static final Login WRONG = Sessions.login("user", "wrong");
    private static final byte[] IMAGE = """
            {"schemaVersion":2,"config":{"mediaType":"x/y","digest":"sha256:%s","size":1},"layers":[]}""".formatted("a".repeat(64)).getBytes(UTF_8);

    private final Sessions sessions = new Sessions();

    @AfterEach
    void close() {
        sessions.close();
    }

    // ---- basic ----

    @Test
    void basicIsSentWhenAskedFor() {
        try (EmbeddedRegistry registry = registry(RegistryAuth.basic("user", "secret"))) {
            resolve(registry, RIGHT);
            assertThat(log(registry)).containsExactly("GET manifests/v1 401", "GET manifests/v1 200 authorized");
            registry.clearLog();
            resolve(registry, RIGHT);
            assertThat(log(registry)).containsExactly("GET manifests/v1 200 authorized");
        }
    }

    @Test
    void wrongOrNoCredentialsAreAClearDenial() {
        try (EmbeddedRegistry registry = registry(RegistryAuth.basic("user", "secret"))) {
            LookupException wrong = failure(registry, Map.of(registry.host(), WRONG));
            assertThat(wrong.kind()).isEqualTo(Kind.UNAUTHORIZED);
            assertThat(wrong).hasMessageNotContaining("wrong").hasMessageNotContaining("user");
            assertThat(log(registry)).containsExactly("GET manifests/v1 401", "GET manifests/v1 401 authorized");
            LookupException none = failure(registry, Map.of());
            assertThat(none.kind()).isEqualTo(Kind.UNAUTHORIZED);
            assertThat(none).hasMessage(registry.host() + " asks for credentials, and none are configured");
        }
    }

    @Test
    void aLoginIsForItsPathOnly() {
        try (EmbeddedRegistry registry = registry(RegistryAuth.basic("user", "secret"))) {
            registry.putManifest("team-x/app", "v1", MediaTypes.OCI_MANIFEST, IMAGE);
            registry.putManifest("team/app", "v1", MediaTypes.OCI_MANIFEST, IMAGE);
            Map<String, Login> logins = Map.of(registry.host() + "/team", RIGHT);
            assertThat(sessions.of(registry, "team/app:v1", logins).resolve().size())
                    .isEqualTo(IMAGE.length);
            assertThat(catchThrowableOfType(
                                    LookupException.class,
                                    () -> sessions.of(registry, "team-x/app:v1", logins)
                                            .resolve())
                            .kind())
                    .isEqualTo(Kind.UNAUTHORIZED);
            assertThat(registry.log())
                    .filteredOn(access -> access.path().contains("team-x"))
                    .noneMatch(Access::authorized);
        }
    }

    // ---- pull secrets ----

    @Test
    void pullSecretsGoFirstAndWhereNoneFitsTheValidatorsOwnLoginDoes() {
        try (EmbeddedRegistry registry = registry(RegistryAuth.bearer("user", "secret"))) {
            PulledLogins right = pulled(Map.of(registry.host(), RIGHT));
            assertThat(sessions.pulling(registry, "a/b:v1", Map.of(registry.host(), WRONG), true, right)
                            .resolve()
                            .size())
                    .isEqualTo(IMAGE.length);
            PulledLogins elsewhere = pulled(Map.of("elsewhere.example", WRONG));
            assertThat(sessions.pulling(registry, "a/b:v1", Map.of(registry.host(), RIGHT), true, elsewhere)
                            .resolve()
                            .size())
                    .isEqualTo(IMAGE.length);
        }
    }

    @Test
    void pullSecretsAreForTheirHostsAndForValidatorsThatWantThem() {
        try (EmbeddedRegistry registry = registry(RegistryAuth.basic("user", "secret"))) {
            PulledLogins right = pulled(Map.of(registry.host(), RIGHT));
            for (RepositorySession session : List.of(
                    sessions.pulling(registry, "a/b:v1", Map.of(), false, right),
                    sessions.pulling(registry, "a/b:v1", Map.of(), true, pulled(Map.of("localhost.evil:1", RIGHT))),
                    sessions.pulling(
                            registry, "a/b:v1", Map.of(), true, pulled(Map.of(registry.host() + "/x", RIGHT))))) {
                LookupException refused = catchThrowableOfType(LookupException.class, session::resolve);
                assertThat(refused.kind()).isEqualTo(Kind.UNAUTHORIZED);
            }
            assertThat(registry.log()).noneMatch(Access::authorized);
            assertThat(sessions.pulling(registry, "a/b:v1", Map.of(), true, right)
                            .resolve()
                            .size())
                    .isEqualTo(IMAGE.length);
        }
    }

    @Test
    void pullSecretsThatCouldNotBeReadAreNamed() {
        try (EmbeddedRegistry registry = registry(RegistryAuth.bearer("user", "secret"))) {
            PulledLogins none = new PulledLogins(Logins.NONE, Optional.of("the pull secrets could not be read"));
            assertThat(catchThrowableOfType(
                            LookupException.class,
                            () -> sessions.pulling(registry, "a/b:v1", Map.of(), true, none)
                                    .resolve()))
                    .hasMessageEndingWith("the pull secrets could not be read");
        }
    }

    private static PulledLogins pulled(Map<String, Login> logins) {
        return new PulledLogins(new Logins(logins), Optional.empty());
    }

    // ---- tokens ----

    @Test
    void aTokenIsFetchedOncePerRepository() {
        try (EmbeddedRegistry registry = registry(RegistryAuth.bearer("user", "secret"))) {
            registry.putManifest("c/d", "v1", MediaTypes.OCI_MANIFEST, IMAGE);
            resolve(registry, RIGHT);
            assertThat(log(registry))
                    .containsExactly(
                            "GET manifests/v1 401",
                            "GET token?service=test-service&scope=repository%3Aa%2Fb%3Apull 200 authorized",
                            "GET manifests/v1 200 authorized");
            registry.clearLog();
            resolve(registry, RIGHT);
            assertThat(log(registry)).containsExactly("GET manifests/v1 200 authorized");

            registry.clearLog();
            sessions.of(registry, "c/d:v1", Map.of(registry.host(), RIGHT)).resolve();
            assertThat(registry.log()).filteredOn(Access::token).hasSize(1); // never the token of another repository
        }
    }

    @Test
    void everybodyGetsATokenWhereTheServerGivesIt() {
        try (EmbeddedRegistry registry = registry(RegistryAuth.anonymousBearer())) {
            sessions.of(registry, "a/b:v1").resolve();
            assertThat(registry.log()).filteredOn(Access::token).noneMatch(Access::authorized);
            registry.clearLog();
            resolve(registry, RIGHT); // not the anonymous token
            assertThat(registry.log()).filteredOn(Access::token).hasSize(1).allMatch(Access::authorized);
        }
    }

    @Test
    void anExpiredTokenIsRefreshedOnce() {
        RegistryAuth auth = RegistryAuth.bearer("user", "secret");
        try (EmbeddedRegistry registry = registry(auth)) {
            resolve(registry, RIGHT);
            auth.expireTokens();
            registry.clearLog();
            resolve(registry, RIGHT);
            assertThat(registry.log()).extracting(Access::status).containsExactly(401, 200, 200);

            // The token runs out between two requests of one session.
            RepositorySession session = sessions.of(registry, "a/b:v1", Map.of(registry.host(), RIGHT));
            session.resolve();
            auth.expireTokens();
            assertThat(session.manifestByTag("v2")).isEmpty();
        }
    }

    @Test
    void aRegistryThatNeverAcceptsEndsTheLoop() {
        try (EmbeddedRegistry registry = registry(RegistryAuth.none())) {
            registry.onManifest(
                    "a/b",
                    "v1",
                    Fault.status(401, "WWW-Authenticate", "Bearer realm=\"" + registry.base() + "/token\""));
            for (int round = 0; round < 3; round++) {
                registry.clearLog();
                assertThat(failure(registry, Map.of(registry.host(), RIGHT)).kind())
                        .isEqualTo(Kind.UNAUTHORIZED);
                assertThat(registry.log()).filteredOn(Access::token).hasSizeLessThanOrEqualTo(3);
                assertThat(registry.log()).hasSizeLessThanOrEqualTo(4);
            }
        }
    }

    @Test
    void aTokenServerThatIsDownIsAskedAFewTimesOnly() {
        try (EmbeddedRegistry registry = registry(RegistryAuth.bearer("user", "secret"))) {
            registry.on("/token", Fault.status(503));
            RepositorySession session = sessions.of(registry, "a/b:v1", Map.of(registry.host(), RIGHT));
            for (int round = 0; round < 5; round++) {
                String tag = "t" + round;
                assertThat(catchThrowableOfType(LookupException.class, () -> session.manifestByTag(tag)))
                        .isNotNull();
            }
            assertThat(registry.log()).filteredOn(Access::token).hasSize(3);
        }
    }

    @Test
    void anIdentityTokenIsExchangedByPost() {
        try (EmbeddedRegistry registry = registry(RegistryAuth.anonymousBearer())) {
            sessions.of(registry, "a/b:v1", Map.of(registry.host(), new Login("", "", "refresh")))
                    .resolve();
            assertThat(registry.log())
                    .filteredOn(Access::token)
                    .extracting(Access::method)
                    .containsExactly("POST");
        }
    }

    // ---- keychain ----

    /** Google's metadata server gives a login for Google's registries, and this registry is none of them. */
    @Test
    void theKeychainIsForItsOwnRegistriesOnly() {
        try (EmbeddedRegistry registry = registry(RegistryAuth.basic("oauth2accesstoken", "ya29"));
                EmbeddedRegistry metadata = EmbeddedRegistry.open();
                HttpTransport transport = Loopback.transport()) {
            Keychains keychains = new Keychains(Map.of("GCE_METADATA_HOST", metadata.host()), InstantSource.system());
            RegistryClients clients =
                    new RegistryClients(transport, new Lookups(), new Secrets(Path.of("none")), keychains);
            LookupException failure = catchThrowableOfType(
                    LookupException.class,
                    () -> clients.client(TlsTrust.system(), new Logins(Map.of(), true, false))
                            .session(Sessions.reference(registry, "a/b:v1"), Deadline.after(Duration.ofSeconds(5)))
                            .resolve());
            assertThat(failure.kind()).isEqualTo(Kind.UNAUTHORIZED);
            assertThat(registry.log()).noneMatch(Access::authorized);
            assertThat(metadata.log()).isEmpty();
        }
    }

    /** Docker's configuration of the process is the first of the keychain's sources, for any registry. */
    @Test
    void theKeychainIsAskedWhenTheRegistryAsks(@TempDir Path home) throws IOException {
        try (EmbeddedRegistry registry = registry(RegistryAuth.bearer("user", "secret"));
                HttpTransport transport = Loopback.transport()) {
            Files.writeString(
                    home.resolve("config.json"),
                    "{\"auths\":{\"" + registry.host() + "\":{\"username\":\"user\",\"password\":\"secret\"}}}");
            Keychains keychains = new Keychains(Map.of("DOCKER_CONFIG", home.toString()), InstantSource.system());
            RegistryClients clients =
                    new RegistryClients(transport, new Lookups(), new Secrets(Path.of("none")), keychains);
            for (Logins logins : List.of(new Logins(Map.of(), true, false), Logins.NONE)) {
                Runnable resolve = () -> clients.client(TlsTrust.system(), logins)
                        .session(Sessions.reference(registry, "a/b:v1"), Deadline.after(Duration.ofSeconds(5)))
                        .resolve();
                if (logins.keychain()) {
                    resolve.run();
                } else { // the token of the keychain is for those who use it
                    assertThat(catchThrowableOfType(LookupException.class, resolve::run)
                                    .kind())
                            .isEqualTo(Kind.UNAUTHORIZED);
                }
            }
        }
    }

    // ---- foreign realms ----

    @Test
    void aForeignRealmGetsNoLogin() {
        try (EmbeddedRegistry registry = registry(RegistryAuth.none());
                EmbeddedRegistry attacker = EmbeddedRegistry.open()) {
            sendTokensTo(registry, attacker.base() + "/token");
            assertThat(failure(registry, Map.of(registry.host(), RIGHT)))
                    .hasMessageContaining("the credentials were not sent to its token server " + attacker.host()
                            + ", which auth does not list");
            assertThat(attacker.log()).isNotEmpty().noneMatch(Access::authorized);
            assertThat(failure(registry, Map.of())).message().doesNotContain("credentials were");

            // Its twin: the operator lists the host.
            attacker.clearLog();
            assertThat(failure(registry, Map.of(registry.host(), RIGHT, attacker.host(), WRONG)))
                    .message()
                    .doesNotContain("credentials were");
            assertThat(attacker.log()).isNotEmpty().allMatch(Access::authorized);
        }
    }

    @Test
    void aForeignRealmGetsNoIdentityTokenEither() {
        try (EmbeddedRegistry registry = registry(RegistryAuth.none());
                EmbeddedRegistry attacker = EmbeddedRegistry.open()) {
            sendTokensTo(registry, attacker.base() + "/token");
            failure(registry, Map.of(registry.host(), new Login("", "", "refresh")));
            assertThat(attacker.log()).extracting(Access::method).containsOnly("GET");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://registry.example/token",
                "http://169.254.169.254/latest",
                "http://10.0.0.1/token",
                "file:///etc/passwd",
                "gopher://localhost:6379/x",
                "ftp://localhost/token",
                "https://user@registry.example/token",
                "https:///token",
                "//registry.example/token",
                "token",
                "",
                "https://registry.example/token#x",
                "https://registry.example/a b"
            })
    void aRealmIsHttpsOrNothing(String realm) {
        try (EmbeddedRegistry registry = registry(RegistryAuth.none())) {
            sendTokensTo(registry, realm);
            assertThat(failure(registry, Map.of(registry.host(), RIGHT)).kind()).isIn(Kind.FORBIDDEN);
            assertThat(registry.log()).hasSize(1);
        }
    }

    @Test
    void anHttpsRegistryMayNotSendUsToPlainHttp() {
        TestAuthority authority = TestAuthority.create("ours");
        try (EmbeddedRegistry registry = EmbeddedRegistry.open(Options.PLAIN.withTls(authority.server()));
                EmbeddedRegistry plain = EmbeddedRegistry.open()) {
            registry.putManifest("a/b", "v1", MediaTypes.OCI_MANIFEST, IMAGE);
            TlsTrust trust = TlsTrust.of(authority.pem());
            assertThat(sessions.of(registry, "a/b:v1", Map.of(), trust)
                            .resolve()
                            .size())
                    .isEqualTo(IMAGE.length);
            sendTokensTo(registry, plain.base() + "/token");
            assertThat(catchThrowableOfType(
                                    LookupException.class,
                                    () -> sessions.of(registry, "a/b:v1", Map.of(registry.host(), RIGHT), trust)
                                            .resolve())
                            .kind())
                    .isEqualTo(Kind.FORBIDDEN);
            assertThat(plain.log()).isEmpty();
        }
    }

    // ---- hostile parameters and answers ----

    @Test
    void parametersAreEncodedOrIgnored() {
        try (EmbeddedRegistry registry = registry(RegistryAuth.none())) {
            registry.onManifest(
                    "a/b",
                    "v1",
                    Fault.status(
                            401,
                            "WWW-Authenticate",
                            "Bearer realm=\"" + registry.base() + "/token?x=1\",service=\"a&scope=evil\",scope=\""
                                    + "s".repeat(3000) + "\""));
            failure(registry, Map.of());
            assertThat(log(registry))
                    .contains("GET token?x=1&service=a%26scope%3Devil&scope=repository%3Aa%2Fb%3Apull 200");
        }
    }

    static Stream<Arguments> tokenAnswers() {
        return Stream.of(
                Arguments.of("{\"token\":\"good\"}", null),
                Arguments.of("{\"access_token\":\"good\"}", null),
                Arguments.of("{\"token\":\"good\",\"expires_in\":-5}", null),
                Arguments.of("{\"token\":\"good\",\"expires_in\":\"x\"}", null),
                Arguments.of("{\"token\":\"good\",\"expires_in\":99999999999999999999}", null),
                Arguments.of("{\"token\":1}", Kind.MALFORMED),
                Arguments.of("{\"token\":\"\"}", Kind.MALFORMED),
                Arguments.of("{\"token\":\"a\\r\\nX: y\"}", Kind.MALFORMED),
                Arguments.of("{\"token\":\"a b\"}", Kind.MALFORMED),
                Arguments.of("{\"token\":\"ä\"}", Kind.MALFORMED),
                Arguments.of("{\"token\":\"" + "x".repeat(20_000) + "\"}", Kind.MALFORMED),
                Arguments.of("{\"token\":\"" + "x".repeat(100_000) + "\"}", Kind.TOO_LARGE),
                Arguments.of("{}", Kind.MALFORMED),
                Arguments.of("<html>", Kind.MALFORMED));
    }

    @ParameterizedTest
    @MethodSource("tokenAnswers")
    void tokensAreTakenWithCare(String answer, Kind expected) {
        try (EmbeddedRegistry registry = registry(RegistryAuth.none())) {
            registry.onManifest(
                    "a/b",
                    "v1",
                    Fault.first(
                            1,
                            Fault.status(401, "WWW-Authenticate", "Bearer realm=\"" + registry.base() + "/token\"")));
            registry.on("/token", Fault.instead(Answer.of(200, answer)));
            if (expected == null) {
                sessions.of(registry, "a/b:v1").resolve();
                assertThat(registry.log().getLast().authorized()).isTrue();
            } else {
                assertThat(failure(registry, Map.of()).kind()).isEqualTo(expected);
            }
        }
    }

    // ---- helpers ----

    private static EmbeddedRegistry registry(RegistryAuth auth) {
        EmbeddedRegistry registry = EmbeddedRegistry.open(Options.PLAIN.withAuth(auth));
        registry.putManifest("a/b", "v1", MediaTypes.OCI_MANIFEST, IMAGE);
        return registry;
    }

    private static void sendTokensTo(EmbeddedRegistry registry, String realm) {
        registry.onManifest(
                "a/b", "v1", Fault.status(401, "WWW-Authenticate", "Bearer realm=\"" + realm + "\",service=\"s\""));
    }

    private void resolve(EmbeddedRegistry registry, Login login) {
        sessions.of(registry, "a/b:v1", Map.of(registry.host(), login)).resolve();
    }

    private LookupException failure(EmbeddedRegistry registry, Map<String, Login> logins) {
        return catchThrowableOfType(
                LookupException.class,
                () -> sessions.of(registry, "a/b:v1", logins).resolve());
    }

    private static List<String> log(EmbeddedRegistry registry) {
        return registry.log().stream()
                .map(access -> access.toString().replace("/v2/a/b/", "").replace(" /", " "))
                .toList();
    }
}
