package dev.connaisseur.validator.notation;

import dev.connaisseur.trust.NameLimits;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What the Notary Project demands of a code signing chain, whoever issued it: the order, who may sign whom, what keys may be used
 * for, which names it may have.
 *
 * @see <a href="https://github.com/notaryproject/specifications/blob/main/specs/signature-specification.md#certificate-requirements">
 *     Certificate requirements</a>
 */
final class SigningChain {
    private static final String BASIC_CONSTRAINTS = "2.5.29.19";
    private static final String KEY_USAGE = "2.5.29.15";
    private static final int DIGITAL_SIGNATURE = 0;
    private static final int CONTENT_COMMITMENT = 1;
    private static final int KEY_CERT_SIGN = 5;
    private static final int SMALLEST_EC = 256;

    /** anyExtendedKeyUsage, serverAuth, clientAuth, emailProtection, timeStamping. */
    private static final Set<String> FORBIDDEN_PURPOSES =
            Set.of("2.5.29.37.0", "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.8");

    private SigningChain() {}

    /** What is wrong with a chain, leaf first and root last; empty if nothing is. Validity in time is another question. */
    static Optional<String> flaw(List<X509Certificate> chain) {
        for (X509Certificate certificate : chain) {
            String algorithm = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
            if (algorithm.startsWith("SHA1") || algorithm.startsWith("MD")) {
                return Optional.of("a certificate of the chain is signed with " + certificate.getSigAlgName());
            }
            if (!hasAcceptedKey(certificate)) {
                return Optional.of("a certificate of the chain has a key that is neither RSA nor of a NIST curve");
            }
        }
        return leafFlaw(chain.getFirst()).or(() -> linkFlaw(chain)).or(() -> nameFlaw(chain));
    }

    private static Optional<String> nameFlaw(List<X509Certificate> chain) {
        return NameLimits.areKept(chain)
                ? Optional.empty()
                : Optional.of("a certificate of the chain has a name for which an authority above it may not vouch");
    }

    private static Optional<String> linkFlaw(List<X509Certificate> chain) {
        int last = chain.size() - 1;
        if (!signed(chain.get(last), chain.get(last))) {
            return Optional.of("the certificate chain does not end with a root that signed itself");
        }
        for (int i = 0; i < last; i++) {
            if (signed(chain.get(i), chain.get(i))) {
                return Optional.of("the certificate chain holds a root before its end");
            }
            if (!signed(chain.get(i + 1), chain.get(i))) {
                return Optional.of("a certificate of the chain is not issued by the one that follows it");
            }
            Optional<String> flaw = authorityFlaw(chain.get(i + 1), i);
            if (flaw.isPresent()) {
                return flaw;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> leafFlaw(X509Certificate leaf) {
        if (leaf.getBasicConstraints() >= 0) {
            return Optional.of("the signing certificate is one of an authority");
        }
        boolean[] usage = leaf.getKeyUsage();
        if (usage == null || !isCritical(leaf, KEY_USAGE) || !usage[DIGITAL_SIGNATURE]) {
            return Optional.of("the signing certificate's critical key usage is not digitalSignature");
        }
        for (int bit = 0; bit < usage.length; bit++) {
            if (usage[bit] && bit != DIGITAL_SIGNATURE && bit != CONTENT_COMMITMENT) {
                return Optional.of("the signing certificate may be used for more than digital signatures");
            }
        }
        try {
            List<String> purposes = leaf.getExtendedKeyUsage();
            if (purposes != null && purposes.stream().anyMatch(FORBIDDEN_PURPOSES::contains)) {
                return Optional.of("the signing certificate's extended key usage is not for code signing alone");
            }
        } catch (CertificateParsingException e) {
            return Optional.of("the signing certificate's extended key usage cannot be read");
        }
        return Optional.empty();
    }

    /** {@code below} authorities stand between this one and the leaf. */
    private static Optional<String> authorityFlaw(X509Certificate authority, int below) {
        int longest = authority.getBasicConstraints();
        if (longest < 0 || !isCritical(authority, BASIC_CONSTRAINTS)) {
            return Optional.of("a certificate of the chain is not critically marked as one of an authority");
        }
        if (below > longest) {
            return Optional.of("a certificate of the chain allows no path of this length");
        }
        boolean[] usage = authority.getKeyUsage();
        if (usage == null || !isCritical(authority, KEY_USAGE) || !usage[KEY_CERT_SIGN]) {
            return Optional.of("a certificate of the chain is not for signing certificates");
        }
        return Optional.empty();
    }

    /** Whether {@code issuer} signed {@code issued}, by name and by key. */
    static boolean signed(X509Certificate issuer, X509Certificate issued) {
        if (!issued.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
            return false;
        }
        try {
            issued.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static boolean hasAcceptedKey(X509Certificate certificate) {
        // Sizes and curves were checked when the certificate was read.
        return certificate.getPublicKey() instanceof RSAPublicKey
                || (certificate.getPublicKey() instanceof ECPublicKey ec
                        && ec.getParams().getCurve().getField().getFieldSize() >= SMALLEST_EC);
    }

    private static boolean isCritical(X509Certificate certificate, String oid) {
        Set<String> critical = certificate.getCriticalExtensionOIDs();
        return critical != null && critical.contains(oid);
    }
}
