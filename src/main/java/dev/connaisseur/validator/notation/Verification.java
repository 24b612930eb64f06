package dev.connaisseur.validator.notation;

import dev.connaisseur.policy.RuleOptions.VerifyTimestamp;
import dev.connaisseur.trust.SignatureAlgorithm;
import dev.connaisseur.trust.SignatureCheck;
import dev.connaisseur.validator.notation.Finding.Step;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The judgement over one signature, in the order of the specification. Only revocation asks somebody.
 *
 * @param image what the signature must be about
 * @param stores the trust roots that the rule selects
 * @param timestamps when a countersignature is demanded, if a trust root has a timestamp authority
 * @param revocation tells whether certificates have been revoked; asked about none that leads to no trust root
 * @param now the controller's time
 * @see <a href="https://github.com/notaryproject/specifications/blob/main/specs/trust-store-trust-policy.md#signature-verification">
 *     Signature verification</a>
 */
record Verification(
        TargetArtifact image,
        List<TrustStore> stores,
        VerificationLevel level,
        VerifyTimestamp timestamps,
        Revocation revocation,
        Instant now) {

    Verification {
        stores = List.copyOf(stores);
    }

    /**
     * What came out.
     *
     * @param refusal why the signature does not count; empty if it does
     * @param logged what the level lets pass
     * @param signers the trust roots that the signer belongs to; may be empty where the level only logs that
     */
    record Judgement(Optional<Finding> refusal, List<Finding> logged, List<String> signers) {
        Judgement {
            logged = List.copyOf(logged);
            signers = List.copyOf(signers);
        }
    }

    Judgement judge(Envelope envelope) {
        List<Function<Envelope, Optional<Finding>>> steps = List.of(
                this::integrity,
                this::authenticity,
                this::payload,
                this::expiry,
                this::authenticTimestamp,
                this::revocation);
        List<Finding> logged = new ArrayList<>();
        for (Function<Envelope, Optional<Finding>> step : steps) {
            Optional<Finding> finding = step.apply(envelope);
            if (finding.isPresent() && level.enforces(finding.get().step().check())) {
                return new Judgement(finding, logged, List.of());
            }
            finding.ifPresent(logged::add);
        }
        return new Judgement(Optional.empty(), logged, signers(envelope));
    }

    private Optional<Finding> integrity(Envelope envelope) {
        Optional<String> flaw = SigningChain.flaw(envelope.chain());
        if (flaw.isPresent()) {
            return finding(Step.CHAIN, flaw.get());
        }
        PublicKey key = envelope.chain().getFirst().getPublicKey();
        SignatureAlgorithm algorithm = envelope.algorithm().algorithm();
        // The certificate decides the algorithm; the envelope may only agree.
        if (!SignatureAlgorithm.ofNotation(key).contains(algorithm)) {
            return finding(
                    Step.FORMAT,
                    "the signature algorithm " + envelope.algorithm() + " is not the one of the certificate's key");
        }
        return SignatureCheck.verify(key, algorithm, envelope.message(), envelope.signature())
                ? Optional.empty()
                : finding(Step.FORMAT, "the signature is wrong");
    }

    private Optional<Finding> authenticity(Envelope envelope) {
        List<TrustStore> anchoring =
                stores.stream().filter(store -> store.anchors(envelope)).toList();
        if (anchoring.isEmpty()) {
            return finding(
                    Step.SIGNER,
                    "signature is not produced by a trusted signer: the signing certificate chain does not contain a"
                            + " certificate of a trust root for the scheme "
                            + envelope.attributes().scheme().written());
        }
        return signers(envelope).isEmpty()
                ? finding(
                        Step.IDENTITY,
                        "signing certificate from the digital signature does not match the X.509 trusted identities")
                : Optional.empty();
    }

    private List<String> signers(Envelope envelope) {
        X509Certificate signer = envelope.chain().getFirst();
        return stores.stream()
                .filter(store -> store.anchors(envelope) && store.allows(signer))
                .map(TrustStore::name)
                .toList();
    }

    private Optional<Finding> payload(Envelope envelope) {
        try {
            TargetArtifact signed = TargetArtifact.parse(envelope.payload());
            if (signed.equals(image)) {
                return Optional.empty();
            }
            return finding(
                    Step.IMAGE,
                    signed.digest().equals(image.digest())
                            ? "the signature states another media type or size for " + image.digest()
                            : "the signature is about another image than " + image.digest());
        } catch (MalformedEnvelopeException e) {
            return finding(Step.FORMAT, String.valueOf(e.getMessage()));
        }
    }

    private Optional<Finding> expiry(Envelope envelope) {
        return envelope.attributes()
                .expiry()
                .filter(end -> !now.isBefore(end))
                .flatMap(end -> finding(Step.EXPIRED, "digital signature has expired on " + end));
    }

    private Optional<Finding> authenticTimestamp(Envelope envelope) {
        if (envelope.attributes().scheme() == SigningScheme.SIGNING_AUTHORITY) {
            Instant signed = envelope.attributes().signingTime();
            return signed.isAfter(now)
                    ? finding(Step.TIMESTAMP, "the authentic signing time " + signed + " lies in the future")
                    : validity(envelope.chain(), signed);
        }
        boolean demanded = timestamps == VerifyTimestamp.ALWAYS || anyExpired(envelope.chain());
        return authorities().isEmpty() || !demanded
                ? validity(envelope.chain(), now)
                : countersignature().flaw(envelope);
    }

    private List<X509Certificate> authorities() {
        return stores.stream().flatMap(store -> store.timestamps().stream()).toList();
    }

    private Countersignature countersignature() {
        return new Countersignature(authorities(), revocation, now);
    }

    private boolean anyExpired(List<X509Certificate> chain) {
        return chain.stream().anyMatch(certificate -> now.isAfter(end(certificate)));
    }

    /** Both bounds of a certificate's validity are inside it. */
    static Optional<Finding> validity(List<X509Certificate> chain, Instant at) {
        for (X509Certificate certificate : chain) {
            Instant begin = certificate.getNotBefore().toInstant();
            if (at.isBefore(begin)) {
                return finding(
                        Step.NOT_YET_VALID,
                        "a certificate of the signature's chain is not valid before " + begin + ", the time is " + at);
            }
            if (at.isAfter(end(certificate))) {
                return finding(
                        Step.CERTIFICATE_EXPIRED,
                        "a certificate of the signature's chain is not valid after " + end(certificate)
                                + ", the time is " + at);
            }
        }
        return Optional.empty();
    }

    private Optional<Finding> revocation(Envelope envelope) {
        List<X509Certificate> chain = envelope.chain();
        int anchor = chain.size() - 1;
        while (anchor >= 0 && !isTrusted(chain.get(anchor), envelope)) {
            anchor--;
        }
        if (anchor < 0) {
            return Optional.empty(); // a stranger's, which authenticity has said; nobody is asked about strangers
        }
        // A trusted intermediate can be revoked by the authority above it.
        int end = Math.min(anchor + 2, chain.size());
        return revocation.flaw(chain.subList(0, end), () -> signed(envelope));
    }

    private boolean isTrusted(X509Certificate certificate, Envelope envelope) {
        return stores.stream()
                .anyMatch(
                        store -> store.anchors(envelope) && store.certificates().contains(certificate));
    }

    /** When the signature was made, where somebody who is trusted says so. */
    private Optional<Instant> signed(Envelope envelope) {
        if (envelope.attributes().scheme() == SigningScheme.SIGNING_AUTHORITY) {
            return Optional.of(envelope.attributes().signingTime());
        }
        return authorities().isEmpty() ? Optional.empty() : countersignature().latest(envelope);
    }

    private static Instant end(X509Certificate certificate) {
        return certificate.getNotAfter().toInstant();
    }

    private static Optional<Finding> finding(Step step, String text) {
        return Optional.of(new Finding(step, text));
    }
}
