package dev.connaisseur.sigstore;

import dev.connaisseur.json.Limits;
import dev.connaisseur.sigstore.Evidence.Certificates;
import dev.connaisseur.sigstore.Evidence.Format;
import dev.connaisseur.trust.CertificateChain;
import dev.connaisseur.trust.UnusableCertificateException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What cosign's older format keeps beside a signature, as annotations of its layer.
 *
 * @param signature empty beside an attestation, whose envelope holds it
 * @see <a href="https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md">Cosign signature specification</a>
 */
public record LegacyAnnotations(
        Optional<Bytes> signature,
        Optional<Certificates> certificates,
        List<LogEntry> entries,
        List<Bytes> timestamps) {
    private static final String SIGNATURE = "dev.cosignproject.cosign/signature";
    private static final String CERTIFICATE = "dev.sigstore.cosign/certificate";
    private static final String CHAIN = "dev.sigstore.cosign/chain";
    private static final String BUNDLE = "dev.sigstore.cosign/bundle";
    private static final String TIMESTAMP = "dev.sigstore.cosign/rfc3161timestamp";

    /** An entry for an attestation holds its envelope's signatures and certificates. */
    private static final int LONGEST = 1 << 20;

    /** An RSA signature of 8192 bits takes 1,368 characters. */
    private static final int LONGEST_SIGNATURE = 4096;

    private static final Limits LIMITS = new Limits(LONGEST, 10, LONGEST);

    public LegacyAnnotations {
        entries = List.copyOf(entries);
        timestamps = List.copyOf(timestamps);
    }

    /**
     * Reads the annotations of one layer.
     *
     * @throws MalformedEvidenceException if one of them is malformed or too long
     */
    public static LegacyAnnotations parse(Map<String, String> annotations) {
        if (annotations.values().stream().mapToLong(String::length).sum() > LONGEST) {
            throw new MalformedEvidenceException("the annotations of a signature are too long");
        }
        Optional<X509Certificate> leaf =
                text(annotations, CERTIFICATE).map(pem -> certificates(pem).getFirst());
        List<X509Certificate> chain =
                text(annotations, CHAIN).map(LegacyAnnotations::certificates).orElse(List.of());
        return new LegacyAnnotations(
                text(annotations, SIGNATURE).map(LegacyAnnotations::signature),
                leaf.map(certificate -> new Certificates(certificate, chain)),
                text(annotations, BUNDLE).map(LegacyAnnotations::entry).stream().toList(),
                text(annotations, TIMESTAMP).map(LegacyAnnotations::timestamp).stream()
                        .toList());
    }

    /** The evidence that these annotations make of a layer's content. */
    public Evidence evidence(Content content, Bytes bareSignature, Bytes stamped) {
        return new Evidence(content, bareSignature, certificates, entries, Format.LEGACY, timestamps, stamped);
    }

    private static Optional<String> text(Map<String, String> annotations, String name) {
        return Optional.ofNullable(annotations.get(name)).filter(text -> !text.isEmpty());
    }

    private static Bytes signature(String text) {
        return Optional.of(text)
                .filter(base64 -> base64.length() <= LONGEST_SIGNATURE)
                .flatMap(Bytes::ofBase64)
                .orElseThrow(() -> new MalformedEvidenceException("a signature is not base64 or too long"));
    }

    private static List<X509Certificate> certificates(String pem) {
        try {
            List<X509Certificate> certificates = CertificateChain.parsePem(pem);
            if (certificates.size() > 10) {
                throw new MalformedEvidenceException("a signature comes with more than 10 certificates");
            }
            return certificates;
        } catch (UnusableCertificateException e) {
            throw new MalformedEvidenceException(
                    "a certificate beside a signature cannot be used: " + e.getMessage(), e);
        }
    }

    private static LogEntry entry(String json) {
        ProtoJson bundle = ProtoJson.parse(json.getBytes(StandardCharsets.UTF_8), LIMITS);
        ProtoJson payload = bundle.required("Payload");
        String logId = payload.requiredText("logID");
        if (!logId.matches("([0-9a-f]{2}){1,64}")) {
            throw payload.wrong("logID", "lower-case hex");
        }
        return new LogEntry(
                Bytes.of(HexFormat.of().parseHex(logId)),
                payload.count("logIndex"),
                Optional.of(payload.second("integratedTime")).filter(time -> !time.equals(Instant.EPOCH)),
                bundle.requiredBytes("SignedEntryTimestamp"),
                Optional.empty(),
                payload.requiredBytes("body"));
    }

    private static Bytes timestamp(String json) {
        return ProtoJson.parse(json.getBytes(StandardCharsets.UTF_8), LIMITS).requiredBytes("SignedRFC3161Timestamp");
    }
}
