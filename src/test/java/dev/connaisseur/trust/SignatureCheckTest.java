package dev.connaisseur.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.trust.SignatureAlgorithm.Encoding;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.EdDSAParameterSpec;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SignatureCheckTest {
    private static final byte[] MESSAGE = "what was signed".getBytes(StandardCharsets.UTF_8);
    private static final KeyPair P256 = pair("EC", "secp256r1");
    private static final KeyPair P384 = pair("EC", "secp384r1");
    private static final KeyPair P521 = pair("EC", "secp521r1");
    private static final KeyPair RSA = pair("RSA", null);
    private static final KeyPair ED = pair("Ed25519", null);

    static Stream<Arguments> pairings() {
        return Stream.of(
                Arguments.of("P-256", P256, "SHA256withECDSA", SignatureAlgorithm.ecdsa(Hash.SHA_256, Encoding.DER)),
                Arguments.of("P-384", P384, "SHA384withECDSA", SignatureAlgorithm.ecdsa(Hash.SHA_384, Encoding.DER)),
                Arguments.of("P-521", P521, "SHA512withECDSA", SignatureAlgorithm.ecdsa(Hash.SHA_512, Encoding.DER)),
                Arguments.of("RSA", RSA, "SHA256withRSA", SignatureAlgorithm.rsaPkcs1(Hash.SHA_256)),
                Arguments.of("Ed25519", ED, "Ed25519", SignatureAlgorithm.ED25519),
                Arguments.of("Ed25519ph", ED, "Ed25519ph", SignatureAlgorithm.ED25519_PH));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pairings")
    void verifiesWhatWasSignedAndNothingElse(String what, KeyPair pair, String jca, SignatureAlgorithm algorithm) {
        byte[] signature = sign(pair, jca);

        assertThat(SignatureAlgorithm.ofSigstore(pair.getPublic())).contains(algorithm);
        assertThat(SignatureCheck.verify(pair.getPublic(), algorithm, MESSAGE, signature))
                .isTrue();
        byte[] otherMessage = MESSAGE.clone();
        otherMessage[0] ^= 1;
        assertThat(SignatureCheck.verify(pair.getPublic(), algorithm, otherMessage, signature))
                .isFalse();
        for (int at : new int[] {0, signature.length / 2, signature.length - 1}) {
            byte[] flipped = signature.clone();
            flipped[at] ^= 1;
            assertThat(SignatureCheck.verify(pair.getPublic(), algorithm, MESSAGE, flipped))
                    .as("bit flipped in byte %d", at)
                    .isFalse();
        }
        byte[] longer = Arrays.copyOf(signature, signature.length + 1);
        assertThat(SignatureCheck.verify(pair.getPublic(), algorithm, MESSAGE, longer))
                .isFalse();
        byte[] shorter = Arrays.copyOf(signature, signature.length - 1);
        assertThat(SignatureCheck.verify(pair.getPublic(), algorithm, MESSAGE, shorter))
                .isFalse();
        assertThat(SignatureCheck.verify(pair.getPublic(), algorithm, MESSAGE, new byte[0]))
                .isFalse();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pairings")
    void anotherKindOfKeyIsANo(String what, KeyPair pair, String jca, SignatureAlgorithm algorithm) {
        byte[] signature = sign(pair, jca);

        Stream.of(P256, P384, P521, RSA, ED)
                .filter(other -> other != pair)
                .forEach(other -> assertThat(SignatureCheck.verify(other.getPublic(), algorithm, MESSAGE, signature))
                        .isFalse());
    }

    @Test
    void aHashThatIsNotTheCurvesIsNotPaired() {
        byte[] signature = sign(P256, "SHA384withECDSA");

        assertThat(SignatureAlgorithm.ofSigstore(P256.getPublic()))
                .noneMatch(algorithm -> SignatureCheck.verify(P256.getPublic(), algorithm, MESSAGE, signature));
        assertThat(SignatureCheck.verify(
                        P256.getPublic(), SignatureAlgorithm.ecdsa(Hash.SHA_384, Encoding.DER), MESSAGE, signature))
                .as("the signature itself is good")
                .isTrue();
    }

    @Test
    void pssIsNotPkcs1() {
        SignatureAlgorithm pss = SignatureAlgorithm.rsaPss(Hash.SHA_256);
        byte[] pkcs1 = sign(RSA, "SHA256withRSA");

        assertThat(SignatureCheck.verify(RSA.getPublic(), pss, MESSAGE, pkcs1)).isFalse();
        assertThat(SignatureAlgorithm.ofNotation(RSA.getPublic())).containsExactly(pss);
        assertThat(SignatureAlgorithm.ofSigstore(RSA.getPublic())).doesNotContain(pss);
    }

    @Test
    void pureAndPrehashedEd25519AreKeptApart() {
        assertThat(SignatureCheck.verify(ED.getPublic(), SignatureAlgorithm.ED25519_PH, MESSAGE, sign(ED, "Ed25519")))
                .isFalse();
        assertThat(SignatureCheck.verify(ED.getPublic(), SignatureAlgorithm.ED25519, MESSAGE, sign(ED, "Ed25519ph")))
                .isFalse();
    }

    @Test
    void bothEncodingsOfEcdsaAreKeptApart() {
        byte[] der = sign(P256, "SHA256withECDSA");
        byte[] raw = sign(P256, "SHA256withECDSAinP1363Format");
        SignatureAlgorithm p1363 = SignatureAlgorithm.ecdsa(Hash.SHA_256, Encoding.P1363);

        assertThat(SignatureAlgorithm.ofNotation(P256.getPublic())).containsExactly(p1363);
        assertThat(SignatureCheck.verify(P256.getPublic(), p1363, MESSAGE, raw)).isTrue();
        assertThat(SignatureCheck.verify(P256.getPublic(), p1363, MESSAGE, der)).isFalse();
        assertThat(SignatureCheck.verify(
                        P256.getPublic(), SignatureAlgorithm.ecdsa(Hash.SHA_256, Encoding.DER), MESSAGE, raw))
                .isFalse();
    }

    private static KeyPair pair(String algorithm, @Nullable String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (curve != null) {
                generator.initialize(new ECGenParameterSpec(curve));
            } else if (algorithm.equals("RSA")) {
                generator.initialize(2048);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] sign(KeyPair pair, String jca) {
        try {
            Signature signer = Signature.getInstance(jca.replace("Ed25519ph", "Ed25519"));
            AlgorithmParameterSpec parameters = jca.equals("Ed25519ph") ? new EdDSAParameterSpec(true) : null;
            if (parameters != null) {
                signer.setParameter(parameters);
            }
            signer.initSign(pair.getPrivate());
            signer.update(MESSAGE);
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
