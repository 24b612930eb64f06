package dev.connaisseur.validator.notation;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the signer stated beside the payload.
 *
 * @param signingTime the authentic one under {@link SigningScheme#SIGNING_AUTHORITY}, else the signer's mere word
 * @param expiry from this moment on the signature counts no more
 * @see <a href="https://github.com/notaryproject/specifications/blob/main/specs/signature-specification.md#signed-attributes">Signed
 *     attributes</a>
 */
record SignedAttributes(SigningScheme scheme, Instant signingTime, Optional<Instant> expiry) {
    static final String CONTENT_TYPE = "application/vnd.cncf.notary.payload.v1+json";
    static final String SIGNING_SCHEME = "io.cncf.notary.signingScheme";
    static final String SIGNING_TIME = "io.cncf.notary.signingTime";
    static final String AUTHENTIC_SIGNING_TIME = "io.cncf.notary.authenticSigningTime";
    static final String EXPIRY = "io.cncf.notary.expiry";
    private static final String PLUGIN = "io.cncf.notary.verificationPlugin";

    /** The attributes that are times, for those who decode them. */
    static final List<String> TIMES = List.of(SIGNING_TIME, AUTHENTIC_SIGNING_TIME, EXPIRY);

    /**
     * Holds the attributes against the specification.
     *
     * @param scheme the value of the signing scheme
     * @param times those of {@link #TIMES} that are there
     * @param critical the names that the envelope declares critical
     * @param present all text names in the protected header
     * @throws MalformedEnvelopeException if an attribute is missing, out of place, or critical and unknown
     */
    static SignedAttributes of(String scheme, Map<String, Instant> times, List<String> critical, Set<String> present) {
        SigningScheme known = SigningScheme.of(scheme)
                .orElseThrow(() -> new MalformedEnvelopeException("the signing scheme is not one that is known"));
        boolean authority = known == SigningScheme.SIGNING_AUTHORITY;
        Instant signed = times.get(authority ? AUTHENTIC_SIGNING_TIME : SIGNING_TIME);
        if (signed == null || times.containsKey(authority ? SIGNING_TIME : AUTHENTIC_SIGNING_TIME)) {
            throw new MalformedEnvelopeException(
                    "the envelope does not state its signing time as " + known.written() + " demands");
        }
        Optional<Instant> expiry = Optional.ofNullable(times.get(EXPIRY));
        if (expiry.isPresent() && !expiry.get().isAfter(signed)) {
            throw new MalformedEnvelopeException("the signature expires before it was made");
        }
        checkCritical(authority, expiry.isPresent(), critical, present);
        return new SignedAttributes(known, signed, expiry);
    }

    private static void checkCritical(boolean authority, boolean expires, List<String> critical, Set<String> present) {
        if (present.stream().anyMatch(name -> name.startsWith(PLUGIN))) {
            throw new MalformedEnvelopeException("the signature demands a verification plug-in, there are none here");
        }
        Set<String> expected = new HashSet<>(Set.of(SIGNING_SCHEME));
        if (authority) {
            expected.add(AUTHENTIC_SIGNING_TIME);
        }
        if (expires) {
            expected.add(EXPIRY);
        }
        if (critical.size() != Set.copyOf(critical).size()) {
            throw new MalformedEnvelopeException("an attribute is declared critical twice");
        }
        if (!critical.containsAll(expected)) {
            throw new MalformedEnvelopeException("an attribute that is critical is not declared so");
        }
        if (!expected.containsAll(critical)) {
            throw new MalformedEnvelopeException("an attribute is declared critical that is not there or not known");
        }
    }
}
