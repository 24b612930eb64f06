package dev.connaisseur.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PublicKeysTest {
    private static final byte[] P256 = generate("EC", new ECGenParameterSpec("secp256r1"));
    private static final byte[] ED25519 = generate("Ed25519", null);

    static Stream<Arguments> accepted() {
        String pem = pem("PUBLIC KEY", P256);
        return Stream.of(
                Arguments.of("P-256", pem),
                Arguments.of("P-384", pem("PUBLIC KEY", generate("EC", new ECGenParameterSpec("secp384r1")))),
                Arguments.of("P-521", pem("PUBLIC KEY", generate("EC", new ECGenParameterSpec("secp521r1")))),
                Arguments.of("RSA 2048", pem("PUBLIC KEY", rsa(modulus(2048), BigInteger.valueOf(65537)))),
                Arguments.of("RSA 2048, exponent 3", pem("PUBLIC KEY", rsa(modulus(2048), BigInteger.valueOf(3)))),
                Arguments.of("RSA 8192", pem("PUBLIC KEY", rsa(modulus(8192), BigInteger.valueOf(65537)))),
                Arguments.of("Ed25519", pem("PUBLIC KEY", ED25519)),
                Arguments.of("Windows line ends", pem.replace("\n", "\r\n")),
                Arguments.of("no last line end", pem.strip()),
                Arguments.of("white space around", "\n \n" + pem + " \n\n"),
                Arguments.of("blanks at line ends", pem.replace("\n", "  \n")),
                Arguments.of("an old header", pem.replace("KEY-----\nM", "KEY-----\nrole: root\n\nM")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void accepted(String what, String pem) {
        PublicKey key = PublicKeys.parsePem(pem);

        assertThat(PublicKeys.accepted(key)).isEqualTo(key);
        assertThat(PublicKeys.fingerprint(key)).matches("[0-9a-f]{64}");
    }

    static Stream<Arguments> refused() throws IOException {
        String pem = pem("PUBLIC KEY", P256);
        byte[] offCurve = P256.clone();
        offCurve[offCurve.length - 1] ^= 1;
        byte[] infinity = spki(namedCurve("secp256r1"), new byte[] {0});
        byte[] compressed = spki(namedCurve("secp256r1"), compress(P256));
        byte[] unreduced = spki(namedCurve("secp256r1"), unreduced());
        return Stream.of(
                Arguments.of("RSA 1024", pem("PUBLIC KEY", rsa(modulus(1024), BigInteger.valueOf(65537))), "1024 bits"),
                Arguments.of("RSA 2047", pem("PUBLIC KEY", rsa(modulus(2047), BigInteger.valueOf(65537))), "2047 bits"),
                Arguments.of(
                        "RSA 16384", pem("PUBLIC KEY", rsa(modulus(15000), BigInteger.valueOf(65537))), "15000 bits"),
                Arguments.of(
                        "exponent 2^64+1",
                        pem(
                                "PUBLIC KEY",
                                rsa(modulus(2048), BigInteger.TWO.pow(64).add(BigInteger.ONE))),
                        "exponent"),
                Arguments.of("exponent 1", pem("PUBLIC KEY", rsa(modulus(2048), BigInteger.ONE)), "exponent"),
                Arguments.of("even exponent", pem("PUBLIC KEY", rsa(modulus(2048), BigInteger.valueOf(4))), "exponent"),
                Arguments.of(
                        "even modulus",
                        pem("PUBLIC KEY", rsa(modulus(2048).add(BigInteger.ONE), BigInteger.valueOf(3))),
                        "modulus"),
                Arguments.of(
                        "negative modulus",
                        pem("PUBLIC KEY", rsa(modulus(2048).negate(), BigInteger.valueOf(3))),
                        "modulus"),
                Arguments.of("P-192", pem("PUBLIC KEY", generator("secp192r1")), "not accepted"),
                Arguments.of("P-224", pem("PUBLIC KEY", generator("secp224r1")), "not accepted"),
                Arguments.of("secp256k1", pem("PUBLIC KEY", generator("secp256k1")), "not accepted"),
                Arguments.of("brainpool", pem("PUBLIC KEY", generator("brainpoolP256r1")), "not accepted"),
                Arguments.of("off the curve", pem("PUBLIC KEY", offCurve), "not a point"),
                Arguments.of("the point at infinity", pem("PUBLIC KEY", infinity), "uncompressed"),
                Arguments.of("a compressed point", pem("PUBLIC KEY", compressed), "uncompressed"),
                Arguments.of("an unreduced coordinate", pem("PUBLIC KEY", unreduced), "not a point"),
                Arguments.of("explicit parameters", pem("PUBLIC KEY", explicit()), "spells out"),
                Arguments.of(
                        "bound to PSS",
                        pem(
                                "PUBLIC KEY",
                                spki(
                                        new AlgorithmIdentifier(PKCSObjectIdentifiers.id_RSASSA_PSS),
                                        new RSAPublicKey(modulus(2048), BigInteger.valueOf(3)).getEncoded())),
                        "PSS"),
                Arguments.of("DSA", pem("PUBLIC KEY", generate("DSA", null)), "1.2.840.10040.4.1"),
                Arguments.of("X25519", pem("PUBLIC KEY", generate("X25519", null)), "1.3.101.110"),
                Arguments.of("Ed448", pem("PUBLIC KEY", generate("Ed448", null)), "1.3.101.113"),
                Arguments.of("Ed25519 of order 1", pem("PUBLIC KEY", ed25519("01" + "00".repeat(31))), "full order"),
                Arguments.of("Ed25519 of order 4", pem("PUBLIC KEY", ed25519("00".repeat(32))), "full order"),
                Arguments.of("Ed25519 too short", pem("PUBLIC KEY", ed25519("11".repeat(31))), "full order"),
                Arguments.of("bytes after the key", pem("PUBLIC KEY", Arrays.copyOf(P256, P256.length + 1)), "follow"),
                Arguments.of("cut short", pem("PUBLIC KEY", Arrays.copyOf(P256, P256.length - 1)), "longer"),
                Arguments.of("padded length", pem("PUBLIC KEY", paddedLength()), "padding"),
                Arguments.of("a private key", pem("PRIVATE KEY", P256), "a PRIVATE KEY where"),
                Arguments.of("a certificate", pem("CERTIFICATE", P256), "a CERTIFICATE where"),
                Arguments.of("two keys", pem + pem, "2 PEM blocks"),
                Arguments.of("key and certificate", pem + pem("CERTIFICATE", P256), "2 PEM blocks"),
                Arguments.of("text before", "my key\n" + pem, "does not start"),
                Arguments.of("text after", pem + "and more", "extraneous"),
                Arguments.of("text on the last line", pem.strip() + "x", "no end"),
                Arguments.of("no end", pem.substring(0, 60), "no end"),
                Arguments.of("another end", pem.replace("END PUBLIC KEY", "END CERTIFICATE"), "no end"),
                Arguments.of("url-safe base64", pem.replace("MFkw", "MF-_"), "base64"),
                Arguments.of("empty", "", "no PEM block"),
                Arguments.of("DER", new String(P256, java.nio.charset.StandardCharsets.ISO_8859_1), "start"),
                Arguments.of("a megabyte", "A".repeat(1 << 20), "too long"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refused(String what, String pem, String why) {
        assertThatThrownBy(() -> PublicKeys.parsePem(pem))
                .isInstanceOf(UnusableKeyException.class)
                .hasMessageContaining(why);
    }

    @Test
    void oneKeyHasOneFingerprint() {
        assertThat(PublicKeys.fingerprint(PublicKeys.parsePem(pem("PUBLIC KEY", P256))))
                .isEqualTo(PublicKeys.fingerprint(PublicKeys.parseSpki(P256)))
                .isNotEqualTo(PublicKeys.fingerprint(PublicKeys.parseSpki(ED25519)));
    }

    static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label
                + "-----\n";
    }

    private static byte[] generate(String algorithm, @org.jspecify.annotations.Nullable AlgorithmParameterSpec spec) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (spec instanceof ECGenParameterSpec || spec instanceof RSAKeyGenParameterSpec) {
                generator.initialize(spec);
            }
            return generator.generateKeyPair().getPublic().getEncoded();
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** An odd number of exactly so many bits; nobody can sign with it, but it reads like a modulus. */
    private static BigInteger modulus(int bits) {
        return BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE);
    }

    private static byte[] rsa(BigInteger modulus, BigInteger exponent) {
        try {
            return spki(
                    new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                    new RSAPublicKey(modulus, exponent).getEncoded());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static AlgorithmIdentifier namedCurve(String name) {
        ASN1ObjectIdentifier oid = ECNamedCurveTable.getOID(name);
        return new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, oid);
    }

    private static byte[] generator(String curve) throws IOException {
        return spki(namedCurve(curve), ECNamedCurveTable.getByName(curve).getG().getEncoded(false));
    }

    private static byte[] explicit() throws IOException {
        X9ECParameters p256 = ECNamedCurveTable.getByName("secp256r1");
        return spki(
                new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, p256),
                p256.getG().getEncoded(false));
    }

    private static byte[] compress(byte[] spki) {
        byte[] point = Arrays.copyOfRange(spki, spki.length - 65, spki.length);
        byte[] compressed = Arrays.copyOf(point, 33);
        compressed[0] = (byte) (2 + (point[64] & 1));
        return compressed;
    }

    /** The point with x = p + x0 for a small x0 on the curve: it fits the octets and is the same point to a careless reader. */
    private static byte[] unreduced() {
        var curve = ECNamedCurveTable.getByName("secp256r1").getCurve();
        BigInteger p = curve.getField().getCharacteristic();
        for (int x0 = 0; ; x0++) {
            try {
                byte[] compressed = new byte[33];
                compressed[0] = 2;
                compressed[32] = (byte) x0;
                byte[] point = curve.decodePoint(compressed).getEncoded(false);
                byte[] x = p.add(BigInteger.valueOf(x0)).toByteArray();
                System.arraycopy(x, x.length - 32, point, 1, 32);
                return point;
            } catch (IllegalArgumentException e) {
                // no point with this x
            }
        }
    }

    private static byte[] ed25519(String hex) {
        byte[] point = HexFormat.of().parseHex(hex);
        byte[] prefix = HexFormat.of().parseHex("302a300506032b6570032100");
        prefix[1] = (byte) (0x0a + point.length);
        prefix[10] = (byte) (1 + point.length);
        byte[] spki = Arrays.copyOf(prefix, prefix.length + point.length);
        System.arraycopy(point, 0, spki, prefix.length, point.length);
        return spki;
    }

    private static byte[] paddedLength() {
        byte[] padded = new byte[P256.length + 1];
        padded[0] = P256[0];
        padded[1] = (byte) 0x81;
        System.arraycopy(P256, 1, padded, 2, P256.length - 1);
        return padded;
    }

    private static byte[] spki(AlgorithmIdentifier algorithm, byte[] bits) throws IOException {
        return new SubjectPublicKeyInfo(algorithm, bits).getEncoded("DER");
    }
}
