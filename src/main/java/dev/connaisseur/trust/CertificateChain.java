package dev.connaisseur.trust;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Certificates that vouch for each other, from the signer's up to one that is trusted by itself. Reads X.509 certificates too; one
 * whose key we would not accept is not accepted either.
 *
 * @param certificates the leaf first, the trust anchor last; at least two
 */
public record CertificateChain(List<X509Certificate> certificates) {
    /** Real ones take 1 to 4 KiB. */
    private static final int LARGEST_DER = 64 * 1024;

    /** Real ones have 0 to 2. */
    private static final int MOST_BETWEEN = 5;

    public CertificateChain {
        certificates = List.copyOf(certificates);
        if (certificates.size() < 2) {
            throw new IllegalArgumentException("a chain has a leaf and an anchor");
        }
    }

    /**
     * Finds a chain from a leaf to an anchor that is valid as a whole at one time, for one purpose. Revocation is not looked at.
     *
     * @param intermediates may hold anything, in any order; a root among them never anchors
     * @param anchors trusted by themselves, but held to their own validity, constraints and key usage
     * @throws UnusableCertificateException if there is none
     * @see <a href="https://www.rfc-editor.org/rfc/rfc5280#section-6">RFC 5280, 6</a>
     */
    public static CertificateChain build(
            X509Certificate leaf,
            Collection<X509Certificate> intermediates,
            Collection<X509Certificate> anchors,
            Instant at,
            Purpose purpose) {
        return build(leaf, intermediates, anchors, at, purpose, MOST_BETWEEN);
    }

    /**
     * The same with a limit of one's own.
     *
     * @param between how many authorities may stand between leaf and anchor; what one issues to itself does not count
     */
    public static CertificateChain build(
            X509Certificate leaf,
            Collection<X509Certificate> intermediates,
            Collection<X509Certificate> anchors,
            Instant at,
            Purpose purpose,
            int between) {
        return new ChainBuilder(intermediates, anchors, at, purpose, between).build(leaf);
    }

    public X509Certificate leaf() {
        return certificates.getFirst();
    }

    /** The certificate whose key signed the leaf. */
    public X509Certificate issuer() {
        return certificates.get(1);
    }

    /**
     * What a leaf may be used for.
     *
     * @param oid its extended key usage, in dots
     * @param alone whether that must be the only one, and critical
     * @param fulcio whether the chain must have what Fulcio's certificates have; one's own authority's may lack it
     */
    public record Purpose(String name, String oid, boolean alone, boolean fulcio) {
        public static final Purpose CODE_SIGNING = new Purpose("code signing", "1.3.6.1.5.5.7.3.3", false, false);

        /** For signatures without keys. */
        public static final Purpose KEYLESS = new Purpose("code signing", "1.3.6.1.5.5.7.3.3", false, true);

        /** What RFC 3161 demands of the certificates of its authorities, in section 2.3. */
        public static final Purpose TIME_STAMPING = new Purpose("time stamping", "1.3.6.1.5.5.7.3.8", true, false);
    }

    /**
     * Reads PEM text that holds certificates and nothing else, at least one.
     *
     * @throws UnusableCertificateException with a sentence without the text itself
     */
    public static List<X509Certificate> parsePem(String pem) {
        List<PemBlock> blocks;
        try {
            blocks = PemBlock.all(pem);
        } catch (UnusableKeyException e) {
            throw new UnusableCertificateException(String.valueOf(e.getMessage()), e);
        }
        List<X509Certificate> certificates = new ArrayList<>();
        for (PemBlock block : blocks) {
            if (!block.label().equals("CERTIFICATE")) {
                throw new UnusableCertificateException(
                        "the PEM block is a " + block.label() + " where a CERTIFICATE is needed");
            }
            certificates.add(parseDer(block.der()));
        }
        return List.copyOf(certificates);
    }

    /**
     * Reads one DER-encoded certificate and nothing after it.
     *
     * @throws UnusableCertificateException if it is none, or its key is one that {@link PublicKeys} refuses
     */
    public static X509Certificate parseDer(byte[] der) {
        if (der.length > LARGEST_DER) {
            throw new UnusableCertificateException("the certificate is too large");
        }
        try {
            DerReader whole = new DerReader(der);
            checkKey(whole.sequence());
            whole.end();
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
        } catch (MalformedDerException | CertificateException e) {
            throw new UnusableCertificateException("the certificate cannot be read: " + e.getMessage(), e);
        } catch (UnusableKeyException e) {
            throw new UnusableCertificateException("the certificate is not accepted: " + e.getMessage(), e);
        }
    }

    /** Looks at the key's bytes first: a huge key or field must not reach a provider's arithmetic. */
    private static void checkKey(DerReader certificate) {
        DerReader signed = certificate.sequence();
        if (signed.peek() == DerReader.EXPLICIT_0) {
            signed.content(DerReader.EXPLICIT_0);
        }
        signed.integer();
        signed.sequence();
        signed.sequence();
        signed.sequence();
        signed.sequence();
        PublicKeys.parseSpki(signed.encoding());
    }
}
