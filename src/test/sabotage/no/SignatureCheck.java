package dev.connaisseur.trust;

import java.security.PublicKey;

/** A broken verifier: the verdict suites must notice it. Compiled by {@code .ci/run --sabotage} only. */
public final class SignatureCheck {
    private SignatureCheck() {}

    public static boolean verify(PublicKey key, SignatureAlgorithm algorithm, byte[] message, byte[] signature) {
        return false;
    }

    public static boolean verifyHash(
            PublicKey key, SignatureAlgorithm algorithm, Hash hash, byte[] value, byte[] signature) {
        return false;
    }
}
