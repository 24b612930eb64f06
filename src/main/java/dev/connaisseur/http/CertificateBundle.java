package dev.connaisseur.http;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Reads PEM certificates. Text between the blocks is a comment, as in every system's bundle; a block of another kind or one that
 * does not close is a mistake and not skipped.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7468">RFC 7468</a>
 */
public final class CertificateBundle {
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final int MAX_LENGTH = 2 << 20;
    private static final int MAX_CERTIFICATES = 1000;

    private CertificateBundle() {}

    /**
     * All certificates of a text, at least one.
     *
     * @throws UnusableCertificateException if there is none, or one that cannot be read
     */
    public static List<X509Certificate> parse(String pem) {
        if (pem.length() > MAX_LENGTH) {
            throw new UnusableCertificateException("the PEM text has more than " + MAX_LENGTH + " characters");
        }
        List<X509Certificate> certificates = new ArrayList<>();
        StringBuilder block = null;
        for (String line : pem.lines().map(String::strip).toList()) {
            if (line.startsWith(BEGIN)) {
                require(block == null, "a PEM block begins inside another");
                require(line.equals(BEGIN + "CERTIFICATE-----"), "the PEM text holds something else than certificates");
                block = new StringBuilder();
            } else if (line.startsWith(END)) {
                require(block != null && line.equals(END + "CERTIFICATE-----"), "a PEM block ends that never began");
                certificates.add(certificate(block == null ? "" : block.toString()));
                require(certificates.size() <= MAX_CERTIFICATES, "the PEM text holds too many certificates");
                block = null;
            } else if (block != null) {
                block.append(line);
            }
        }
        require(block == null, "a PEM block does not end");
        require(!certificates.isEmpty(), "the PEM text holds no certificate");
        return List.copyOf(certificates);
    }

    private static X509Certificate certificate(String base64) {
        try {
            byte[] der = Base64.getDecoder().decode(base64);
            ByteArrayInputStream in = new ByteArrayInputStream(der);
            X509Certificate certificate =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
            require(in.available() == 0, "bytes follow a certificate inside its PEM block");
            return certificate;
        } catch (IllegalArgumentException | CertificateException e) {
            throw new UnusableCertificateException("a PEM block is not a certificate");
        }
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new UnusableCertificateException(otherwise);
        }
    }
}
