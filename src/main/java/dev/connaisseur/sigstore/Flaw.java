package dev.connaisseur.sigstore;

/** Why a signature does not count, in the order of the checks: the further it got, the more it tells. */
public enum Flaw {
    /** Not by the key, or not by the holder of the certificate. */
    SIGNATURE,
    /** A certificate is needed and there is none. */
    NO_CERTIFICATE,
    NO_LOG_ENTRY,
    /** The entry is by a log that is not believed, not proved, or about something else. */
    LOG_ENTRY,
    NO_TIMESTAMP,
    /** Nothing that is believed says when the signature was made. */
    NO_TIME,
    /** Made when the certificate was not valid. */
    EXPIRED,
    CHAIN,
    SCT,
    IDENTITY,
    CLAIM
}
