package dev.connaisseur.registry;

import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.FinalException;
import dev.connaisseur.http.HttpAnswer;
import dev.connaisseur.http.LookupException;
import dev.connaisseur.http.LookupException.Kind;
import dev.connaisseur.image.Digest;
import dev.connaisseur.image.ImageReference;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What one verification of one image reads from its repository. Everything is requested once; every digest is computed from the
 * bytes received, and {@code Docker-Content-Digest} is only ever a reason to refuse. May be used by several threads; is closed when
 * what it has read is no longer kept.
 */
public final class RepositorySession implements AutoCloseable {
    private static final int MAX_MANIFEST = 4 << 20;

    private final ImageReference image;
    private final RepositoryRequests requests;
    private final Memo<String, Optional<Manifest>> byTag = new Memo<>();
    private final Memo<Digest, Manifest> byDigest = new Memo<>();
    private final Memo<Digest, byte[]> blobs = new Memo<>();
    private final Memo<Digest, List<Descriptor>> referrers = new Memo<>();

    RepositorySession(RegistryClient client, ImageReference image, Deadline deadline) {
        this.image = image;
        RegistryHost registry = RegistryHost.of(image.registry(), client.trust(), client::spokenPlain);
        this.requests = new RepositoryRequests(client, registry, image.repository(), deadline);
    }

    public ImageReference image() {
        return image;
    }

    /**
     * The image itself: by its digest if the reference has one (the tag then means nothing), else by its tag.
     *
     * @return an image manifest, or an index of image manifests
     * @throws LookupException of kind {@code NOT_FOUND}, {@code MALFORMED} … if there is none that could be run
     */
    public Manifest resolve() {
        Manifest found = image.digest()
                .map(this::manifest)
                .orElseGet(() -> manifestByTag(image.tag().orElse("latest"))
                        .orElseThrow(() -> new FinalException(
                                Kind.NOT_FOUND, host(), image.name() + " was not found at " + host())));
        return wellFormed("the manifest of " + image.name(), () -> ImageShape.checked(found));
    }

    /** The manifest that a tag of this repository points at; empty if there is no such tag. */
    public Optional<Manifest> manifestByTag(String tag) {
        if (!tag.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")) {
            throw new IllegalArgumentException("not a tag");
        }
        return byTag.get(tag, host(), () -> {
            try {
                Manifest manifest = fetch(tag, Optional.empty());
                byDigest.put(manifest.digest(), manifest);
                return Optional.of(manifest);
            } catch (FinalException e) {
                if (e.kind() == Kind.NOT_FOUND) {
                    return Optional.empty();
                }
                throw e;
            }
        });
    }

    /** The manifest with exactly this digest. */
    public Manifest manifest(Digest digest) {
        return byDigest.get(digest, host(), () -> fetch(digest.toString(), Optional.of(digest)));
    }

    /**
     * A blob whose size and digest are what the descriptor says.
     *
     * @param limit the most bytes that the caller takes
     */
    public byte[] blob(Descriptor descriptor, int limit) {
        String what = "the blob " + descriptor.digest() + " of " + image.context();
        if (descriptor.size() > limit) {
            throw new FinalException(Kind.TOO_LARGE, host(), what + " has more than " + limit + " bytes");
        }
        byte[] bytes = blobs.get(
                descriptor.digest(),
                host(),
                () -> retriedOnce(() -> {
                    HttpAnswer answer = requests.get(
                            address("blobs", descriptor.digest().toString()), "*/*", (int) descriptor.size(), what);
                    return sameDigest(answer, Optional.of(descriptor.digest()), what)
                            .body();
                }));
        if (bytes.length != descriptor.size()) {
            throw new FinalException(
                    Kind.MALFORMED, host(), what + " has " + bytes.length + " bytes instead of " + descriptor.size());
        }
        return bytes.clone();
    }

    /**
     * What refers to a manifest, by the referrers API, or by the tag {@code sha256-<hex>} where the registry has no such API. The
     * list is the registry's claim: read each referrer by {@link #referrer}.
     *
     * @param artifactType only referrers of this type
     */
    public List<Descriptor> referrers(Digest subject, Optional<String> artifactType) {
        return referrers.get(subject, host(), () -> listed(subject)).stream()
                .filter(found -> artifactType.isEmpty() || artifactType.equals(found.artifactType()))
                .toList();
    }

    /** A referrer whose own {@code subject} is the given digest; empty if it is about something else. */
    public Optional<Manifest> referrer(Descriptor descriptor, Digest subject) {
        return Optional.of(manifest(descriptor.digest()))
                .filter(manifest -> manifest.subject().map(Descriptor::digest).equals(Optional.of(subject)));
    }

    @Override
    public void close() {
        requests.close();
    }

    private List<Descriptor> listed(Digest subject) {
        return new Referrers(requests, image.repository())
                .list(subject, Optional.empty())
                .or(() -> manifestByTag("sha256-" + subject.hex())
                        .filter(Manifest::isIndex)
                        .map(Manifest::manifests))
                .orElse(List.of());
    }

    private Manifest fetch(String reference, Optional<Digest> expected) {
        String what = "the manifest " + reference + " of " + image.context();
        return retriedOnce(() -> {
            HttpAnswer answer = requests.get(address("manifests", reference), MediaTypes.ACCEPT, MAX_MANIFEST, what);
            sameDigest(answer, expected, what);
            return wellFormed(what, () -> ManifestReader.read(answer.body(), answer.header("Content-Type")));
        });
    }

    private URI address(String kind, String reference) {
        return requests.registry().at("/v2/" + image.repository() + "/" + kind + "/" + reference);
    }

    private String host() {
        return requests.host();
    }

    /** Bytes that were damaged on the way get a second chance; a registry that lies has none in it. */
    private static <T> T retriedOnce(Supplier<T> lookup) {
        try {
            return lookup.get();
        } catch (DamagedException e) {
            try {
                return lookup.get();
            } catch (DamagedException again) {
                throw again.failure();
            }
        }
    }

    private HttpAnswer sameDigest(HttpAnswer answer, Optional<Digest> expected, String what) {
        Digest actual = Digest.of(answer.body());
        if (expected.isPresent() && !expected.get().equals(actual)) {
            throw new DamagedException(
                    new FinalException(Kind.MALFORMED, host(), what + " came with the digest " + actual));
        }
        Optional<String> said = answer.header("Docker-Content-Digest").filter(text -> text.startsWith(Digest.PREFIX));
        if (said.isPresent() && !said.get().equals(actual.toString())) {
            throw new DamagedException(
                    new FinalException(Kind.MALFORMED, host(), what + " has another digest than its header says"));
        }
        return answer;
    }

    private <T> T wellFormed(String what, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (MalformedManifestException e) {
            throw new FinalException(Kind.MALFORMED, host(), what + " " + e.getMessage(), e);
        }
    }

    private static final class DamagedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final FinalException failure;

        DamagedException(FinalException failure) {
            super(failure);
            this.failure = failure;
        }

        FinalException failure() {
            return failure;
        }
    }
}
