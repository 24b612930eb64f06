package dev.connaisseur.trust;

import dev.connaisseur.trust.CertificateChain.Purpose;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.ess.ESSCertIDv2;
import org.bouncycastle.asn1.ess.SigningCertificateV2;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.tsp.GenTimeAccuracy;
import org.bouncycastle.tsp.TSPException;
import org.bouncycastle.tsp.TimeStampResponse;
import org.bouncycastle.tsp.TimeStampToken;
import org.bouncycastle.tsp.TimeStampTokenInfo;
import org.jspecify.annotations.Nullable;

/**
 * An RFC 3161 timestamp: an authority's word that some bytes existed at a time. Nothing in it is believed before {@link #verify}.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc3161">RFC 3161</a>
 */
public final class TimestampToken {
    /** Real ones, with their certificates, take up to 8 KiB. */
    private static final int LARGEST = 64 * 1024;

    private static final int MOST_CERTIFICATES = 10;

    /** Its authorities promise an accuracy of one second: RFC 3628, 5.2. */
    private static final String BASELINE_POLICY = "0.4.0.2023.1.1";

    private final TimeStampToken token;

    private TimestampToken(TimeStampToken token) {
        this.token = token;
    }

    /**
     * Reads a timestamp authority's whole response, as sigstore keeps it.
     *
     * @throws UnusableTimestampException if it is none, or one of failure
     */
    public static TimestampToken ofResponse(byte[] der) {
        checkSize(der);
        return read(() -> Optional.ofNullable(new TimeStampResponse(der).getTimeStampToken()))
                .map(TimestampToken::new)
                .orElseThrow(() -> new UnusableTimestampException("the timestamp authority's response holds no token"));
    }

    /**
     * Reads a bare token, as the Notary Project keeps it.
     *
     * @throws UnusableTimestampException if it is none
     */
    public static TimestampToken of(byte[] der) {
        checkSize(der);
        return new TimestampToken(read(() -> new TimeStampToken(new CMSSignedData(der))));
    }

    /** What the library throws at what it cannot read, at once or when it comes to it, is of many kinds. */
    private static <T> T read(Reading<T> reading) {
        try {
            return reading.read();
        } catch (TSPException
                | CMSException
                | IOException
                | IllegalArgumentException
                | IllegalStateException
                | ClassCastException
                | ArithmeticException
                | IndexOutOfBoundsException
                | NullPointerException e) {
            throw new UnusableTimestampException("the timestamp cannot be read", e);
        }
    }

    private interface Reading<T> {
        T read() throws TSPException, CMSException, IOException;
    }

    /** The time that the token claims. */
    public Instant time() {
        return token.getTimeStampInfo().getGenTime().toInstant();
    }

    /** How far the true time may lie from {@link #time} in both directions. */
    public Duration accuracy() {
        return read(this::statedAccuracy);
    }

    private Duration statedAccuracy() {
        TimeStampTokenInfo info = token.getTimeStampInfo();
        GenTimeAccuracy stated = info.getGenTimeAccuracy();
        if (stated != null) {
            return Duration.ofSeconds(stated.getSeconds())
                    .plusMillis(stated.getMillis())
                    .plusNanos(stated.getMicros() * 1000L);
        }
        return info.getPolicy().getId().equals(BASELINE_POLICY) ? Duration.ofSeconds(1) : Duration.ZERO;
    }

    /** The certificates inside the token, which prove nothing by themselves. */
    public List<X509Certificate> certificates() {
        Collection<X509CertificateHolder> holders =
                read(() -> token.getCertificates().getMatches(null));
        if (holders.size() > MOST_CERTIFICATES) {
            throw new UnusableTimestampException(
                    "the timestamp holds more than " + MOST_CERTIFICATES + " certificates");
        }
        List<X509Certificate> certificates = new ArrayList<>();
        for (X509CertificateHolder holder : holders) {
            try {
                certificates.add(CertificateChain.parseDer(holder.getEncoded()));
            } catch (IOException | UnusableCertificateException e) {
                throw new UnusableTimestampException("a certificate in the timestamp cannot be used", e);
            }
        }
        return List.copyOf(certificates);
    }

    /**
     * Verifies that a trusted authority vouched for these bytes.
     *
     * @param stamped what was stamped; its hash must be in the token
     * @param known certificates of the authority that the token may leave out, in any order
     * @param anchors the authority's trusted roots
     * @return the chain of the authority, valid at the token's time
     * @throws UnusableTimestampException if not
     */
    public CertificateChain verify(
            byte[] stamped, Collection<X509Certificate> known, Collection<X509Certificate> anchors) {
        return read(() -> verified(stamped, known, anchors));
    }

