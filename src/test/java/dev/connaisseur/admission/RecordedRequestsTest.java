package dev.connaisseur.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.connaisseur.admission.Grounds.Result;
import dev.connaisseur.config.Settings.Features.ImageVolumes;
import dev.connaisseur.config.Settings.Features.ResourceValidation;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.kubernetes.AdmissionResponse;
import dev.connaisseur.kubernetes.AdmissionReview;
import dev.connaisseur.kubernetes.MalformedReviewException;
import dev.connaisseur.testing.CorpusLedger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The requests that the original's tests recorded, under the configuration of those tests. */
class RecordedRequestsTest {
    @RegisterExtension
    static final CorpusLedger LEDGER = CorpusLedger.of("recorded-admission-requests");

    private static final Path REQUESTS = Path.of(
            Optional.ofNullable(System.getenv("CONNAISSEUR_VECTORS")).orElse("../shared/vectors"),
            "connaisseur-testdata/test/testdata/admission_requests");
    private static final String ALICE = "index.docker.io/securesystemsengineering/alice-image:test@" + Bench.DIGEST;
    private static final String NO_MESSAGE = "";

    private final Bench bench = new Bench()
            .signed("mock", Map.of("index.docker.io/securesystemsengineering/alice-image", Bench.DIGEST))
            .rule("*:*", "mock")
            .rule("my.reg/allow-me", "allow")
            .rule("my.reg/deny-me", "deny")
            .rule("index.docker.io/library/test-image", "allow");

