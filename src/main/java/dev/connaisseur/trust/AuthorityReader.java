package dev.connaisseur.trust;

import dev.connaisseur.config.ConfigSection;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** Reads {@code ca} of a trust root: one's own authority, and the name that its certificates must bear. */
final class AuthorityReader {
    private final String validator;

    AuthorityReader(String validator) {
        this.validator = validator;
    }

    TrustRoot read(String name, ConfigSection entry) {
        Optional<ConfigSection> section = entry.section("ca");
        if (section.isEmpty()) {
            return new TrustRoot.Unusable(name, "its ca part cannot be read");
        }
        ConfigSection ca = section.get();
        ca.onlyKeys("certificates", "subject", "subjectRegex");
        Optional<IdentityMatcher> subject = TrustRootReader.matcher(name, ca, "subject", "Subject");
        List<X509Certificate> certificates = certificates(name, ca);
        if (subject.isEmpty() || certificates.isEmpty()) {
            return new TrustRoot.Unusable(name, "its ca part does not name certificates and a subject");
        }
        List<X509Certificate> roots =
                certificates.stream().filter(AuthorityReader::selfIssued).toList();
        // Without a root each is trusted by itself: who trusts one issuing authority need not trust all below the root.
        return roots.isEmpty()
                ? new TrustRoot.Authority(name, certificates, List.of(), subject.get())
                : new TrustRoot.Authority(
                        name,
                        roots,
                        certificates.stream()
                                .filter(certificate -> !selfIssued(certificate))
                                .toList(),
                        subject.get());
    }

    private List<X509Certificate> certificates(String name, ConfigSection ca) {
        String pem = ca.requiredString("certificates");
        if (pem.isEmpty()) {
            return List.of();
        }
        try {
            List<X509Certificate> certificates = CertificateChain.parsePem(pem);
            if (certificates.stream().allMatch(certificate -> certificate.getBasicConstraints() >= 0)) {
                return certificates;
            }
            return unusable(name, ca, "one of them is not that of an authority");
        } catch (UnusableCertificateException e) {
            return unusable(name, ca, String.valueOf(e.getMessage()));
        }
    }

    private List<X509Certificate> unusable(String name, ConfigSection ca, String why) {
        ca.deferred(
                "certificates",
                "the certificates of trust root " + name + " of validator " + validator + " cannot be used: " + why,
                "Give the authority's own certificates in PEM, its root first or last, and not those of signers.");
        return List.of();
    }

    private static boolean selfIssued(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
    }
}
