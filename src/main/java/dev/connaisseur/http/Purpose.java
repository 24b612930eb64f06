package dev.connaisseur.http;

/** Why an address is asked: who named it decides where it may lie. */
public enum Purpose {
    /** The configuration names the host: a validator's host, a policy pattern with a literal registry, an alert receiver. */
    CONFIGURED,
    /** An image reference names the host, and a rule that needs a look-up matched it. */
    IMAGE_REGISTRY,
    /** An answer names the host: a token realm, a redirect. Https and public addresses only. */
    REFERRED,
    /** A certificate names the host: OCSP and CRL. Public addresses only, plain http as those protocols use it. */
    CERTIFICATE,
    /** A configured feature implies the host: a validator type's default hosts, a cloud's own end points. */
    FEATURE,
    /** The cluster's own API: wherever it lies, and never through a proxy. */
    CLUSTER
}
