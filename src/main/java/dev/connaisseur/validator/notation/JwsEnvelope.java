package dev.connaisseur.validator.notation;

import dev.connaisseur.json.Limits;
import dev.connaisseur.json.MalformedJsonException;
import dev.connaisseur.json.StrictJson;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads the envelope {@code application/jose+json}: a flattened JWS. No key and no address in it is ever used; an envelope that
 * brings some is refused.
 *
 * @see <a href="https://github.com/notaryproject/specifications/blob/main/specs/signature-envelope-jws.md">JWS signature envelope</a>
 */
final class JwsEnvelope {
    static final String MEDIA_TYPE = "application/jose+json";

    private static final Limits LIMITS = new Limits(Envelope.LARGEST, 8, Envelope.LARGEST);
    private static final String CHAIN = "x5c";
    private static final String TIMESTAMP = "io.cncf.notary.timestampSignature";

    /** Says which software signed and decides nothing; the second is how early software wrote it. */
    private static final Set<String> AGENT = Set.of("io.cncf.notary.signingAgent", "io.cncf.notary.SigningAgent");

    /** What JOSE registers beside {@code alg}, {@code cty} and {@code crit}: keys, addresses, other ways to read the content. */
    private static final Set<String> FOREIGN =
            Set.of("jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "enc", "zip", "b64", "url", "nonce");

    private static final Pattern RFC_3339 = Pattern.compile(
            "[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})");

    private JwsEnvelope() {}

    /**
     * Reads an envelope.
     *
     * @throws MalformedEnvelopeException if it is not one
     */
    static Envelope parse(byte[] json) {
        try {
            return read(StrictJson.parseObject(json, LIMITS));
        } catch (MalformedJsonException e) {
            throw new MalformedEnvelopeException("the JWS envelope cannot be read: " + e.getMessage(), e);
        }
    }

    private static Envelope read(JsonObject root) {
        if (!root.keySet().equals(Set.of("payload", "protected", "header", "signature"))) {
            throw new MalformedEnvelopeException(
                    "the JWS envelope has not exactly the members payload, protected, header and signature");
        }
        String protectedText = text(root, "protected");
        String payloadText = text(root, "payload");
        byte[] payload = decode(Base64.getUrlDecoder(), Base64.getUrlEncoder().withoutPadding(), payloadText);
        JsonObject signed = StrictJson.parseObject(
                decode(Base64.getUrlDecoder(), Base64.getUrlEncoder().withoutPadding(), protectedText), LIMITS);
        if (!(root.get("header") instanceof JsonObject unsigned)) {
            throw new MalformedEnvelopeException("header is not an object");
        }
        checkNames(signed, unsigned);
        EnvelopeAlgorithm algorithm = EnvelopeAlgorithm.ofJws(text(signed, "alg"))
                .orElseThrow(() -> new MalformedEnvelopeException("the signature algorithm is not accepted"));
        byte[] timestamp = unsigned.containsKey(TIMESTAMP)
                ? decode(Base64.getDecoder(), Base64.getEncoder(), text(unsigned, TIMESTAMP))
                : null;
        return new Envelope(
                attributes(signed),
                algorithm,
                Envelope.chain(certificates(unsigned)),
                payload,
                (protectedText + "." + payloadText).getBytes(StandardCharsets.US_ASCII),
                decode(Base64.getUrlDecoder(), Base64.getUrlEncoder().withoutPadding(), text(root, "signature")),
                timestamp);
    }

    private static void checkNames(JsonObject signed, JsonObject unsigned) {
        if (signed.keySet().stream().anyMatch(FOREIGN::contains)) {
            throw new MalformedEnvelopeException("the protected header holds a key, an address or a way of reading");
        }
        // What is not signed could have been added by anybody.
        if (unsigned.keySet().stream()
                .anyMatch(name -> !name.equals(CHAIN) && !name.equals(TIMESTAMP) && !AGENT.contains(name))) {
            throw new MalformedEnvelopeException("the unprotected header holds something that is not known");
        }
        if (signed.keySet().stream().anyMatch(unsigned::containsKey)) {
            throw new MalformedEnvelopeException("a header is both protected and unprotected");
        }
    }

    private static SignedAttributes attributes(JsonObject signed) {
        if (!text(signed, "cty").equals(SignedAttributes.CONTENT_TYPE)) {
            throw new MalformedEnvelopeException("the content type is not " + SignedAttributes.CONTENT_TYPE);
        }
        Map<String, Instant> times = new HashMap<>();
        for (String name : SignedAttributes.TIMES) {
            if (signed.containsKey(name)) {
                times.put(name, time(text(signed, name)));
            }
        }
        return SignedAttributes.of(
                text(signed, SignedAttributes.SIGNING_SCHEME), times, texts(signed, "crit"), signed.keySet());
    }

    private static Instant time(String text) {
        if (!RFC_3339.matcher(text).matches()) {
            throw new MalformedEnvelopeException("a time is not written as RFC 3339 wants it");
        }
        try {
            return OffsetDateTime.parse(text.toUpperCase(java.util.Locale.ROOT)).toInstant();
        } catch (DateTimeException e) {
            throw new MalformedEnvelopeException("a time does not exist", e);
        }
    }

    private static List<byte[]> certificates(JsonObject unsigned) {
        return texts(unsigned, CHAIN).stream()
                .map(text -> decode(Base64.getDecoder(), Base64.getEncoder(), text))
                .toList();
    }

    private static List<String> texts(JsonObject parent, String name) {
        if (!(parent.get(name) instanceof JsonArray array)) {
            throw new MalformedEnvelopeException(name + " is not an array");
        }
        List<String> texts = new ArrayList<>();
        array.forEach(value -> {
            if (!(value instanceof JsonString text)) {
                throw new MalformedEnvelopeException(name + " holds something that is not text");
            }
            texts.add(text.getString());
        });
        return texts;
    }

    private static String text(JsonObject parent, String name) {
        if (parent.get(name) instanceof JsonString text) {
            return text.getString();
        }
        throw new MalformedEnvelopeException(name + " is not text");
    }

    /** There must be one text for one content, or a signature could be written in many ways. */
    private static byte[] decode(Base64.Decoder decoder, Base64.Encoder encoder, String text) {
        try {
            byte[] content = decoder.decode(text);
            if (encoder.encodeToString(content).equals(text)) {
                return content;
            }
        } catch (IllegalArgumentException e) {
            throw new MalformedEnvelopeException("a value of the JWS envelope is not base64", e);
        }
        throw new MalformedEnvelopeException("a value of the JWS envelope is not canonical base64");
    }
}
