package dev.connaisseur.cache;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * What a Redis says, held against bounds before anybody makes room for what it announces: length of a whole reply, number of
 * elements, depth.
 *
 * @see <a href="https://redis.io/docs/latest/develop/reference/protocol-spec/">Redis serialization protocol</a>
 */
final class BoundedReplies extends FilterInputStream {
    /** The longest honest reply is a cluster's list of slots. */
    static final int LONGEST = 1 << 20;

    static final int ELEMENTS = 20_000;
    static final int DEPTH = 8;

    private final int[] missing = new int[DEPTH + 1]; // elements that are still to come, by depth
    private int depth;
    private int total;
    private int type;
    private int number;
    private boolean negative;
    private int skipped;

    BoundedReplies(InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        int next = in.read();
        if (next >= 0) {
            look(next);
        }
        return next;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = in.read(buffer, offset, length);
        for (int i = offset; i < offset + count; i++) {
            look(buffer[i]);
        }
        return count;
    }

    private void look(int next) throws IOException {
        total++;
        check(total <= LONGEST, "longer than " + LONGEST + " bytes");
        if (skipped > 0) {
            skipped--;
            if (skipped == 0) {
                complete();
            }
        } else if (type == 0) {
            type = next;
            number = 0;
            negative = false;
        } else if (next == '\n') {
            line();
            type = 0;
        } else if (next == '-') {
            negative = true;
        } else if (next >= '0' && next <= '9') {
            number = Math.min(number * 10 + next - '0', LONGEST + 1);
        }
    }

    /** The end of the line that begins an element. */
    private void line() throws IOException {
        switch (type) {
            case '$', '=', '!' -> text();
            case '*', '~', '>' -> list(number);
            case '%', '|' -> list(2 * number);
            default -> complete();
        }
    }

    private void text() throws IOException {
        if (negative) {
            complete();
        } else {
            check(number <= LONGEST - total, "longer than " + LONGEST + " bytes");
            skipped = number + 2;
        }
    }

    private void list(int elements) throws IOException {
        if (negative || elements == 0) {
            complete();
        } else {
            check(elements <= ELEMENTS, "of more than " + ELEMENTS + " elements");
            check(depth < DEPTH, "deeper than " + DEPTH);
            depth++;
            missing[depth] = elements;
        }
    }

    /** An element has come to its end, and with it perhaps the lists that it is the last one of. */
    private void complete() {
        while (depth > 0) {
            missing[depth]--;
            if (missing[depth] > 0) {
                return;
            }
            depth--;
        }
        total = 0;
    }

    private static void check(boolean bounded, String how) throws IOException {
        if (!bounded) {
            throw new IOException("Redis announces a reply " + how);
        }
    }
}
