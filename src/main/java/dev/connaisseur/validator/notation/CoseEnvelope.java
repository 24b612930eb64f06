package dev.connaisseur.validator.notation;

import dev.connaisseur.validator.notation.CborValue.Items;
import dev.connaisseur.validator.notation.CborValue.Members;
import dev.connaisseur.validator.notation.CborValue.Octets;
import dev.connaisseur.validator.notation.CborValue.Tagged;
import dev.connaisseur.validator.notation.CborValue.Text;
import dev.connaisseur.validator.notation.CborValue.Whole;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads the envelope {@code application/cose}: a tagged COSE_Sign1 with its payload inside.
 *
 * @see <a href="https://github.com/notaryproject/specifications/blob/main/specs/signature-envelope-cose.md">COSE signature
 *     envelope</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9052#section-4.2">RFC 9052, 4.2</a>
 */
final class CoseEnvelope {
    static final String MEDIA_TYPE = "application/cose";

    private static final int SIGN1_TAG = 18;
    private static final int EPOCH_TAG = 1;
    private static final CborValue ALGORITHM = new Whole(1);
    private static final CborValue CRITICAL = new Whole(2);
    private static final CborValue CONTENT_TYPE = new Whole(3);
    private static final CborValue CHAIN = new Whole(33);
    private static final CborValue TIMESTAMP = new Text("io.cncf.notary.timestampSignature");
    private static final CborValue AGENT = new Text("io.cncf.notary.signingAgent");

    private CoseEnvelope() {}

    /**
     * Reads an envelope.
     *
     * @throws MalformedEnvelopeException if it is not one
     */
    static Envelope parse(byte[] cbor) {
        if (cbor.length > Envelope.LARGEST) {
            throw new MalformedEnvelopeException("the COSE envelope is too large");
        }
        if (!(CborReader.read(cbor) instanceof Tagged(long tag, Items(List<CborValue> parts)))
                || tag != SIGN1_TAG
                || parts.size() != 4
                || !(parts.get(0) instanceof Octets signedBytes)
                || !(parts.get(1) instanceof Members unsigned)
                || !(parts.get(2) instanceof Octets payload)
                || !(parts.get(3) instanceof Octets signature)) {
            throw new MalformedEnvelopeException("the envelope is not a tagged COSE_Sign1 with its payload");
        }
        if (!(CborReader.read(signedBytes.toArray()) instanceof Members signed)) {
            throw new MalformedEnvelopeException("the protected header is not a map");
        }
        checkNames(signed, unsigned);
        return new Envelope(
                attributes(signed),
                algorithm(signed),
                Envelope.chain(certificates(signed, unsigned)),
                payload.toArray(),
                toBeSigned(signedBytes.toArray(), payload.toArray()),
                signature.toArray(),
                timestamp(unsigned));
    }

    /** The bytes that the signature is over: {@code Sig_structure} of RFC 9052, 4.4. */
    static byte[] toBeSigned(byte[] protectedHeader, byte[] payload) {
        ByteArrayOutputStream structure = new ByteArrayOutputStream();
        byte[] context = "Signature1".getBytes(StandardCharsets.US_ASCII);
        structure.write(0x84);
        structure.write(0x60 | context.length);
        structure.writeBytes(context);
        writeOctets(structure, protectedHeader);
        writeOctets(structure, new byte[0]);
        writeOctets(structure, payload);
        return structure.toByteArray();
    }

    private static void writeOctets(ByteArrayOutputStream out, byte[] octets) {
        int length = octets.length;
        if (length < 24) {
            out.write(0x40 | length);
        } else if (length < 1 << 8) {
            out.write(0x58);
            out.write(length);
        } else if (length < 1 << 16) {
            out.write(0x59);
            out.write(length >> 8);
            out.write(length);
        } else {
            out.write(0x5a);
            out.write(length >> 24);
            out.write(length >> 16);
            out.write(length >> 8);
            out.write(length);
        }
        out.writeBytes(octets);
    }

