package dev.connaisseur.validator.cosign;

import dev.connaisseur.sigstore.Evidence;
import java.util.List;

/**
 * Everything that was found beside an image, before the first check.
 *
 * @param evidence signatures that can be checked
 * @param broken what was there but is no signature, or could not be fetched
 */
record Gathered(List<Evidence> evidence, List<Finding> broken) {
    static final Gathered NOTHING = new Gathered(List.of(), List.of());

    Gathered {
        evidence = List.copyOf(evidence);
        broken = List.copyOf(broken);
    }

    static Gathered broken(Finding finding) {
        return new Gathered(List.of(), List.of(finding));
    }
}
