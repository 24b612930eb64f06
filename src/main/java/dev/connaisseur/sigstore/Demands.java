package dev.connaisseur.sigstore;

import java.time.Instant;

/**
 * What a signature must bring with it. What is not demanded is not looked at.
 *
 * @param log a proof that it is in a transparency log
 * @param sct a promise that its certificate is in one
 * @param timestamp an RFC 3161 timestamp
 * @param now for what has no proven time
 */
public record Demands(boolean log, boolean sct, boolean timestamp, Instant now) {}
