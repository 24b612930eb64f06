package dev.connaisseur.validator.notation.revocation;

import java.net.URI;
import java.net.URISyntaxException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;

/**
 * Where a certificate says that its revocation is published.
 *
 * @param ocsp responders, at most {@value #MOST}
 * @param crl whole lists of its own issuer, at most {@value #MOST}
 * @param named whether it says anything at all, be it that we cannot use it
 */
record RevocationAddresses(List<URI> ocsp, List<URI> crl, boolean named) {
    private static final int MOST = 3;
    private static final String AUTHORITY_INFORMATION_ACCESS = "1.3.6.1.5.5.7.1.1";
    private static final String CRL_DISTRIBUTION_POINTS = "2.5.29.31";

    RevocationAddresses {
        ocsp = List.copyOf(ocsp);
        crl = List.copyOf(crl);
    }

    static RevocationAddresses of(X509Certificate certificate) {
        byte[] access = certificate.getExtensionValue(AUTHORITY_INFORMATION_ACCESS);
        byte[] points = certificate.getExtensionValue(CRL_DISTRIBUTION_POINTS);
        try {
            List<GeneralName> responders = access == null ? List.of() : responders(access);
            List<URI> lists = points == null
                    ? List.of()
                    : lists(CRLDistPoint.getInstance(
                            ASN1OctetString.getInstance(points).getOctets()));
            return new RevocationAddresses(usable(responders), lists, points != null || !responders.isEmpty());
        } catch (IllegalArgumentException | IllegalStateException | ClassCastException e) {
            // What cannot be read may name one.
            return new RevocationAddresses(List.of(), List.of(), true);
        }
    }

    /** The addresses of whole lists that the certificate's own issuer signs; others are passed over. */
    static List<URI> lists(CRLDistPoint points) {
        List<GeneralName> names = new ArrayList<>();
        for (DistributionPoint point : points.getDistributionPoints()) {
            if (point.getReasons() == null && point.getCRLIssuer() == null) {
                names.addAll(names(point.getDistributionPoint()));
            }
        }
        return usable(names);
    }

    /** The full names of a distribution point; none where it has a relative one. */
    static List<GeneralName> names(@org.jspecify.annotations.Nullable DistributionPointName point) {
        return point == null || point.getType() != DistributionPointName.FULL_NAME
                ? List.of()
                : List.of(GeneralNames.getInstance(point.getName()).getNames());
    }

    private static List<GeneralName> responders(byte[] extension) {
        List<GeneralName> names = new ArrayList<>();
        for (AccessDescription access : AuthorityInformationAccess.getInstance(
                        ASN1OctetString.getInstance(extension).getOctets())
                .getAccessDescriptions()) {
            if (access.getAccessMethod().equals(AccessDescription.id_ad_ocsp)) {
                names.add(access.getAccessLocation());
            }
        }
        return names;
    }

    private static List<URI> usable(List<GeneralName> names) {
        return names.stream()
                .filter(name -> name.getTagNo() == GeneralName.uniformResourceIdentifier)
                .flatMap(name -> uri(name.getName().toString()).stream())
                .distinct()
                .limit(MOST)
                .toList();
    }

    private static Optional<URI> uri(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (!lower.startsWith("http://") && !lower.startsWith("https://")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new URI(text));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
