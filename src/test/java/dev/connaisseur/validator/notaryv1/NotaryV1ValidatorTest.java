package dev.connaisseur.validator.notaryv1;

import static dev.connaisseur.validator.Reason.AMBIGUOUS;
import static dev.connaisseur.validator.Reason.INCONSISTENT;
import static dev.connaisseur.validator.Reason.MISCONFIGURED;
import static dev.connaisseur.validator.Reason.NO_SIGNATURE;
import static dev.connaisseur.validator.Reason.OTHER_IMAGE;
import static dev.connaisseur.validator.Reason.REQUIRED_SIGNER;
import static dev.connaisseur.validator.Reason.UNTRUSTED_SIGNER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.image.Digest;
import dev.connaisseur.image.ImageReference;
import dev.connaisseur.policy.RuleOptions;
import dev.connaisseur.testing.NotaryKey;
import dev.connaisseur.testing.NotaryLab;
import dev.connaisseur.testing.NotaryRepository;
import dev.connaisseur.testing.Zoo;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.ValidationException;
import dev.connaisseur.validator.Validator;
import dev.connaisseur.validator.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which digest, which role, which words: the facts of the original's own tests, with our deviations. */
final class NotaryV1ValidatorTest {
    private static final Digest A = Digest.of("a".getBytes(StandardCharsets.UTF_8));
    private static final Digest B = Digest.of("b".getBytes(StandardCharsets.UTF_8));
    private static final String NAME = "registry.example/team/app";

    private final NotaryLab lab = new NotaryLab();
    private final NotaryRepository repository =
            NotaryRepository.create().target("sign", A).target("v1", B);

    @AfterEach
    void close() {
        lab.close();
    }

    private Validator validator() {
        return lab.validator(repository.key("root").pem());
    }

    private void publish() {
        lab.server().put(NAME, repository.publish());
    }

    private Digest admitted(String suffix, String... delegations) {
        publish();
        return lab.admitted(validator(), NAME + suffix, NotaryLab.requiring(delegations));
    }

    private void refused(String suffix, Reason reason, String cause, String... delegations) {
        publish();
        ValidationException refusal = lab.refused(validator(), NAME + suffix, NotaryLab.requiring(delegations));
        assertThat(refusal).hasMessageContaining(cause);
        assertThat(refusal.reason()).isEqualTo(reason);
    }

    // ---- targets ----

    @Test
    void findsTagsAndDigests() {
        assertThat(admitted(":sign")).isEqualTo(A);
        assertThat(admitted(":v1")).isEqualTo(B);
        assertThat(admitted("@" + A)).isEqualTo(A);
        assertThat(admitted(":sign@" + A)).isEqualTo(A);
    }

    @Test
    void theVerdictNamesTheTrustRoots() {
        publish();
        Validator validator =
                lab.validator(Map.of("acme", repository.key("root").pem()));
        assertThat(lab.validate(validator, NAME + ":v1", NotaryLab.options("acme", List.of())))
                .isEqualTo(new Verdict.Signed(B, List.of("acme")));
    }

    @Test
    void rolesLeaveATrail() {
        publish();
        Validator validator =
                lab.validator(Map.of("default", repository.key("root").pem()));
        assertThat(lab.looks(validator, NAME + ":v1")).containsExactly("role targets | default | signs " + B);
        assertThat(lab.looks(validator, NAME + ":unsigned"))
                .containsExactly(
                        "role files | default | validated targets don't contain reference: no tag 'unsigned' found"
                                + " in targets");
    }

    @Test
    void aMissingTagIsTold() {
        publish();
        assertThat(lab.refused(validator(), NAME + ":unsigned"))
                .hasMessage("validated targets don't contain reference: no tag 'unsigned' found in targets");
        refused("", NO_SIGNATURE, "no tag 'latest' found in targets");
        refused(
                "@sha256:" + "f".repeat(64),
                NO_SIGNATURE,
                "no digest 'sha256:" + "f".repeat(64) + "' found in targets");
    }

    @Test
    void aTagThatMeansAnotherDigestIsTold() {
        refused(":sign@" + B, OTHER_IMAGE, "digest " + A + " resolved for tag sign doesn't match given digest " + B);
    }

