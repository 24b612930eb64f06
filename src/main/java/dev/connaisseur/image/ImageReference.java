package dev.connaisseur.image;

import java.util.Locale;
import java.util.Optional;

/**
 * A container image as a manifest names it, read by the distribution grammar.
 *
 * @param original the text as written in the manifest
 * @param registry host and port, its case as written; Docker Hub ({@code docker.io} or no registry) is {@code index.docker.io}
 * @param repository path without registry; {@code library/} is added on Docker Hub where it is meant
 * @param tag the tag; {@code latest} where neither tag nor digest was given, empty where only a digest was given
 */
public record ImageReference(
        String original, String registry, String repository, Optional<String> tag, Optional<Digest> digest) {
    public static final String DOCKER_HUB = "index.docker.io";

    private static final String DOCKER_HUB_SHORT = "docker.io";
    private static final String OFFICIAL = "library/";
    private static final String DEFAULT_TAG = "latest";
    private static final int IDENTIFIER_LENGTH = 64;

    public ImageReference {
        check(
                ReferenceGrammar.isRegistry(registry) && !registry.equals(DOCKER_HUB_SHORT),
                original,
                "its registry is not a host name or address, with a port from 1 to 65535 or none");
        check(
                ReferenceGrammar.isRepository(repository),
                original,
                "its repository is not made of lower-case letters and digits, joined by \".\", \"_\", \"__\", dashes and \"/\"");
        check(
                repository.length() <= ReferenceGrammar.LONGEST_REPOSITORY,
                original,
                "its repository is longer than 255 characters");
        check(
                tag.isEmpty() || ReferenceGrammar.isTag(tag.get()),
                original,
                "its tag is not 1 to 128 letters, digits, \"_\", \".\" and \"-\" that start with a letter, a digit or \"_\"");
        check(tag.isPresent() || digest.isPresent(), original, "it has neither tag nor digest");
    }

    /**
     * Reads a reference as the distribution grammar does, in time linear in its length. Stricter in this: a registry that is no
     * host name, a port that does not exist or starts with 0, a host longer than DNS allows and any digest but SHA-256 are
     * refused.
     *
     * @throws InvalidReferenceException if the text is no image reference
     * @see <a href="https://pkg.go.dev/github.com/distribution/reference#ParseNormalizedNamed">the grammar</a>
     */
    public static ImageReference parse(String original) {
        check(!original.isEmpty(), original, "it is empty");
        check(
                original.length() != IDENTIFIER_LENGTH || !ReferenceGrammar.isLowerHex(original),
                original,
                "64 hex digits are an identifier, not a name");
        int at = original.indexOf('@');
        Optional<Digest> digest = at < 0 ? Optional.empty() : Digest.parse(original.substring(at + 1));
        check(at < 0 || digest.isPresent(), original, "its digest is not \"sha256:\" with 64 lower-case hex digits");
        String named = at < 0 ? original : original.substring(0, at);

        int slash = named.indexOf('/');
        boolean hasRegistry = slash >= 0 && meansRegistry(named.substring(0, slash));
        String registry = hasRegistry ? named.substring(0, slash) : DOCKER_HUB;
        String path = hasRegistry ? named.substring(slash + 1) : named;
        if (registry.equals(DOCKER_HUB_SHORT)) {
            registry = DOCKER_HUB;
        }

        int colon = path.indexOf(':');
        Optional<String> tag = colon < 0 ? Optional.empty() : Optional.of(path.substring(colon + 1));
        String repository = colon < 0 ? path : path.substring(0, colon);
        if (registry.equals(DOCKER_HUB) && path.indexOf('/') < 0) {
            repository = OFFICIAL + repository;
        }
        if (tag.isEmpty() && digest.isEmpty()) {
            tag = Optional.of(DEFAULT_TAG);
        }
        return new ImageReference(original, registry, repository, tag, digest);
    }

    /** Whether the part before the first slash is meant as a registry, well-formed or not. */
    private static boolean meansRegistry(String first) {
        return first.equals("localhost")
                || first.indexOf('.') >= 0
                || first.indexOf(':') >= 0
                || !first.toLowerCase(Locale.ROOT).equals(first);
    }

    private static void check(boolean holds, String original, String otherwise) {
        if (!holds) {
            throw new InvalidReferenceException(original, otherwise);
        }
    }

    /** {@code registry/repository}. */
    public String context() {
        return registry + "/" + repository;
    }

    /** {@code registry/repository[:tag][@digest]}: what rules match and what a patch writes. */
    public String name() {
        return context()
                + tag.map(t -> ":" + t).orElse("")
                + digest.map(d -> "@" + d).orElse("");
    }

    /** The same image, tag kept, at exactly this digest. */
    public ImageReference pinnedTo(Digest verified) {
        return new ImageReference(original, registry, repository, tag, Optional.of(verified));
    }
}
