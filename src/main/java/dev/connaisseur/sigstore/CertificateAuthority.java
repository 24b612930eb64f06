package dev.connaisseur.sigstore;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * An authority that is believed, for signers' certificates or for timestamps.
 *
 * @param root trusted by itself
 * @param others what may stand between the root and a certificate; proves nothing by itself
 */
public record CertificateAuthority(X509Certificate root, List<X509Certificate> others, Window validFor) {
    public CertificateAuthority {
        others = List.copyOf(others);
    }
}
