package dev.connaisseur.config;

import dev.connaisseur.config.YamlValue.Mapping;
import dev.connaisseur.config.YamlValue.Scalar;
import dev.connaisseur.config.YamlValue.Sequence;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a configuration says, as one SHA-256: comments, blanks and the order of keys do not count, the order of lists does. Two
 * processes with equal files have equal fingerprints.
 *
 * @param hex 64 lower-case hex digits
 */
public record Fingerprint(String hex) {

    /** Brings the digests of several parts together. The parts' names count, the order in which they come does not. */
    static Fingerprint of(Map<String, String> digests) {
        MessageDigest sha256 = sha256();
        new TreeMap<>(digests).forEach((name, digest) -> {
            add(sha256, 'p', name);
            add(sha256, 'd', digest);
        });
        return new Fingerprint(HexFormat.of().formatHex(sha256.digest()));
    }

    /** The digest of a YAML value's content. */
    static String of(YamlValue value) {
        MessageDigest sha256 = sha256();
        add(sha256, value);
        return HexFormat.of().formatHex(sha256.digest());
    }

    static String sha256(byte[] content) {
        return HexFormat.of().formatHex(sha256().digest(content));
    }

    private static void add(MessageDigest sha256, YamlValue value) {
        switch (value) {
            case Scalar scalar -> {
                add(sha256, 't', scalar.tag());
                add(sha256, 's', scalar.text());
            }
            case Sequence sequence -> {
                add(sha256, 'l', Integer.toString(sequence.items().size()));
                sequence.items().forEach(item -> add(sha256, item));
            }
            case Mapping mapping -> {
                add(sha256, 'm', Integer.toString(mapping.entries().size()));
                new TreeMap<>(mapping.entries()).forEach((key, entry) -> {
                    add(sha256, 'k', key);
                    add(sha256, entry.value());
                });
            }
        }
    }

    /** Kind and length go before the text, so that no two contents run together the same way. */
    private static void add(MessageDigest sha256, char kind, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        sha256.update(ByteBuffer.allocate(6).putChar(kind).putInt(utf8.length).array());
        sha256.update(utf8);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
