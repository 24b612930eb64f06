package dev.connaisseur.tuf;

import static dev.connaisseur.tuf.MetadataException.Fault.INCONSISTENT;
import static dev.connaisseur.tuf.MetadataException.Fault.MALFORMED;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * What a snapshot or timestamp says about another role's file.
 *
 * @param hashes lower-case hex by {@code sha256} or {@code sha512}; other algorithms are not kept
 * @param length bytes of the file
 * @param version the file's version, where declared
 */
public record MetaFile(Map<String, String> hashes, OptionalLong length, OptionalLong version) {
    private static final Map<String, Integer> OCTETS = Map.of("sha256", 32, "sha512", 64);
    private static final Map<String, String> JCA_NAMES = Map.of("sha256", "SHA-256", "sha512", "SHA-512");

    public MetaFile {
        hashes = Map.copyOf(hashes);
    }

    /** @param decode reads a hash from the member of that name */
    static MetaFile read(Members json, BiFunction<Members, String, byte[]> decode) {
        Map<String, String> hashes = new TreeMap<>();
        Members declared = json.object("hashes");
        for (String algorithm : declared.json().keySet()) {
            Integer octets = OCTETS.get(algorithm);
            if (octets != null) {
                byte[] hash = decode.apply(declared, algorithm);
                if (hash.length != octets) {
                    throw new MetadataException(
                            MALFORMED, "a " + algorithm + " hash has " + hash.length + " bytes instead of " + octets);
                }
                hashes.put(algorithm, HexFormat.of().formatHex(hash));
            }
        }
        return new MetaFile(hashes, optional(json, "length"), optional(json, "version"));
    }

    private static OptionalLong optional(Members json, String name) {
        return json.has(name) ? OptionalLong.of(json.integer(name, 0)) : OptionalLong.empty();
    }

    /** Whether the file with this SHA-256 (lower-case hex) is the one that is meant. */
    public boolean names(String sha256) {
        return sha256.equals(hashes.get("sha256"));
    }

    /**
     * Compares a file with what is declared: every hash, and at least one; its length and, where declared, its version.
     *
     * @throws MetadataException with {@code INCONSISTENT}, naming both sides
     */
    void check(SignedMetadata file, Comparison comparison) {
        if (hashes.isEmpty()) {
            throw new MetadataException(INCONSISTENT, "no checksums found for " + file.role());
        }
        checkHashes(file.raw());
        if (comparison == Comparison.HASHES_ONLY) {
            return;
        }
        checkLength(file.length());
        if (version.isPresent() && version.getAsLong() != file.version()) {
            throw new MetadataException(
                    INCONSISTENT, "version is " + file.version() + ", should be " + version.getAsLong());
        }
    }

    /**
     * Compares bytes with what is declared: every hash, and the length where declared.
     *
     * @throws MetadataException with {@code INCONSISTENT}, naming both sides
     */
    void check(byte[] raw) {
        checkLength(raw.length);
        checkHashes(raw);
    }

    private void checkLength(long actual) {
        if (length.isPresent() && length.getAsLong() != actual) {
            throw new MetadataException(INCONSISTENT, "length is " + actual + ", should be " + length.getAsLong());
        }
    }

    private void checkHashes(byte[] raw) {
        for (Map.Entry<String, String> hash : new TreeMap<>(hashes).entrySet()) {
            String actual = hash(hash.getKey(), raw);
            if (!actual.equals(hash.getValue())) {
                throw new MetadataException(
                        INCONSISTENT, hash.getKey() + " is " + actual + ", should be " + hash.getValue());
            }
        }
    }

    private static String hash(String algorithm, byte[] raw) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance(JCA_NAMES.getOrDefault(algorithm, algorithm))
                            .digest(raw));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256 and SHA-512", e);
        }
    }

    /** How much of a declaration must fit. */
    public enum Comparison {
        /** Hashes, length and version. */
        EVERYTHING,
        /** As the original does. */
        HASHES_ONLY
    }
}
