package dev.connaisseur.trust;

import dev.connaisseur.trust.CertificateChain.Purpose;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateParsingException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Lets the platform build and validate a path, then checks what it leaves out: it takes a trust anchor as it is, does not look at
 * extended key usage and tolerates constraints that are not critical.
 */
final class ChainBuilder {
    private static final String BASIC_CONSTRAINTS = "2.5.29.19";
    private static final String NAME_CONSTRAINTS = "2.5.29.30";
    private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
    private static final String ANY_PURPOSE = "2.5.29.37.0";
    private static final int DIGITAL_SIGNATURE = 0;
    private static final int KEY_CERT_SIGN = 5;
    private static final int MOST_CERTIFICATES = 20;
    private static final int LONGEST_PATH = 5;

    private final Collection<X509Certificate> intermediates;
    private final Collection<X509Certificate> anchors;
    private final Instant at;
    private final Purpose purpose;

    ChainBuilder(
            Collection<X509Certificate> intermediates,
            Collection<X509Certificate> anchors,
            Instant at,
            Purpose purpose) {
        this.intermediates = intermediates;
        this.anchors = anchors;
        this.at = at;
        this.purpose = purpose;
    }

    CertificateChain build(X509Certificate leaf) {
        if (intermediates.size() > MOST_CERTIFICATES) {
            throw new UnusableCertificateException("there are more than " + MOST_CERTIFICATES + " intermediates");
        }
        checkLeaf(leaf);
        List<X509Certificate> path = path(leaf);
        for (X509Certificate certificate : path) {
            checkAlways(certificate);
        }
        for (int i = 1; i < path.size(); i++) {
            checkAuthority(path.get(i), path.subList(1, i));
        }
        return new CertificateChain(path);
    }

    private List<X509Certificate> path(X509Certificate leaf) {
        Set<TrustAnchor> trusted = anchors.stream()
                .filter(this::validNow)
                .map(anchor -> new TrustAnchor(anchor, nameConstraints(anchor)))
                .collect(Collectors.toSet());
        if (trusted.isEmpty()) {
            throw new UnusableCertificateException("no trusted root certificate is valid at " + at);
        }
        List<X509Certificate> known = new ArrayList<>(intermediates);
        known.add(leaf);
        X509CertSelector target = new X509CertSelector();
        target.setCertificate(leaf);
        try {
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(trusted, target);
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(at));
            parameters.setMaxPathLength(LONGEST_PATH);
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(known)));
            PKIXCertPathBuilderResult result = (PKIXCertPathBuilderResult)
                    CertPathBuilder.getInstance("PKIX").build(parameters);
            List<X509Certificate> path = result.getCertPath().getCertificates().stream()
                    .map(X509Certificate.class::cast)
                    .collect(Collectors.toCollection(ArrayList::new));
            path.add(result.getTrustAnchor().getTrustedCert());
            return path;
        } catch (GeneralSecurityException e) {
            throw new UnusableCertificateException(
                    "no chain of certificates that are valid at " + at + " leads to a trusted root", e);
        }
    }

    private void checkLeaf(X509Certificate leaf) {
        if (leaf.getBasicConstraints() >= 0) {
            throw new UnusableCertificateException("the signer's certificate is one of an authority");
        }
        if (!uses(leaf, DIGITAL_SIGNATURE)) {
            throw new UnusableCertificateException("the signer's certificate is not for digital signatures");
        }
        List<String> purposes = purposes(leaf);
        boolean exactly = purpose != Purpose.TIME_STAMPING
                || (purposes.size() == 1
                        && leaf.getCriticalExtensionOIDs() != null
                        && leaf.getCriticalExtensionOIDs().contains(EXTENDED_KEY_USAGE));
        if (!purposes.contains(purpose.oid()) || !exactly) {
            throw new UnusableCertificateException("the signer's certificate is not for "
                    + (purpose == Purpose.CODE_SIGNING ? "code signing" : "time stamping"));
        }
    }

    private void checkAlways(X509Certificate certificate) {
        if (certificate.getVersion() != 3) {
            throw new UnusableCertificateException("a certificate of the chain is not of version 3");
        }
        String algorithm = certificate.getSigAlgName().toUpperCase(java.util.Locale.ROOT);
        if (algorithm.startsWith("SHA1") || algorithm.startsWith("MD")) {
            throw new UnusableCertificateException("a certificate of the chain is signed with " + algorithm);
        }
        if (!validNow(certificate)) {
            throw new UnusableCertificateException("a certificate of the chain is not valid at " + at);
        }
    }

    /** What is demanded of a certificate that signed another. {@code between} stands between it and the leaf. */
    private void checkAuthority(X509Certificate authority, List<X509Certificate> between) {
        int longest = authority.getBasicConstraints();
        Set<String> critical = authority.getCriticalExtensionOIDs();
        if (longest < 0 || critical == null || !critical.contains(BASIC_CONSTRAINTS)) {
            throw new UnusableCertificateException("a certificate of the chain is not one of an authority");
        }
        long issuers = between.stream()
                .filter(certificate ->
                        !certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal()))
                .count();
        if (issuers > longest) {
            throw new UnusableCertificateException("a certificate of the chain allows no path of this length");
        }
        if (!uses(authority, KEY_CERT_SIGN)) {
            throw new UnusableCertificateException("a certificate of the chain is not for signing certificates");
        }
        List<String> purposes = purposes(authority);
        if (!purposes.isEmpty() && !purposes.contains(purpose.oid()) && !purposes.contains(ANY_PURPOSE)) {
            throw new UnusableCertificateException("a certificate of the chain is for other purposes");
        }
    }

    private boolean validNow(X509Certificate certificate) {
        return !at.isBefore(certificate.getNotBefore().toInstant())
                && !at.isAfter(certificate.getNotAfter().toInstant());
    }

    private static boolean uses(X509Certificate certificate, int usage) {
        boolean[] usages = certificate.getKeyUsage();
        return usages != null && usages[usage];
    }

    private static List<String> purposes(X509Certificate certificate) {
        try {
            List<String> purposes = certificate.getExtendedKeyUsage();
            return purposes == null ? List.of() : purposes;
        } catch (CertificateParsingException e) {
            throw new UnusableCertificateException("a certificate's extended key usage cannot be read", e);
        }
    }

    private static byte @Nullable [] nameConstraints(X509Certificate anchor) {
        byte[] extension = anchor.getExtensionValue(NAME_CONSTRAINTS);
        return extension == null ? null : new DerReader(extension).octets();
    }
}
