package dev.connaisseur.trust;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One block of PEM text. Headers of the old style ({@code role: root}) are tolerated and carry no meaning; text outside of blocks
 * is not.
 *
 * @param label what stands after {@code BEGIN}, e.g. {@code CERTIFICATE}
 * @param base64 the content, white space removed
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7468">RFC 7468</a>
 */
public record PemBlock(String label, String base64) {
    /** A hundred certificates; nobody needs more in one place. */
    private static final int LARGEST_TEXT = 512 * 1024;

    private static final Pattern BEGIN = Pattern.compile("-----BEGIN ([A-Z0-9][A-Z0-9 ]{0,40})-----");
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9-]{1,60}: ?.{0,1000}");

    public PemBlock {
        byte[] der = decode(base64);
        if (!Base64.getEncoder().encodeToString(der).equals(base64)) {
            throw new UnusableKeyException("the PEM content is not canonical base64");
        }
    }

    /** Content as PEM, in lines of 64 characters with a line end after each. */
    public static String text(String label, byte[] der) {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + lines + "\n-----END " + label + "-----\n";
    }

    /** The content. */
    public byte[] der() {
        return Base64.getDecoder().decode(base64);
    }

    /**
     * Reads text that holds exactly one block of this label.
     *
     * @throws UnusableKeyException if it holds anything else
     */
    public static PemBlock only(String text, String label) {
        List<PemBlock> blocks = all(text);
        PemBlock first = blocks.getFirst();
        if (!first.label.equals(label)) {
            throw new UnusableKeyException("the PEM block is a " + first.label + " where a " + label + " is needed");
        }
        if (blocks.size() > 1) {
            throw new UnusableKeyException("the text holds " + blocks.size() + " PEM blocks where one is needed");
        }
        return first;
    }

    /**
     * Reads all blocks of a text, at least one.
     *
     * @throws UnusableKeyException if there is none, or anything but blocks and white space
     */
    public static List<PemBlock> all(String text) {
        if (text.length() > LARGEST_TEXT) {
            throw new UnusableKeyException("the PEM text is too long");
        }
        List<String> lines = text.strip().lines().map(String::stripTrailing).toList();
        List<PemBlock> blocks = new ArrayList<>();
        int at = 0;
        while (at < lines.size()) {
            String line = lines.get(at);
            if (line.isEmpty()) {
                at++;
                continue;
            }
            var begin = BEGIN.matcher(line);
            if (!begin.matches()) {
                throw new UnusableKeyException(
                        blocks.isEmpty()
                                ? "the text does not start with a PEM block"
                                : "extraneous text follows the PEM block");
            }
            String label = begin.group(1);
            int end = lines.subList(at, lines.size()).indexOf("-----END " + label + "-----");
            if (end < 0) {
                throw new UnusableKeyException("the PEM block " + label + " has no end");
            }
            blocks.add(new PemBlock(label, content(lines.subList(at + 1, at + end))));
            at += end + 1;
        }
        if (blocks.isEmpty()) {
            throw new UnusableKeyException("there is no PEM block");
        }
        return List.copyOf(blocks);
    }

    private static String content(List<String> lines) {
        int blank = lines.indexOf("");
        boolean headers = blank > 0
                && lines.subList(0, blank).stream()
                        .allMatch(line -> HEADER.matcher(line).matches());
        return String.join("", headers ? lines.subList(blank + 1, lines.size()) : lines);
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new UnusableKeyException("the PEM content is not base64", e);
        }
    }
}
