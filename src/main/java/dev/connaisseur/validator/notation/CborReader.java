package dev.connaisseur.validator.notation;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a strict subset of CBOR, so that two readers of the same bytes can never see two things: definite lengths, every number in
 * its shortest form, no key twice in one map, keys that are integers or text, valid UTF-8, no floats and no simple values, one value
 * and nothing after it.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8949#section-4.2">RFC 8949, 4.2</a>
 */
final class CborReader {
    private static final int DEEPEST = 8;
    private static final int MOST_VALUES = 500;

    private final byte[] bytes;
    private int at;
    private int values;

    private CborReader(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Reads one value.
     *
     * @throws MalformedEnvelopeException for anything else
     */
    static CborValue read(byte[] cbor) {
        CborReader reader = new CborReader(cbor);
        CborValue value = reader.value(0);
        if (reader.at != cbor.length) {
            throw new MalformedEnvelopeException("the CBOR value is followed by other bytes");
        }
        return value;
    }

    private CborValue value(int depth) {
        if (depth > DEEPEST || ++values > MOST_VALUES) {
            throw new MalformedEnvelopeException("the CBOR is nested too deeply or holds too many values");
        }
        int head = next();
        int major = head >> 5;
        if (major == 7) {
            throw new MalformedEnvelopeException("the CBOR holds a float or a simple value where none may be");
        }
        long argument = argument(head & 31);
        return switch (major) {
            case 0 -> new CborValue.Whole(argument);
            case 1 -> new CborValue.Whole(-1 - argument);
            case 2 -> new CborValue.Octets(take(argument));
            case 3 -> new CborValue.Text(utf8(take(argument)));
            case 4 -> items(argument, depth);
            case 5 -> members(argument, depth);
            default -> new CborValue.Tagged(argument, value(depth + 1));
        };
    }

    private CborValue items(long count, int depth) {
        List<CborValue> items = new ArrayList<>();
        for (long i = 0; i < atMostWhatIsLeft(count); i++) {
            items.add(value(depth + 1));
        }
        return new CborValue.Items(items);
    }

    private CborValue members(long count, int depth) {
        Map<CborValue, CborValue> members = new LinkedHashMap<>();
        for (long i = 0; i < atMostWhatIsLeft(count); i++) {
            CborValue key = value(depth + 1);
            if (!(key instanceof CborValue.Whole || key instanceof CborValue.Text)) {
                throw new MalformedEnvelopeException("a key in the CBOR is neither a number nor text");
            }
            if (members.containsKey(key)) {
                throw new MalformedEnvelopeException("a key in the CBOR is given twice");
            }
            members.put(key, value(depth + 1));
        }
        return new CborValue.Members(members);
    }

    /** What a value's head says: a number, or how much follows. */
    private long argument(int info) {
        if (info < 24) {
            return info;
        }
        if (info > 27) {
            throw new MalformedEnvelopeException("the CBOR holds an indefinite length or a reserved head");
        }
        int octets = 1 << (info - 24);
        long argument = 0;
        for (int i = 0; i < octets; i++) {
            argument = argument << 8 | next();
        }
        long smallest = octets == 1 ? 24 : 1L << (octets * 4);
        if (argument < smallest) {
            // Negative is above what fits: such numbers have no meaning here either.
            throw new MalformedEnvelopeException("a number in the CBOR is not in its shortest form or too large");
        }
        return argument;
    }

    private byte[] take(long length) {
        if (length > bytes.length - at) {
            throw endsEarly();
        }
        at += (int) length;
        return Arrays.copyOfRange(bytes, at - (int) length, at);
    }

    /** Every value takes a byte at least: a longer count can only be a lie. */
    private long atMostWhatIsLeft(long count) {
        if (count > bytes.length) {
            throw endsEarly();
        }
        return count;
    }

    private int next() {
        if (at == bytes.length) {
            throw endsEarly();
        }
        return bytes[at++] & 0xff;
    }

    private static MalformedEnvelopeException endsEarly() {
        return new MalformedEnvelopeException("the CBOR ends inside a value");
    }

    private static String utf8(byte[] text) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(text))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedEnvelopeException("a text in the CBOR is not valid UTF-8", e);
        }
    }
}
