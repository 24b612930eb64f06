package dev.connaisseur.validator.notation.revocation;

import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.registry.Lookups;
import dev.connaisseur.validator.Expiry;
import dev.connaisseur.validator.notation.revocation.Published.Revocation;
import dev.connaisseur.validator.notation.revocation.RevocationStatus.Good;
import dev.connaisseur.validator.notation.revocation.RevocationStatus.Revoked;
import dev.connaisseur.validator.notation.revocation.RevocationStatus.Unknown;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Finds out whether certificates have been revoked: by OCSP where a certificate names a responder, else or where that does not help by
 * its revocation list. One that names neither cannot be revoked. Shared by the whole process; keeps verified answers for a while.
 *
 * @see <a href="https://github.com/notaryproject/specifications/blob/main/specs/trust-store-trust-policy.md#certificate-revocation-evaluation">
 *     Certificate revocation evaluation</a>
 */
public final class RevocationChecks {
    private final Publishers publishers;
    private final InstantSource clock;

    public RevocationChecks(HttpTransport transport, Lookups lookups, InstantSource clock) {
        this.publishers = new Publishers(transport, lookups, clock);
        this.clock = clock;
    }

    /** Until when the revocation lists in use count. Asks nobody. */
    public List<Expiry> expiries() {
        List<Expiry> expiries = new ArrayList<>();
        publishers.ends().forEach((issuer, at) -> expiries.add(new Expiry("crl", issuer, at)));
        return List.copyOf(expiries);
    }

    /**
     * Looks at all certificates but the last, from the top down. Each must have been issued by the one that follows it, and the last
     * must be trusted: nobody else's addresses are asked.
     *
     * @param chain the leaf first
     * @param signed when the signature was made, if somebody vouches for it; asked only where it matters
     */
    public RevocationStatus of(List<X509Certificate> chain, Supplier<Optional<Instant>> signed, Deadline deadline) {
        for (int i = chain.size() - 2; i >= 0; i--) {
            X509Certificate certificate = chain.get(i);
            String whose =
                    "certificate \"" + certificate.getSubjectX500Principal().getName() + "\" ";
            try {
                Optional<Revocation> revocation = revocation(certificate, chain.get(i + 1), deadline);
                if (revocation.isPresent() && counts(revocation.get(), signed)) {
                    return new Revoked(
                            whose + "was revoked on " + revocation.get().since());
                }
            } catch (UnusableAnswerException e) {
                return new Unknown("the revocation of " + whose + "could not be checked: " + e.getMessage());
            }
        }
        return new Good();
    }

    /** A signature that is known to be older than the trouble still counts. */
    private static boolean counts(Revocation revocation, Supplier<Optional<Instant>> signed) {
        if (revocation.invalid().isEmpty()) {
            return true;
        }
        Optional<Instant> time = signed.get();
        return time.isEmpty() || !time.get().isBefore(revocation.invalid().get());
    }

    private Optional<Revocation> revocation(X509Certificate certificate, X509Certificate issuer, Deadline deadline) {
        RevocationAddresses addresses = RevocationAddresses.of(certificate);
        if (!addresses.named()) {
            return Optional.empty();
        }
        List<String> failures = new ArrayList<>();
        for (URI responder : addresses.ocsp()) {
            try {
                return byResponder(responder, certificate, issuer, deadline);
            } catch (UnusableAnswerException e) {
                failures.add(String.valueOf(e.getMessage()));
            }
        }
        return byLists(addresses.crl(), certificate, issuer, failures, deadline);
    }

    private Optional<Revocation> byResponder(
            URI responder, X509Certificate certificate, X509Certificate issuer, Deadline deadline) {
        var answer = publishers.answer(responder, certificate, issuer, deadline);
        if (answer.signer().isPresent()) {
            X509Certificate signer = answer.signer().get();
            List<URI> lists = RevocationAddresses.of(signer).crl();
            if (byLists(lists, signer, issuer, new ArrayList<>(), deadline).isPresent()) {
                throw new UnusableAnswerException("the OCSP responder's own certificate was revoked");
            }
        }
        return answer.revocation();
    }

    private Optional<Revocation> byLists(
            List<URI> lists,
            X509Certificate certificate,
            X509Certificate issuer,
            List<String> failures,
            Deadline deadline) {
        for (URI address : lists) {
            try {
                return byList(address, certificate, issuer, deadline);
            } catch (UnusableAnswerException e) {
                failures.add(String.valueOf(e.getMessage()));
            }
        }
        throw new UnusableAnswerException(
                failures.isEmpty()
                        ? "it names no OCSP responder or revocation list that can be asked"
                        : failures.stream().distinct().collect(Collectors.joining("; ")));
    }

    private Optional<Revocation> byList(
            URI address, X509Certificate certificate, X509Certificate issuer, Deadline deadline) {
        RevocationList list = publishers.list(address, issuer, deadline);
        try {
            if (list.base().isPresent() || !list.covers(certificate)) {
                throw new UnusableAnswerException("the revocation list is not one for this certificate");
            }
            Optional<Revocation> entry = list.entry(certificate.getSerialNumber())
                    .filter(found -> found.reason() != Revocation.REMOVE_FROM_CRL);
            boolean held = entry.filter(found -> found.reason() == Revocation.CERTIFICATE_HOLD)
                    .isPresent();
            if (entry.isPresent() && !held) {
                return entry; // for good, however old the list is
            }
            if (!list.isFresh(clock.instant())) {
                throw new UnusableAnswerException(
                        "the revocation list counted until " + list.nextUpdate().orElse(list.thisUpdate()));
            }
            Optional<List<URI>> changes = list.changes(certificate);
            return changes.isEmpty() ? entry : changed(changes.get(), list, entry, certificate, issuer, deadline);
        } catch (IllegalArgumentException | IllegalStateException | ArithmeticException | ClassCastException e) {
            throw new UnusableAnswerException("the revocation list cannot be read", e);
        }
    }

    /** What the changes since the list make of its entry; where they cannot be had, the list is not enough. */
    private Optional<Revocation> changed(
            List<URI> addresses,
            RevocationList list,
            Optional<Revocation> entry,
            X509Certificate certificate,
            X509Certificate issuer,
            Deadline deadline) {
        String failure = "it names no address for the changes";
        for (URI address : addresses) {
            try {
                RevocationList changes = publishers.list(address, issuer, deadline);
                if (!list.isChangedBy(changes) || !changes.covers(certificate) || !changes.isFresh(clock.instant())) {
                    throw new UnusableAnswerException("they do not belong to the list, or are too old");
                }
                Optional<Revocation> change = changes.entry(certificate.getSerialNumber());
                return change.isEmpty() ? entry : change.filter(found -> found.reason() != Revocation.REMOVE_FROM_CRL);
            } catch (UnusableAnswerException e) {
                failure = String.valueOf(e.getMessage());
            }
        }
        throw new UnusableAnswerException("the revocation list has changed since, but: " + failure);
    }
}