    private static void checkNames(Members signed, Members unsigned) {
        for (CborValue name : signed.byKey().keySet()) {
            if (name instanceof Whole
                    && !Set.of(ALGORITHM, CRITICAL, CONTENT_TYPE, CHAIN).contains(name)) {
                throw new MalformedEnvelopeException("the protected header holds a parameter that is not known");
            }
        }
        // What is not signed could have been added by anybody.
        if (!Set.of(CHAIN, TIMESTAMP, AGENT).containsAll(unsigned.byKey().keySet())) {
            throw new MalformedEnvelopeException("the unprotected header holds something that is not known");
        }
        if (signed.byKey().keySet().stream().anyMatch(unsigned.byKey()::containsKey)) {
            throw new MalformedEnvelopeException("a header is both protected and unprotected");
        }
    }

    private static EnvelopeAlgorithm algorithm(Members signed) {
        if (signed.byKey().get(ALGORITHM) instanceof Whole(long label)) {
            return EnvelopeAlgorithm.ofCose(label)
                    .orElseThrow(() -> new MalformedEnvelopeException("the signature algorithm is not accepted"));
        }
        throw new MalformedEnvelopeException("the protected header names no algorithm");
    }

    private static SignedAttributes attributes(Members signed) {
        if (!new Text(SignedAttributes.CONTENT_TYPE).equals(signed.byKey().get(CONTENT_TYPE))) {
            throw new MalformedEnvelopeException("the content type is not " + SignedAttributes.CONTENT_TYPE);
        }
        if (!(signed.byKey().get(new Text(SignedAttributes.SIGNING_SCHEME)) instanceof Text(String scheme))) {
            throw new MalformedEnvelopeException("the signing scheme is not text");
        }
        Map<String, Instant> times = new HashMap<>();
        for (String name : SignedAttributes.TIMES) {
            CborValue value = signed.byKey().get(new Text(name));
            if (value != null) {
                times.put(name, time(value));
            }
        }
        return SignedAttributes.of(scheme, times, critical(signed), textNames(signed));
    }

    private static List<String> critical(Members signed) {
        if (!(signed.byKey().get(CRITICAL) instanceof Items(List<CborValue> names))) {
            throw new MalformedEnvelopeException("the protected header does not say what is critical");
        }
        List<String> critical = new ArrayList<>();
        for (CborValue name : names) {
            if (!(name instanceof Text(String text))) {
                throw new MalformedEnvelopeException(
                        "an attribute is declared critical that is not there or not known");
            }
            critical.add(text);
        }
        return critical;
    }

    private static Set<String> textNames(Members signed) {
        Set<String> names = new TreeSet<>();
        for (CborValue name : signed.byKey().keySet()) {
            if (name instanceof Text(String text)) {
                names.add(text);
            }
        }
        return names;
    }

    private static Instant time(CborValue value) {
        if (value instanceof Tagged(long tag, Whole(long seconds)) && tag == EPOCH_TAG) {
            try {
                return Instant.ofEpochSecond(seconds);
            } catch (DateTimeException e) {
                throw new MalformedEnvelopeException("a time does not exist", e);
            }
        }
        throw new MalformedEnvelopeException("a time is not written as whole seconds since 1970");
    }

    private static List<byte[]> certificates(Members signed, Members unsigned) {
        Map<CborValue, CborValue> holder = unsigned.byKey().containsKey(CHAIN) ? unsigned.byKey() : signed.byKey();
        if (!(holder.get(CHAIN) instanceof Items(List<CborValue> certificates))) {
            throw new MalformedEnvelopeException("the envelope holds no certificate chain");
        }
        List<byte[]> ders = new ArrayList<>();
        for (CborValue certificate : certificates) {
            if (!(certificate instanceof Octets der)) {
                throw new MalformedEnvelopeException("the certificate chain holds something else");
            }
            ders.add(der.toArray());
        }
        return ders;
    }

    private static byte @Nullable [] timestamp(Members unsigned) {
        CborValue value = unsigned.byKey().get(TIMESTAMP);
        if (value == null) {
            return null;
        }
        if (value instanceof Octets token) {
            return token.toArray();
        }
        throw new MalformedEnvelopeException("the timestamp is not a byte string");
    }
}
