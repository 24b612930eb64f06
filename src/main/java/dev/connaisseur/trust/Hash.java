package dev.connaisseur.trust;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** The hash functions that a signature may use. MD5 and SHA-1 are not among them. */
public enum Hash {
    SHA_224("SHA-224", 28, "2.16.840.1.101.3.4.2.4"),
    SHA_256("SHA-256", 32, "2.16.840.1.101.3.4.2.1"),
    SHA_384("SHA-384", 48, "2.16.840.1.101.3.4.2.2"),
    SHA_512("SHA-512", 64, "2.16.840.1.101.3.4.2.3"),
    SHA_512_224("SHA-512/224", 28, "2.16.840.1.101.3.4.2.5"),
    SHA_512_256("SHA-512/256", 32, "2.16.840.1.101.3.4.2.6");

    private final String jcaName;
    private final int length;
    private final String oid;

    Hash(String jcaName, int length, String oid) {
        this.jcaName = jcaName;
        this.length = length;
        this.oid = oid;
    }

    /** The hash of this object identifier; empty for one that is not accepted. */
    public static Optional<Hash> ofOid(String oid) {
        return Arrays.stream(values()).filter(hash -> hash.oid.equals(oid)).findFirst();
    }

    /** The name of Java's cryptography architecture, {@code SHA-256}. */
    public String jcaName() {
        return jcaName;
    }

    /** Bytes of a hash value. */
    public int length() {
        return length;
    }

    public byte[] of(byte[] message) {
        try {
            return MessageDigest.getInstance(jcaName).digest(message);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java platform lacks " + jcaName, e);
        }
    }

    /** The DER structure that an RSA PKCS#1 v1.5 signature holds. RFC 8017, 9.2. */
    byte[] digestInfo(byte[] value) {
        byte[] head = HexFormat.of().parseHex("3000300d06096086480165030402" + oidEnd() + "050004" + "00");
        byte[] info = Arrays.copyOf(head, head.length + length);
        info[1] = (byte) (info.length - 2);
        info[head.length - 1] = (byte) length;
        return ByteBuffer.wrap(info).put(head.length, value).array();
    }

    private String oidEnd() {
        return "0" + oid.substring(oid.length() - 1);
    }

    /** As signature names write it, {@code SHA256} or {@code SHA512/256}. */
    String inSignatureName() {
        return jcaName.replaceFirst("-", "");
    }
}
