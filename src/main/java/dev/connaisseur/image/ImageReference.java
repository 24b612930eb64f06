package dev.connaisseur.image;

import java.util.Optional;

/**
 * A container image as a manifest names it, read by the distribution grammar.
 *
 * @param original the text as written in the manifest
 * @param registry host and port; Docker Hub is always {@code index.docker.io}
 * @param repository path without registry; {@code library/} is added on Docker Hub where it is meant
 * @param tag the tag; {@code latest} where neither tag nor digest was given, empty where only a digest was given
 */
public record ImageReference(
        String original, String registry, String repository, Optional<String> tag, Optional<Digest> digest) {
    public static final String DOCKER_HUB = "index.docker.io";

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
