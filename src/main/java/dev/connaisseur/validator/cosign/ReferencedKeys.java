package dev.connaisseur.validator.cosign;

import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.LookupException;
import dev.connaisseur.keys.KeySources;
import dev.connaisseur.trust.TrustRoot;
import dev.connaisseur.trust.TrustRoots;
import dev.connaisseur.trust.UnusableKeyException;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.ValidationException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** Puts the keys that are kept elsewhere in the place of their references. */
record ReferencedKeys(KeySources sources) {

    /** Begins to fetch, in the background. */
    void begin(TrustRoots roots) {
        for (TrustRoot root : roots.all()) {
            if (root instanceof TrustRoot.Referenced referenced) {
                sources.prepare(referenced.reference());
            }
        }
    }

    /**
     * The trust roots with the keys of those that are asked.
     *
     * @throws ValidationException if one of these keys is not to be had: nothing can be decided then, even if others have signed
     */
    TrustRoots fetched(TrustRoots roots, Collection<TrustRoot> asked, Deadline deadline) {
        if (asked.stream().noneMatch(TrustRoot.Referenced.class::isInstance)) {
            return roots;
        }
        Map<String, TrustRoot> byName = new LinkedHashMap<>(roots.byName());
        for (TrustRoot root : asked) {
            if (root instanceof TrustRoot.Referenced referenced) {
                byName.put(root.name(), fetched(referenced, deadline));
            }
        }
        return new TrustRoots(byName);
    }

    private TrustRoot fetched(TrustRoot.Referenced root, Deadline deadline) {
        try {
            return new TrustRoot.Key(root.name(), sources.key(root.reference(), deadline));
        } catch (LookupException e) {
            Reason reason = e.kind() == LookupException.Kind.TIMED_OUT ? Reason.TIMED_OUT : Reason.INCONCLUSIVE;
            throw new ValidationException(reason, sentence(root, "cannot be fetched", e), e);
        } catch (UnusableKeyException e) {
            throw new ValidationException(Reason.MISCONFIGURED, sentence(root, "cannot be used", e), e);
        }
    }

    private static String sentence(TrustRoot.Referenced root, String what, RuntimeException why) {
        return "error getting verifiers: the key of trust root " + root.name() + " " + what + ": " + why.getMessage();
    }
}
