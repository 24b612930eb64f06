package dev.connaisseur.tuf;

import dev.connaisseur.trust.Hash;
import dev.connaisseur.trust.PublicKeys;
import dev.connaisseur.trust.SignatureAlgorithm;
import dev.connaisseur.trust.SignatureAlgorithm.Encoding;
import dev.connaisseur.trust.SignatureCheck;
import dev.connaisseur.trust.UnusableKeyException;
import jakarta.json.Json;
import jakarta.json.JsonValue;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * A public key of a role, with the methods it may sign by. A key that cannot be used (unknown type, RSA below 2048 bits, broken
 * material) still has its id, but never verifies anything.
 *
 * @param id lower-case hex SHA-256 over the canonical JSON of type and value, always computed here
 * @param key the key itself; empty if it cannot be used
 * @param methods the signature methods that this type of key may use
 */
public record TufKey(String id, Optional<PublicKey> key, Map<String, SignatureAlgorithm> methods) {
    private static final SignatureAlgorithm ECDSA = SignatureAlgorithm.ecdsa(Hash.SHA_256, Encoding.P1363);
    private static final SignatureAlgorithm PSS = SignatureAlgorithm.rsaPss(Hash.SHA_256);
    private static final SignatureAlgorithm PKCS1 = SignatureAlgorithm.rsaPkcs1(Hash.SHA_256);

    private static final Map<String, SignatureAlgorithm> SCHEMES = Map.of(
            "ecdsa-sha2-nistp256",
            SignatureAlgorithm.ecdsa(Hash.SHA_256, Encoding.DER),
            "ecdsa-sha2-nistp384",
            SignatureAlgorithm.ecdsa(Hash.SHA_384, Encoding.DER),
            "rsassa-pss-sha256",
            PSS,
            "ed25519",
            SignatureAlgorithm.ED25519);

    public TufKey {
        methods = Map.copyOf(methods);
    }

    /**
     * A key from role files, in the dialect of Notary v1.
     *
     * @param type {@code ecdsa}, {@code rsa}, {@code ecdsa-x509}, {@code rsa-x509} or {@code ed25519}
     * @param value DER SubjectPublicKeyInfo, PEM certificate or 32 bytes, by the type
     */
    static TufKey notary(String type, byte[] value) {
        String id = id(type, value);
        try {
            PublicKey key = KeyMaterial.read(type, value);
            return new TufKey(id, Optional.of(key), methods(type, key));
        } catch (UnusableKeyException e) {
            return new TufKey(id, Optional.empty(), Map.of());
        }
    }

    /**
     * A key from role files, in TUF's own dialect. Its id is the declared one: repositories keep ids whose keys were written
     * differently once.
     *
     * @param type {@code ecdsa} (also with the scheme as its name), {@code rsa} or {@code ed25519}
     * @param scheme fixes the algorithm
     * @param value PEM, or 64 digits of hex for Ed25519
     */
    static TufKey repository(String id, String type, String scheme, String value) {
        Optional<SignatureAlgorithm> algorithm = SCHEMES.entrySet().stream()
                .filter(known -> known.getKey().equals(scheme))
                .map(Map.Entry::getValue)
                .findFirst();
        try {
            PublicKey key = KeyMaterial.readText(type.startsWith("ecdsa") ? "ecdsa" : type, value);
            boolean fits = !scheme.startsWith("ecdsa") || key instanceof ECPublicKey;
            return new TufKey(
                    id,
                    algorithm.filter(known -> fits).map(known -> key),
                    algorithm.map(known -> Map.of("", known)).orElse(Map.of()));
        } catch (UnusableKeyException e) {
            return new TufKey(id, Optional.empty(), Map.of());
        }
    }

    /** A key that the configuration pins. Its id is the one it would have in role files; only EC and RSA keys can be roots. */
    public static TufKey pinned(PublicKey key) {
        String type = switch (key) {
            case ECPublicKey ec -> "ecdsa";
            case RSAPublicKey rsa -> "rsa";
            default -> "unknown";
        };
        return new TufKey(id(type, key.getEncoded()), Optional.of(key), methods(type, key));
    }

    /** Whether this key made the signature. Key ids are not compared here. */
    boolean made(RoleSignature signature, byte[] message) {
        SignatureAlgorithm algorithm = methods.get(signature.method());
        return algorithm != null
                && key.isPresent()
                && SignatureCheck.verify(key.get(), algorithm, message, signature.bytes());
    }

    /** What tells signers apart: two ids, or two certificates, of one key are one signer. */
    Optional<String> signer() {
        return key.map(PublicKeys::fingerprint);
    }

    private static Map<String, SignatureAlgorithm> methods(String type, PublicKey key) {
        return switch (type) {
            case "ecdsa", "ecdsa-x509" -> key instanceof ECPublicKey ? Map.of("ecdsa", ECDSA) : Map.of();
            case "rsa" -> Map.of("rsapss", PSS, "rsapkcs1v15", PKCS1, "pycrypto-pkcs#1 pss", PSS);
            case "rsa-x509" -> Map.of("rsapss", PSS, "rsapkcs1v15", PKCS1);
            case "ed25519" -> Map.of("eddsa", SignatureAlgorithm.ED25519);
            default -> Map.of();
        };
    }

    private static String id(String type, byte[] value) {
        JsonValue written = Json.createObjectBuilder()
                .add("keytype", type)
                .add(
                        "keyval",
                        Json.createObjectBuilder()
                                .addNull("private")
                                .add("public", Base64.getEncoder().encodeToString(value)))
                .build();
        return HexFormat.of().formatHex(Hash.SHA_256.of(CanonicalJson.of(written)));
    }
}
