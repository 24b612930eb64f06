package dev.connaisseur.tuf;

import java.time.Instant;

/**
 * A version of a role that was verified.
 *
 * @param version 0 where only the role's place in the snapshot is known
 * @param keys changes when the role's keys or threshold change
 * @param expires when the file ends to hold
 */
public record RoleVersion(long version, String keys, Instant expires) {}
