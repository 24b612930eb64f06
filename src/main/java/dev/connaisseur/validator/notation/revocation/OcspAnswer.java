package dev.connaisseur.validator.notation.revocation;

import dev.connaisseur.trust.CertificateChain;
import dev.connaisseur.trust.UnusableCertificateException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.cert.ocsp.UnknownStatus;

/**
 * What a responder that the issuer authorised says about one certificate.
 *
 * @param revocation empty if it is good
 * @param signer the responder's own certificate where its revocation must be looked up, too
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6960#section-4.2">RFC 6960, 4.2</a>
 */
record OcspAnswer(
        Optional<Revocation> revocation,
        Instant thisUpdate,
        Optional<Instant> nextUpdate,
        Optional<X509Certificate> signer)
        implements Published {
    /** Real ones take 0.5 to 3 KiB. */
    static final int LARGEST = 64 * 1024;

    private static final int WEIGHT = 4096;
    private static final String OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";
    private static final String NO_CHECK = "1.3.6.1.5.5.7.48.1.5";

    @Override
    public int weight() {
        return WEIGHT;
    }

    /**
     * Reads and verifies an answer.
     *
     * @param asked about which certificate
     * @param nonce that was sent along; an answer may leave it out
     * @param issuer of the certificate
     * @throws UnusableAnswerException if nothing can be learnt from it
     */
    static OcspAnswer read(byte[] der, CertificateID asked, byte[] nonce, X509Certificate issuer, Instant now) {
        try {
            OCSPResp response = new OCSPResp(der);
            if (response.getStatus() != OCSPResp.SUCCESSFUL
                    || !(response.getResponseObject() instanceof BasicOCSPResp basic)) {
                throw new UnusableAnswerException(
                        "the OCSP responder gives no answer, its status is " + response.getStatus());
            }
            Optional<X509Certificate> signer = signer(basic, issuer, now);
            checkNonce(basic, nonce);
            SingleResp single = single(basic, asked);
            return new OcspAnswer(
                    revocation(single.getCertStatus(), single.getExtension(Extension.invalidityDate)),
                    single.getThisUpdate().toInstant(),
                    Optional.ofNullable(single.getNextUpdate()).map(java.util.Date::toInstant),
                    signer.filter(certificate -> certificate.getExtensionValue(NO_CHECK) == null));
        } catch (IOException
                | OCSPException
                | IllegalArgumentException
                | IllegalStateException
                | ArithmeticException
                | ClassCastException e) {
            throw new UnusableAnswerException("the OCSP responder's answer cannot be read", e);
        }
    }

    private static SingleResp single(BasicOCSPResp basic, CertificateID asked) {
        List<SingleResp> about = List.of(basic.getResponses()).stream()
                .filter(single -> single.getCertID().equals(asked))
                .toList();
        if (about.size() != 1) {
            throw new UnusableAnswerException("the OCSP responder's answer is about another certificate");
        }
        if (!about.getFirst().getCriticalExtensionOIDs().isEmpty()
                || !basic.getCriticalExtensionOIDs().isEmpty()) {
            throw new UnusableAnswerException("the OCSP responder's answer holds a critical extension");
        }
        return about.getFirst();
    }

    private static Optional<Revocation> revocation(
            @org.jspecify.annotations.Nullable CertificateStatus status,
            @org.jspecify.annotations.Nullable Extension invalidity) {
        return switch (status) {
            case null -> Optional.empty();
            case RevokedStatus revoked ->
                Optional.of(new Revocation(
                        revoked.getRevocationTime().toInstant(),
                        RevocationList.invalidity(invalidity),
                        revoked.hasRevocationReason() ? revoked.getRevocationReason() : 0));
            case UnknownStatus unknown ->
                throw new UnusableAnswerException("the OCSP responder does not know the certificate");
            default -> throw new UnusableAnswerException("the OCSP responder's answer has no known status");
        };
    }

    private static void checkNonce(BasicOCSPResp basic, byte[] nonce) {
        Extension echoed = basic.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce);
        if (echoed == null) {
            return;
        }
        byte[] value = ASN1OctetString.getInstance(echoed.getParsedValue()).getOctets();
        if (!MessageDigest.isEqual(value, nonce)) {
            throw new UnusableAnswerException("the OCSP responder's answer is to another request");
        }
    }

    /** The certificate of a responder that the issuer has authorised; empty if the issuer itself has signed. */
    private static Optional<X509Certificate> signer(BasicOCSPResp basic, X509Certificate issuer, Instant now)
            throws OCSPException {
        if (signed(basic, issuer.getPublicKey())) {
            return Optional.empty();
        }
        for (X509CertificateHolder holder : basic.getCerts()) {
            Optional<X509Certificate> candidate = certificate(holder);
            if (candidate.isPresent()
                    && authorised(candidate.get(), issuer, now)
                    && signed(basic, candidate.get().getPublicKey())) {
                return candidate;
            }
        }
        throw new UnusableAnswerException(
                "the OCSP answer is not signed by the certificate's issuer or a responder that it authorised");
    }

    private static boolean signed(BasicOCSPResp basic, PublicKey key) {
        return IssuerSignature.verify(
                key, basic.getSignatureAlgorithmID(), basic.getTBSResponseData(), basic.getSignature());
    }

    private static Optional<X509Certificate> certificate(X509CertificateHolder holder) {
        try {
            return Optional.of(CertificateChain.parseDer(holder.getEncoded()));
        } catch (IOException | UnusableCertificateException e) {
            return Optional.empty();
        }
    }

    private static boolean authorised(X509Certificate responder, X509Certificate issuer, Instant now) {
        try {
            responder.verify(issuer.getPublicKey());
            List<String> purposes = responder.getExtendedKeyUsage();
            boolean[] usage = responder.getKeyUsage();
            return responder.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())
                    && purposes != null
                    && purposes.contains(OCSP_SIGNING)
                    && (usage == null || usage[0])
                    && !now.isBefore(responder.getNotBefore().toInstant())
                    && !now.isAfter(responder.getNotAfter().toInstant());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
