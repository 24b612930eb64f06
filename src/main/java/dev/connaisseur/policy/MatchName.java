package dev.connaisseur.policy;

import dev.connaisseur.image.Digest;
import dev.connaisseur.image.ImageReference;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * An image's name as patterns see it.
 *
 * @param registry host and port
 * @param path the repository without registry
 * @param tag empty where the reference has only a digest
 * @param text {@code registry/path[:tag][@digest]}
 */
record MatchName(String registry, String path, Optional<String> tag, Optional<String> digest, String text) {
    /** The hosts that are Docker Hub. */
    static final Set<String> DOCKER_HUB = Set.of(ImageReference.DOCKER_HUB, "docker.io", "registry-1.docker.io");

    static final String OFFICIAL = "library/";

    private static final String HTTPS_PORT = ":443";

    /** The name as parsed. */
    static MatchName asParsed(ImageReference image) {
        return of(image, image.registry(), image.repository());
    }

    /** One name for all spellings: the registry in lower case, Docker Hub always {@code index.docker.io} and with {@code library/}. */
    static MatchName normalised(ImageReference image) {
        String registry = normalisedRegistry(image.registry());
        boolean official =
                registry.equals(ImageReference.DOCKER_HUB) && image.repository().indexOf('/') < 0;
        return of(image, registry, official ? OFFICIAL + image.repository() : image.repository());
    }

    /** A registry in lower case, and Docker Hub under its one name. */
    static String normalisedRegistry(String registry) {
        String lower = registry.toLowerCase(Locale.ROOT);
        String host = lower.endsWith(HTTPS_PORT) ? lower.substring(0, lower.length() - HTTPS_PORT.length()) : lower;
        return DOCKER_HUB.contains(host) ? ImageReference.DOCKER_HUB : lower;
    }

    private static MatchName of(ImageReference image, String registry, String path) {
        String suffix = image.name().substring(image.context().length());
        return new MatchName(
                registry, path, image.tag(), image.digest().map(Digest::toString), registry + "/" + path + suffix);
    }
}
