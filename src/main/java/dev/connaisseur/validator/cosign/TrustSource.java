package dev.connaisseur.validator.cosign;

import dev.connaisseur.http.Deadline;
import dev.connaisseur.sigstore.TrustedRoot;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Whom of a sigstore deployment a validator believes.
 *
 * @param fixed what the configuration itself says
 * @param repository where the configuration points instead, if it does
 * @param parts replaces what the configuration says in parts
 */
record TrustSource(TrustedRoot fixed, Optional<RefreshedTrust> repository, UnaryOperator<TrustedRoot> parts) {

    static TrustSource of(TrustedRoot fixed) {
        return new TrustSource(fixed, Optional.empty(), UnaryOperator.identity());
    }

    static TrustSource of(RefreshedTrust repository) {
        return new TrustSource(TrustedRoot.NOBODY, Optional.of(repository), UnaryOperator.identity());
    }

    /** The same with parts replaced. */
    TrustSource with(UnaryOperator<TrustedRoot> other) {
        return new TrustSource(fixed, repository, other);
    }

    /** When the roles of the repository end that was fetched last; empty without one. */
    Optional<Instant> expires() {
        return repository.flatMap(RefreshedTrust::expires);
    }

    /** What is known without asking anybody. */
    TrustedRoot known() {
        return parts.apply(repository.flatMap(RefreshedTrust::held).orElse(fixed));
    }

    /**
     * What is to be believed now, fetched if need be.
     *
     * @throws dev.connaisseur.validator.ValidationException if it cannot be had by the deadline
     */
    TrustedRoot trusted(Deadline deadline) {
        return parts.apply(repository.map(trust -> trust.trusted(deadline)).orElse(fixed));
    }
}
