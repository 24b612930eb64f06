package dev.connaisseur.validator.notaryv1;

import dev.connaisseur.tuf.ListingMetadata;
import dev.connaisseur.tuf.MetadataException;
import dev.connaisseur.tuf.RoleName;
import dev.connaisseur.tuf.SignedMetadata;
import dev.connaisseur.tuf.TrustedRoles;
import dev.connaisseur.tuf.TrustedTargets;
import dev.connaisseur.validator.Reason;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides which role must have signed an image. A rule's delegations must all have signed it, and nobody else will do in their
 * place. Where a rule names none, a repository with delegations is asked for {@code targets/releases}, and only if that never signed
 * anything for {@code targets}.
 *
 * @param required of the rule; empty where it names none
 */
record Delegations(String validator, List<String> required) {
    private static final RoleName RELEASES = new RoleName("targets/releases");

    Delegations {
        required = List.copyOf(required);
    }

    /** The roles that count for an image, verified. */
    List<TrustedTargets> of(TrustedRoles trusted, RoleFiles files) {
        boolean delegating = trusted.base().targets().hasDelegations();
        if (required.isEmpty()) {
            return delegating ? releases(trusted, files) : List.of(trusted.targets());
        }
        if (!delegating) {
            throw new NotaryException(
                    Reason.REQUIRED_SIGNER,
                    "no delegations found for validator " + validator + ", but following were required: ["
                            + String.join(" ", required) + "]");
        }
        Set<RoleName> roles = new LinkedHashSet<>();
        required.forEach(name -> roles.add(RoleName.delegation(name)
                .orElseThrow(() -> new NotaryException(
                        Reason.MISCONFIGURED, "required delegation " + name + " is no name of a role"))));
        return verified(List.copyOf(roles), trusted, files);
    }

    /** Signers that were added but never signed do not lock a repository. */
    private List<TrustedTargets> releases(TrustedRoles trusted, RoleFiles files) {
        boolean declared = trusted.base().targets().delegation(RELEASES).isPresent();
        boolean signed = trusted.base().snapshot().entry(RELEASES).isPresent();
        return declared && !signed ? List.of(trusted.targets()) : verified(List.of(RELEASES), trusted, files);
    }

    private List<TrustedTargets> verified(List<RoleName> roles, TrustedRoles trusted, RoleFiles files) {
        try {
            Set<RoleName> steps = new LinkedHashSet<>();
            for (RoleName role : roles) {
                steps.addAll(role.way());
            }
            checkKnown(steps, trusted);
            Map<RoleName, SignedMetadata> fetched =
                    files.delegations(steps, trusted.base().snapshot());
            List<TrustedTargets> verified = new ArrayList<>();
            for (RoleName role : roles) {
                checkServed(role, fetched);
                verified.add(trusted.delegated(role, fetched));
            }
            return verified;
        } catch (MetadataException e) {
            throw NotaryException.of(e).during(during(roles));
        } catch (NotaryException e) {
            throw e.during(during(roles));
        }
    }

    /** Found out before anything is fetched: who is not declared or never signed. */
    private void checkKnown(Set<RoleName> steps, TrustedRoles trusted) {
        ListingMetadata snapshot = trusted.base().snapshot();
        for (RoleName step : steps) {
            if (RoleName.TARGETS.isParentOf(step)
                    && trusted.base().targets().delegation(step).isEmpty()) {
                throw new NotaryException(
                        required.isEmpty() ? Reason.NO_SIGNATURE : Reason.REQUIRED_SIGNER,
                        "delegation " + step + " not found");
            }
        }
        for (RoleName step : steps) {
            if (snapshot.entry(step).isEmpty()) {
                throw new NotaryException(
                        required.isEmpty() ? Reason.NO_SIGNATURE : Reason.REQUIRED_SIGNER,
                        "delegation " + step + " has not signed anything: the snapshot does not list it");
            }
        }
    }

    private static void checkServed(RoleName role, Map<RoleName, SignedMetadata> fetched) {
        for (RoleName step : role.way()) {
            if (!fetched.containsKey(step)) {
                throw new NotaryException(
                        Reason.INCONSISTENT,
                        NotaryServer.acquiring(step.text()) + NotaryServer.status(404)
                                + ", though the snapshot lists it");
            }
        }
    }

    private static String during(List<RoleName> roles) {
        return roles.stream()
                .map(role -> "\"" + role + "\"")
                .collect(Collectors.joining(
                        " ", "error during download and validation of delegations for targets: [", "]: "));
    }
}
