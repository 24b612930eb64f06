package dev.connaisseur.trust;

import dev.connaisseur.trust.CertificateChain.Purpose;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.x500.X500Principal;

/**
 * Looks for a path from a leaf to an anchor, at each certificate by way of an anchor first, and gives up after so many steps: the
 * certificates between may be a stranger's. The platform reads certificates and verifies their signatures; it does not choose the path, as it
 * takes no limits of an anchor's names, ends with an exception at limits of some kinds, and looks at no extended key usage.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5280#section-6.1">RFC 5280, 6.1</a>, with any policy; a chain that demands one is
 *     refused
 */
final class ChainBuilder {
    private static final String KEY_USAGE = "2.5.29.15";
    private static final String ALTERNATIVE_NAME = "2.5.29.17";
    private static final String BASIC_CONSTRAINTS = "2.5.29.19";
    private static final String POLICY_CONSTRAINTS = "2.5.29.36";
    private static final String EXTENDED_KEY_USAGE = "2.5.29.37";

    /** Name constraints, distribution points, policies, their mappings, and the end of any policy; key identifiers never are. */
    private static final Set<String> MAY_BE_CRITICAL = Set.of(
            KEY_USAGE,
            ALTERNATIVE_NAME,
            BASIC_CONSTRAINTS,
            EXTENDED_KEY_USAGE,
            "2.5.29.30",
            "2.5.29.31",
            "2.5.29.32",
            "2.5.29.33",
            "2.5.29.54");

    private static final String ANY_PURPOSE = "2.5.29.37.0";
    private static final int DIGITAL_SIGNATURE = 0;
    private static final int KEY_CERT_SIGN = 5;
    private static final int MOST_CERTIFICATES = 20;
    private static final int MOST_STEPS = 1_000;
    private static final int LONGEST_SERIAL = 20 * 8;

    private final Collection<X509Certificate> intermediates;
    private final Collection<X509Certificate> anchors;
    private final Instant at;
    private final Purpose purpose;
    private final int between;
    private final IdentityHashMap<X509Certificate, List<X509Certificate>> issuers = new IdentityHashMap<>();
    private final List<X509Certificate> path = new ArrayList<>();
    private String flaw;
    private int steps;

    ChainBuilder(
            Collection<X509Certificate> intermediates,
            Collection<X509Certificate> anchors,
            Instant at,
            Purpose purpose,
            int between) {
        this.intermediates = intermediates;
        this.anchors = anchors;
        this.at = at.truncatedTo(ChronoUnit.SECONDS); // certificates know no fractions
        this.purpose = purpose;
        this.between = between;
        this.flaw = "no chain of certificates that are valid at " + at + " leads to a trusted root";
    }

    CertificateChain build(X509Certificate leaf) {
        if (intermediates.size() > MOST_CERTIFICATES) {
            throw new UnusableCertificateException("there are more than " + MOST_CERTIFICATES + " intermediates");
        }
        Optional<String> unfit = leafFlaw(leaf).or(() -> anyFlaw(leaf));
        if (unfit.isPresent()) {
            throw new UnusableCertificateException(unfit.get());
        }
        if (anchors.stream().noneMatch(this::isValid)) {
            throw new UnusableCertificateException("no trusted root certificate is valid at " + at);
        }
        path.add(leaf);
        if (!reachesAnchor()) {
            throw new UnusableCertificateException(flaw);
        }
        return new CertificateChain(path);
    }

    /** Goes on from the end of the path, and leaves it as it was if there is no way; says why of the last one tried. */
    private boolean reachesAnchor() {
        for (X509Certificate issuer : issuers.computeIfAbsent(path.getLast(), this::issuersOf)) {
            if (path.contains(issuer)) {
                continue;
            }
            if (++steps > MOST_STEPS) {
                flaw = "the certificates lead to each other in too many ways";
                return false;
            }
            Optional<String> unfit = anyFlaw(issuer).or(() -> authorityFlaw(issuer));
            if (unfit.isPresent()) {
                flaw = unfit.get();
                continue;
            }
            path.add(issuer);
            if (anchors.contains(issuer) ? namesAreKept() : authoritiesBetween() <= between && reachesAnchor()) {
                return true;
            }
            path.removeLast();
        }
        return false;
    }

    /** Those between the leaf and the next to come; what an authority issues to itself does not count. */
    private long authoritiesBetween() {
        return path.stream().skip(1).filter(each -> !isSelfIssued(each)).count();
    }

    private boolean namesAreKept() {
        boolean kept = NameLimits.areKept(path);
        if (!kept) {
            flaw =
                    "a certificate of the chain has a name that is malformed or for which an authority above it may not vouch";
        }
        return kept;
    }

    /** Who signed a certificate, by name and by key; anchors first. */
    private List<X509Certificate> issuersOf(X509Certificate issued) {
        List<X509Certificate> candidates = new ArrayList<>(anchors);
        candidates.addAll(intermediates);
        return candidates.stream()
                .filter(candidate -> candidate.getSubjectX500Principal().equals(issued.getIssuerX500Principal()))
                .filter(candidate -> isSigned(issued, candidate))
                .distinct()
                .toList();
    }

