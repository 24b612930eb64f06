package dev.connaisseur.validator.cosign;

/**
 * A signature as it was found beside an image, nothing of it believed yet.
 *
 * @param payload the bytes that are said to be signed
 * @param signature the bare signature
 */
record Evidence(Bytes payload, Bytes signature) {}
