package dev.connaisseur.validator.cosign;

import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.FinalException;
import dev.connaisseur.http.HttpAnswer;
import dev.connaisseur.http.HttpCall;
import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.http.LookupException;
import dev.connaisseur.http.Purpose;
import dev.connaisseur.sigstore.Content;
import dev.connaisseur.sigstore.Evidence;
import dev.connaisseur.sigstore.Evidence.Certificates;
import dev.connaisseur.sigstore.EvidenceCheck;
import dev.connaisseur.sigstore.LogEntry;
import dev.connaisseur.sigstore.MalformedEvidenceException;
import dev.connaisseur.sigstore.RekorAnswer;
import dev.connaisseur.trust.Hash;
import dev.connaisseur.trust.PemBlock;
import dev.connaisseur.trust.TrustRoot;
import dev.connaisseur.validator.cosign.Finding.Step;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Asks {@code host.rekor} for the entries of signatures that came without one. What it answers is held against the log keys that the
 * validator trusts, like an entry that came with the signature; its own keys are never asked for.
 *
 * @see <a href="https://github.com/sigstore/rekor/blob/main/openapi.yaml">Rekor's API</a>, {@code searchLogQuery}
 */
final class RekorLookup {
    /** How many questions one verification asks. */
    private static final int MOST_QUESTIONS = 10;

    private final HttpTransport transport;
    private final URI entries;

    /** @param rekor the log's base address */
    RekorLookup(HttpTransport transport, URI rekor) {
        this.transport = transport;
        this.entries = URI.create(rekor.toString().replaceFirst("/+$", "") + "/api/v1/log/entries/retrieve");
    }

    /** The signatures that came without an entry, with those that the log has. */
    Gathered entries(List<Evidence> evidence, List<TrustRoot> roots, Deadline deadline) {
        List<Evidence> found = new ArrayList<>();
        List<Finding> broken = new ArrayList<>();
        int questions = 0;
        for (Evidence one : evidence) {
            Optional<String> signer = one.entries().isEmpty() ? signer(one, roots) : Optional.empty();
            Optional<JsonObject> proposed = signer.flatMap(pem -> proposed(one, pem));
            if (proposed.isEmpty() || questions++ >= MOST_QUESTIONS) {
                continue;
            }
            try {
                List<LogEntry> answered = RekorAnswer.entries(ask(proposed.get(), deadline));
                if (!answered.isEmpty()) {
                    found.add(one.with(answered));
                }
            } catch (LookupException e) {
                broken.add(Finding.of(e));
            } catch (MalformedEvidenceException e) {
                broken.add(new Finding(Step.LOOKUP, "the transparency log answered nonsense: " + e.getMessage()));
            }
        }
        return new Gathered(found, broken);
    }

    private byte[] ask(JsonObject proposed, Deadline deadline) {
        byte[] question = Json.createObjectBuilder()
                .add("entries", Json.createArrayBuilder().add(proposed))
                .build()
                .toString()
                .getBytes(StandardCharsets.UTF_8);
        HttpAnswer answer = transport.send(
                HttpCall.post(entries, Purpose.CONFIGURED, "application/json", question)
                        .header("Accept", "application/json")
                        .limit(RekorAnswer.LARGEST),
                deadline);
        return switch (answer.status()) {
            case 200 -> answer.body();
            case 404 -> "[]".getBytes(StandardCharsets.UTF_8);
            default ->
                throw new FinalException(
                        LookupException.Kind.STATUS,
                        Objects.requireNonNullElse(entries.getHost(), ""),
                        "the transparency log at " + entries.getHost() + " answered with status " + answer.status());
        };
    }

    /** By what the log would name the signer; nothing is asked about a signature that is by nobody who could count. */
    private static Optional<String> signer(Evidence evidence, List<TrustRoot> roots) {
        Optional<X509Certificate> leaf = evidence.certificates().map(Certificates::leaf);
        boolean byCertificate = roots.stream()
                .anyMatch(root -> root instanceof TrustRoot.Keyless || root instanceof TrustRoot.Authority);
        if (byCertificate
                && leaf.isPresent()
                && EvidenceCheck.signedBy(evidence, leaf.get().getPublicKey())) {
            return Optional.of(PemBlock.text("CERTIFICATE", encoded(leaf.get())));
        }
        return roots.stream()
                .filter(TrustRoot.Key.class::isInstance)
                .map(root -> ((TrustRoot.Key) root).key())
                .filter(key -> EvidenceCheck.signedBy(evidence, key))
                .map(key -> PemBlock.text("PUBLIC KEY", key.getEncoded()))
                .findFirst();
    }

    /** The entry as cosign would have made it, which is how the log finds it. */
    private static Optional<JsonObject> proposed(Evidence evidence, String signer) {
        String verifier = base64(signer.getBytes(StandardCharsets.US_ASCII));
        return switch (evidence.content()) {
            case Content.Payload payload ->
                Optional.of(entry("hashedrekord")
                        .add(
                                "spec",
                                Json.createObjectBuilder()
                                        .add(
                                                "data",
                                                Json.createObjectBuilder()
                                                        .add(
                                                                "hash",
                                                                Json.createObjectBuilder()
                                                                        .add("algorithm", "sha256")
                                                                        .add(
                                                                                "value",
                                                                                HexFormat.of()
                                                                                        .formatHex(Hash.SHA_256.of(
                                                                                                payload.message()
                                                                                                        .toArray())))))
                                        .add(
                                                "signature",
                                                Json.createObjectBuilder()
                                                        .add(
                                                                "content",
                                                                evidence.signature()
                                                                        .base64())
                                                        .add(
                                                                "publicKey",
                                                                Json.createObjectBuilder()
                                                                        .add("content", verifier))))
                        .build());
            case Content.Envelope envelope ->
                envelope.original()
                        .map(bytes -> new String(bytes.toArray(), StandardCharsets.UTF_8))
                        .map(text -> entry("dsse")
                                .add(
                                        "spec",
                                        Json.createObjectBuilder()
                                                .add(
                                                        "proposedContent",
                                                        Json.createObjectBuilder()
                                                                .add("envelope", text)
                                                                .add(
                                                                        "verifiers",
                                                                        Json.createArrayBuilder()
                                                                                .add(verifier))))
                                .build());
            case Content.Blob blob -> Optional.empty();
        };
    }

    private static JsonObjectBuilder entry(String kind) {
        return Json.createObjectBuilder().add("apiVersion", "0.0.1").add("kind", kind);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read has an encoding", e);
        }
    }
}