    private static boolean isSigned(X509Certificate issued, X509Certificate issuer) {
        try {
            issued.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private Optional<String> leafFlaw(X509Certificate leaf) {
        if (leaf.getBasicConstraints() >= 0) {
            return Optional.of("the signer's certificate is one of an authority");
        }
        if (!isFor(leaf, DIGITAL_SIGNATURE)) {
            return Optional.of("the signer's certificate is not for digital signatures");
        }
        if (isFor(leaf, KEY_CERT_SIGN)) {
            return Optional.of("the signer's certificate is for signing certificates, which its holder may not");
        }
        List<String> purposes = purposes(leaf);
        boolean exactly =
                !purpose.alone() || (purposes.size() == 1 && critical(leaf).contains(EXTENDED_KEY_USAGE));
        if (!purposes.contains(purpose.oid()) || purposes.contains(ANY_PURPOSE) || !exactly) {
            return Optional.of("the signer's certificate is not for " + purpose.name() + (exactly ? "" : " alone"));
        }
        if (isEmpty(leaf.getSubjectX500Principal()) && !critical(leaf).contains(ALTERNATIVE_NAME)) {
            return Optional.of("the signer's certificate has neither a subject nor a critical alternative name");
        }
        return Optional.empty();
    }

    /** What is demanded of every certificate. */
    private Optional<String> anyFlaw(X509Certificate certificate) {
        String algorithm = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
        if (certificate.getVersion() != 3) {
            return Optional.of("a certificate of the chain is not of version 3");
        }
        if (algorithm.startsWith("SHA1") || algorithm.startsWith("MD")) {
            return Optional.of("a certificate of the chain is signed with " + algorithm);
        }
        if (!isValid(certificate)) {
            return Optional.of("a certificate of the chain is not valid at " + at);
        }
        if (isEmpty(certificate.getIssuerX500Principal())) {
            return Optional.of("a certificate of the chain names no issuer");
        }
        BigInteger serial = certificate.getSerialNumber();
        if (!anchors.contains(certificate) && (serial.signum() <= 0 || serial.bitLength() > LONGEST_SERIAL)) {
            return Optional.of("a certificate of the chain has a serial number that is not allowed");
        }
        if (certificate.getExtensionValue(POLICY_CONSTRAINTS) != null) {
            return Optional.of("a certificate of the chain demands policies, which are not looked at");
        }
        if (!MAY_BE_CRITICAL.containsAll(critical(certificate))) {
            return Optional.of("a certificate of the chain has a critical extension that is not understood");
        }
        return AuthorityAccess.flaw(certificate)
                .or(() -> KeyIdentifiers.flaw(certificate))
                .or(() -> purpose.fulcio()
                        ? FulcioProfile.flaw(certificate, anchors.contains(certificate))
                        : Optional.empty());
    }

    /** What is demanded of a certificate that signed the last one of the path. */
    private Optional<String> authorityFlaw(X509Certificate authority) {
        int longest = authority.getBasicConstraints();
        if (longest < 0 || !critical(authority).contains(BASIC_CONSTRAINTS)) {
            return Optional.of("a certificate of the chain is not one of an authority");
        }
        if (authoritiesBetween() > longest) {
            return Optional.of("a certificate of the chain allows no path of this length");
        }
        if (!isFor(authority, KEY_CERT_SIGN)) {
            return Optional.of("a certificate of the chain is not for signing certificates");
        }
        List<String> purposes = purposes(authority);
        if (!purposes.isEmpty() && !purposes.contains(purpose.oid()) && !purposes.contains(ANY_PURPOSE)) {
            return Optional.of("a certificate of the chain is for other purposes");
        }
        return purpose.fulcio() ? FulcioProfile.flaw(path.getLast(), authority) : Optional.empty();
    }

    private boolean isValid(X509Certificate certificate) {
        return !at.isBefore(certificate.getNotBefore().toInstant())
                && !at.isAfter(certificate.getNotAfter().toInstant());
    }

    private static boolean isSelfIssued(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
    }

    private static boolean isEmpty(X500Principal name) {
        return name.getName().isEmpty();
    }

    private static boolean isFor(X509Certificate certificate, int usage) {
        boolean[] usages = certificate.getKeyUsage();
        return usages != null && usages[usage];
    }

    private static Set<String> critical(X509Certificate certificate) {
        Set<String> critical = certificate.getCriticalExtensionOIDs();
        return critical == null ? Set.of() : critical;
    }

    private static List<String> purposes(X509Certificate certificate) {
        try {
            List<String> purposes = certificate.getExtendedKeyUsage();
            return purposes == null ? List.of() : purposes;
        } catch (CertificateParsingException e) {
            throw new UnusableCertificateException("a certificate's extended key usage cannot be read", e);
        }
    }
}
