package dev.connaisseur.testing;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A key that signs role files of Notary v1 in tests. Signs by the platform and writes ids by its own hand, so that it shares nothing
 * with what it tests.
 *
 * @param type {@code ecdsa}, {@code ecdsa-x509}, {@code rsa}, {@code rsa-x509} or {@code ed25519}
 * @param method how it signs, e.g. {@code rsapss}
 * @param value base64 of what role files hold as {@code public}
 */
public record NotaryKey(String type, String method, KeyPair pair, String value) {

    public static NotaryKey ecdsa() {
        return ecdsa("secp256r1");
    }

    public static NotaryKey ecdsa(String curve) {
        return raw("ecdsa", "ecdsa", pair("EC", curve));
    }

    public static NotaryKey ecdsaX509() {
        return x509("ecdsa-x509", "ecdsa", pair("EC", "secp256r1"));
    }

    /** In a certificate that ended long ago. */
    public static NotaryKey expiredX509() {
        return x509("ecdsa-x509", "ecdsa", pair("EC", "secp256r1"), Instant.EPOCH.plusSeconds(1));
    }

    public static NotaryKey rsa(String method) {
        return raw("rsa", method, pair("RSA", "2048"));
    }

    public static NotaryKey rsaOf(int bits) {
        return raw("rsa", "rsapss", pair("RSA", Integer.toString(bits)));
    }

    public static NotaryKey rsaX509() {
        return x509("rsa-x509", "rsapss", pair("RSA", "2048"));
    }

    public static NotaryKey ed25519() {
        KeyPair pair = pair("Ed25519", "");
        byte[] spki = pair.getPublic().getEncoded();
        return new NotaryKey("ed25519", "eddsa", pair, base64(Arrays.copyOfRange(spki, spki.length - 32, spki.length)));
    }

    /** The same key under another type, and so under another id. */
    public NotaryKey as(String otherType, String otherMethod) {
        return otherType.endsWith("x509") ? x509(otherType, otherMethod, pair) : raw(otherType, otherMethod, pair);
    }

    public NotaryKey by(String otherMethod) {
        return new NotaryKey(type, otherMethod, pair, value);
    }

    public String id() {
        String canonical = "{\"keytype\":\"" + type + "\",\"keyval\":{\"private\":null,\"public\":\"" + value + "\"}}";
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(canonical.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a {@code trustRoots[*].key} holds. */
    public String pem() {
        return "-----BEGIN PUBLIC KEY-----\n" + mime(pair.getPublic().getEncoded()) + "\n-----END PUBLIC KEY-----\n";
    }

    public JsonObject json() {
        return Json.createObjectBuilder()
                .add("keytype", type)
                .add("keyval", Json.createObjectBuilder().addNull("private").add("public", value))
                .build();
    }

    public byte[] sign(byte[] message) {
        try {
            Signature signer = signer();
            signer.initSign(pair.getPrivate());
            signer.update(message);
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** By the key, so that a method that does not fit it can be claimed. */
    private Signature signer() throws GeneralSecurityException {
        return switch (pair.getPublic().getAlgorithm()) {
            case "EC" -> Signature.getInstance("SHA256withECDSAinP1363Format");
            case "EdDSA", "Ed25519" -> Signature.getInstance("Ed25519");
            default -> method.equals("rsapkcs1v15") ? Signature.getInstance("SHA256withRSA") : pss();
        };
    }

    private static Signature pss() throws GeneralSecurityException {
        Signature pss = Signature.getInstance("RSASSA-PSS");
        pss.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        return pss;
    }

    private static NotaryKey raw(String type, String method, KeyPair pair) {
        return new NotaryKey(type, method, pair, base64(pair.getPublic().getEncoded()));
    }

    private static NotaryKey x509(String type, String method, KeyPair pair) {
        return x509(type, method, pair, Instant.parse("2036-01-01T00:00:00Z"));
    }

    private static NotaryKey x509(String type, String method, KeyPair pair, Instant until) {
        try {
            X500Name name = new X500Name("CN=test");
            String algorithm = pair.getPublic().getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
            byte[] der = new JcaX509v3CertificateBuilder(
                            name, BigInteger.ONE, Date.from(Instant.EPOCH), Date.from(until), name, pair.getPublic())
                    .build(new JcaContentSignerBuilder(algorithm).build(pair.getPrivate()))
                    .getEncoded();
            String pem = "-----BEGIN CERTIFICATE-----\n" + mime(der) + "\n-----END CERTIFICATE-----\n";
            return new NotaryKey(type, method, pair, base64(pem.getBytes(StandardCharsets.US_ASCII)));
        } catch (OperatorCreationException | java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair pair(String algorithm, String parameter) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (algorithm.equals("EC")) {
                generator.initialize(new ECGenParameterSpec(parameter));
            } else if (algorithm.equals("RSA")) {
                generator.initialize(Integer.parseInt(parameter));
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static String mime(byte[] bytes) {
        return Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    }
}
