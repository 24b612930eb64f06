package dev.connaisseur.sigstore;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A log's signed word about its tree. Lines by others (witnesses) may stand beside the log's own; they are not looked at.
 *
 * @param text what is signed, up to and with the line end before the blank line
 * @param origin the log's name for itself
 * @param signatures at most 100
 * @see <a href="https://github.com/C2SP/C2SP/blob/main/tlog-checkpoint.md">C2SP tlog-checkpoint</a>
 */
public record Checkpoint(String text, String origin, long size, Bytes root, List<Line> signatures) {
    private static final int LARGEST = 32 * 1024;
    private static final int MOST_SIGNATURES = 100;
    private static final int HINT = 4;
    private static final Pattern SIGNATURE = Pattern.compile("\u2014 ([^\\s+]+) ([A-Za-z0-9+/=]+)");

    /**
     * One signature.
     *
     * @param hint the first bytes of the signer's key id
     */
    public record Line(String name, Bytes hint, Bytes signature) {}

    public Checkpoint {
        signatures = List.copyOf(signatures);
    }

    /**
     * Reads a signed note whose text is a checkpoint.
     *
     * @throws MalformedEvidenceException if it is none
     */
    public static Checkpoint parse(String note) {
        if (note.length() > LARGEST || note.contains("\r") || note.contains("\0")) {
            throw new MalformedEvidenceException("the checkpoint is too long or holds forbidden characters");
        }
        int blank = note.indexOf("\n\n");
        if (blank < 0 || !note.endsWith("\n")) {
            throw new MalformedEvidenceException("the checkpoint has no signatures after a blank line");
        }
        String text = note.substring(0, blank + 1);
        String[] lines = text.split("\n", -1);
        if (lines.length < 4 || lines[0].isEmpty() || !lines[1].matches("0|[1-9][0-9]{0,17}")) {
            throw new MalformedEvidenceException("the checkpoint has not origin, tree size and root hash");
        }
        Bytes root = Bytes.ofBase64(lines[2])
                .filter(bytes -> bytes.length() == 32)
                .orElseThrow(() -> new MalformedEvidenceException("the checkpoint's root is not a base64 SHA-256"));
        return new Checkpoint(text, lines[0], Long.parseLong(lines[1]), root, signatures(note.substring(blank + 2)));
    }

    /** Whether the log itself signed: under its key, and where the log's name must be in the line, under its name. */
    boolean signedBy(TransparencyLog log) {
        Bytes message = Bytes.of(text.getBytes(StandardCharsets.UTF_8));
        Bytes hint = log.checkpointId().first(HINT);
        return signatures.stream()
                .filter(line -> line.hint().equals(hint))
                .filter(line ->
                        !log.tiled() || log.host().isEmpty() || line.name().equals(log.host()))
                .anyMatch(line -> log.signed(message, line.signature()));
    }

    private static List<Line> signatures(String text) {
        List<Line> lines = new ArrayList<>();
        String[] all = text.substring(0, Math.max(0, text.length() - 1)).split("\n", -1);
        if (all.length > MOST_SIGNATURES) {
            throw new MalformedEvidenceException("the checkpoint has more than " + MOST_SIGNATURES + " signatures");
        }
        for (String line : all) {
            Matcher parts = SIGNATURE.matcher(line);
            Bytes content = parts.matches() ? Bytes.ofBase64(parts.group(2)).orElse(Bytes.NONE) : Bytes.NONE;
            if (content.length() <= HINT) {
                throw new MalformedEvidenceException("a signature of the checkpoint is malformed");
            }
            lines.add(new Line(parts.group(1), content.first(HINT), content.after(HINT)));
        }
        return lines;
    }
}
