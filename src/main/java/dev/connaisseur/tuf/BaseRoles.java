package dev.connaisseur.tuf;

/**
 * The four files that every repository has, read but not yet believed.
 *
 * @see TrustedRoles#verify
 */
public record BaseRoles(
        RootMetadata root, TargetsMetadata targets, ListingMetadata snapshot, ListingMetadata timestamp) {}
