package dev.connaisseur.sigstore;

import dev.connaisseur.sigstore.Evidence.Certificates;
import dev.connaisseur.sigstore.Evidence.Format;
import dev.connaisseur.trust.Hash;
import dev.connaisseur.trust.SignatureAlgorithm;
import dev.connaisseur.trust.SignatureCheck;
import dev.connaisseur.trust.TrustRoot;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The one path on which a signature is verified, whatever format it came in: signature, log, time, certificate, identity, in the
 * order of {@link Flaw}. A pure function of evidence, trust and demands. What the signature is about is for the caller to read.
 */
public final class EvidenceCheck {
    private final TrustedRoot trusted;
    private final Demands demands;

    public EvidenceCheck(TrustedRoot trusted, Demands demands) {
        this.trusted = trusted;
        this.demands = demands;
    }

    /** Why the signature does not count for this trust root; empty if it does. */
    public Optional<Refusal> check(Evidence evidence, TrustRoot root) {
        try {
            switch (root) {
                case TrustRoot.Key key -> byKey(evidence, key);
                case TrustRoot.Keyless keyless ->
                    byCertificate(
                            evidence, certificates(evidence, keyless), CertificateCheck.of(keyless, trusted, demands));
                case TrustRoot.Authority authority ->
                    byCertificate(evidence, certificates(evidence, authority), CertificateCheck.of(authority));
                case TrustRoot.Referenced referenced -> throw notBy(referenced);
                case TrustRoot.Certificate certificate -> throw notBy(certificate);
                case TrustRoot.Unusable unusable -> throw notBy(unusable);
            }
            return Optional.empty();
        } catch (RefusedException e) {
            return Optional.of(e.refusal());
        }
    }

    /**
     * Where a signature that counts stands in the transparency log: known where an entry was demanded, and there is but one, so that it
     * is the one that was proved.
     */
    public Optional<Long> logIndex(Evidence accepted) {
        return demands.log() && accepted.entries().size() == 1
                ? Optional.of(accepted.entries().getFirst().index())
                : Optional.empty();
    }

    /** Whether the bare signature is by this key, under the algorithms that the key may use; no other question is asked. */
    public static boolean signedBy(Evidence evidence, PublicKey key) {
        return signed(evidence, key, SignatureAlgorithm.ofSigstore(key));
    }

    private void byKey(Evidence evidence, TrustRoot.Key root) {
        PublicKey key = root.key();
        if (!signed(evidence, key, SignatureAlgorithm.ofSigstore(key))) {
            throw notBy(root);
        }
        List<Bytes> verifiers = new ArrayList<>(List.of(Bytes.of(key.getEncoded())));
        evidence.certificates()
                .map(Certificates::leaf)
                .filter(leaf -> leaf.getPublicKey().equals(key))
                .ifPresent(leaf -> verifiers.add(encoded(leaf)));
        List<Instant> stamps = stamps(evidence);
        if (demands.log()) {
            new LogCheck(trusted.logs(), stamps, demands.now()).times(evidence, verifiers);
        }
    }

    private void byCertificate(Evidence evidence, Certificates certificates, CertificateCheck check) {
        X509Certificate leaf = certificates.leaf();
        PublicKey key = leaf.getPublicKey();
        List<SignatureAlgorithm> algorithms = evidence.format() == Format.LEGACY
                ? SignatureAlgorithm.ofLegacyCertificate(key)
                : SignatureAlgorithm.ofSigstore(key);
        if (!signed(evidence, key, algorithms)) {
            throw new RefusedException(Flaw.SIGNATURE, "a signature is not by the holder of its certificate");
        }
        List<Instant> stamps = stamps(evidence);
        List<Instant> times = new ArrayList<>(stamps);
        if (demands.log()) {
            times.addAll(new LogCheck(trusted.logs(), stamps, demands.now()).times(evidence, List.of(encoded(leaf))));
        }
        check.check(certificates, times, demands.now());
    }

    private static boolean signed(Evidence evidence, PublicKey key, List<SignatureAlgorithm> algorithms) {
        byte[] signature = evidence.signature().toArray();
        if (evidence.content().signedBytes().isPresent()) {
            byte[] message = evidence.content().signedBytes().get().toArray();
            return algorithms.stream().anyMatch(algorithm -> SignatureCheck.verify(key, algorithm, message, signature));
        }
        if (evidence.content() instanceof Content.Blob blob) {
            byte[] digest = HexFormat.of().parseHex(blob.artifact().digest().hex());
            return algorithms.stream()
                    .anyMatch(algorithm -> SignatureCheck.verifyHash(key, algorithm, Hash.SHA_256, digest, signature));
        }
        return false;
    }

    /** The times of the timestamps that hold; of an authority that is not believed nothing is. */
    private List<Instant> stamps(Evidence evidence) {
        List<Instant> stamps = TimestampCheck.times(evidence, trusted.timestampAuthorities());
        if (demands.timestamp() && stamps.isEmpty()) {
            throw new RefusedException(
                    Flaw.NO_TIMESTAMP,
                    evidence.timestamps().isEmpty()
                            ? "a signature has no timestamp"
                            : "no timestamp of a signature is by an authority that is trusted, and about it");
        }
        return stamps;
    }

    private static Certificates certificates(Evidence evidence, TrustRoot root) {
        return evidence.certificates()
                .orElseThrow(() -> new RefusedException(
                        Flaw.NO_CERTIFICATE, "a signature has no certificate that could name " + root.name()));
    }

    private static RefusedException notBy(TrustRoot root) {
        return new RefusedException(Flaw.SIGNATURE, "a signature is not by " + root.name());
    }

    private static Bytes encoded(X509Certificate certificate) {
        try {
            return Bytes.of(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read has an encoding", e);
        }
    }
}
