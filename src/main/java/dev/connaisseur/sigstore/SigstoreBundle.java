package dev.connaisseur.sigstore;

import dev.connaisseur.json.Limits;
import dev.connaisseur.sigstore.Evidence.Certificates;
import dev.connaisseur.sigstore.Evidence.Format;
import dev.connaisseur.trust.CertificateChain;
import dev.connaisseur.trust.Hash;
import dev.connaisseur.trust.UnusableCertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * Reads sigstore bundles of versions 0.1 to 0.3 into {@link Evidence}.
 *
 * @see <a href="https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_bundle.proto">Bundle</a>
 */
public final class SigstoreBundle {
    public static final String MEDIA_TYPE_PREFIX = "application/vnd.dev.sigstore.bundle";

    /** The most that is read: an SBOM inside may be large. */
    public static final int LARGEST = 8 << 20;

    private static final Limits LIMITS = new Limits(LARGEST, 20, LARGEST);
    private static final int MOST_CERTIFICATES = 10;
    private static final int MOST_ENTRIES = 32;
    private static final int MOST_TIMESTAMPS = 32;

    private enum Version {
        V0_1,
        V0_2,
        V0_3
    }

    private SigstoreBundle() {}

    /**
     * Reads a bundle.
     *
     * @param artifact what it is said to be about: the content of a bundle that holds a bare signature
     * @throws MalformedEvidenceException if it is none
     */
    public static Evidence parse(byte[] json, Artifact artifact) {
        ProtoJson bundle = ProtoJson.parse(json, LIMITS);
        Version version = version(bundle);
        ProtoJson material = bundle.required("verificationMaterial");
        Optional<Certificates> certificates = certificates(material, version);
        List<LogEntry> entries = material.objects("tlogEntries", MOST_ENTRIES).stream()
                .map(LogEntry::parse)
                .toList();
        List<Bytes> timestamps = timestamps(material);
        Format format = version == Version.V0_1 ? Format.FIRST_BUNDLE : Format.BUNDLE;
        Optional<ProtoJson> envelope = bundle.object("dsseEnvelope");
        Optional<ProtoJson> message = bundle.object("messageSignature");
        if (envelope.isPresent() == message.isPresent()) {
            throw new MalformedEvidenceException("the bundle has not exactly one of dsseEnvelope and messageSignature");
        }
        if (envelope.isPresent()) {
            Dsse dsse = Dsse.of(envelope.get(), Optional.empty());
            return new Evidence(
                    dsse.content(), dsse.signature(), certificates, entries, format, timestamps, dsse.signature());
        }
        Bytes signature = message.get().requiredBytes("signature");
        message.get().object("messageDigest").ifPresent(hint -> checkHint(hint, artifact));
        return new Evidence(
                new Content.Blob(artifact), signature, certificates, entries, format, timestamps, signature);
    }

    private static Version version(ProtoJson bundle) {
        return switch (bundle.requiredText("mediaType")) {
            case MEDIA_TYPE_PREFIX + "+json;version=0.1" -> Version.V0_1;
            case MEDIA_TYPE_PREFIX + "+json;version=0.2" -> Version.V0_2;
            case MEDIA_TYPE_PREFIX + "+json;version=0.3", MEDIA_TYPE_PREFIX + ".v0.3+json" -> Version.V0_3;
            default -> throw bundle.wrong("mediaType", "that of a bundle of version 0.1 to 0.3");
        };
    }

    private static Optional<Certificates> certificates(ProtoJson material, Version version) {
        Optional<ProtoJson> single = material.object("certificate");
        Optional<ProtoJson> chain = material.object("x509CertificateChain");
        Optional<ProtoJson> key = material.object("publicKey");
        if ((single.isPresent() ? 1 : 0) + (chain.isPresent() ? 1 : 0) + (key.isPresent() ? 1 : 0) != 1) {
            throw new MalformedEvidenceException("the bundle has not exactly one of certificate, chain and public key");
        }
        if (key.isPresent()) {
            return Optional.empty();
        }
        List<ProtoJson> raw =
                single.isPresent() ? List.of(single.get()) : chain.get().objects("certificates", MOST_CERTIFICATES);
        if (raw.isEmpty() || (version == Version.V0_3 && chain.isPresent())) {
            throw new MalformedEvidenceException("the bundle's certificates are not in the form of its version");
        }
        List<X509Certificate> certificates = new ArrayList<>();
        for (ProtoJson certificate : raw) {
            try {
                certificates.add(CertificateChain.parseDer(
                        certificate.requiredBytes("rawBytes").toArray()));
            } catch (UnusableCertificateException e) {
                throw new MalformedEvidenceException(
                        "a certificate of the bundle cannot be used: " + e.getMessage(), e);
            }
        }
        for (X509Certificate other : certificates.subList(1, certificates.size())) {
            if (other.getSubjectX500Principal().equals(other.getIssuerX500Principal())) {
                throw new MalformedEvidenceException("the bundle holds a root certificate");
            }
        }
        return Optional.of(new Certificates(certificates.getFirst(), certificates.subList(1, certificates.size())));
    }

    private static List<Bytes> timestamps(ProtoJson material) {
        List<Bytes> timestamps = material
                .object("timestampVerificationData")
                .map(data -> data.objects("rfc3161Timestamps", MOST_TIMESTAMPS))
                .orElse(List.of())
                .stream()
                .map(timestamp -> timestamp.requiredBytes("signedTimestamp"))
                .toList();
        if (new HashSet<>(timestamps).size() != timestamps.size()) {
            throw new MalformedEvidenceException("the bundle holds a timestamp twice");
        }
        return timestamps;
    }

    /** The digest beside a signature proves nothing, but a bundle that contradicts itself is not believed. */
    private static void checkHint(ProtoJson hint, Artifact artifact) {
        Bytes digest = hint.bytes("digest");
        if (LogBody.protoHash(hint).equals(Optional.of(Hash.SHA_256))
                && !digest.hex().equals(artifact.digest().hex())) {
            throw new MalformedEvidenceException("the bundle is about another digest");
        }
    }
}
