package dev.connaisseur.policy;

import dev.connaisseur.image.ImageReference;
import dev.connaisseur.image.InvalidReferenceException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds out by example whether a pattern reaches the same images in both readings: an image that it describes, look-alikes of that
 * image, and the image with other tags and digests are tried.
 */
final class Reach {
    private static final String DIGEST = "sha256:" + "0".repeat(64);
    private static final List<String> BEFORE = List.of(
            "evil.example/",
            "evil.example/x/",
            "evil-",
            "evil.",
            "x/",
            "",
            "docker.io/",
            "DOCKER.IO/",
            "index.docker.io/");
    private static final List<String> AFTER = List.of("", "-evil", "/evil", ":evil", "@" + DIGEST, ":evil@" + DIGEST);

    private Reach() {}

    /** A sentence with an example for each reading that reaches more; empty if no difference was found. */
    static Optional<String> difference(Pattern pattern) {
        Optional<String> legacy = Optional.empty();
        Optional<String> anchored = Optional.empty();
        for (String text : tried(pattern.text())) {
            Optional<ImageReference> image = parsed(text);
            if (image.isPresent()) {
                boolean floating = pattern.matches(image.get(), MatchingMode.LEGACY);
                boolean whole = pattern.matches(image.get(), MatchingMode.ANCHORED);
                legacy = legacy.or(() -> floating && !whole ? Optional.of(text) : Optional.empty());
                anchored = anchored.or(() -> whole && !floating ? Optional.of(text) : Optional.empty());
            }
        }
        List<String> examples = new ArrayList<>();
        legacy.ifPresent(text -> examples.add("\"" + text + "\" only in legacy matching"));
        anchored.ifPresent(text -> examples.add("\"" + text + "\" only in anchored matching"));
        return examples.isEmpty()
                ? Optional.empty()
                : Optional.of("pattern \"" + pattern.text() + "\" reaches " + String.join(" and ", examples));
    }

    private static Set<String> tried(String pattern) {
        Set<String> tried = new LinkedHashSet<>();
        for (String any : List.of("x", DIGEST, "0".repeat(64))) {
            String image = example(pattern, any);
            int at = image.indexOf('@');
            String named = at < 0 ? image : image.substring(0, at);
            int colon = named.indexOf(':', named.lastIndexOf('/') + 1);
            String place = colon < 0 ? named : named.substring(0, colon);
            String path = place.substring(place.indexOf('/') + 1);
            for (String before : BEFORE) {
                tried.add(before + image);
                AFTER.forEach(after -> tried.add(before + image + after));
                AFTER.forEach(after -> tried.add(before + place + after));
                tried.add(before + path);
                tried.add(before + place + ":evil" + (at < 0 ? "" : image.substring(at)));
            }
        }
        return tried;
    }

    /** An image that the pattern describes, {@code any} standing for a wildcard in the digest. */
    private static String example(String pattern, String any) {
        try {
            Atoms atoms = new Atoms(GlobParser.parse(pattern));
            int at = atoms.indexOf('@', 0);
            return at < 0
                    ? atoms.example("x")
                    : atoms.upTo(at + 1).example("x") + atoms.from(at + 1).example(any);
        } catch (BadPatternException e) {
            return "";
        }
    }

    private static Optional<ImageReference> parsed(String text) {
        try {
            return Optional.of(ImageReference.parse(text));
        } catch (InvalidReferenceException e) {
            return Optional.empty();
        }
    }
}
