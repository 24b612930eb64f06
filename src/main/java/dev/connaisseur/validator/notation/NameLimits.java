package dev.connaisseur.validator.notation;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraintValidatorException;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.PKIXNameConstraintValidator;

/**
 * The names to which the authorities of a chain are confined. The Notary Project would have these ignored; an authority that may
 * vouch for some names only cannot vouch for others here.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.10">RFC 5280, 4.2.1.10</a>
 */
final class NameLimits {
    private NameLimits() {}

    /** Whether every certificate has only names that the authorities above it may vouch for. The leaf comes first. */
    static boolean areKept(List<X509Certificate> chain) {
        PKIXNameConstraintValidator limits = new PKIXNameConstraintValidator();
        try {
            for (int i = chain.size() - 1; i >= 0; i--) {
                for (GeneralName name : names(chain.get(i))) {
                    limits.checkPermitted(name);
                    limits.checkExcluded(name);
                }
                add(limits, chain.get(i));
            }
            return true;
        } catch (NameConstraintValidatorException | IllegalArgumentException | IllegalStateException e) {
            return false;
        }
    }

    private static void add(PKIXNameConstraintValidator limits, X509Certificate authority) {
        byte[] extension = authority.getExtensionValue(Extension.nameConstraints.getId());
        if (extension == null) {
            return;
        }
        NameConstraints constraints = NameConstraints.getInstance(
                ASN1OctetString.getInstance(extension).getOctets());
        if (constraints.getPermittedSubtrees() != null) {
            limits.intersectPermittedSubtree(constraints.getPermittedSubtrees());
        }
        if (constraints.getExcludedSubtrees() != null) {
            for (GeneralSubtree excluded : constraints.getExcludedSubtrees()) {
                limits.addExcludedSubtree(excluded);
            }
        }
    }

    /** Subject, alternative names, and mail addresses that stand in the subject. */
    private static List<GeneralName> names(X509Certificate certificate) {
        X500Name subject =
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
        List<GeneralName> names = new ArrayList<>();
        if (subject.getRDNs().length > 0) {
            names.add(new GeneralName(subject));
        }
        for (RDN mail : subject.getRDNs(BCStyle.EmailAddress)) {
            names.add(new GeneralName(
                    GeneralName.rfc822Name,
                    IETFUtils.valueToString(mail.getFirst().getValue())));
        }
        byte[] others = certificate.getExtensionValue(Extension.subjectAlternativeName.getId());
        if (others != null) {
            names.addAll(List.of(
                    GeneralNames.getInstance(ASN1OctetString.getInstance(others).getOctets())
                            .getNames()));
        }
        return names;
    }
}
