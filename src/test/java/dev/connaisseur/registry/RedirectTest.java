package dev.connaisseur.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.connaisseur.config.Login;
import dev.connaisseur.http.LookupException;
import dev.connaisseur.http.LookupException.Kind;
import dev.connaisseur.http.TlsTrust;
import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.Access;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.EmbeddedRegistry.Options;
import dev.connaisseur.testing.Fault;
import dev.connaisseur.testing.RegistryAuth;
import dev.connaisseur.testing.TestAuthority;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectTest {
    private static final byte[] CONTENT = "payload".getBytes(UTF_8);
    private static final Digest DIGEST = Digest.of(CONTENT);
    private static final Descriptor BLOB = Descriptor.of("text/plain", DIGEST, CONTENT.length);
    private static final Login LOGIN = Sessions.login("user", "secret");

    private final Sessions sessions = new Sessions();
    private final EmbeddedRegistry registry =
            EmbeddedRegistry.open(Options.PLAIN.withAuth(RegistryAuth.basic("user", "secret")));
    private final EmbeddedRegistry storage = EmbeddedRegistry.open();

    RedirectTest() {
        registry.putBlob(CONTENT);
        storage.putBlob(CONTENT);
    }

    @AfterEach
    void close() {
        sessions.close();
        registry.close();
        storage.close();
    }

    @Test
    void aBlobMayLieElsewhereAndIsFetchedThereBare() {
        redirect(storage.base() + "/v2/x/blobs/" + DIGEST);
        assertThat(blob()).isEqualTo(CONTENT);
        assertThat(registry.log()).last().matches(Access::authorized);
        assertThat(storage.log()).singleElement().matches(access -> !access.authorized());
    }

    @Test
    void elsewhereCannotChangeTheBytes() {
        redirect(storage.base() + "/v2/x/blobs/" + DIGEST);
        storage.onContent(DIGEST, Fault.flippedBit(0));
        assertThat(failure().kind()).isEqualTo(Kind.MALFORMED);
    }

    @Test
    void theRegistryMaySendUsAroundItself() {
        registry.on("/moved", Fault.redirect("/v2/c/d/blobs/" + DIGEST));
        redirect("/moved");
        assertThat(blob()).isEqualTo(CONTENT);
        assertThat(registry.log().subList(1, 4)).allMatch(Access::authorized);
    }

    @Test
    void comingBackFromElsewhereIsTheRegistryAgain() {
        redirect(storage.base() + "/back");
        storage.on("/back", Fault.redirect(registry.base() + "/v2/c/d/blobs/" + DIGEST));
        assertThat(blob()).isEqualTo(CONTENT);
        assertThat(storage.log()).noneMatch(Access::authorized);
    }

    @Test
    void aLoopStops() {
        redirect(storage.base() + "/round");
        storage.on("/round", Fault.redirect("/round"));
        assertThat(failure().kind()).isEqualTo(Kind.TOO_LARGE);
        assertThat(storage.log()).hasSize(5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://registry.example/x",
                "http://169.254.169.254/latest/meta-data",
                "http://10.0.0.1/",
                "http://[::ffff:10.0.0.1]/",
                "file:///etc/passwd",
                "gopher://localhost:70/x",
                "ftp://localhost/x",
                "https://user:password@localhost/x",
                "https://",
                "",
                "http:// /",
                "javascript:alert(1)"
            })
    void onlyHttpsIsFollowed(String location) {
        redirect(location);
        assertThat(failure().kind()).isIn(Kind.FORBIDDEN, Kind.MALFORMED);
        assertThat(storage.log()).isEmpty();
    }

    @Test
    void anHttpsRegistryMayNotSendUsToPlainHttp() {
        TestAuthority authority = TestAuthority.create("ours");
        TlsTrust trust = TlsTrust.of(authority.pem());
        try (EmbeddedRegistry secure = EmbeddedRegistry.open(Options.PLAIN.withTls(authority.server()))) {
            secure.putBlob(CONTENT);
            assertThat(sessions.of(secure, "a/b:v1", Map.of(), trust).blob(BLOB, 10))
                    .isEqualTo(CONTENT);
            secure.onBlob("a/b", DIGEST, Fault.redirect(storage.base() + "/v2/x/blobs/" + DIGEST));
            assertThat(catchThrowableOfType(
                                    LookupException.class,
                                    () -> sessions.of(secure, "a/b:v1", Map.of(), trust)
                                            .blob(BLOB, 10))
                            .kind())
                    .isEqualTo(Kind.FORBIDDEN);
            assertThat(storage.log()).isEmpty();
        }
    }

    /** The certificate of a validator is for its registry only: elsewhere the system's roots count. */
    @Test
    void elsewhereIsNotBelievedByThePrivateRoot() {
        TestAuthority authority = TestAuthority.create("ours");
        TlsTrust trust = TlsTrust.of(authority.pem());
        try (EmbeddedRegistry secure = EmbeddedRegistry.open(Options.PLAIN.withTls(authority.server()));
                EmbeddedRegistry other = EmbeddedRegistry.open(Options.PLAIN.withTls(authority.server()))) {
            other.putBlob(CONTENT);
            secure.onBlob("a/b", DIGEST, Fault.redirect(other.base() + "/v2/x/blobs/" + DIGEST));
            assertThat(catchThrowableOfType(
                                    LookupException.class,
                                    () -> sessions.of(secure, "a/b:v1", Map.of(), trust)
                                            .blob(BLOB, 10))
                            .kind())
                    .isEqualTo(Kind.UNTRUSTED_TLS);
            assertThat(other.log()).isEmpty();
        }
    }

    private void redirect(String location) {
        registry.onBlob("a/b", DIGEST, Fault.redirect(location));
    }

    private byte[] blob() {
        return sessions.of(registry, "a/b:v1", Map.of(registry.host(), LOGIN)).blob(BLOB, 100);
    }

    private LookupException failure() {
        return catchThrowableOfType(LookupException.class, this::blob);
    }
}
