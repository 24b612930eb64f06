package dev.connaisseur.sigstore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.sigstore.Evidence.Certificates;
import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.FulcioLeaf;
import dev.connaisseur.testing.TestSigstore;
import dev.connaisseur.testing.TestSigstore.Signer;
import dev.connaisseur.trust.CertificateChain;
import dev.connaisseur.trust.CertificateChain.Purpose;
import dev.connaisseur.trust.IdentityMatcher;
import dev.connaisseur.trust.TrustRoot;
import dev.connaisseur.trust.UnusableCertificateException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every check is needed: an alternative that leaves one of them out accepts a signature that is refused by all together. The
 * alternative exists in this test only, made of the same parts; with all of them it says what the shipped one says.
 */
class SwitchedChecksTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final String ISSUER = "https://id.example";
    private static final String ALICE = "alice@acme.example";
    private static final byte[] PAYLOAD = "payload".getBytes(StandardCharsets.UTF_8);
    private static final TrustRoot.Keyless ROOT = new TrustRoot.Keyless(
            "alice", new IdentityMatcher.Exact(ISSUER), new IdentityMatcher.Exact(ALICE), Map.of());
    private static final Demands ALL = new Demands(true, true, false, NOW);

    private final TestSigstore sigstore = TestSigstore.create(NOW);
    private final TrustedRoot trusted = TrustedRoot.parse(sigstore.trustedRoot().getBytes(StandardCharsets.UTF_8));
    private final FulcioLeaf leaf = sigstore.leaf(FulcioLeaf.email(ALICE), ISSUER);

    /** A check, and the signature that only it refuses. */
    enum Check {
        LOG(Flaw.LOG_ENTRY) {
            @Override
            Evidence victim(SwitchedChecksTest test) {
                Signer signer = test.sigstore.issue(test.leaf);
                byte[] other = CosignSigner.create().publicKey().getBytes(StandardCharsets.UTF_8);
                return test.evidence(
                        test.sigstore,
                        signer,
                        Map.of(
                                BUNDLE,
                                test.sigstore.annotations(signer, other, NOW).getOrDefault(BUNDLE, "")));
            }
        },
        SCT(Flaw.SCT) {
            @Override
            Evidence victim(SwitchedChecksTest test) {
                return test.evidence(test.sigstore, test.sigstore.issuePromisedByAStranger(test.leaf), Map.of());
            }
        },
        CHAIN(Flaw.CHAIN) {
            @Override
            Evidence victim(SwitchedChecksTest test) {
                return test.evidence(test.sigstore, TestSigstore.create(NOW).issue(test.leaf), Map.of());
            }
        },
        IDENTITY(Flaw.IDENTITY) {
            @Override
            Evidence victim(SwitchedChecksTest test) {
                Signer mallory = test.sigstore.issue(test.leaf.named(FulcioLeaf.email("mallory@evil.example")));
                return test.evidence(test.sigstore, mallory, Map.of());
            }
        },
        TIME(Flaw.EXPIRED) {
            @Override
            Evidence victim(SwitchedChecksTest test) {
                Signer late =
                        test.sigstore.issue(test.leaf.living(NOW.minus(Duration.ofHours(2)), Duration.ofHours(1)));
                return test.evidence(test.sigstore, late, Map.of());
            }
        };

        private static final String BUNDLE = "dev.sigstore.cosign/bundle";
        private final Flaw flaw;

        Check(Flaw flaw) {
            this.flaw = flaw;
        }

        abstract Evidence victim(SwitchedChecksTest test);
    }

    @Test
    void withAllOfThemTheGoodOneIsAccepted() {
        Evidence good = evidence(sigstore, sigstore.issue(leaf), Map.of());

        assertThat(new EvidenceCheck(trusted, ALL).check(good, ROOT)).isEmpty();
        assertThat(accepted(good, EnumSet.allOf(Check.class))).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void withoutOneOfThemABadOneIsAccepted(Check missing) {
        Evidence bad = missing.victim(this);

        assertThat(new EvidenceCheck(trusted, ALL).check(bad, ROOT))
                .get()
                .extracting(Refusal::flaw)
                .isEqualTo(missing.flaw);
        assertThat(accepted(bad, EnumSet.allOf(Check.class))).as("with all").isFalse();
        for (Check other : Check.values()) {
            assertThat(accepted(bad, EnumSet.complementOf(EnumSet.of(other))))
                    .as("without %s", other)
                    .isEqualTo(other == missing);
        }
    }

    /** The alternative. */
    private boolean accepted(Evidence evidence, Set<Check> checks) {
        Certificates certificates = evidence.certificates().orElseThrow();
        if (!EvidenceCheck.signedBy(evidence, certificates.leaf().getPublicKey())) {
            return false;
        }
        try {
            List<Instant> times = times(evidence, certificates, checks);
            IdentityMatcher any = IdentityMatcher.Regex.of(".*");
            boolean identity = checks.contains(Check.IDENTITY);
            new CertificateCheck(
                            checks.contains(Check.CHAIN) ? trusted.authorities() : List.of(),
                            checks.contains(Check.SCT) && checks.contains(Check.CHAIN)
                                    ? Optional.of(trusted.certificateLogs())
                                    : Optional.empty(),
                            Optional.of(identity ? ROOT.issuer() : any),
                            identity ? ROOT.subject() : any,
                            Map.of(),
                            Purpose.KEYLESS,
                            true)
                    .check(certificates, times, NOW);
            return true;
        } catch (RefusedException e) {
            // Without the chain nobody is trusted, which is the last thing that it says before promise and name.
            return e.refusal().flaw() == Flaw.CHAIN && !checks.contains(Check.CHAIN) && rest(certificates, checks);
        }
    }

    /** What remains to be asked of a certificate whose chain nobody looks at: its promise, by whoever issued it, and its name. */
    private boolean rest(Certificates certificates, Set<Check> checks) {
        SignerIdentity identity = SignerIdentity.of(certificates.leaf());
        boolean named = !checks.contains(Check.IDENTITY)
                || (ROOT.issuer().matches(identity.issuer()) && ROOT.subject().matches(identity.subject()));
        return named && (!checks.contains(Check.SCT) || promised(certificates));
    }

    private boolean promised(Certificates certificates) {
        try {
            CertificateChain chain = CertificateChain.build(
                    certificates.leaf(),
                    List.of(),
                    trusted.authorities().stream()
                            .map(CertificateAuthority::root)
                            .toList(),
                    certificates.leaf().getNotBefore().toInstant(),
                    Purpose.KEYLESS);
            return CertificateTimestamps.promised(chain, trusted.certificateLogs());
        } catch (UnusableCertificateException e) {
            return true; // no chain, no promise that could be read
        }
    }

    private List<Instant> times(Evidence evidence, Certificates certificates, Set<Check> checks) {
        List<Instant> times = new ArrayList<>();
        if (checks.contains(Check.LOG)) {
            try {
                times.addAll(new LogCheck(trusted.logs(), List.of(), NOW)
                        .times(evidence, List.of(Bytes.of(certificates.leaf().getEncoded()))));
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException(e);
            }
        } else {
            evidence.entries().forEach(entry -> entry.integratedTime().ifPresent(times::add));
        }
        return checks.contains(Check.TIME)
                ? times
                : List.of(certificates.leaf().getNotBefore().toInstant());
    }

    private Evidence evidence(TestSigstore by, Signer signer, Map<String, String> changes) {
        Map<String, String> annotations = new HashMap<>(by.annotations(signer, PAYLOAD, NOW));
        annotations.putAll(changes);
        LegacyAnnotations parsed = LegacyAnnotations.parse(annotations);
        Bytes signature = parsed.signature().orElseThrow();
        return parsed.evidence(new Content.Payload(Bytes.of(PAYLOAD)), signature, signature);
    }
}
