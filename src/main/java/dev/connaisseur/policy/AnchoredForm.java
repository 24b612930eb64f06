package dev.connaisseur.policy;

import dev.connaisseur.image.ImageReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The anchored reading of a pattern without alternatives: registry, path, tag and digest each as a whole.
 *
 * <p>A first part before a slash is the registry if it holds a dot or a colon, is {@code localhost} or is a wildcard; without one
 * Docker Hub is meant, and a single part is an official image. A wildcard alone takes every image, with the tag and digest that
 * follow it.
 *
 * @param text the pattern with its registry written out
 * @param registry empty if it may be any
 * @param tag empty if it may be any or missing
 * @param digest empty if it may be any or missing
 */
record AnchoredForm(
        String text,
        Optional<Glob> registry,
        Glob path,
        Optional<Glob> tag,
        Optional<Glob> digest,
        List<String> literals)
        implements Form {
    AnchoredForm {
        literals = List.copyOf(literals);
    }

    /**
     * Prepares a pattern without alternatives.
     *
     * @param unread what follows in the text but could not be read: the pattern ends in a star in its place
     */
    static AnchoredForm of(Atoms pattern, String unread) {
        Parts parts = Parts.of(pattern);
        List<String> literals = new ArrayList<>();
        if (parts.registry().isPresent()) {
            Atoms slash = parts.path().after(Atoms.literally("/"));
            Atoms registry = parts.registry().get();
            literals.addAll((registry.isLiteral() ? slash.after(registry) : slash).literals());
        }
        parts.tag().ifPresent(tag -> literals.addAll(tag.literals()));
        parts.digest().ifPresent(digest -> literals.addAll(digest.literals()));
        String text = parts.text();
        return new AnchoredForm(
                unread.isEmpty() ? text : text.substring(0, text.length() - 1) + unread,
                parts.registry().map(Glob::new),
                new Glob(parts.path()),
                parts.tag().filter(tag -> !tag.isAnything()).map(Glob::new),
                parts.digest().map(Glob::new),
                literals);
    }

    @Override
    public boolean matches(MatchName name) {
        return path.matches(name.path())
                && takes(tag, name.tag())
                && takes(digest, name.digest())
                && (registry.isEmpty() || matchesRegistry(registry.get(), name.registry()));
    }

    private static boolean takes(Optional<Glob> wanted, Optional<String> given) {
        return wanted.isEmpty() || given.filter(wanted.get()::matches).isPresent();
    }

    /** Docker Hub is matched by a pattern that matches any of its names. */
    private static boolean matchesRegistry(Glob glob, String registry) {
        if (registry.equals(ImageReference.DOCKER_HUB)) {
            return MatchName.DOCKER_HUB.stream().anyMatch(glob::matches);
        }
        return glob.matches(registry);
    }

    /** The parts of a pattern, normalised. */
    private record Parts(Optional<Atoms> registry, Atoms path, Optional<Atoms> tag, Optional<Atoms> digest) {
        static Parts of(Atoms pattern) {
            int at = pattern.indexOf('@', 0);
            Optional<Atoms> digest = at < 0 ? Optional.empty() : Optional.of(pattern.from(at + 1));
            Atoms named = at < 0 ? pattern : pattern.upTo(at);
            int colon = named.indexOf(':', named.lastIndexOf('/') + 1);
            Optional<Atoms> tag = colon < 0 ? Optional.empty() : Optional.of(named.from(colon + 1));
            Atoms place = colon < 0 ? named : named.upTo(colon);
            if (place.isAnything()) {
                return new Parts(Optional.empty(), place, tag, digest);
            }
            int slash = place.indexOf('/', 0);
            boolean hasRegistry = slash >= 0 && meansRegistry(place.upTo(slash));
            Atoms registry = hasRegistry ? normalised(place.upTo(slash)) : Atoms.literally(ImageReference.DOCKER_HUB);
            Atoms path = hasRegistry ? place.from(slash + 1) : place;
            boolean official = registry.value().equals(ImageReference.DOCKER_HUB)
                    && path.indexOf('/', 0) < 0
                    && !path.isAnything();
            return new Parts(
                    Optional.of(registry),
                    official ? path.after(Atoms.literally(MatchName.OFFICIAL)) : path,
                    tag,
                    digest);
        }

        private static boolean meansRegistry(Atoms first) {
            return first.isAnything()
                    || first.text().indexOf('.') >= 0
                    || first.text().indexOf(':') >= 0
                    || first.value().equals("localhost");
        }

        private static Atoms normalised(Atoms registry) {
            return registry.isLiteral()
                    ? Atoms.literally(MatchName.normalisedRegistry(registry.value()))
                    : registry.lowerCase();
        }

        String text() {
            return registry.map(r -> r.text() + "/").orElse("")
                    + path.text()
                    + tag.map(t -> ":" + t.text()).orElse("")
                    + digest.map(d -> "@" + d.text()).orElse("");
        }
    }
}
