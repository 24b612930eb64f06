package dev.connaisseur.tuf;

import dev.connaisseur.testing.NotaryKey;
import dev.connaisseur.testing.NotaryRepository;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads and verifies what a {@link NotaryRepository} publishes, as the validator does, without a server. */
final class Roles {
    static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    private Roles() {}

    static BaseRoles read(Map<String, byte[]> files) {
        return new BaseRoles(
                RootMetadata.of(file(RoleName.ROOT, files)),
                TargetsMetadata.of(file(RoleName.TARGETS, files)),
                ListingMetadata.snapshot(file(RoleName.SNAPSHOT, files)),
                ListingMetadata.timestamp(file(RoleName.TIMESTAMP, files)));
    }

    static TrustedRoles verify(NotaryRepository repository) {
        return verify(repository.publish(), repository.key("root"));
    }

    static TrustedRoles verify(Map<String, byte[]> files, NotaryKey... pinned) {
        return verify(files, NOW, MetaFile.Comparison.EVERYTHING, pinned);
    }

    static TrustedRoles verify(
            Map<String, byte[]> files, Instant now, MetaFile.Comparison comparison, NotaryKey... pinned) {
        List<TufKey> keys = java.util.Arrays.stream(pinned)
                .map(key -> TufKey.pinned(key.pair().getPublic()))
                .toList();
        return TrustedRoles.verify(read(files), keys, version -> Optional.empty(), now, comparison);
    }

    static Map<RoleName, SignedMetadata> delegations(Map<String, byte[]> files) {
        Map<RoleName, SignedMetadata> read = new HashMap<>();
        files.forEach((name, bytes) -> RoleName.parse(name)
                .filter(RoleName::isDelegation)
                .ifPresent(role -> read.put(role, SignedMetadata.parse(role, bytes))));
        return read;
    }

    private static SignedMetadata file(RoleName role, Map<String, byte[]> files) {
        byte[] bytes = files.get(role.text());
        if (bytes == null) {
            throw new AssertionError("no file for " + role);
        }
        return SignedMetadata.parse(role, bytes);
    }
}
