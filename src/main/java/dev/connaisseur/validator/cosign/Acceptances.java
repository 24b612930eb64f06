package dev.connaisseur.validator.cosign;

import dev.connaisseur.sigstore.Evidence;
import dev.connaisseur.sigstore.Evidence.Certificates;
import dev.connaisseur.sigstore.SignerIdentity;
import dev.connaisseur.trust.TrustRoot;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * For which trust roots signatures count, and by whom they are. Several trust roots may fit one signer, and one may fit several: a
 * signer counts for one trust root, and a trust root for one signer.
 */
final class Acceptances {
    private final Map<TrustRoot, Set<String>> signers = new LinkedHashMap<>();

    /** Notes that a signature counts for a trust root. */
    void add(TrustRoot root, Evidence evidence) {
        add(root, signer(root, evidence));
    }

    /** @param signer equal for equal signers */
    void add(TrustRoot root, String signer) {
        signers.computeIfAbsent(root, known -> new LinkedHashSet<>()).add(signer);
    }

    Set<TrustRoot> roots() {
        return Collections.unmodifiableSet(signers.keySet());
    }

    /** The most pairs of a trust root and a signer of its own. */
    int distinct() {
        Map<String, TrustRoot> taken = new HashMap<>();
        int pairs = 0;
        for (TrustRoot root : signers.keySet()) {
            pairs += place(root, taken, new HashSet<>()) ? 1 : 0;
        }
        return pairs;
    }

    /** Gives a trust root a signer, if need be by giving others another one. */
    private boolean place(TrustRoot root, Map<String, TrustRoot> taken, Set<String> tried) {
        for (String signer : signers.getOrDefault(root, Set.of())) {
            if (!tried.add(signer)) {
                continue;
            }
            TrustRoot holder = taken.get(signer);
            if (holder == null || place(holder, taken, tried)) {
                taken.put(signer, root);
                return true;
            }
        }
        return false;
    }

    /** A key is one signer whatever it is called, an identity whatever certificates it has had. */
    private static String signer(TrustRoot root, Evidence evidence) {
        if (root instanceof TrustRoot.Key key) {
            return "key " + key.fingerprint();
        }
        X509Certificate leaf = evidence.certificates().map(Certificates::leaf).orElseThrow();
        SignerIdentity identity = SignerIdentity.of(leaf);
        String provider = root instanceof TrustRoot.Authority
                ? leaf.getIssuerX500Principal().getName()
                : identity.issuer();
        return "identity " + provider + " " + identity.subject();
    }
}
