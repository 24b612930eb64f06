package dev.connaisseur.validator.notaryv1;

import static dev.connaisseur.tuf.RoleName.ROOT;
import static dev.connaisseur.tuf.RoleName.SNAPSHOT;
import static dev.connaisseur.tuf.RoleName.TARGETS;
import static dev.connaisseur.tuf.RoleName.TIMESTAMP;

import dev.connaisseur.json.MalformedJsonException;
import dev.connaisseur.tuf.BaseRoles;
import dev.connaisseur.tuf.ListingMetadata;
import dev.connaisseur.tuf.MetaFile;
import dev.connaisseur.tuf.MetadataException;
import dev.connaisseur.tuf.RoleName;
import dev.connaisseur.tuf.RootMetadata;
import dev.connaisseur.tuf.SignedMetadata;
import dev.connaisseur.tuf.TargetsMetadata;
import dev.connaisseur.validator.Reason;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Gathers the files of one repository for one admission. What was verified before and still has the hash that is asked for is not
 * fetched again: an unchanged repository costs one request. Nothing is believed here; a hash of an unverified file only decides what
 * to fetch.
 */
final class RoleFiles {
    private final NotaryServer server;
    private final StoredFiles stored;
    private final Map<String, SignedMetadata> used = new HashMap<>();
    private boolean fitting = true;

    RoleFiles(NotaryServer server, StoredFiles stored) {
        this.server = server;
        this.stored = stored;
    }

    /**
     * The four base roles. Files that do not fit together, as while somebody publishes, are fetched a second time.
     *
     * @throws NotaryException if one cannot be had or read
     */
    BaseRoles base() {
        Map<RoleName, SignedMetadata> files = new HashMap<>();
        if (stored.isEmpty()) {
            // Alone, so that an unknown repository costs one request and the server's challenge is answered once.
            files.put(ROOT, fetch(ROOT));
            files.putAll(Parallel.map(List.of(TARGETS, SNAPSHOT, TIMESTAMP), this::fetch));
        } else {
            files.put(TIMESTAMP, fetch(TIMESTAMP));
            for (RoleName role : List.of(SNAPSHOT, ROOT, TARGETS)) {
                stored.file(role.text()).ifPresent(file -> files.put(role, file));
            }
        }
        ListingMetadata timestamp = read(files, TIMESTAMP, ListingMetadata::timestamp);
        files.putAll(refetched(timestamp, files, List.of(SNAPSHOT)));
        ListingMetadata snapshot = read(files, SNAPSHOT, ListingMetadata::snapshot);
        files.putAll(refetched(snapshot, files, List.of(ROOT, TARGETS)));
        files.forEach((role, file) -> used.put(role.text(), file));
        fitting =
                listed(timestamp, files, SNAPSHOT) && listed(snapshot, files, ROOT) && listed(snapshot, files, TARGETS);
        return new BaseRoles(
                read(files, ROOT, RootMetadata::of), read(files, TARGETS, TargetsMetadata::of), snapshot, timestamp);
    }

    /** Whether the base roles name each other; if not, somebody may have published between two of our requests. */
    boolean areFitting() {
        return fitting;
    }

    private static boolean listed(ListingMetadata listing, Map<RoleName, SignedMetadata> files, RoleName role) {
        return isListed(listing, role, Optional.ofNullable(files.get(role)));
    }

    private Map<RoleName, SignedMetadata> refetched(
            ListingMetadata listing, Map<RoleName, SignedMetadata> files, List<RoleName> roles) {
        List<RoleName> wrong =
                roles.stream().filter(role -> !listed(listing, files, role)).toList();
        return Parallel.map(wrong, this::fetch);
    }

    /**
     * The files of delegations; one that the server does not have is left out.
     *
     * @throws NotaryException if one could not be had, or cannot be read
     */
    Map<RoleName, SignedMetadata> delegations(Collection<RoleName> roles, ListingMetadata snapshot) {
        Map<RoleName, Optional<SignedMetadata>> found = Parallel.map(List.copyOf(roles), role -> {
            Optional<SignedMetadata> known = stored.file(role.text());
            return isListed(snapshot, role, known)
                    ? known
                    : server.file(role.text()).map(bytes -> parse(role, bytes));
        });
        Map<RoleName, SignedMetadata> files = new HashMap<>();
        found.forEach((role, file) -> file.ifPresent(present -> {
            files.put(role, present);
            used.put(role.text(), present);
        }));
        return files;
    }

    /** The root file of a version; empty if the server does not have it. */
    Optional<SignedMetadata> olderRoot(long version) {
        String name = version + "." + ROOT;
        Optional<SignedMetadata> file =
                stored.file(name).or(() -> server.file(name).map(bytes -> parse(ROOT, bytes)));
        file.ifPresent(present -> used.put(name, present));
        return file;
    }

    /** Everything that this admission used, and what it left aside but is still listed; to be kept once it is verified. */
    StoredFiles toStore(ListingMetadata snapshot) {
        Map<String, SignedMetadata> kept = new HashMap<>(used);
        for (RoleName role : snapshot.roles()) {
            stored.file(role.text())
                    .filter(file -> isListed(snapshot, role, Optional.of(file)))
                    .ifPresent(file -> kept.putIfAbsent(role.text(), file));
        }
        return new StoredFiles(kept);
    }

    private static boolean isListed(ListingMetadata listing, RoleName role, Optional<SignedMetadata> file) {
        Optional<MetaFile> entry = listing.entry(role);
        return file.isPresent()
                && entry.isPresent()
                && entry.get().names(file.get().sha256());
    }

    private SignedMetadata fetch(RoleName role) {
        try {
            byte[] bytes = server.file(role.text())
                    .orElseThrow(() -> new NotaryException(
                            Reason.NO_SIGNATURE, NotaryServer.acquiring(role.text()) + NotaryServer.status(404)));
            return parse(role, bytes);
        } catch (NotaryException e) {
            throw e.during(downloading(role));
        }
    }

    private static SignedMetadata parse(RoleName role, byte[] bytes) {
        try {
            return SignedMetadata.parse(role, bytes);
        } catch (MalformedJsonException e) {
            throw new NotaryException(
                    Reason.MALFORMED_SIGNATURE, "error unmarshalling trust data " + role + ": " + e.getMessage(), e);
        } catch (MetadataException e) {
            throw NotaryException.of(e).during("error parsing trust data for " + role + ": ");
        }
    }

    private static <T> T read(Map<RoleName, SignedMetadata> files, RoleName role, Function<SignedMetadata, T> reader) {
        SignedMetadata file = files.get(role);
        if (file == null) {
            throw new IllegalStateException("no file was gathered for " + role);
        }
        try {
            return reader.apply(file);
        } catch (MetadataException e) {
            throw NotaryException.of(e).during(downloading(role) + "error parsing trust data for " + role + ": ");
        }
    }

    private static String downloading(RoleName role) {
        return "error downloading trust data: " + NotaryServer.acquiring(role.text());
    }
}
