package dev.connaisseur.validator.notation.revocation;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Enumerated;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1InputStream;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.CertificateList;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.bouncycastle.cert.X509CRLEntryHolder;
import org.bouncycastle.cert.X509CRLHolder;
import org.jspecify.annotations.Nullable;

/**
 * A certificate revocation list, signed by the issuer of the certificates that it is about. Entries are read when they are looked
 * for: a long list costs its bytes and no more.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5280#section-6.3.3">RFC 5280, 6.3.3</a>
 */
final class RevocationList implements Published {
    /** Most have a few KiB; those of the largest authorities some MiB. */
    static final int LARGEST = 8 << 20;

    private static final int CRL_SIGN = 6;
    private static final Set<ASN1ObjectIdentifier> MAY_BE_CRITICAL =
            Set.of(Extension.issuingDistributionPoint, Extension.deltaCRLIndicator);

    private final X509CRLHolder list;
    private final int size;
    private final Instant thisUpdate;
    private final Instant nextUpdate;

    private RevocationList(X509CRLHolder list, int size, Instant nextUpdate) {
        this.list = list;
        this.size = size;
        this.thisUpdate = list.getThisUpdate().toInstant();
        this.nextUpdate = nextUpdate;
    }

    /**
     * Reads and verifies a list.
     *
     * @throws UnusableAnswerException if it is none, or not one that the issuer signed for all its certificates
     */
    static RevocationList read(byte[] der, X509Certificate issuer) {
        try (ASN1InputStream in = new ASN1InputStream(new ByteArrayInputStream(der), der.length, true)) {
            ASN1Primitive whole = in.readObject();
            if (whole == null || in.read() >= 0) {
                throw new UnusableAnswerException("the revocation list is empty or followed by other bytes");
            }
            X509CRLHolder list = new X509CRLHolder(CertificateList.getInstance(whole));
            checkSignature(list, issuer);
            checkExtensions(list);
            if (list.getNextUpdate() == null) {
                throw new UnusableAnswerException("the revocation list does not say until when it counts");
            }
            return new RevocationList(list, der.length, list.getNextUpdate().toInstant());
        } catch (IOException | IllegalArgumentException | IllegalStateException | ClassCastException e) {
            throw new UnusableAnswerException("the revocation list cannot be read", e);
        }
    }

    private static void checkSignature(X509CRLHolder list, X509Certificate issuer) throws IOException {
        CertificateList structure = list.toASN1Structure();
        boolean[] usage = issuer.getKeyUsage();
        X500Name name = X500Name.getInstance(issuer.getSubjectX500Principal().getEncoded());
        if (!list.getIssuer().equals(name)
                || (usage != null && !usage[CRL_SIGN])
                || !structure
                        .getSignatureAlgorithm()
                        .equals(structure.getTBSCertList().getSignature())
                || !IssuerSignature.verify(
                        issuer.getPublicKey(),
                        structure.getSignatureAlgorithm(),
                        structure.getTBSCertList().getEncoded(),
                        structure.getSignature().getOctets())) {
            throw new UnusableAnswerException("the revocation list is not signed by the certificate's issuer");
        }
    }

    private static void checkExtensions(X509CRLHolder list) {
        for (Object oid : list.getCriticalExtensionOIDs()) {
            if (!MAY_BE_CRITICAL.contains(oid)) {
                throw new UnusableAnswerException("the revocation list holds a critical extension that is not known");
            }
        }
        if (list.getExtension(Extension.cRLNumber) == null) {
            throw new UnusableAnswerException("the revocation list has no number");
        }
    }

    @Override
    public Instant thisUpdate() {
        return thisUpdate;
    }

    @Override
    public Optional<Instant> nextUpdate() {
        return Optional.of(nextUpdate);
    }

    @Override
    public int weight() {
        return 2 * size;
    }

