package dev.connaisseur.testing;

import dev.connaisseur.testing.TestSigstore.Signer;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * An authority between the root of {@link TestSigstore} and its signers. A value, like {@link FulcioLeaf}.
 *
 * @param length how many authorities may stand below it
 * @param limits the names for which it may vouch; empty for all
 */
public record FulcioAuthority(
        Instant begin, Duration life, int length, KeyPurposeId purpose, Optional<NameConstraints> limits) {
    private static final AtomicInteger SERIALS = new AtomicInteger(1_000);

    /** Valid for a year around now, for code signing, directly above signers. */
    public static FulcioAuthority of(Instant now) {
        return new FulcioAuthority(
                now.minus(Duration.ofDays(180)),
                Duration.ofDays(365),
                0,
                KeyPurposeId.id_kp_codeSigning,
                Optional.empty());
    }

    public FulcioAuthority living(Instant from, Duration span) {
        return new FulcioAuthority(from, span, length, purpose, limits);
    }

    public FulcioAuthority above(int authorities) {
        return new FulcioAuthority(begin, life, authorities, purpose, limits);
    }

    public FulcioAuthority forPurpose(KeyPurposeId other) {
        return new FulcioAuthority(begin, life, length, other, limits);
    }

    public FulcioAuthority confinedTo(NameConstraints names) {
        return new FulcioAuthority(begin, life, length, purpose, Optional.of(names));
    }

    /** Its key, and its certificate by another authority. */
    public Signer issuedBy(Signer issuer) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair keys = generator.generateKeyPair();
            int serial = SERIALS.incrementAndGet();
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    X500Name.getInstance(
                            issuer.certificate().getSubjectX500Principal().getEncoded()),
                    BigInteger.valueOf(serial),
                    Date.from(begin),
                    Date.from(begin.plus(life)),
                    new X500Name("O=test sigstore,CN=intermediate " + serial),
                    keys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(length));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
            TestSigstore.identify(builder, keys, issuer.keys());
            if (limits.isPresent()) {
                builder.addExtension(Extension.nameConstraints, true, limits.get());
            }
            X509Certificate certificate = new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA")
                            .build(issuer.keys().getPrivate())));
            return new Signer(keys, certificate);
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Issues a signer's certificate once more with one extension added, though it may be there already: no reader of certificates
     * takes two, so this is bytes.
     *
     * @return DER
     */
    public static byte[] reissuedWith(Extension more, X509Certificate certificate, PrivateKey issuer) {
        try {
            Certificate before = Certificate.getInstance(certificate.getEncoded());
            ASN1EncodableVector fields = new ASN1EncodableVector();
            for (var field : ASN1Sequence.getInstance(before.getTBSCertificate().toASN1Primitive())) {
                fields.add(
                        field instanceof ASN1TaggedObject tagged && tagged.getTagNo() == 3
                                ? new DERTaggedObject(true, 3, with(more, tagged))
                                : field);
            }
            DERSequence signed = new DERSequence(fields);
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(issuer);
            signature.update(signed.getEncoded("DER"));
            ASN1EncodableVector whole = new ASN1EncodableVector();
            whole.add(signed);
            whole.add(before.getSignatureAlgorithm());
            whole.add(new DERBitString(signature.sign()));
            return new DERSequence(whole).getEncoded("DER");
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static DERSequence with(Extension more, ASN1TaggedObject extensions) {
        ASN1EncodableVector all = new ASN1EncodableVector();
        ASN1Sequence.getInstance(extensions, true).forEach(all::add);
        all.add(more);
        return new DERSequence(all);
    }

    /** An extension of Fulcio's, by the end of its identifier. */
    public static Extension fulcio(String arc, byte[] value) {
        return new Extension(new ASN1ObjectIdentifier("1.3.6.1.4.1.57264.1." + arc), false, value);
    }
}
