package dev.connaisseur.trust;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1String;
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
 * The names to which the authorities of a chain are confined, the trusted one too. A name that is not what names of its kind look
 * like cannot be compared: it is within no limit.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.10">RFC 5280, 4.2.1.10</a>
 */
public final class NameLimits {
    /** Comparing takes names times limits. */
    private static final int MOST = 256;

    private final PKIXNameConstraintValidator limits = new PKIXNameConstraintValidator();
    private final List<String> excludedHosts = new ArrayList<>();
    private int size;

    private NameLimits() {}

    /** Whether every certificate has only names that the authorities above it may vouch for. The leaf comes first. */
    public static boolean areKept(List<X509Certificate> chain) {
        NameLimits limits = new NameLimits();
        try {
            for (int i = chain.size() - 1; i >= 0; i--) {
                X509Certificate certificate = chain.get(i);
                List<GeneralName> names = names(certificate);
                if (limits.size > 0 && (i == 0 || !isSelfIssued(certificate))) {
                    limits.check(names);
                }
                limits.add(certificate, i > 0);
            }
            return true;
        } catch (NameConstraintValidatorException | IllegalArgumentException | IllegalStateException e) {
            return false;
        }
    }

    private void check(List<GeneralName> names) throws NameConstraintValidatorException {
        for (GeneralName name : names) {
            demand(NameForm.isName(name));
            limits.checkPermitted(name);
            limits.checkExcluded(name);
            if (name.getTagNo() == GeneralName.dNSName) {
                demand(!mayMeanExcluded(text(name)));
            }
        }
    }

    /** A name with a star stands for others, which may be among those that are excluded. */
    private boolean mayMeanExcluded(String host) {
        return host.startsWith("*")
                && excludedHosts.stream().anyMatch(excluded -> ("." + excluded).endsWith(host.substring(1)));
    }

    private void add(X509Certificate certificate, boolean authority) {
        byte[] extension = certificate.getExtensionValue(Extension.nameConstraints.getId());
        if (extension == null) {
            return;
        }
        NameConstraints constraints = NameConstraints.getInstance(
                ASN1OctetString.getInstance(extension).getOctets());
        GeneralSubtree[] permitted = constraints.getPermittedSubtrees();
        GeneralSubtree[] excluded = constraints.getExcludedSubtrees();
        demand(authority && (permitted != null || excluded != null));
        if (permitted != null) {
            measure(permitted);
            limits.intersectPermittedSubtree(permitted);
        }
        if (excluded != null) {
            measure(excluded);
            for (GeneralSubtree subtree : excluded) {
                limits.addExcludedSubtree(subtree);
                if (subtree.getBase().getTagNo() == GeneralName.dNSName) {
                    excludedHosts.add(text(subtree.getBase()));
                }
            }
        }
    }

    private void measure(GeneralSubtree[] subtrees) {
        size += subtrees.length;
        demand(subtrees.length > 0 && size <= MOST);
        for (GeneralSubtree subtree : subtrees) {
            demand(subtree.getMaximum() == null
                    && subtree.getMinimum().signum() == 0
                    && NameForm.isLimit(subtree.getBase()));
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
        demand(names.size() <= MOST);
        return names;
    }

    private static String text(GeneralName name) {
        return ((ASN1String) name.getName()).getString().toLowerCase(Locale.ROOT);
    }

    private static boolean isSelfIssued(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
    }

    private static void demand(boolean kept) {
        if (!kept) {
            throw new IllegalArgumentException("a name or a limit of names is malformed or not allowed");
        }
    }
}