    @ParameterizedTest
    @CsvSource({
        "nginx:1, docker.io/library/nginx",
        "docker.io/securesystemsengineering/testimage:signed, docker.io/securesystemsengineering/testimage",
        "index.docker.io/library/nginx, docker.io/library/nginx",
        "registry.example:8443/a/b@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855, registry.example:8443/a/b"
    })
    void namesTheRepositoryAsNotaryDoes(String image, String repositoryName) {
        assertThat(NotaryV1Validator.repository(ImageReference.parse(image))).isEqualTo(repositoryName);
    }

    @Test
    void dockerHubImagesAreAskedForByTheirNotaryName() {
        lab.server().put("docker.io/library/hello-world", repository.publish());
        assertThat(lab.admitted(validator(), "hello-world:v1")).isEqualTo(B);
        assertThat(lab.server().served()).allMatch(file -> file.startsWith("docker.io/library/hello-world "));
    }

    // ---- delegations ----

    private void delegating() {
        repository
                .delegation("targets/releases", NotaryKey.rsaX509())
                .target("targets/releases", "sign", A)
                .delegation("targets/del1", NotaryKey.ecdsaX509())
                .target("targets/del1", "sign", A)
                .delegation("targets/del2", NotaryKey.ecdsa())
                .target("targets/del2", "v1", B);
    }

    @Test
    void releasesCountWhereNothingIsRequired() {
        delegating();
        assertThat(admitted(":sign")).isEqualTo(A);
        refused(":v1", NO_SIGNATURE, "no tag 'v1' found in targets of delegation targets/releases");
    }

    @Test
    void requiredDelegationsCount() {
        delegating();
        assertThat(admitted(":sign", "del1")).isEqualTo(A);
        assertThat(admitted(":sign", "targets/del1")).isEqualTo(A);
        assertThat(admitted("@" + A, "targets/del1")).isEqualTo(A);
        assertThat(admitted(":v1", "del2")).isEqualTo(B);
        assertThat(admitted(":sign", "releases", "del1")).isEqualTo(A);
    }

    @Test
    void allRequiredDelegationsMustHaveSigned() {
        delegating();
        refused(":sign", REQUIRED_SIGNER, "no tag 'sign' found in targets of delegation targets/del2", "del1", "del2");
        refused("@" + A, REQUIRED_SIGNER, "no digest '" + A + "' found in targets of", "del1", "del2");
        refused(
                ":sign",
                REQUIRED_SIGNER,
                "error during download and validation of delegations for targets: "
                        + "[\"targets/del1\" \"targets/del3\"]: delegation targets/del3 not found",
                "del1",
                "del3");
    }

    @Test
    void delegationsThatDisagreeDeny() {
        delegating();
        repository.target("targets/del2", "sign", B);
        refused(":sign", AMBIGUOUS, "validator default found 2 digests for image sign, expected 1", "del1", "del2");
        assertThat(admitted(":sign", "del1")).isEqualTo(A);
        assertThat(admitted(":sign", "del2")).isEqualTo(B);
    }

    @Test
    void requiredDelegationsOfARepositoryWithoutAny() {
        refused(
                ":sign",
                REQUIRED_SIGNER,
                "no delegations found for validator default, but following were required: [del1 targets/del2]",
                "del1",
                "targets/del2");
    }

    @Test
    void aDelegationThatNeverSignedDoesNotLockTheRepository() {
        repository.delegation("targets/releases", NotaryKey.ecdsa()).delegation("targets/del1", NotaryKey.ecdsa());
        assertThat(admitted(":sign")).isEqualTo(A);
    }

    /** D7: the original falls back to targets here. */
    @Test
    void aRequiredDelegationThatNeverSignedDenies() {
        repository.delegation("targets/releases", NotaryKey.ecdsa()).delegation("targets/del1", NotaryKey.ecdsa());
        refused(
                ":sign",
                REQUIRED_SIGNER,
                "[\"targets/del1\"]: delegation targets/del1 has not signed anything: the snapshot does not list it",
                "del1");
    }

    @Test
    void aListedFileThatIsWithheldDenies() {
        delegating();
        publish();
        lab.server().remove(NAME, "targets/releases");
        ValidationException refusal = lab.refused(validator(), NAME + ":sign");
        assertThat(refusal.reason()).isEqualTo(INCONSISTENT);
        assertThat(refusal)
                .hasMessage("error during download and validation of delegations for targets: [\"targets/releases\"]: "
                        + "error acquiring trust data targets/releases: 404 Not Found, though the snapshot lists it");
    }

    @Test
    void aTargetThatOnlyAnUnlistedDelegationSignedIsNotSigned() {
        delegating();
        repository.target("targets/del2", "secret", A);
        refused(":secret", NO_SIGNATURE, "no tag 'secret' found");
    }