    private CertificateChain verified(
            byte[] stamped, Collection<X509Certificate> known, Collection<X509Certificate> anchors) {
        TimeStampTokenInfo info = token.getTimeStampInfo();
        Hash imprint = Hash.ofOid(info.getMessageImprintAlgOID().getId())
                .orElseThrow(() -> new UnusableTimestampException("the timestamp's hash function is not accepted"));
        if (!MessageDigest.isEqual(imprint.of(stamped), info.getMessageImprintDigest())) {
            throw new UnusableTimestampException("the timestamp is about something else");
        }
        List<X509Certificate> all = new ArrayList<>(certificates());
        known.stream().filter(certificate -> !all.contains(certificate)).forEach(all::add);
        X509Certificate signer = all.stream()
                .filter(this::isSigner)
                .findFirst()
                .orElseThrow(() -> new UnusableTimestampException("the timestamp's signer is not known"));
        if (!signedBy(signer)) {
            throw new UnusableTimestampException("the timestamp's signature is wrong");
        }
        try {
            return CertificateChain.build(signer, all, anchors, time(), Purpose.TIME_STAMPING);
        } catch (UnusableCertificateException e) {
            throw new UnusableTimestampException("the timestamp authority is not trusted: " + e.getMessage(), e);
        }
    }

    private boolean isSigner(X509Certificate certificate) {
        try {
            return token.getSID().match(new X509CertificateHolder(certificate.getEncoded()));
        } catch (IOException | CertificateEncodingException e) {
            throw new UnusableTimestampException("a certificate cannot be read", e);
        }
    }

    /** The signature is over the signed attributes, which hold the hash of the content and of the signer's certificate. */
    private boolean signedBy(X509Certificate signer) {
        try {
            SignerInformation information = token.toCMSSignedData()
                    .getSignerInfos()
                    .getSigners()
                    .iterator()
                    .next();
            Hash hash = Hash.ofOid(information.getDigestAlgOID())
                    .orElseThrow(() -> new UnusableTimestampException("the timestamp's hash function is not accepted"));
            AttributeTable signed = information.getSignedAttributes();
            byte[] attributes = information.getEncodedSignedAttributes();
            if (signed == null || attributes == null) {
                return false;
            }
            byte[] content = (byte[]) token.toCMSSignedData().getSignedContent().getContent();
            return isContentType(signed)
                    && isHash(signed, hash.of(content))
                    && names(signed, signer)
                    && algorithm(signer.getPublicKey(), hash)
                            .filter(algorithm -> SignatureCheck.verify(
                                    signer.getPublicKey(), algorithm, attributes, information.getSignature()))
                            .isPresent();
        } catch (IOException e) {
            throw new UnusableTimestampException("the timestamp cannot be read", e);
        }
    }

    private static Optional<SignatureAlgorithm> algorithm(PublicKey key, Hash hash) {
        return switch (key) {
            case ECPublicKey ec -> Optional.of(SignatureAlgorithm.ecdsa(hash, SignatureAlgorithm.Encoding.DER));
            case RSAPublicKey rsa -> Optional.of(SignatureAlgorithm.rsaPkcs1(hash));
            case EdECPublicKey ed -> Optional.of(SignatureAlgorithm.ED25519);
            default -> Optional.empty();
        };
    }

    private static boolean isContentType(AttributeTable signed) {
        return single(signed.get(CMSAttributes.contentType))
                .filter(PKCSObjectIdentifiers.id_ct_TSTInfo::equals)
                .isPresent();
    }

    private static boolean isHash(AttributeTable signed, byte[] expected) {
        return single(signed.get(CMSAttributes.messageDigest))
                .filter(value ->
                        value instanceof ASN1OctetString octets && MessageDigest.isEqual(octets.getOctets(), expected))
                .isPresent();
    }

    /** By ESSCertIDv2; the older ESSCertID, which names the certificate by SHA-1, is not enough. */
    private static boolean names(AttributeTable signed, X509Certificate signer) {
        Optional<ASN1Encodable> value = single(signed.get(PKCSObjectIdentifiers.id_aa_signingCertificateV2));
        if (value.isEmpty()) {
            return false;
        }
        try {
            ESSCertIDv2[] ids = SigningCertificateV2.getInstance(value.get()).getCerts();
            Optional<Hash> hash = ids.length == 0
                    ? Optional.empty()
                    : Hash.ofOid(ids[0].getHashAlgorithm().getAlgorithm().getId());
            return hash.isPresent()
                    && MessageDigest.isEqual(ids[0].getCertHash(), hash.get().of(signer.getEncoded()));
        } catch (IllegalArgumentException | CertificateEncodingException e) {
            return false;
        }
    }

    private static Optional<ASN1Encodable> single(@Nullable Attribute attribute) {
        return attribute == null || attribute.getAttrValues().size() != 1
                ? Optional.empty()
                : Optional.of(attribute.getAttrValues().getObjectAt(0));
    }

    private static void checkSize(byte[] der) {
        if (der.length > LARGEST) {
            throw new UnusableTimestampException("the timestamp is too large");
        }
    }
}
