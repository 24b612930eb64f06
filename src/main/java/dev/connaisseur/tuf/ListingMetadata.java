package dev.connaisseur.tuf;

import static dev.connaisseur.tuf.MetadataException.Fault.INCONSISTENT;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code snapshot.json} or {@code timestamp.json}: which file of each other role is the present one. */
public final class ListingMetadata {
    private final SignedMetadata file;
    private final Map<RoleName, MetaFile> listed;

    private ListingMetadata(SignedMetadata file, List<RoleName> needed) {
        this.file = file;
        this.listed = new HashMap<>();
        Members meta = file.signed().object("meta");
        for (String name : meta.json().keySet()) {
            // An entry under a name that no role has cannot be asked for.
            file.dialect()
                    .listed(name)
                    .ifPresent(role -> listed.put(role, file.dialect().metaFile(meta.object(name))));
        }
        for (RoleName role : needed) {
            MetaFile entry = listed.get(role);
            file.dialect().checkEntry(role, Optional.ofNullable(entry));
        }
    }

    /**
     * Reads a snapshot.
     *
     * @throws MetadataException unless root and targets are listed with SHA-256 (in TUF's own dialect: targets with its version)
     */
    public static ListingMetadata snapshot(SignedMetadata file) {
        return new ListingMetadata(
                file,
                file.dialect() == Dialect.NOTARY
                        ? List.of(RoleName.ROOT, RoleName.TARGETS)
                        : List.of(RoleName.TARGETS));
    }

    /**
     * Reads a timestamp.
     *
     * @throws MetadataException unless the snapshot is listed likewise
     */
    public static ListingMetadata timestamp(SignedMetadata file) {
        return new ListingMetadata(file, List.of(RoleName.SNAPSHOT));
    }

    public SignedMetadata file() {
        return file;
    }

    public Optional<MetaFile> entry(RoleName role) {
        return Optional.ofNullable(listed.get(role));
    }

    public Set<RoleName> roles() {
        return Set.copyOf(listed.keySet());
    }

    /**
     * Checks that a file is the one that is listed.
     *
     * @throws MetadataException {@code INCONSISTENT}
     */
    public void check(SignedMetadata other, MetaFile.Comparison comparison) {
        MetaFile entry = listed.get(other.role());
        if (entry == null) {
            throw new MetadataException(INCONSISTENT, "no checksums found for " + other.role());
        }
        try {
            entry.check(other, comparison);
        } catch (MetadataException e) {
            throw e.during("error validating " + other.role() + " checksums");
        }
    }
}
