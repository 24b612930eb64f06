package dev.connaisseur.registry;

import dev.connaisseur.image.Digest;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A pointer to a manifest or blob. Its {@code urls} are not read: nothing is ever fetched from where a descriptor says.
 *
 * @param size in bytes, not negative
 * @param annotations in the order of their names
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/descriptor.md">OCI descriptor</a>
 */
public record Descriptor(
        String mediaType,
        Digest digest,
        long size,
        Map<String, String> annotations,
        Optional<String> artifactType,
        Optional<Platform> platform) {

    public Descriptor {
        annotations = Collections.unmodifiableMap(new TreeMap<>(annotations));
    }

    /** A descriptor of something that has neither annotations, artifact type nor platform. */
    public static Descriptor of(String mediaType, Digest digest, long size) {
        return new Descriptor(mediaType, digest, size, Map.of(), Optional.empty(), Optional.empty());
    }

    /**
     * What an entry of an index runs on. Empty strings where nothing is said.
     *
     * @param features operating system features, joined by commas
     */
    public record Platform(String os, String architecture, String variant, String osVersion, String features) {
        /** How build tools mark what is no image but a statement about one. */
        boolean unknown() {
            return os.equals("unknown") && architecture.equals("unknown");
        }
    }
}
