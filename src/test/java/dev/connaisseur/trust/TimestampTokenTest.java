package dev.connaisseur.trust;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connaisseur.testing.NotationSigner;
import dev.connaisseur.testing.NotationSigner.Certificate;
import dev.connaisseur.testing.NotationSigner.Part;
import dev.connaisseur.testing.TestTimestamps;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Test;

/** A token is a stranger's bytes: whatever is wrong with them is said in one way, so that other signatures still count. */
class TimestampTokenTest {
    private static final Instant AT = NotationSigner.NOW.minusSeconds(60);
    private static final byte[] STAMPED = "signature".getBytes(UTF_8);
    private static final NotationSigner AUTHORITY = NotationSigner.of(
            Certificate.root("CN=tsa root"),
            Certificate.of(
                    "CN=tsa",
                    Part.keyUsage(true, KeyUsage.digitalSignature),
                    Part.of(Extension.extendedKeyUsage, true, new ExtendedKeyUsage(KeyPurposeId.id_kp_timeStamping))));
    private static final List<X509Certificate> ROOTS = List.of(AUTHORITY.chain().getLast());
    private static final byte[] TOKEN = TestTimestamps.token(AUTHORITY, STAMPED, AT);

    private static void verify(byte[] token) {
        TimestampToken read = TimestampToken.of(token);
        read.verify(STAMPED, List.of(), ROOTS);
        assertThat(read.accuracy()).isNotNull();
    }

    @Test
    void somethingElseAmongItsCertificatesMakesItUnusable() {
        verify(TOKEN);
        assertThatThrownBy(() -> verify(TestTimestamps.spoiled(TOKEN))).isInstanceOf(UnusableTimestampException.class);
    }

    @Test
    void everyByteCanBeWrongWithoutMoreThanThat() {
        for (int at = 0; at < TOKEN.length; at++) {
            byte[] wrong = TOKEN.clone();
            wrong[at] = (byte) (wrong[at] == 2 ? 5 : 2); // a number or a null where something else was
            try {
                verify(wrong);
            } catch (UnusableTimestampException expected) {
                assertThat(expected).hasMessageContaining("timestamp");
            }
        }
    }
}