    @BeforeAll
    static void present() {
        assumeTrue(Files.isDirectory(REQUESTS), "the recorded requests are not there");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private static Arguments admitted(String file, String... patch) {
        return Arguments.of(file, true, Result.SUCCESS, NO_MESSAGE, List.of(patch));
    }

    private static Arguments denied(String file, Result result, String message) {
        return Arguments.of(file, false, result, message, List.of());
    }

    private static Arguments unsigned(String file, String image) {
        return denied(
                file,
                Result.ERROR,
                "error during cosign validation of image " + image
                        + ": no signatures found. Unable to find signed digest for" + " image " + image
                        + ". [rule \"*:*\", validator mock] Sign it with trust root \"default\".");
    }

    static Stream<Arguments> verdicts() {
        String charlie = "securesystemsengineering/charlie-image@" + Bench.OTHER;
        String denyMe = "static deny for image my.reg/deny-me@" + Bench.OTHER
                + " using rule my.reg/deny-me [rule \"my.reg/deny-me\", validator deny] Use an image that the policy permits.";
        String template = "/spec/template/spec/containers/0/image";
        String unknownKind = " workload object: unknown workload kind \"\"";
        return Stream.of(
                admitted("01_deployment", template + " " + ALICE),
                unsigned("02_pod", charlie),
                unsigned("03_replicaset", "securesystemsengineering/sample-san-sama:hai"),
                unsigned("04_cronjob", "busybox"),
                unsigned("05_replication_controller", "nginx"),
                unsigned("06_daemonset", "quay.io/fluentd_elasticsearch/fluentd:v2.5.2"),
                unsigned("07_statefulset", "registry.k8s.io/nginx-slim:0.8"),
                unsigned("08_job", "perl:5.34.0"),
                denied("09_dply_multi_image", Result.ERROR, "3 of 3 images refused: "),
                unsigned(
                        "10_update",
                        "docker.io/library/redis:latest@sha256:1111111111111111111111111111111111111111111111111111111111111111"),
                denied("11_role", Result.INVALID, "error decoding new workload object: unknown workload kind \"Role\""),
                denied(
                        "12_err_pod",
                        Result.INVALID,
                        "error decoding new workload object: no containers found in workload object"),
                unsigned("13_unknown_parent", charlie),
                denied("14_deny_me_job", Result.ERROR, denyMe),
                admitted("15_allow_me_job"),
                unsigned("16_mismatch_uid", charlie),
                denied("17_deny_me_pod", Result.ERROR, denyMe),
                admitted("18_allow_me_pod"),
                denied("19_pod_initcontainer", Result.ERROR, "2 of 2 images refused: "),
                denied("20_pod_ephemeralcontainer", Result.ERROR, "2 of 2 images refused: "),
                denied("21_broken_admission_request", Result.INVALID, "error decoding new" + unknownKind),
                admitted("22_allow_me_with_index_docker_io"),
                admitted("23_alice_digest_dpl"),
                admitted("24_alice_tag_digest_dpl"),
                denied("26_broken_update_admission_request", Result.INVALID, "error decoding old" + unknownKind),
                unsigned("27_deleted_deployment", "busybox"),
                admitted("28_deleted_deployment_updated"),
                unsigned("29_deleted_deployment_update_for_delete", "busybox"));
    }

    private static AdmissionReview request(String file) throws IOException {
        return AdmissionReview.parse(Files.readAllBytes(REQUESTS.resolve(file + ".json")));
    }

    @ParameterizedTest
    @MethodSource("verdicts")
    void verdict(String file, boolean allowed, Result result, String message, List<String> patch) throws IOException {
        AdmissionDecision decision = bench.review(request(file));
        AdmissionResponse response = decision.toResponse();
        assertThat(response.allowed()).isEqualTo(allowed);
        assertThat(decision.grounds().result()).isEqualTo(result);
        assertThat(Bench.text(decision)).startsWith(message);
        if (!message.endsWith(": ")) {
            assertThat(Bench.text(decision)).isEqualTo(message);
        }
        assertThat(response.patch().operations())
                .map(o -> o.path() + " " + o.value())
                .isEqualTo(patch);
        LEDGER.count(response.allowed());
    }

    @Test
    void aRequestThatIsNullCannotBeAnswered() {
        assertThatThrownBy(() -> request("25_null_request"))
                .isInstanceOf(MalformedReviewException.class)
                .hasMessage("received empty admission request");
        LEDGER.refused();
    }

    @Test
    void everyRecordedRequestHasAVerdict() throws IOException {
        Set<String> decided = verdicts().map(a -> (String) a.get()[0]).collect(Collectors.toCollection(TreeSet::new));
        decided.add("25_null_request");
        try (Stream<Path> files = Files.list(REQUESTS)) {
            assertThat(files.map(f -> f.getFileName().toString().replace(".json", "")))
                    .hasSize(29)
                    .containsExactlyInAnyOrderElementsOf(decided);
        }
    }

    @ParameterizedTest
    @MethodSource("verdicts")
    void afterTheDeadlineOnlyDecreesAdmit(
            String file, boolean allowed, Result result, String message, List<String> patch) throws IOException {
        AdmissionReview request = request(file);
        AdmissionDecision decision = bench.review(request, Deadline.after(Duration.ZERO));
        boolean decree = file.contains("allow_me") || file.startsWith("28");
        assertThat(decision.toResponse().allowed()).isEqualTo(decree);
        if (allowed && !decree) {
            assertThat(decision.grounds().result()).isEqualTo(Result.TIMEOUT);
            assertThat(Bench.text(decision))
                    .isEqualTo("validation of admission request " + request.uid()
                            + " timed out after validating 0/1 images. Try again.");
        }
        assertThat(bench.metrics("connaisseur_requests_denied_total"))
                .isEqualTo(decree ? List.of() : List.of("connaisseur_requests_denied_total{timeout=\"true\"} 1.0"));
    }

    @ParameterizedTest
    @MethodSource("verdicts")
    void detectionModeAdmitsAll(String file, boolean allowed, Result result, String message, List<String> patch)
            throws IOException {
        AdmissionDecision decision = bench.features(
                        Bench.features(false, true, ResourceValidation.ALL, ImageVolumes.VALIDATE))
                .review(request(file));
        assertThat(decision.toResponse().allowed()).isTrue();
        assertThat(decision.grounds().result()).isEqualTo(result);
        assertThat(decision.toResponse().warnings().contains("detection mode active"))
                .isEqualTo(!allowed);
    }
}
