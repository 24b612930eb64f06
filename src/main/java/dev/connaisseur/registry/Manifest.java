package dev.connaisseur.registry;

import dev.connaisseur.image.Digest;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** An image manifest or an index, as received: the digest is that of the bytes, whatever anybody said. Immutable. */
public final class Manifest {
    private final Digest digest;
    private final String mediaType;
    private final byte[] bytes;
    private final Optional<Descriptor> config;
    private final List<Descriptor> layers;
    private final List<Descriptor> manifests;
    private final Optional<Descriptor> subject;
    private final Map<String, String> annotations;
    private final Optional<String> artifactType;

    Manifest(
            String mediaType,
            byte[] bytes,
            Optional<Descriptor> config,
            List<Descriptor> layers,
            List<Descriptor> manifests,
            Optional<Descriptor> subject,
            Map<String, String> annotations,
            Optional<String> artifactType) {
        this.digest = Digest.of(bytes);
        this.mediaType = mediaType;
        this.bytes = bytes.clone();
        this.config = config;
        this.layers = List.copyOf(layers);
        this.manifests = List.copyOf(manifests);
        this.subject = subject;
        this.annotations = Collections.unmodifiableMap(new TreeMap<>(annotations));
        this.artifactType = artifactType;
    }

    /** Computed from {@link #bytes()}. */
    public Digest digest() {
        return digest;
    }

    public String mediaType() {
        return mediaType;
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    /** The size of {@link #bytes()}. */
    public long size() {
        return bytes.length;
    }

    /** Whether this is a list of manifests; it then has no layers and no config. */
    public boolean isIndex() {
        return MediaTypes.isIndex(mediaType);
    }

    /** Present in an image manifest, absent in an index. */
    public Optional<Descriptor> config() {
        return config;
    }

    public List<Descriptor> layers() {
        return layers;
    }

    /** The entries of an index. */
    public List<Descriptor> manifests() {
        return manifests;
    }

    /** The manifest that this one is about. */
    public Optional<Descriptor> subject() {
        return subject;
    }

    public Map<String, String> annotations() {
        return annotations;
    }

    public Optional<String> artifactType() {
        return artifactType;
    }

    /** The descriptor of this manifest itself. */
    public Descriptor descriptor() {
        return Descriptor.of(mediaType, digest, bytes.length);
    }
}
