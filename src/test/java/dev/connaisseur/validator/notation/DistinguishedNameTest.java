package dev.connaisseur.validator.notation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connaisseur.testing.NotationSigner;
import dev.connaisseur.trust.CertificateChain;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DistinguishedNameTest {
    private static X509Certificate certificate(String subject) {
        return NotationSigner.create(subject).chain().getFirst();
    }

    @ParameterizedTest(name = "{0} covers {1}: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "C=US, ST=WA, O=acme | C=US,ST=WA,O=acme,CN=signer | true",
                "O=acme, C=US, S=WA | C=US,ST=WA,O=acme | true",
                "C=US, ST=WA, O=acme, CN=signer | C=US,ST=WA,O=acme,CN=signer | true",
                "C=US, ST=WA, O=acme\\, inc | C=US,ST=WA,O=acme\\, inc | true",
                "C=US, ST=WA, O=acme, CN=signer | C=US,ST=WA,O=acme | false",
                "C=US, ST=WA, O=acme | C=US,ST=WA,O=Acme | false",
                "C=US, ST=WA, O=acme | C=US,ST=WA,O=acme\\, OU=x | false",
                "C=US, ST=WA, O=acme | C=US,ST=WA,O=evil,O=acme | false",
                "C=US, ST=WA, O=acme | C=US,ST=WA,O=evil\\,O=acme | false",
                "C=US, ST=WA, O=acme | C=US+ST=WA,O=acme | false",
                "C=US, ST=WA, O=\u00e9a | C=US,ST=WA,O=e\u0301a | false",
            })
    void matchesAsASet(String trusted, String subject, boolean expected) {
        TrustedIdentity identity = TrustedIdentity.parse("x509.subject: " + trusted);

        assertThat(identity.matches(certificate(subject))).isEqualTo(expected);
    }

    @Test
    void aSubjectThatCannotBeReadIsNobody() throws CertificateEncodingException {
        TrustedIdentity identity = TrustedIdentity.parse("x509.subject: C=US, ST=WA, O=acme");
        byte[] der = certificate("C=US,ST=WA,O=acme,CN=\u00e9\u00e9").getEncoded();
        assertThat(identity.matches(CertificateChain.parseDer(der))).isTrue();

        int name = new String(der, StandardCharsets.ISO_8859_1).indexOf("\u00c3\u00a9\u00c3\u00a9");
        der[name + 1] = (byte) 0xff; // no longer UTF-8
        assertThat(identity.matches(CertificateChain.parseDer(der))).isFalse();
    }

    @ParameterizedTest(name = "{index} {0}")
    @ValueSource(
            strings = {
                "x509.subject: C=US, ST=WA",
                "x509.subject: C=US, O=acme",
                "x509.subject: ST=WA, O=acme",
                "x509.subject:",
                "x509.subject: C=US, ST=WA, O=acme,",
                "x509.subject: C=US, ST=WA, O=acme, O=evil",
                "x509.subject: C=US, ST=WA, S=WB, O=acme",
                "x509.subject: C=US, ST=WA, O=#0c0461636d65",
                "x509.subject: C=US+ST=WA, O=acme",
                "x509.subject: C=US, ST=WA, O=ac\\me",
                "x509.subject: C=US, ST=WA, O=",
                "x509.subject: C=US; ST=WA; O=acme",
                "x509.subject: C=US, ST=WA, O=acme, FOO=bar",
                "acme",
                "",
            })
    void refuses(String text) {
        assertThatThrownBy(() -> TrustedIdentity.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesWhatIsTooLong() {
        String text = "x509.subject: C=US, ST=WA, O=" + "a".repeat(1 << 20);

        assertThatThrownBy(() -> TrustedIdentity.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
