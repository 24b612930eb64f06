package dev.connaisseur.tuf;

import dev.connaisseur.trust.CertificateChain;
import dev.connaisseur.trust.PublicKeys;
import dev.connaisseur.trust.UnusableCertificateException;
import dev.connaisseur.trust.UnusableKeyException;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.HexFormat;

/** Reads the value of a key in the role files of Notary v1. */
final class KeyMaterial {
    /** The head of a SubjectPublicKeyInfo for Ed25519; the 32 bytes of the key follow (RFC 8410). */
    private static final byte[] ED25519_HEAD = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

    private static final int ED25519_OCTETS = 32;
    private static final int LARGEST = 16 << 10;

    private KeyMaterial() {}

    /** @throws UnusableKeyException if nobody should trust such a key, or it is not of its type */
    static PublicKey read(String type, byte[] value) {
        if (value.length > LARGEST) {
            throw new UnusableKeyException("the key is larger than any that is accepted");
        }
        PublicKey key = switch (type) {
            case "ecdsa", "rsa" -> isPem(value) ? PublicKeys.parsePem(text(value)) : PublicKeys.parseSpki(value);
            case "ecdsa-x509", "rsa-x509" -> certified(value);
            case "ed25519" -> ed25519(value);
            default -> throw new UnusableKeyException("the key's type is not known");
        };
        boolean fits = switch (type) {
            case "ecdsa", "ecdsa-x509" -> key instanceof ECPublicKey;
            case "rsa", "rsa-x509" -> key instanceof RSAPublicKey;
            default -> true;
        };
        if (!fits) {
            throw new UnusableKeyException("the key is not of the type that is declared");
        }
        return key;
    }

    /** A key as TUF's own dialect writes it: PEM, or for Ed25519 hex. */
    static PublicKey readText(String type, String value) {
        if (!type.equals("ed25519")) {
            return read(type, value.getBytes(StandardCharsets.US_ASCII));
        }
        if (!value.matches("[0-9a-f]{64}")) {
            throw new UnusableKeyException("an Ed25519 key has 32 bytes, in lower-case hex");
        }
        return ed25519(HexFormat.of().parseHex(value));
    }

    /** Only the key counts: the validity of the certificate is not looked at, the role's expiry is what limits it. */
    private static PublicKey certified(byte[] pem) {
        try {
            return CertificateChain.parsePem(text(pem)).getFirst().getPublicKey();
        } catch (UnusableCertificateException e) {
            throw new UnusableKeyException("the key's certificate cannot be read", e);
        }
    }

    private static PublicKey ed25519(byte[] value) {
        if (value.length != ED25519_OCTETS) {
            throw new UnusableKeyException("an Ed25519 key has 32 bytes");
        }
        byte[] spki = new byte[ED25519_HEAD.length + ED25519_OCTETS];
        System.arraycopy(ED25519_HEAD, 0, spki, 0, ED25519_HEAD.length);
        System.arraycopy(value, 0, spki, ED25519_HEAD.length, ED25519_OCTETS);
        return PublicKeys.parseSpki(spki);
    }

    private static boolean isPem(byte[] value) {
        return value.length > 0 && value[0] == '-';
    }

    private static String text(byte[] value) {
        return new String(value, StandardCharsets.US_ASCII);
    }
}
