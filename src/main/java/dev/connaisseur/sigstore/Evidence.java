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
 * @param logForm which proof each entry must bring
 * @param timestamps responses of RFC 3161 authorities
 * @param stamped what the timestamps are about
 */
public record Evidence(
        Content content,
        Bytes signature,
        Optional<Certificates> certificates,
        List<LogEntry> entries,
        LogForm logForm,
        List<Bytes> timestamps,
        Bytes stamped) {

    public Evidence {
        entries = List.copyOf(entries);
        timestamps = List.copyOf(timestamps);
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

    /** What the format demands of an entry of the log. */
    public enum LogForm {
        /** The older formats: the log's signed promise; a proof may be there too. */
        PROMISE,
        /** Bundles from version 0.2 on: a proof of inclusion; a promise may be there too. */
        PROOF
    }
}
