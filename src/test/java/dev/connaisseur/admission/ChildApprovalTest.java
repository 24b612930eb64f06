package dev.connaisseur.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.admission.AdmissionDecision.Allowed;
import dev.connaisseur.admission.AdmissionDecision.Refused;
import dev.connaisseur.admission.Grounds.Result;
import dev.connaisseur.config.Settings.Features;
import dev.connaisseur.config.Settings.Features.ImageVolumes;
import dev.connaisseur.config.Settings.Features.ResourceValidation;
import dev.connaisseur.config.Settings.Features.UnpinnedOwners;
import dev.connaisseur.config.Settings.Features.Validating;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.kubernetes.AdmissionReview;
import dev.connaisseur.kubernetes.KubernetesApi;
import dev.connaisseur.kubernetes.Lookups;
import dev.connaisseur.testing.FakeCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pods of a ReplicaSet, with a fake API server that holds the ReplicaSet. No image here is signed. */
class ChildApprovalTest {
    private static final String PATH = "/apis/apps/v1/namespaces/shop/replicasets/cart-1";
    private static final String IMAGE = "reg.io/app:1@" + Bench.DIGEST;
    private static final String OWNER = """
            {'metadata':{'name':'cart-1','namespace':'shop','uid':'r-1'%s},'spec':{'template':{'spec':{
             'containers':[{'name':'app','image':'%s'},{'name':'side','image':'reg.io/side:1@%s'}],
             'initContainers':[{'name':'init','image':'reg.io/init:1@%s'}]}}}}""";
    private static final String POD = """
            {'apiVersion':'admission.k8s.io/v1','kind':'AdmissionReview','request':{'uid':'u-1','operation':'CREATE',
             'namespace':'shop','kind':{'group':'','version':'v1','kind':'Pod'},'object':{'metadata':{'generateName':'cart-1-',
             'ownerReferences':[{'apiVersion':'apps/v1','kind':'ReplicaSet','name':'cart-1','uid':'r-1','controller':true}]},
             'spec':{'containers':[{'name':'app','image':'%s'}]}}}}""";

    @TempDir
    Path directory;

    private FakeCluster cluster;
    private HttpTransport transport;
    private final Bench bench = new Bench().signed("cosign", Map.of()).rule("*:*", "cosign");

    @BeforeEach
    void open() {
        cluster = FakeCluster.open(directory);
        transport = new HttpTransport();
        bench.owners(new KubernetesApi(transport, new Lookups(), cluster.access())::owner)
                .features(features(UnpinnedOwners.APPROVE, ResourceValidation.ALL));
        cluster.put(PATH, owner("", IMAGE));
    }

    @AfterEach
    void close() {
        bench.close();
        transport.close();
        cluster.close();
    }

    private static Features features(UnpinnedOwners unpinned, ResourceValidation validation) {
        return new Features(true, false, false, validation, ImageVolumes.VALIDATE, unpinned, Validating.ENFORCE);
    }

    private static String owner(String metadata, String image) {
        return OWNER.formatted(metadata, image, Bench.OTHER, Bench.OTHER);
    }

    private static AdmissionReview review(String json) {
        return AdmissionReview.parse(json.replace('\'', '"').getBytes(UTF_8));
    }

    private static AdmissionReview pod(String image) {
        return review(POD.formatted(image));
    }

    @Test
    void theOwnersImageIsApproved() {
        Allowed allowed = (Allowed) bench.review(pod(IMAGE));
        assertThat(allowed.grounds().result()).isEqualTo(Result.SKIP);
        assertThat(allowed.patch().isEmpty()).isTrue();
        assertThat(allowed.warnings()).isEmpty();
        assertThat(bench.metrics("connaisseur_validations_skipped_total"))
                .containsExactly("connaisseur_validations_skipped_total{reason=\"automatic approval of child image"
                        + " reference\",type=\"cosign\",validator_name=\"cosign\"} 1.0");
    }

    @Test
    void theOwnerIsAskedForOnce() {
        String two = POD.formatted(IMAGE)
                .replace(
                        "}]}}}}",
                        "},{'name':'side','image':'reg.io/side:1@" + Bench.OTHER
                                + "'}],'initContainers':[{'name':'init','image':'reg.io/init:1@" + Bench.OTHER
                                + "'}]}}}}");
        assertThat(bench.review(review(two))).isInstanceOf(Allowed.class);
        assertThat(cluster.asked()).containsExactly("GET " + PATH);
    }

