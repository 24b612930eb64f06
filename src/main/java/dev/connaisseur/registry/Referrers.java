package dev.connaisseur.registry;

import dev.connaisseur.http.FinalException;
import dev.connaisseur.http.HttpAnswer;
import dev.connaisseur.http.LookupException.Kind;
import dev.connaisseur.image.Digest;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The referrers API, page by page. What a page says about a referrer's type is only a hint to save requests; the subject is compared
 * when the referrer itself is read.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers">listing referrers</a>
 */
final class Referrers {
    private static final int MAX_PAGES = 10;
    private static final int MAX_REFERRERS = 1000;
    private static final int MAX_LINK = 8192;
    private static final int LARGEST = 4 << 20;
    private static final Pattern NEXT = Pattern.compile("<([^<>]+)>\\s*;[^,]*rel=\"?next\"?(?![^\\s;,\"])");

    private final RepositoryRequests requests;
    private final String repository;

    Referrers(RepositoryRequests requests, String repository) {
        this.requests = requests;
        this.repository = repository;
    }

    /**
     * All descriptors that the registry gives; empty where it has no such API, which an answer shows, too, that is no index by its
     * own word: a page for people, for one.
     */
    Optional<List<Descriptor>> list(Digest subject, Optional<String> artifactType) {
        String path = "/v2/" + repository + "/referrers/" + subject;
        String query = artifactType
                .map(type -> "?artifactType=" + URLEncoder.encode(type, StandardCharsets.UTF_8))
                .orElse("");
        Optional<URI> page = Optional.of(requests.registry().at(path + query));
        List<Descriptor> all = new ArrayList<>();
        for (int number = 0; page.isPresent(); number++) {
            if (number == MAX_PAGES || all.size() > MAX_REFERRERS) {
                throw new FinalException(
                        Kind.TOO_LARGE, requests.host(), requests.host() + " lists more referrers than we read");
            }
            Optional<HttpAnswer> answer = answer(page.get(), number == 0, subject);
            if (answer.isEmpty()) {
                return Optional.empty();
            }
            all.addAll(index(answer.get(), subject).manifests());
            page = next(answer.get(), path);
        }
        return Optional.of(all);
    }

    private Optional<HttpAnswer> answer(URI page, boolean first, Digest subject) {
        String what = "the list of referrers of " + repository + "@" + subject;
        if (!first) {
            return Optional.of(requests.get(page, MediaTypes.OCI_INDEX, LARGEST, what));
        }
        return requests.getIfOffered(page, MediaTypes.OCI_INDEX, LARGEST, what)
                .filter(answer -> answer.header("Content-Type")
                        .map(MediaTypes::bare)
                        .filter(type -> !type.equals(MediaTypes.OCI_INDEX))
                        .isEmpty());
    }

    private Manifest index(HttpAnswer answer, Digest subject) {
        try {
            Manifest index = ManifestReader.read(answer.body(), answer.header("Content-Type"));
            if (index.mediaType().equals(MediaTypes.OCI_INDEX)) {
                return index;
            }
            throw new MalformedManifestException("is no index");
        } catch (MalformedManifestException e) {
            throw new FinalException(
                    Kind.MALFORMED,
                    requests.host(),
                    "the list of referrers of " + repository + "@" + subject + " " + e.getMessage(),
                    e);
        }
    }

    /** The next page must be of the same list at the same registry. */
    private Optional<URI> next(HttpAnswer answer, String path) {
        for (String link : answer.headers("Link")) {
            Matcher matcher = NEXT.matcher(link);
            if (link.length() <= MAX_LINK && matcher.find()) {
                try {
                    URI next = requests.registry().at(path).resolve(new URI(matcher.group(1)));
                    if (requests.registry().sameOrigin(next) && path.equals(next.getPath())) {
                        return Optional.of(next);
                    }
                } catch (URISyntaxException e) {
                    throw elsewhere();
                }
                throw elsewhere();
            }
        }
        return Optional.empty();
    }

    private FinalException elsewhere() {
        return new FinalException(
                Kind.MALFORMED, requests.host(), requests.host() + " continues its list of referrers somewhere else");
    }
}
