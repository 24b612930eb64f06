package dev.connaisseur.registry;

import java.util.HashSet;
import java.util.Set;

/**
 * What a manifest must look like to be run as an image. An index leads to exactly one image per platform, directly: whoever signs it
 * has signed everything that a node could pick from it.
 */
final class ImageShape {
    private static final int MAX_ENTRIES = 1000;

    private ImageShape() {}

    /**
     * Passes an image manifest or an index of image manifests.
     *
     * @throws MalformedManifestException for nested, self-referring, ambiguous or endless indexes
     */
    static Manifest checked(Manifest manifest) {
        if (manifest.manifests().size() > MAX_ENTRIES) {
            throw new MalformedManifestException("lists more than " + MAX_ENTRIES + " images");
        }
        Set<Descriptor.Platform> seen = new HashSet<>();
        for (Descriptor entry : manifest.manifests()) {
            if (entry.digest().equals(manifest.digest())) {
                throw new MalformedManifestException("lists itself");
            }
            if (MediaTypes.isIndex(entry.mediaType())) {
                throw new MalformedManifestException("lists another index, which is not supported");
            }
            if (!MediaTypes.isImage(entry.mediaType())) {
                throw new MalformedManifestException("lists something that is not an image manifest");
            }
            Descriptor.Platform platform = entry.platform().orElse(null);
            if (platform != null && !platform.unknown() && !seen.add(platform)) {
                throw new MalformedManifestException("lists two images for one platform");
            }
        }
        return manifest;
    }
}
