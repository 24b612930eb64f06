package dev.connaisseur.sigstore;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * One signature with everything that came with it, in one form whatever format it was found in. Nothing of it is believed yet.
 *
 * @param signature the bare signature
 * @param certificates of the signer; empty where a key is meant that the verifier knows
 * @param entries what logs are said to hold about it
 * @param format how it was kept
 * @param timestamps responses of RFC 3161 authorities
 * @param stamped what the timestamps are about
 */
public record Evidence(
        Content content,
        Bytes signature,
        Optional<Certificates> certificates,
        List<LogEntry> entries,
        Format format,
        List<Bytes> timestamps,
        Bytes stamped) {

    public Evidence {
        entries = List.copyOf(entries);
        timestamps = List.copyOf(timestamps);
    }

    /** The same with what a log itself said when it was asked. */
    public Evidence with(List<LogEntry> found) {
        return new Evidence(content, signature, certificates, found, format, timestamps, stamped);
    }

    /**
     * The signer's certificate and what came with it.
     *
     * @param others intermediates, and in the older formats a root, which proves nothing by itself
     */
    public record Certificates(X509Certificate leaf, List<X509Certificate> others) {
        public Certificates {
            others = List.copyOf(others);
        }
    }

    /** How a signature was kept. */
    public enum Format {
        /** As a layer with annotations: an entry of the log has the log's signed promise. */
        LEGACY,
        /** A bundle of version 0.1: an entry has a promise, and may have a proof of inclusion too. */
        FIRST_BUNDLE,
        /** A bundle from version 0.2 on: an entry has a proof of inclusion, and may have a promise too. */
        BUNDLE
    }
}
