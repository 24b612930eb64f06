package dev.connaisseur.validator;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Something that ends one day and has to be replaced before.
 *
 * @param kind {@code certificate}, {@code trust-root}, {@code tuf-root}, {@code notary-role} or {@code crl}
 * @param name as the configuration calls it; of a revocation list the beginning of its issuer's SHA-256
 * @param at its last moment; of several the earliest
 */
public record Expiry(String kind, String name, Instant at) {

    /** When the first of these certificates ends; empty without certificates. */
    public static Optional<Expiry> ofFirst(String kind, String name, List<X509Certificate> certificates) {
        return certificates.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .map(at -> new Expiry(kind, name, at));
    }
}
