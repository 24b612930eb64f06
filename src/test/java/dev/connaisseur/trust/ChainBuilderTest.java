package dev.connaisseur.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connaisseur.testing.FulcioAuthority;
import dev.connaisseur.testing.FulcioLeaf;
import dev.connaisseur.testing.TestSigstore;
import dev.connaisseur.testing.TestSigstore.Signer;
import dev.connaisseur.trust.CertificateChain.Purpose;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.junit.jupiter.api.Test;

class ChainBuilderTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    private final TestSigstore sigstore = TestSigstore.create(NOW);
    private final Signer root = sigstore.authoritySigner();
    private final FulcioLeaf leaf = sigstore.leaf(FulcioLeaf.email("alice@acme.example"), "https://id.example");

    @Test
    void theOrderOfWhatComesAlongDoesNotMatter() {
        Signer upper = FulcioAuthority.of(NOW).above(1).issuedBy(root);
        Signer lower = FulcioAuthority.of(NOW).issuedBy(upper);
        X509Certificate signer = sigstore.issueBy(lower, leaf).certificate();
        X509Certificate stranger = TestSigstore.create(NOW).root();
        List<X509Certificate> between = new ArrayList<>(
                List.of(stranger, upper.certificate(), root.certificate(), lower.certificate(), signer));

        for (int i = 0; i < between.size(); i++) {
            Collections.rotate(between, 1);
            assertThat(build(signer, between).certificates())
                    .containsExactly(signer, lower.certificate(), upper.certificate(), root.certificate());
        }
    }

    /** Of two authorities with one name and one key, one may not vouch for the signer: the way over the other counts. */
    @Test
    void aWayThatEndsIsLeftForAnother() {
        Signer wide = FulcioAuthority.of(NOW).issuedBy(root);
        X509Certificate narrow = reissued(wide, new GeneralName(GeneralName.rfc822Name, "other.example"));
        X509Certificate signer = sigstore.issueBy(wide, leaf).certificate();

        assertThat(build(signer, List.of(narrow, wide.certificate())).certificates())
                .containsExactly(signer, wide.certificate(), root.certificate());
        assertThatThrownBy(() -> build(signer, List.of(narrow)))
                .isInstanceOf(UnusableCertificateException.class)
                .hasMessageContaining("may not vouch");
    }

    /** The platform's own search ends with an exception here. */
    @Test
    void limitsOfUserNamesAreUnderstood() {
        Signer wide = FulcioAuthority.of(NOW).issuedBy(root);
        GeneralName bob = FulcioLeaf.user("bob!acme.example");
        FulcioLeaf alice = leaf.named(FulcioLeaf.user("alice!acme.example"));

        X509Certificate other = sigstore.issueBy(wide, alice).certificate();
        assertThatThrownBy(() -> build(other, List.of(reissued(wide, bob))))
                .isInstanceOf(UnusableCertificateException.class)
                .hasMessageContaining("may not vouch");
        X509Certificate same = sigstore.issueBy(wide, leaf.named(bob)).certificate();
        assertThat(build(same, List.of(reissued(wide, bob))).certificates()).hasSize(3);
    }

    /** A stranger's certificates that all signed each other: the search ends after so many steps, not when all ways are tried. */
    @Test
    void certificatesThatLeadInCirclesEnd() {
        TestSigstore other = TestSigstore.create(NOW);
        Signer circle = other.authoritySigner();
        List<X509Certificate> between = IntStream.range(0, 20)
                .mapToObj(i -> FulcioAuthority.reissuedWith(
                        FulcioAuthority.fulcio("99", new byte[] {(byte) i}),
                        circle.certificate(),
                        circle.keys().getPrivate()))
                .map(CertificateChain::parseDer)
                .toList();

        assertThatThrownBy(() -> build(other.issue(leaf).certificate(), between))
                .isInstanceOf(UnusableCertificateException.class)
                .hasMessageContaining("too many ways");
    }

    private X509Certificate reissued(Signer authority, GeneralName only) {
        NameConstraints limits = new NameConstraints(new GeneralSubtree[] {new GeneralSubtree(only)}, null);
        try {
            return CertificateChain.parseDer(FulcioAuthority.reissuedWith(
                    new org.bouncycastle.asn1.x509.Extension(
                            org.bouncycastle.asn1.x509.Extension.nameConstraints, true, limits.getEncoded("DER")),
                    authority.certificate(),
                    root.keys().getPrivate()));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private CertificateChain build(X509Certificate signer, List<X509Certificate> between) {
        return CertificateChain.build(signer, between, List.of(root.certificate()), NOW, Purpose.CODE_SIGNING);
    }
}
