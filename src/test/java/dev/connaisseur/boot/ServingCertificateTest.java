package dev.connaisseur.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.io.StringWriter;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ServingCertificateTest {
    private static final KeyPair RSA = keys("RSA");
    private static final KeyPair P256 = keys("secp256r1");
    private static final KeyPair P384 = keys("secp384r1");
    private static final KeyPair ED25519 = keys("Ed25519");

    static Stream<Arguments> usable() throws Exception {
        return Stream.of(
                arguments("RSA, PKCS#8", pem(certificate(RSA)), pkcs8(RSA)),
                arguments("RSA, PKCS#1", pem(certificate(RSA)), pem(RSA)),
                arguments("P-256, PKCS#8", pem(certificate(P256)), pkcs8(P256)),
                arguments("P-256, SEC1", pem(certificate(P256)), sec1(P256)),
                arguments(
                        "P-256 behind its parameters",
                        pem(certificate(P256)),
                        "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + sec1(P256)),
                arguments("P-384, PKCS#8", pem(certificate(P384)), pkcs8(P384)),
                arguments("Ed25519, PKCS#8", pem(certificate(ED25519)), pkcs8(ED25519)),
                arguments("text around", "issued today\n" + pem(certificate(P256)), "keep safe\n" + pkcs8(P256)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("usable")
    void readsWhatKubernetesSecretsHold(String what, String certificate, String key) {
        assertThat(ServingCertificate.parse(certificate, key).chain()).hasSize(1);
    }

    @Test
    void keepsTheIssuersInOrder() throws Exception {
        X509Certificate leaf = certificate(P256);
        X509Certificate issuer = certificate(RSA);
        ServingCertificate read = ServingCertificate.parse(pem(leaf) + pem(issuer), pkcs8(P256));
        assertThat(read.chain()).containsExactly(leaf, issuer);
        assertThat(read.leaf()).isEqualTo(leaf);
    }

    static Stream<Arguments> unusable() throws Exception {
        String certificate = pem(certificate(P256));
        return Stream.of(
                arguments("the key of another certificate", certificate, pkcs8(keys("secp256r1")), "is not the key"),
                arguments("a key of another type", certificate, pkcs8(RSA), "is not the key"),
                arguments("no certificate", "", pkcs8(P256), "tls.crt holds no certificate"),
                arguments("a key for a certificate", pkcs8(P256), pkcs8(P256), "tls.crt holds no certificate"),
                arguments("no key", certificate, "", "tls.key holds no private key"),
                arguments("a certificate for a key", certificate, certificate, "tls.key holds no private key"),
                arguments("two keys", certificate, pkcs8(P256) + pkcs8(RSA), "more than one key"),
                arguments("an encrypted key", certificate, encrypted(P256), "is encrypted"),
                arguments(
                        "a torn key",
                        certificate,
                        "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49\n-----END PRIVATE KEY-----\n",
                        "tls.key"),
                arguments(
                        "a torn certificate",
                        "-----BEGIN CERTIFICATE-----\nMIGHAgEAMBMGByqGSM49\n-----END CERTIFICATE-----\n",
                        pkcs8(P256),
                        "tls.crt"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unusable")
    void refusesWhatCannotServe(String what, String certificate, String key, String sentence) {
        assertThatThrownBy(() -> ServingCertificate.parse(certificate, key))
                .isInstanceOf(ServingCertificateException.class)
                .hasMessageContaining(sentence);
    }

    @Test
    void neverPrintsItsKey() throws Exception {
        assertThat(ServingCertificate.parse(pem(certificate(RSA)), pkcs8(RSA)).toString())
                .isEqualTo("ServingCertificate[CN=test]");
    }

    static KeyPair keys(String kind) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(kind.startsWith("secp") ? "EC" : kind);
            if (kind.startsWith("secp")) {
                generator.initialize(new ECGenParameterSpec(kind));
            }
            return generator.generateKeyPair();
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static X509Certificate certificate(KeyPair keys) throws Exception {
        return certificate(keys, Instant.parse("2100-01-01T00:00:00Z"));
    }

    static X509Certificate certificate(KeyPair keys, Instant end) throws Exception {
        String algorithm = switch (keys.getPrivate().getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> "Ed25519";
        };
        X500Principal name = new X500Principal("CN=test");
        var builder = new JcaX509v3CertificateBuilder(
                name,
                java.math.BigInteger.ONE,
                Date.from(Instant.parse("2020-01-01T00:00:00Z")),
                Date.from(end),
                name,
                keys.getPublic());
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder(algorithm).build(keys.getPrivate())));
    }

    static String pem(Object block) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(block);
        }
        return text.toString();
    }

    static String pkcs8(KeyPair keys) throws IOException {
        return pem(new JcaPKCS8Generator(keys.getPrivate(), null));
    }

    /** As {@code openssl ecparam -genkey} writes it. */
    private static String sec1(KeyPair keys) throws IOException {
        ECPrivateKey key = (ECPrivateKey) keys.getPrivate();
        byte[] content = new org.bouncycastle.asn1.sec.ECPrivateKey(256, key.getS(), SECObjectIdentifiers.secp256r1)
                .getEncoded();
        return pem(new PemObject("EC PRIVATE KEY", content));
    }

    private static String encrypted(KeyPair keys) throws Exception {
        return pem(new JcaPKCS8Generator(
                keys.getPrivate(),
                new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC)
                        .setProvider(new BouncyCastleProvider())
                        .setPassword("secret".toCharArray())
                        .build()));
    }
}
