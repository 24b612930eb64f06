package dev.connaisseur.http;

import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.Set;

/**
 * Whose server certificates are believed. Equal by content: connections are pooled per trust.
 *
 * @param roots the only roots; empty stands for those of the system
 */
public record TlsTrust(Set<X509Certificate> roots) {
    private static final TlsTrust SYSTEM = new TlsTrust(Set.of());

    public TlsTrust {
        roots = Set.copyOf(roots);
    }

    /** The roots of the Java runtime. */
    public static TlsTrust system() {
        return SYSTEM;
    }

    /**
     * These roots and no others.
     *
     * @throws UnusableCertificateException if the text holds no certificate, or anything that is none
     */
    public static TlsTrust of(String pem) {
        return new TlsTrust(new HashSet<>(CertificateBundle.parse(pem)));
    }

    public boolean isSystem() {
        return roots.isEmpty();
    }

    @Override
    public String toString() {
        return isSystem() ? "system roots" : roots.size() + " own roots";
    }
}
