package dev.connaisseur.validator.notation.revocation;

import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.HttpAnswer;
import dev.connaisseur.http.HttpCall;
import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.http.LookupException;
import dev.connaisseur.http.Purpose;
import dev.connaisseur.registry.Lookups;
import dev.connaisseur.trust.Hash;
import dev.connaisseur.validator.notation.revocation.PublishedCache.Fetched;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.bc.BcDigestCalculatorProvider;

/** Asks OCSP responders and fetches lists, by the egress rules for what a certificate names. What is verified is kept for a while. */
final class Publishers {
    private static final Duration OCSP_PATIENCE = Duration.ofSeconds(2);
    private static final Duration CRL_PATIENCE = Duration.ofSeconds(5);
    private static final long MOST_BYTES = 32L << 20;
    private static final int NONCE = 32;
    private static final int SHORT = 16;

    private final HttpTransport transport;
    private final Lookups lookups;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private final PublishedCache cache = new PublishedCache(System::nanoTime, MOST_BYTES);

    Publishers(HttpTransport transport, Lookups lookups, InstantSource clock) {
        this.transport = transport;
        this.lookups = lookups;
        this.clock = clock;
    }

    /**
     * What a responder says about a certificate.
     *
     * @throws UnusableAnswerException if nothing that counts
     */
    OcspAnswer answer(URI responder, X509Certificate certificate, X509Certificate issuer, Deadline deadline) {
        String key = "ocsp " + responder + " " + print(issuer) + " " + certificate.getSerialNumber();
        return fresh(key, OcspAnswer.class, () -> ask(responder, certificate, issuer, deadline), deadline);
    }

    /**
     * The list at an address, signed by the issuer.
     *
     * @throws UnusableAnswerException if there is none
     */
    RevocationList list(URI address, X509Certificate issuer, Deadline deadline) {
        Published found =
                found("crl " + address + " " + print(issuer), () -> fetch(address, issuer, deadline), deadline);
        // An old list may still say that a certificate was revoked: who looks into it decides.
        return (RevocationList) found;
    }

    /** Until when the lists that are kept count: of each issuer the earliest, by the beginning of its certificate's SHA-256. */
    Map<String, Instant> ends() {
        Map<String, Instant> ends = new TreeMap<>();
        cache.kept().forEach((key, published) -> {
            if (published instanceof RevocationList list && list.nextUpdate().isPresent()) {
                String issuer = key.substring(key.lastIndexOf(' ') + 1).substring(0, SHORT);
                ends.merge(issuer, list.nextUpdate().get(), (one, other) -> one.isBefore(other) ? one : other);
            }
        });
        return ends;
    }

    private <T extends Published> T fresh(String key, Class<T> type, Supplier<Published> fetch, Deadline deadline) {
        Published found = found(key, fetch, deadline);
        if (!found.isFresh(clock.instant())) {
            throw new UnusableAnswerException("the OCSP responder's answer is too old, or from the future");
        }
        return type.cast(found);
    }

    private Published found(String key, Supplier<Published> fetch, Deadline deadline) {
        Fetched fetched = cache.get(key, () -> fetched(fetch), deadline);
        if (fetched.published() != null && !fetched.published().isFresh(clock.instant())) {
            cache.forget(key);
            fetched = cache.get(key, () -> fetched(fetch), deadline);
        }
        if (fetched.published() == null) {
            throw new UnusableAnswerException(fetched.failure());
        }
        return fetched.published();
    }

    private static Fetched fetched(Supplier<Published> fetch) {
        try {
            return new Fetched(fetch.get(), "");
        } catch (LookupException | UnusableAnswerException e) {
            return new Fetched(null, String.valueOf(e.getMessage()));
        }
    }

    private OcspAnswer ask(URI responder, X509Certificate certificate, X509Certificate issuer, Deadline deadline) {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        CertificateID id = id(certificate, issuer);
        HttpCall call = HttpCall.post(responder, Purpose.CERTIFICATE, "application/ocsp-request", request(id, nonce))
                .header("Accept", "application/ocsp-response")
                .limit(OcspAnswer.LARGEST);
        return OcspAnswer.read(body(call, deadline.within(OCSP_PATIENCE)), id, nonce, issuer, clock.instant());
    }

    private RevocationList fetch(URI address, X509Certificate issuer, Deadline deadline) {
        HttpCall call = HttpCall.get(address, Purpose.CERTIFICATE).limit(RevocationList.LARGEST);
        return RevocationList.read(body(call, deadline.within(CRL_PATIENCE)), issuer);
    }

    private byte[] body(HttpCall call, Deadline deadline) {
        HttpAnswer answer = lookups.fetch(transport, call, deadline);
        if (answer.status() != 200) {
            throw new UnusableAnswerException(call.host() + " answered with status " + answer.status());
        }
        return answer.body();
    }

    private static CertificateID id(X509Certificate certificate, X509Certificate issuer) {
        try {
            return new CertificateID(
                    new BcDigestCalculatorProvider().get(new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256)),
                    new X509CertificateHolder(issuer.getEncoded()),
                    certificate.getSerialNumber());
        } catch (OCSPException | OperatorCreationException | CertificateEncodingException | IOException e) {
            throw new UnusableAnswerException("no OCSP request can be made about the certificate", e);
        }
    }

    private static byte[] request(CertificateID id, byte[] nonce) {
        try {
            return new OCSPReqBuilder()
                    .addRequest(id)
                    .setRequestExtensions(new Extensions(new Extension(
                            OCSPObjectIdentifiers.id_pkix_ocsp_nonce, false, new DEROctetString(nonce).getEncoded())))
                    .build()
                    .getEncoded();
        } catch (OCSPException | IOException e) {
            throw new UnusableAnswerException("no OCSP request can be made about the certificate", e);
        }
    }

    private static String print(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(Hash.SHA_256.of(certificate.getEncoded()));
        } catch (CertificateEncodingException e) {
            throw new UnusableAnswerException("a certificate has no encoding", e);
        }
    }
}
