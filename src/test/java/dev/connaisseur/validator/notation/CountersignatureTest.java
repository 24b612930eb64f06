package dev.connaisseur.validator.notation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.image.Digest;
import dev.connaisseur.policy.RuleOptions.VerifyTimestamp;
import dev.connaisseur.testing.NotationSigner;
import dev.connaisseur.testing.NotationSigner.Certificate;
import dev.connaisseur.testing.NotationSigner.Part;
import dev.connaisseur.testing.TestImage;
import dev.connaisseur.testing.TestTimestamps;
import dev.connaisseur.validator.notation.TrustStore.Kind;
import dev.connaisseur.validator.notation.revocation.RevocationStatus;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A signature whose certificate has expired meanwhile, with the countersignature of a timestamp authority. */
class CountersignatureTest {
    private static final Instant NOW = NotationSigner.NOW;
    private static final Instant BEGIN = NOW.minusSeconds(20 * 86_400L);
    private static final Instant END = NOW.minusSeconds(10 * 86_400L);
    private static final Instant INSIDE = NOW.minusSeconds(15 * 86_400L);
    private static final Digest IMAGE = Digest.of("image".getBytes(StandardCharsets.UTF_8));
    private static final NotationSigner SIGNER = NotationSigner.of(
            Certificate.root("CN=root"), Certificate.leaf("CN=signer").valid(BEGIN, END));
    private static final NotationSigner AUTHORITY =
            authority(Part.of(Extension.extendedKeyUsage, true, new ExtendedKeyUsage(KeyPurposeId.id_kp_timeStamping)));

    private static NotationSigner authority(Part purpose) {
        return NotationSigner.of(
                Certificate.root("CN=tsa root"),
                Certificate.of("CN=tsa", Part.keyUsage(true, KeyUsage.digitalSignature), purpose));
    }

    private static Optional<Finding> judged(
            NotationSigner authority, Instant at, VerifyTimestamp when, boolean ofAnotherSignature) {
        JsonObject jws = SIGNER.jws(
                SIGNER.header()
                        .add("io.cncf.notary.signingTime", INSIDE.toString())
                        .build(),
                NotationSigner.payload(TestImage.MANIFEST, IMAGE, 400));
        byte[] signature = Base64.getUrlDecoder().decode(jws.getString("signature"));
        if (ofAnotherSignature) {
            signature[0] ^= 1;
        }
        JsonObject stamped = Json.createObjectBuilder(jws)
                .add(
                        "header",
                        Json.createObjectBuilder(jws.getJsonObject("header"))
                                .add(
                                        "io.cncf.notary.timestampSignature",
                                        Base64.getEncoder()
                                                .encodeToString(TestTimestamps.token(authority, signature, at))))
                .build();
        TrustStore store = new TrustStore(
                "acme",
                Kind.CA,
                List.of(SIGNER.chain().getLast()),
                List.of(AUTHORITY.chain().getLast()),
                List.of(new TrustedIdentity.Anybody()));
        return new Verification(
                        new TargetArtifact(TestImage.MANIFEST, IMAGE.toString(), 400),
                        List.of(store),
                        VerificationLevel.STRICT,
                        when,
                        (chain, signed) -> new RevocationStatus.Good(),
                        NOW)
                .judge(JwsEnvelope.parse(stamped.toString().getBytes(StandardCharsets.UTF_8)))
                .refusal();
    }

    @ParameterizedTest
    @CsvSource({"ALWAYS", "AFTER_CERT_EXPIRY"})
    void aTimestampInsideTheValidityIsEnough(VerifyTimestamp when) {
        assertThat(judged(AUTHORITY, INSIDE, when, false)).isEmpty();
    }

    @ParameterizedTest(name = "{0} s after the bound: {1}")
    @CsvSource({"-1, true", "0, true", "1, false", "864000, false", "864001, false"})
    void theTimestampMustBeNoLaterThanTheEnd(long seconds, boolean accepted) {
        assertThat(judged(AUTHORITY, END.plusSeconds(seconds), VerifyTimestamp.ALWAYS, false)
                        .isEmpty())
                .isEqualTo(accepted);
    }

    @ParameterizedTest(name = "{0} s after the bound: {1}")
    @CsvSource({"-1, false", "0, true", "1, true"})
    void theTimestampMustBeNoEarlierThanTheBegin(long seconds, boolean accepted) {
        assertThat(judged(AUTHORITY, BEGIN.plusSeconds(seconds), VerifyTimestamp.ALWAYS, false)
                        .isEmpty())
                .isEqualTo(accepted);
    }

    @Test
    void theTimestampMustBeOfThisSignature() {
        assertThat(judged(AUTHORITY, INSIDE, VerifyTimestamp.ALWAYS, true))
                .map(Finding::step)
                .contains(Finding.Step.TIMESTAMP);
    }

    @Test
    void theAuthorityMustBeTrusted() {
        NotationSigner stranger = authority(
                Part.of(Extension.extendedKeyUsage, true, new ExtendedKeyUsage(KeyPurposeId.id_kp_timeStamping)));

        assertThat(judged(stranger, INSIDE, VerifyTimestamp.ALWAYS, false))
                .map(Finding::step)
                .contains(Finding.Step.TIMESTAMP);
    }
}
