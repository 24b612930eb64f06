package dev.connaisseur.kubernetes;

import dev.connaisseur.http.CertificateBundle;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The certificates that the API server believes when it calls a webhook: {@code caBundle}.
 *
 * @param certificates each once, those that count for longest first
 */
public record CaBundle(List<X509Certificate> certificates) {
    /** Believes nobody. */
    public static final CaBundle NONE = new CaBundle(List.of());

    public CaBundle {
        certificates = List.copyOf(new LinkedHashSet<>(certificates));
    }

    /**
     * Reads PEM.
     *
     * @throws dev.connaisseur.http.UnusableCertificateException if there is no certificate, or one that cannot be read
     */
    public static CaBundle parse(String pem) {
        return new CaBundle(CertificateBundle.parse(pem));
    }

    /** Whether the API server would believe a server that shows this chain. Names are not compared. */
    public boolean believes(List<X509Certificate> chain, Instant now) {
        X509Certificate leaf = chain.getFirst();
        return certificates.contains(leaf) || vouchesFor(leaf, chain, now);
    }

    private boolean vouchesFor(X509Certificate leaf, List<X509Certificate> chain, Instant now) {
        if (certificates.isEmpty()) {
            return false;
        }
        try {
            X509CertSelector target = new X509CertSelector();
            target.setCertificate(leaf);
            Set<TrustAnchor> anchors =
                    certificates.stream().map(ca -> new TrustAnchor(ca, null)).collect(Collectors.toSet());
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, target);
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(now));
            CertPathBuilder.getInstance("PKIX").build(parameters);
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** These and those of another, which come first. */
    public CaBundle after(CaBundle first) {
        Set<X509Certificate> all = new LinkedHashSet<>(first.certificates);
        all.addAll(certificates);
        return new CaBundle(List.copyOf(all));
    }

    /** PEM. */
    public String pem() {
        Base64.Encoder lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
        StringBuilder pem = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            try {
                pem.append("-----BEGIN CERTIFICATE-----\n")
                        .append(lines.encodeToString(certificate.getEncoded()))
                        .append("\n-----END CERTIFICATE-----\n");
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException(e); // it was read from its encoding
            }
        }
        return pem.toString();
    }
}
