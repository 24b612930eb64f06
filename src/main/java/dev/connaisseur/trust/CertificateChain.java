package dev.connaisseur.trust;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** Reads X.509 certificates. A certificate whose key we would not accept is not accepted either. */
public final class CertificateChain {
    /** Real ones take 1 to 4 KiB. */
    private static final int LARGEST_DER = 64 * 1024;

    private CertificateChain() {}

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
