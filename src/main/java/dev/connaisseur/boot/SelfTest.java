package dev.connaisseur.boot;

import dev.connaisseur.kubernetes.AdmissionResponse;
import dev.connaisseur.kubernetes.AdmissionReview;
import dev.connaisseur.trust.PublicKeys;
import dev.connaisseur.trust.SignatureAlgorithm;
import dev.connaisseur.trust.SignatureCheck;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.Base64;
import java.util.Locale;

/**
 * Tells a good signature from a bad one before the process says that it has started. A platform that cannot do that serves nobody;
 * and the first admission does not wait for classes to be loaded.
 */
final class SelfTest {
    private static final String KEY = """
            -----BEGIN PUBLIC KEY-----
            MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEjd32AbdFF+EML6EL86ouJ/jPYtrR
            poGzr8r4Rugd5Gq2NovJH7Ca6efleBWrWOGZfOU+iv+LiQQRC0/On7rwSQ==
            -----END PUBLIC KEY-----
            """;
    private static final String MESSAGE = "Connaisseur tastes before it serves.";
    private static final String SIGNATURE =
            "MEUCIQCQi9Yz14tV1Vvx50U4L9pp+wDAHqcyVoooO5fH/u55GwIg" + "T91UHJL2yeI1g0pc22I/ZTS+PdUS/MV+4eeIneTvGVg=";
    private static final String REVIEW = """
            {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"self-test",
            "kind":{"group":"","version":"v1","kind":"Pod"},"operation":"CREATE","object":{}}}
            """;

    private SelfTest() {}

    /** @throws IllegalStateException if verdicts of this process could not be trusted */
    static void run() {
        byte[] message = MESSAGE.getBytes(StandardCharsets.UTF_8);
        byte[] other = MESSAGE.toUpperCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
        if (!verifies(message) || verifies(other)) {
            throw new IllegalStateException("this platform does not tell a good signature from a bad one");
        }
        AdmissionReview review = AdmissionReview.parse(REVIEW.getBytes(StandardCharsets.UTF_8));
        AdmissionResponse.denied("self-test").toJson(review);
    }

    private static boolean verifies(byte[] message) {
        PublicKey key = PublicKeys.parsePem(KEY);
        byte[] signature = Base64.getDecoder().decode(SIGNATURE);
        return SignatureAlgorithm.ofSigstore(key).stream()
                .anyMatch(algorithm -> SignatureCheck.verify(key, algorithm, message, signature));
    }
}
