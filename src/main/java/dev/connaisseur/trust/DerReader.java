package dev.connaisseur.trust;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * Reads DER from front to back and accepts nothing else: definite lengths in the fewest bytes, integers in the fewest bytes, no
 * byte left over where {@link #end} is called. What a lenient decoder forgives is room for two readings of one signature.
 *
 * @see <a href="https://www.itu.int/rec/T-REC-X.690">ITU-T X.690, chapter 10</a>
 */
public final class DerReader {
    public static final int INTEGER = 0x02;
    public static final int BIT_STRING = 0x03;
    public static final int OCTET_STRING = 0x04;
    public static final int NULL = 0x05;
    public static final int OID = 0x06;
    public static final int UTF8_STRING = 0x0c;
    public static final int SEQUENCE = 0x30;
    public static final int EXPLICIT_0 = 0xa0;

    private final byte[] bytes;
    private final int limit;
    private int at;

    public DerReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    private DerReader(byte[] bytes, int from, int limit) {
        this.bytes = bytes;
        this.at = from;
        this.limit = limit;
    }

    /** Whether everything has been read. */
    public boolean atEnd() {
        return at == limit;
    }

    /** Refuses bytes after the last value. */
    public void end() {
        if (at != limit) {
            throw new MalformedDerException("bytes follow the last value");
        }
    }

    /** The tag of the next value, -1 at the end. */
    public int peek() {
        return at == limit ? -1 : bytes[at] & 0xff;
    }

    /** Enters the next value, which must be a SEQUENCE. */
    public DerReader sequence() {
        return enter(SEQUENCE);
    }

    /** Enters the next value, which must have this (constructed) tag. */
    public DerReader enter(int tag) {
        int length = header(tag);
        DerReader inner = new DerReader(bytes, at, at + length);
        at += length;
        return inner;
    }

    /** The next value, whatever it is, tag and length included. */
    public byte[] encoding() {
        int from = at;
        int length = header(peek());
        at += length;
        return Arrays.copyOfRange(bytes, from, at);
    }

    /** The content of the next value, which must have this tag. */
    public byte[] content(int tag) {
        int length = header(tag);
        at += length;
        return Arrays.copyOfRange(bytes, at - length, at);
    }

    /** An INTEGER, negative or not, in the fewest bytes. */
    public BigInteger integer() {
        byte[] content = content(INTEGER);
        if (content.length == 0) {
            throw new MalformedDerException("an integer without digits");
        }
        // The first nine bits are all equal: a byte less would do.
        if (content.length > 1 && (content[0] == 0 || content[0] == -1) && (content[0] ^ content[1]) >= 0) {
            throw new MalformedDerException("an integer with leading padding");
        }
        return new BigInteger(content);
    }

    /** A BIT STRING of whole bytes. */
    public byte[] bits() {
        byte[] content = content(BIT_STRING);
        if (content.length == 0 || content[0] != 0) {
            throw new MalformedDerException("a bit string that is not of whole bytes");
        }
        return Arrays.copyOfRange(content, 1, content.length);
    }

    public byte[] octets() {
        return content(OCTET_STRING);
    }

    public void nothing() {
        if (content(NULL).length != 0) {
            throw new MalformedDerException("a NULL with content");
        }
    }

    /** An object identifier in dotted form. */
    public String oid() {
        byte[] content = content(OID);
        if (content.length == 0 || content.length > 64 || content[content.length - 1] < 0) {
            throw new MalformedDerException("an object identifier that ends early or is too long");
        }
        StringBuilder dotted = new StringBuilder();
        BigInteger arc = BigInteger.ZERO;
        boolean first = true;
        boolean start = true;
        for (byte b : content) {
            if (start && (b & 0xff) == 0x80) {
                throw new MalformedDerException("an object identifier with leading padding");
            }
            arc = arc.shiftLeft(7).or(BigInteger.valueOf(b & 0x7f));
            start = b >= 0;
            if (!start) {
                continue;
            }
            if (first) {
                int root = Math.min(2, arc.divide(BigInteger.valueOf(40)).intValue());
                dotted.append(root).append('.').append(arc.subtract(BigInteger.valueOf(40L * root)));
                first = false;
            } else {
                dotted.append('.').append(arc);
            }
            arc = BigInteger.ZERO;
        }
        return dotted.toString();
    }

    private int header(int tag) {
        if (at == limit || peek() != tag) {
            throw new MalformedDerException(
                    at == limit ? "a value is missing" : "tag " + peek() + " where tag " + tag + " was expected");
        }
        at++;
        int length = length();
        if (length > limit - at) {
            throw new MalformedDerException("a value longer than what holds it");
        }
        return length;
    }

    private int length() {
        int first = next();
        if (first < 0x80) {
            return first;
        }
        int count = first & 0x7f;
        if (count == 0 || count > 3) {
            throw new MalformedDerException("an indefinite or huge length");
        }
        int length = 0;
        for (int i = 0; i < count; i++) {
            length = (length << 8) | next();
        }
        if (length < 0x80 || (length >>> (8 * (count - 1))) == 0) {
            throw new MalformedDerException("a length with leading padding");
        }
        return length;
    }

    private int next() {
        if (at == limit) {
            throw new MalformedDerException("a value ends early");
        }
        return bytes[at++] & 0xff;
    }
}
