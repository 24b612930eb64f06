package dev.connaisseur.sigstore;

/**
 * Why a signature does not count.
 *
 * @param text a sentence without its full stop
 */
public record Refusal(Flaw flaw, String text) {}
