package dev.connaisseur.tuf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.testing.NotaryKey;
import dev.connaisseur.trust.PublicKeys;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class TufKeyTest {
    private static final byte[] MESSAGE = "signed".getBytes(StandardCharsets.UTF_8);

    @ParameterizedTest
    @CsvSource({
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEsx28WV7BsQfnHF1kZmpdCTTLJaWed0CA+JOi8H4REuBaWSZ5zPDe468WuOJ6f71E7WFg3CVEVYHuoZt2UYbN/Q==,"
                + "5fd0a12a2fba07ea9fa39564d991be97a43256d1962ee84739efeebab3353a61",
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEOXYta5TgdCwXTCnLU09W5T4M4r9fQQrqJuADP6U7g5r9ICgPSmZuRHP/1AYUfOQW3baveKsT969EfELKj1lfCA==,"
                + "c15164663f80d58bf3d8d5a0cd08b8086cba02065feb00421fc2a5436c563210"
    })
    void pinnedKeysHaveTheIdsOfTheSpecification(String spki, String id) {
        assertThat(TufKey.pinned(PublicKeys.parseSpki(Base64.getDecoder().decode(spki)))
                        .id())
                .isEqualTo(id);
    }

    static Stream<Arguments> methods() {
        NotaryKey rsa = NotaryKey.rsa("rsapss");
        return Stream.of(
                        NotaryKey.ecdsa(),
                        NotaryKey.ecdsa("secp384r1"),
                        NotaryKey.ecdsa("secp521r1"),
                        NotaryKey.ecdsaX509(),
                        NotaryKey.expiredX509(),
                        rsa,
                        rsa.by("rsapkcs1v15"),
                        rsa.by("pycrypto-pkcs#1 pss"),
                        rsa.as("rsa-x509", "rsapss"),
                        rsa.as("rsa-x509", "rsapkcs1v15"),
                        NotaryKey.ed25519())
                .map(key -> Arguments.of(key.type() + " by " + key.method(), key));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("methods")
    void verifies(String name, NotaryKey key) {
        TufKey read = read(key);
        byte[] good = key.sign(MESSAGE);

        assertThat(read.id()).isEqualTo(key.id());
        assertThat(read.made(signature(key, good), MESSAGE)).isTrue();
        assertThat(read.made(signature(key, good), "other".getBytes(StandardCharsets.UTF_8)))
                .isFalse();
        for (byte[] bad : bent(good)) {
            assertThat(read.made(signature(key, bad), MESSAGE)).isFalse();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("methods")
    void refusesTheMethodsOfOtherKeys(String name, NotaryKey key) {
        List<String> others = List.of(
                "",
                "none",
                "ecdsa ",
                "eddsa",
                "ecdsa",
                "rsapss",
                "rsapkcs1v15",
                "pycrypto-pkcs#1 pss",
                "ed25519",
                "hmac");
        for (String other : others) {
            if (!other.equals(key.method())) {
                assertThat(read(key).made(new RoleSignature(key.id(), other, key.sign(MESSAGE)), MESSAGE))
                        .as(other)
                        .isEqualTo(samePadding(other, key));
            }
        }
    }

    /** The two names of PSS mean the same signature. */
    private static boolean samePadding(String method, NotaryKey key) {
        List<String> pss = List.of("rsapss", "pycrypto-pkcs#1 pss");
        return key.type().equals("rsa") && pss.contains(method) && pss.contains(key.method());
    }

    @Test
    void methodNamesMayBeWrittenInUpperCase() {
        NotaryKey key = NotaryKey.ecdsa();
        assertThat(read(key).made(new RoleSignature(key.id(), "ECDSA", key.sign(MESSAGE)), MESSAGE))
                .isTrue();
    }

    @Test
    void ecdsaInAsn1IsNotARoleSignature() throws Exception {
        NotaryKey key = NotaryKey.ecdsa();
        var signer = java.security.Signature.getInstance("SHA256withECDSA");
        signer.initSign(key.pair().getPrivate());
        signer.update(MESSAGE);
        assertThat(read(key).made(signature(key, signer.sign()), MESSAGE)).isFalse();
    }

    @Test
    void pssHasASaltOf32Bytes() throws Exception {
        NotaryKey key = NotaryKey.rsa("rsapss");
        var signer = java.security.Signature.getInstance("RSASSA-PSS");
        signer.setParameter(new java.security.spec.PSSParameterSpec(
                "SHA-256", "MGF1", java.security.spec.MGF1ParameterSpec.SHA256, 20, 1));
        signer.initSign(key.pair().getPrivate());
        signer.update(MESSAGE);
        assertThat(read(key).made(signature(key, signer.sign()), MESSAGE)).isFalse();
    }

    @Test
    void shortRsaKeysNeverVerify() {
        NotaryKey key = NotaryKey.rsaOf(1024);
        assertThat(read(key).id()).isEqualTo(key.id());
        assertThat(read(key).made(signature(key, key.sign(MESSAGE)), MESSAGE)).isFalse();
    }

    @Test
    void aKeyUnderTheWrongTypeNeverVerifies() {
        NotaryKey ec = NotaryKey.ecdsa();
        NotaryKey rsa = NotaryKey.rsa("rsapss");
        for (String type : List.of("rsa", "ed25519", "ecdsa-x509", "dilithium", "")) {
            TufKey read = TufKey.notary(type, Base64.getDecoder().decode(ec.value()));
            assertThat(read.made(signature(ec, ec.sign(MESSAGE)), MESSAGE)).isFalse();
        }
        assertThat(TufKey.notary("ecdsa", Base64.getDecoder().decode(rsa.value()))
                        .made(signature(rsa, rsa.sign(MESSAGE)), MESSAGE))
                .isFalse();
    }

    @Test
    void certificatesOfOneKeyAreOneSigner() {
        NotaryKey key = NotaryKey.ecdsa();
        NotaryKey certified = key.as("ecdsa-x509", "ecdsa");
        assertThat(read(certified).id()).isNotEqualTo(read(key).id());
        assertThat(read(certified).signer()).isPresent().isEqualTo(read(key).signer());
    }

    private static TufKey read(NotaryKey key) {
        return TufKey.notary(key.type(), Base64.getDecoder().decode(key.value()));
    }

    private static RoleSignature signature(NotaryKey key, byte[] bytes) {
        return new RoleSignature(key.id(), key.method(), bytes);
    }

    private static List<byte[]> bent(byte[] good) {
        byte[] flipped = good.clone();
        flipped[good.length / 2] ^= 1;
        byte[] longer = Arrays.copyOf(good, good.length + 1);
        byte[] shorter = Arrays.copyOf(good, good.length - 1);
        byte[] led = new byte[good.length + 1];
        System.arraycopy(good, 0, led, 1, good.length);
        return List.of(flipped, longer, shorter, led, new byte[0], new byte[good.length]);
    }
}