    /** Each row changes one thing about the pod or its owner; then nobody vouches for the image. */
    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "'uid':'r-1','controller' | 'uid':'r-2','controller'",
                "'controller':true | 'controller':false",
                ",'controller':true | ''",
                "'apps/v1' | 'evil.io/v1'",
                "'apps/v1' | 'v1'",
                "'kind':'ReplicaSet' | 'kind':'Rollout'",
                "'kind':'ReplicaSet' | 'kind':'Deployment'",
                "'name':'cart-1' | 'name':'cart-2'",
                "'namespace':'shop' | 'namespace':'other'",
                "'name':'app' | 'name':'side'",
                "'name':'app' | 'name':'other'",
                "'containers' | 'initContainers'",
                "'containers' | 'ephemeralContainers'",
                "app:1@ | app@",
                "app:1@ | evil:1@"
            })
    void forgedOrDifferent(String what, String instead) {
        String changed = POD.formatted(IMAGE).replace(what, instead.equals("''") ? "" : instead);
        assertThat(changed).isNotEqualTo(POD.formatted(IMAGE));
        assertThat(bench.review(review(changed))).isInstanceOf(Refused.class);
        assertThat(bench.review(pod(IMAGE))).as("its twin").isInstanceOf(Allowed.class);
    }

    @Test
    void anOwnerThatIsBeingDeletedOrGoneApprovesNothing() {
        cluster.put(PATH, owner(",'deletionTimestamp':'2026-01-01T00:00:00Z'", IMAGE));
        assertThat(bench.review(pod(IMAGE))).isInstanceOf(Refused.class);
        cluster.fail(PATH, 404);
        assertThat(bench.review(pod(IMAGE))).isInstanceOf(Refused.class);
    }

    /** Delete a signed object that waits for a finalizer, exchange its image, let its child be approved: no step of it works. */
    @Test
    void aDeletedOwnerCannotBeAlteredIntoAWayIn() {
        cluster.put(PATH, owner(",'deletionTimestamp':'2026-01-01T00:00:00Z'", "reg.io/evil:1"));
        assertThat(bench.review(pod("reg.io/evil:1"))).isInstanceOf(Refused.class);
        String update = """
                {'apiVersion':'admission.k8s.io/v1','kind':'AdmissionReview','request':{'uid':'u','operation':'UPDATE',
                 'namespace':'shop','kind':{'kind':'ReplicaSet'},'object':%s,'oldObject':%s}}""".formatted(
                        owner(",'deletionTimestamp':'2026-01-01T00:00:00Z'", "reg.io/evil:1"),
                        owner(",'deletionTimestamp':'2026-01-01T00:00:00Z'", IMAGE));
        assertThat(bench.review(review(update))).isInstanceOf(Refused.class);
    }

    @ParameterizedTest
    @CsvSource({"401", "403", "410", "429", "500", "503"})
    void anApiThatDoesNotTellApprovesNothing(int status) {
        cluster.fail(PATH, status);
        assertThat(bench.review(pod(IMAGE))).isInstanceOf(Refused.class);
    }

    @Test
    void anApiThatIsDownOrSilentApprovesNothing() {
        cluster.fallSilent();
        long begun = System.nanoTime();
        assertThat(bench.review(pod(IMAGE), Deadline.after(Duration.ofSeconds(10))))
                .isInstanceOf(Refused.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(9));
        cluster.close();
        assertThat(bench.review(pod(IMAGE))).isInstanceOf(Refused.class);
    }

    @Test
    void anImageWithoutDigestIsApprovedWithAWarningOrVerified() {
        cluster.put(PATH, owner("", "reg.io/app:1"));
        Allowed approved = (Allowed) bench.review(pod("reg.io/app:1"));
        assertThat(approved.warnings())
                .containsExactly("image reg.io/app:1 is approved because the object's owner names it, by no digest");
        assertThat(bench.metrics("connaisseur_child_approvals_unpinned_total"))
                .containsExactly("connaisseur_child_approvals_unpinned_total 1.0");
        bench.features(features(UnpinnedOwners.VALIDATE, ResourceValidation.ALL));
        assertThat(bench.review(pod("reg.io/app:1"))).isInstanceOf(Refused.class);
    }

    @Test
    void podsOnlyAndTheSwitchTurnItOff() {
        bench.features(features(UnpinnedOwners.APPROVE, ResourceValidation.PODS_ONLY));
        assertThat(bench.review(pod(IMAGE))).isInstanceOf(Refused.class);
        bench.features(Bench.features(false, false, ResourceValidation.ALL, ImageVolumes.VALIDATE));
        assertThat(bench.review(pod(IMAGE))).isInstanceOf(Refused.class);
        assertThat(cluster.asked()).isEmpty();
    }

    @Test
    void rulesComeFirst() {
        bench.rule("reg.io/app", "deny");
        assertThat(bench.review(pod(IMAGE))).isInstanceOf(Refused.class);
        assertThat(cluster.asked()).isEmpty();
    }
}
