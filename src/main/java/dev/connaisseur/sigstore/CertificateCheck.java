package dev.connaisseur.sigstore;

import dev.connaisseur.sigstore.Evidence.Certificates;
import dev.connaisseur.trust.CertificateChain;
import dev.connaisseur.trust.CertificateChain.Purpose;
import dev.connaisseur.trust.Claim;
import dev.connaisseur.trust.IdentityMatcher;
import dev.connaisseur.trust.TrustRoot;
import dev.connaisseur.trust.UnusableCertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Checks a signer's certificate: valid when the signature was made, from an authority that is believed, shown to the world, for
 * the identity that is meant.
 *
 * @param authorities who may have issued it
 * @param certificateLogs who may have promised to show it; empty where nobody asks
 * @param issuer the identity provider; empty for one's own authority, which has none
 * @param purpose what its chain is for
 * @param proven whether only a proven time counts: a certificate that lives for minutes says nothing now
 */
record CertificateCheck(
        List<CertificateAuthority> authorities,
        Optional<List<TransparencyLog>> certificateLogs,
        Optional<IdentityMatcher> issuer,
        IdentityMatcher subject,
        Map<Claim, String> claims,
        Purpose purpose,
        boolean proven) {

    static CertificateCheck of(TrustRoot.Keyless root, TrustedRoot trusted, Demands demands) {
        return new CertificateCheck(
                trusted.authorities(),
                demands.sct() ? Optional.of(trusted.certificateLogs()) : Optional.empty(),
                Optional.of(root.issuer()),
                root.subject(),
                root.claims(),
                Purpose.KEYLESS,
                true);
    }

    static CertificateCheck of(TrustRoot.Authority root) {
        return new CertificateCheck(
                root.roots().stream()
                        .map(anchor -> new CertificateAuthority(anchor, root.intermediates(), Window.ALWAYS))
                        .toList(),
                Optional.empty(),
                Optional.empty(),
                root.subject(),
                Map.of(),
                Purpose.CODE_SIGNING,
                false);
    }

    /**
     * Goes through all checks.
     *
     * @param times when the signature was made, as somebody who is believed says; every one of them must do
     */
    void check(Certificates certificates, List<Instant> times, Instant now) {
        if (times.isEmpty() && proven) {
            throw new RefusedException(Flaw.NO_TIME, "nothing that is trusted says when a signature was made");
        }
        List<Instant> judged =
                times.isEmpty() ? List.of(now) : times.stream().distinct().toList();
        X509Certificate leaf = certificates.leaf();
        for (Instant time : judged) {
            if (time.isBefore(leaf.getNotBefore().toInstant())
                    || time.isAfter(leaf.getNotAfter().toInstant())) {
                throw new RefusedException(
                        Flaw.EXPIRED, "a certificate was not valid at " + time + ", when its holder signed");
            }
        }
        CertificateChain chain = null;
        for (Instant time : judged) {
            chain = chain(certificates, time);
        }
        if (certificateLogs.isPresent() && chain != null) {
            checkPromise(chain, certificateLogs.get());
        }
        checkIdentity(leaf);
    }

    private CertificateChain chain(Certificates certificates, Instant time) {
        UnusableCertificateException last = new UnusableCertificateException("no authority is trusted at " + time);
        for (CertificateAuthority authority : authorities) {
            if (!authority.validFor().holds(time)) {
                continue;
            }
            List<X509Certificate> between = new ArrayList<>(authority.others());
            between.addAll(certificates.others());
            try {
                return CertificateChain.build(certificates.leaf(), between, List.of(authority.root()), time, purpose);
            } catch (UnusableCertificateException e) {
                last = e;
            }
        }
        throw new RefusedException(Flaw.CHAIN, "a certificate is not trusted: " + last.getMessage(), last);
    }

    private static void checkPromise(CertificateChain chain, List<TransparencyLog> logs) {
        try {
            if (!CertificateTimestamps.promised(chain, logs)) {
                throw new RefusedException(
                        Flaw.SCT, "no certificate transparency log that is trusted promised to show a certificate");
            }
        } catch (MalformedEvidenceException e) {
            throw new RefusedException(Flaw.SCT, String.valueOf(e.getMessage()), e);
        }
    }

    private void checkIdentity(X509Certificate leaf) {
        SignerIdentity identity;
        try {
            identity = SignerIdentity.of(leaf);
        } catch (MalformedEvidenceException e) {
            throw new RefusedException(Flaw.IDENTITY, String.valueOf(e.getMessage()), e);
        }
        boolean provider = issuer.isEmpty() || issuer.get().matches(identity.issuer());
        if (!provider || !subject.matches(identity.subject())) {
            throw new RefusedException(
                    Flaw.IDENTITY,
                    "none of the expected identities matched what was in the certificate, got subjects ["
                            + identity.subject() + "] with issuer " + identity.issuer());
        }
        claims.forEach((claim, wanted) -> {
            if (!wanted.equals(identity.claims().get(claim))) {
                throw new RefusedException(Flaw.CLAIM, "the certificate's " + claim.key() + " is not " + wanted);
            }
        });
    }
}
