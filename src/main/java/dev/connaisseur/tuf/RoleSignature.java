package dev.connaisseur.tuf;

import java.util.Locale;

/** One signature of a role file: by which key, by which method, and its bytes. */
public final class RoleSignature {
    private final String keyId;
    private final String method;
    private final byte[] bytes;

    RoleSignature(String keyId, String method, byte[] bytes) {
        this.keyId = keyId;
        this.method = method.toLowerCase(Locale.ROOT);
        this.bytes = bytes.clone();
    }

    public String keyId() {
        return keyId;
    }

    /** The method's name in lower case, e.g. {@code ecdsa}. */
    public String method() {
        return method;
    }

    public byte[] bytes() {
        return bytes.clone();
    }
}
