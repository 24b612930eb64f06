package dev.connaisseur.testing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes just enough CBOR to make envelopes. */
public final class CborWriter {
    private CborWriter() {}

    public static byte[] whole(long value) {
        return value < 0 ? head(1, -1 - value) : head(0, value);
    }

    public static byte[] text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return join(head(3, utf8.length), utf8);
    }

    public static byte[] octets(byte[] octets) {
        return join(head(2, octets.length), octets);
    }

    public static byte[] items(byte[]... items) {
        return join(head(4, items.length), join(items));
    }

    /** Keys and values in turn. */
    public static byte[] members(byte[]... members) {
        return join(head(5, members.length / 2), join(members));
    }

    public static byte[] tagged(int tag, byte[] value) {
        return join(head(6, tag), value);
    }

    public static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] head(int major, long argument) {
        int octets = argument < 24 ? 0 : argument < 1 << 8 ? 1 : argument < 1 << 16 ? 2 : argument < 1L << 32 ? 4 : 8;
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int info = octets == 0 ? (int) argument : 24 + Integer.numberOfTrailingZeros(octets);
        head.write(major << 5 | info);
        for (int i = octets - 1; i >= 0; i--) {
            head.write((int) (argument >> (8 * i)));
        }
        return head.toByteArray();
    }
}
