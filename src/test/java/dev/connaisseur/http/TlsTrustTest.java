package dev.connaisseur.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connaisseur.testing.TestAuthority;
import dev.connaisseur.testing.Zoo;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TlsTrustTest {
    private static final String A = TestAuthority.create("a").pem();
    private static final String B = TestAuthority.create("b").pem();

    static Stream<Arguments> bundles() {
        return Stream.of(
                Arguments.of("one", A, 1),
                Arguments.of("two", A + B, 2),
                Arguments.of("the same twice", A + A, 1),
                Arguments.of("with comments", "# root a\n" + A + "\n\nsubject=b\n" + B, 2),
                Arguments.of("with CRLF", A.replace("\n", "\r\n"), 1),
                Arguments.of("without a line end", A.strip(), 1));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bundles")
    void readsBundles(String name, String pem, int roots) {
        assertThat(TlsTrust.of(pem).roots()).hasSize(roots);
    }

    static Stream<Arguments> mistakes() {
        String body = A.lines().skip(1).limit(A.lines().count() - 2).reduce("", (x, y) -> x + y + "\n");
        return Stream.of(
                Arguments.of("nothing", "", "no certificate"),
                Arguments.of("text", "certificate", "no certificate"),
                Arguments.of("base64 only", body, "no certificate"),
                Arguments.of("a key", Zoo.key("alice"), "something else"),
                Arguments.of("a certificate and a key", A + Zoo.key("alice"), "something else"),
                Arguments.of("no end", A.replace("-----END CERTIFICATE-----", ""), "does not end"),
                Arguments.of("no begin", A.replace("-----BEGIN CERTIFICATE-----", ""), "never began"),
                Arguments.of("begin in begin", "-----BEGIN CERTIFICATE-----\n" + A, "inside another"),
                Arguments.of("bad base64", A.replace("M", "*"), "not a certificate"),
                Arguments.of(
                        "no DER", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "not a certificate"),
                Arguments.of("too much", A + "#".repeat(2 << 20), "more than"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    void refusesTheRest(String name, String pem, String why) {
        assertThatThrownBy(() -> TlsTrust.of(pem))
                .isInstanceOf(UnusableCertificateException.class)
                .hasMessageContaining(why);
    }

    @Test
    void isEqualByContent() {
        assertThat(TlsTrust.of(A + B)).isEqualTo(TlsTrust.of("x\n" + B + A)).isNotEqualTo(TlsTrust.of(A));
        assertThat(TlsTrust.system().isSystem()).isTrue();
        assertThat(TlsTrust.of(A).isSystem()).isFalse();
    }
}
