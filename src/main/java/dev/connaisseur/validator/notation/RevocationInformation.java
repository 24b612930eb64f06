package dev.connaisseur.validator.notation;

import java.security.cert.X509Certificate;
import java.util.List;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;

/** Where certificates say that their revocation is published. One that says nothing cannot be revoked, so the specification. */
final class RevocationInformation {
    private static final String AUTHORITY_INFORMATION_ACCESS = "1.3.6.1.5.5.7.1.1";
    private static final String CRL_DISTRIBUTION_POINTS = "2.5.29.31";

    private RevocationInformation() {}

    /** Whether some certificate below the root names an OCSP server or a CRL. */
    static boolean isNamed(List<X509Certificate> chain) {
        return chain.stream()
                .limit(Math.max(1, chain.size() - 1))
                .anyMatch(certificate ->
                        certificate.getExtensionValue(CRL_DISTRIBUTION_POINTS) != null || namesOcsp(certificate));
    }

    private static boolean namesOcsp(X509Certificate certificate) {
        byte[] extension = certificate.getExtensionValue(AUTHORITY_INFORMATION_ACCESS);
        if (extension == null) {
            return false;
        }
        try {
            byte[] value = ASN1OctetString.getInstance(extension).getOctets();
            for (AccessDescription access :
                    AuthorityInformationAccess.getInstance(value).getAccessDescriptions()) {
                if (access.getAccessMethod().equals(AccessDescription.id_ad_ocsp)) {
                    return true;
                }
            }
            return false;
        } catch (IllegalArgumentException e) {
            // What cannot be read may name one.
            return true;
        }
    }
}
