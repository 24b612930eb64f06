package dev.connaisseur.trust;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.Optional;

/** Somebody we believe, by the name that policy rules use. */
public sealed interface TrustRoot {
    String name();

    /** The holder of a private key. Two names for one key are one signer: compare {@link #fingerprint}. */
    record Key(String name, PublicKey key) implements TrustRoot {
        public String fingerprint() {
            return PublicKeys.fingerprint(key);
        }
    }

    /**
     * Whoever has a certificate under this one.
     *
     * @param timestamps the authority whose timestamps are believed, if any
     */
    record Certificate(String name, X509Certificate certificate, Optional<X509Certificate> timestamps)
            implements TrustRoot {}

    /** Whoever an identity provider vouched for, in a certificate that lives for minutes. */
    record Keyless(String name, IdentityMatcher issuer, IdentityMatcher subject) implements TrustRoot {}

    /**
     * Configured, but nothing can be verified with it: a rule that uses it denies.
     *
     * @param why a sentence for people
     */
    record Unusable(String name, String why) implements TrustRoot {}
}