    /** Where changes since this list are published, by its own word or the certificate's; empty if nothing is said of any. */
    Optional<List<URI>> changes(X509Certificate certificate) {
        List<URI> addresses = new ArrayList<>();
        Extension own = list.getExtension(Extension.freshestCRL);
        if (own != null) {
            addresses.addAll(RevocationAddresses.lists(CRLDistPoint.getInstance(own.getParsedValue())));
        }
        byte[] certificates = certificate.getExtensionValue(Extension.freshestCRL.getId());
        if (certificates != null) {
            addresses.addAll(RevocationAddresses.lists(CRLDistPoint.getInstance(
                    ASN1OctetString.getInstance(certificates).getOctets())));
        }
        return own == null && certificates == null
                ? Optional.empty()
                : Optional.of(addresses.stream().distinct().toList());
    }

    /** The number of the list whose changes this one holds; empty for a whole list. */
    Optional<BigInteger> base() {
        return number(Extension.deltaCRLIndicator);
    }

    private Optional<BigInteger> number() {
        return number(Extension.cRLNumber);
    }

    private Optional<BigInteger> number(ASN1ObjectIdentifier oid) {
        Extension extension = list.getExtension(oid);
        return extension == null
                ? Optional.empty()
                : Optional.of(
                        ASN1Integer.getInstance(extension.getParsedValue()).getPositiveValue());
    }

    /** Whether the changes were written for this list. */
    boolean isChangedBy(RevocationList changes) {
        return changes.base().isPresent()
                && number().isPresent()
                && changes.number().isPresent()
                && changes.base().get().compareTo(number().get()) <= 0
                && changes.number().get().compareTo(number().get()) >= 0;
    }

    /** Whether the list is about this certificate, and for every reason. */
    boolean covers(X509Certificate certificate) {
        Extension extension = list.getExtension(Extension.issuingDistributionPoint);
        if (extension == null) {
            return true;
        }
        IssuingDistributionPoint scope = IssuingDistributionPoint.getInstance(extension.getParsedValue());
        boolean authority = certificate.getBasicConstraints() >= 0;
        return !scope.isIndirectCRL()
                && !scope.onlyContainsAttributeCerts()
                && scope.getOnlySomeReasons() == null
                && !(scope.onlyContainsUserCerts() && authority)
                && !(scope.onlyContainsCACerts() && !authority)
                && (scope.getDistributionPoint() == null
                        || shared(RevocationAddresses.names(scope.getDistributionPoint()), certificate));
    }

    /** A list of one distribution point is for the certificates that name that point. */
    private static boolean shared(List<GeneralName> names, X509Certificate certificate) {
        Set<String> mine = new HashSet<>();
        RevocationAddresses.of(certificate).crl().forEach(uri -> mine.add(uri.toString()));
        return names.stream()
                .filter(name -> name.getTagNo() == GeneralName.uniformResourceIdentifier)
                .anyMatch(name -> mine.contains(name.getName().toString()));
    }

    /** The certificate's entry. */
    Optional<Revocation> entry(BigInteger serial) {
        X509CRLEntryHolder entry = list.getRevokedCertificate(serial);
        if (entry == null) {
            return Optional.empty();
        }
        for (Object oid : entry.getCriticalExtensionOIDs()) {
            if (!oid.equals(Extension.reasonCode) && !oid.equals(Extension.invalidityDate)) {
                throw new UnusableAnswerException("the revocation list's entry holds a critical extension");
            }
        }
        Extensions extensions = entry.getExtensions();
        Extension reason = extensions == null ? null : extensions.getExtension(Extension.reasonCode);
        Extension invalid = extensions == null ? null : extensions.getExtension(Extension.invalidityDate);
        return Optional.of(new Revocation(
                entry.getRevocationDate().toInstant(),
                invalidity(invalid),
                reason == null
                        ? 0
                        : ASN1Enumerated.getInstance(reason.getParsedValue())
                                .getValue()
                                .intValueExact()));
    }

    /** Since when a key was not to be trusted. */
    static Optional<Instant> invalidity(@Nullable Extension extension) {
        if (extension == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(ASN1GeneralizedTime.getInstance(extension.getParsedValue())
                    .getDate()
                    .toInstant());
        } catch (java.text.ParseException e) {
            throw new UnusableAnswerException("a time of invalidity cannot be read", e);
        }
    }
}