    @Test
    void nestedDelegationsCountWhereTheRuleNamesThem() {
        delegating();
        repository.delegation("targets/del1/ci", NotaryKey.ecdsa()).target("targets/del1/ci", "nightly", B);
        assertThat(admitted(":nightly", "del1/ci")).isEqualTo(B);
        refused(":nightly", REQUIRED_SIGNER, "of delegation targets/del1", "del1");
        refused(":nightly", NO_SIGNATURE, "of delegation targets/releases");
    }

    @Test
    void pathsOfADelegationAreKept() {
        delegating();
        repository.paths("targets/del1", "v", "s");
        assertThat(admitted(":sign", "del1")).isEqualTo(A);
        repository.paths("targets/del1", "release-");
        refused(
                ":sign",
                REQUIRED_SIGNER,
                "no tag 'sign' found in targets of delegation targets/del1, "
                        + "which may sign only names that begin with one of [release-]",
                "del1");
    }

    // ---- trust roots ----

    @Test
    void allPinnedKeysMustHaveSignedTheRoot() {
        NotaryKey second = NotaryKey.rsa("rsapss");
        repository.signers("root", second, repository.key("root"));
        publish();
        String own = repository.key("root").pem();
        RuleOptions all = NotaryLab.options("*", List.of());

        assertThat(lab.admitted(lab.validator(Map.of("a", own, "b", second.pem())), NAME + ":v1", all))
                .isEqualTo(B);
        ValidationException refusal =
                lab.refused(lab.validator(Map.of("a", own, "b", Zoo.key("alice"))), NAME + ":v1", all);
        assertThat(refusal.reason()).isEqualTo(UNTRUSTED_SIGNER);
    }

    @Test
    void anEd25519KeyIsNoRoot() {
        publish();
        ValidationException refusal = lab.refused(lab.validator(Zoo.key("ed")), NAME + ":v1");
        assertThat(refusal.reason()).isEqualTo(UNTRUSTED_SIGNER);
        assertThat(refusal).hasMessageContaining("signature was invalid");
    }

    @Test
    void anUnknownTrustRootIsTold() {
        publish();
        ValidationException refusal = lab.refused(validator(), NAME + ":v1", NotaryLab.options("other", List.of()));
        assertThat(refusal.reason()).isEqualTo(MISCONFIGURED);
        assertThat(refusal)
                .hasMessage("error getting trust root keys for validator default: "
                        + "error getting keys for validator default: unable to find trust root other");
        assertThat(lab.server().log()).isEmpty();
    }

    @Test
    void anUnknownImageCostsOneRequest() {
        ValidationException refusal = lab.refused(validator(), NAME + ":v1");
        assertThat(refusal.reason()).isEqualTo(NO_SIGNATURE);
        assertThat(refusal)
                .hasMessage("error downloading trust data: error acquiring trust data root: "
                        + "error acquiring trust data root: 404 Not Found");
        assertThat(lab.server().served()).containsExactly(NAME + " root");
    }

    @Test
    void rotatedRootsAreFollowed() {
        NotaryKey first = repository.key("root");
        NotaryKey second = NotaryKey.ecdsaX509();
        lab.server().put(NAME, repository.publish());
        Validator validator = lab.validator(first.pem());
        assertThat(lab.admitted(validator, NAME + ":v1")).isEqualTo(B);

        Map<String, byte[]> rotated = repository
                .keys("root", second)
                .signers("root", first, second)
                .version("root", 2)
                .next("snapshot", "timestamp")
                .publish();
        lab.server().put(NAME, rotated);
        assertThat(lab.admitted(validator, NAME + ":v1")).isEqualTo(B);

        byte[] older = rotated.getOrDefault("root", new byte[0]);
        lab.server()
                .put(
                        NAME,
                        repository
                                .signers("root", second)
                                .version("root", 3)
                                .next("snapshot", "timestamp")
                                .publish());
        assertThat(lab.refused(validator, NAME + ":v1"))
                .hasMessageContaining("signature was invalid on root version 3, and the server has no root version 2");

        lab.server().put(NAME, "2.root", older);
        assertThat(lab.admitted(validator, NAME + ":v1")).isEqualTo(B);
        lab.server().clearLog();
        assertThat(lab.admitted(validator, NAME + ":v1")).isEqualTo(B);
        assertThat(lab.server().served()).containsExactly(NAME + " timestamp");
    }
}
