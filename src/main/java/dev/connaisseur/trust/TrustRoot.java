package dev.connaisseur.trust;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
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

    /** The holder of a private key whose public key is kept elsewhere: it has to be fetched before anything is verified. */
    record Referenced(String name, KeyReference reference) implements TrustRoot {}

    /**
     * Whoever has a certificate under this one.
     *
     * @param timestamps the authority whose timestamps are believed, if any
     */
    record Certificate(String name, X509Certificate certificate, Optional<X509Certificate> timestamps)
            implements TrustRoot {}

    /**
     * Whoever an identity provider vouched for, in a certificate that lives for minutes.
     *
     * @param claims what else the provider must have said, exactly
     */
    record Keyless(String name, IdentityMatcher issuer, IdentityMatcher subject, Map<Claim, String> claims)
            implements TrustRoot {
        public Keyless {
            claims = Map.copyOf(claims);
        }
    }

    /**
     * Whoever has a certificate for this name from one's own authority, without an identity provider.
     *
     * @param roots trusted by themselves, at least one
     * @param intermediates what may stand between a root and a signer
     */
    record Authority(
            String name, List<X509Certificate> roots, List<X509Certificate> intermediates, IdentityMatcher subject)
            implements TrustRoot {
        public Authority {
            roots = List.copyOf(roots);
            intermediates = List.copyOf(intermediates);
        }
    }

    /**
     * Configured, but nothing can be verified with it: a rule that uses it denies.
     *
     * @param why a sentence for people
     */
    record Unusable(String name, String why) implements TrustRoot {}
}
