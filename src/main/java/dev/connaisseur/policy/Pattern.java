package dev.connaisseur.policy;

import dev.connaisseur.image.ImageReference;
import java.util.List;
import java.util.Optional;

/**
 * A rule's pattern, compiled for both readings.
 *
 * <p>In it {@code *} and {@code **} are any run of characters, {@code ?} one character, {@code [abc]}, {@code [!abc]}, {@code [a-c]}
 * and {@code [!a-c]} a class, <code>{a,b}</code> alternatives and {@code \c} the character itself.
 *
 * @param text as written
 * @param fault what is wrong with it; a faulty pattern matches every image that it could have meant
 * @param remarks what is odd about it but does no harm
 */
record Pattern(
        String text, Optional<String> fault, List<String> remarks, FloatingForm floating, List<AnchoredForm> anchored) {
    Pattern {
        remarks = List.copyOf(remarks);
        anchored = List.copyOf(anchored);
    }

    /** Reads a pattern. A mistake is kept as its fault: the path up to the mistake matches, whatever follows. */
    static Pattern of(String text) {
        try {
            return compile(text, text, Optional.empty());
        } catch (BadPatternException e) {
            String sound = text.substring(0, e.readable());
            return widened(text, sound.substring(0, sound.lastIndexOf('/') + 1), e.mistake());
        }
    }

    private static Pattern widened(String text, String sound, String fault) {
        try {
            return compile(text, sound + "*", Optional.of(fault));
        } catch (BadPatternException e) { // the slash stood inside a class
            return widened(text, "", fault);
        }
    }

    /** Compiles what can be read, but weighs what is written. */
    private static Pattern compile(String written, String read, Optional<String> fault) throws BadPatternException {
        Atoms atoms = new Atoms(GlobParser.parse(read));
        String unread = fault.isEmpty() ? "" : written.substring(read.length() - 1);
        List<AnchoredForm> anchored = atoms.expanded().stream()
                .map(expanded -> AnchoredForm.of(expanded, unread))
                .toList();
        return new Pattern(written, fault, atoms.remarks(), FloatingForm.of(written, read, atoms), anchored);
    }

    /** Whether this pattern reaches an image; with {@link MatchingMode#BOTH} in both readings. */
    boolean matches(ImageReference image, MatchingMode mode) {
        return switch (mode) {
            case LEGACY -> floating.matches(MatchName.asParsed(image));
            case ANCHORED -> {
                MatchName name = MatchName.normalised(image);
                yield anchored.stream().anyMatch(form -> form.matches(name));
            }
            case BOTH -> matches(image, MatchingMode.LEGACY) && matches(image, MatchingMode.ANCHORED);
        };
    }
}
