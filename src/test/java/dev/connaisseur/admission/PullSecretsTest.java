package dev.connaisseur.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.admission.AdmissionDecision.Allowed;
import dev.connaisseur.config.Login;
import dev.connaisseur.config.PulledLogins;
import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.kubernetes.AdmissionReview;
import dev.connaisseur.kubernetes.KubernetesApi;
import dev.connaisseur.kubernetes.Lookups;
import dev.connaisseur.testing.FakeCluster;
import dev.connaisseur.validator.RequestContext;
import dev.connaisseur.validator.Verdict;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What pods log in to registries with, read from a fake API server: of their own namespace only, and only if a validator asks. */
class PullSecretsTest {
    private static final String CORE = "/api/v1/namespaces/shop/";

    @TempDir
    Path directory;

    private FakeCluster cluster;
    private HttpTransport transport;
    private final List<PulledLogins> seen = new CopyOnWriteArrayList<>();
    private final List<String> scopes = new CopyOnWriteArrayList<>();
    private boolean asks = true;
    private final Bench bench = new Bench()
            .with(new ScriptedValidator("cosign", (image, context) -> look(context)))
            .rule("*:*", "cosign");

    @BeforeEach
    void open() {
        cluster = FakeCluster.open(directory);
        transport = new HttpTransport();
        KubernetesApi api = new KubernetesApi(transport, new Lookups(), cluster.access());
        bench.cluster(new Cluster(api::owner, api::pullSecrets, api::dockerConfig));
        cluster.put(CORE + "secrets/one", secret("kubernetes.io/dockerconfigjson", auths("reg.io", "u1", "hunter2")));
        cluster.put(CORE + "secrets/two", secret("kubernetes.io/dockerconfigjson", auths("other.io/team", "u2", "p2")));
        cluster.put(
                "/api/v1/namespaces/other/secrets/one",
                secret("kubernetes.io/dockerconfigjson", auths("reg.io", "foreign", "p3")));
        cluster.put(CORE + "serviceaccounts/default", "{'imagePullSecrets':[{'name':'two'}]}");
        cluster.put(CORE + "serviceaccounts/robot", "{'metadata':{'name':'robot'}}");
    }

    @AfterEach
    void close() {
        bench.close();
        transport.close();
        cluster.close();
    }

    private Verdict look(RequestContext context) {
        scopes.add(context.pullSecrets().scope());
        if (asks) {
            seen.add(context.pullSecrets().logins());
        }
        return new Verdict.Signed(Bench.DIGEST, List.of("key"));
    }

    private static String auths(String registry, String user, String password) {
        return "{\"auths\":{\"" + registry + "\":{\"username\":\"" + user + "\",\"password\":\"" + password + "\"}}}";
    }

    private static String secret(String type, String config) {
        String key = type.endsWith("json") ? ".dockerconfigjson" : ".dockercfg";
        String data = Base64.getEncoder().encodeToString(config.getBytes(UTF_8));
        return "{'type':'" + type + "','data':{'" + key + "':'" + data + "'}}";
    }

    /** A pod with two images; {@code spec} is added to its specification. */
    private Allowed pod(String namespace, String spec) {
        String review = """
                {'apiVersion':'admission.k8s.io/v1','kind':'AdmissionReview','request':{'uid':'u','operation':'CREATE',
                 'namespace':'%s','kind':{'kind':'Pod'},'object':{'spec':{%s'containers':[
                 {'name':'a','image':'reg.io/a:1'},{'name':'b','image':'reg.io/b:1'}]}}}}""".formatted(namespace, spec);
        return (Allowed)
                bench.review(AdmissionReview.parse(review.replace('\'', '"').getBytes(UTF_8)));
    }

    private Map<String, Login> logins() {
        assertThat(seen).hasSize(2).allSatisfy(l -> assertThat(l).isEqualTo(seen.getFirst()));
        assertThat(seen.toString()).doesNotContain("hunter2");
        return seen.getFirst().logins().byPrefix();
    }

    @Test
    void theSecretsThatThePodNamesAreReadOnce() {
        pod("shop", "'imagePullSecrets':[{'name':'one'},{'name':'two'},{'name':'missing'}],");
        assertThat(logins())
                .isEqualTo(
                        Map.of("reg.io", new Login("u1", "hunter2", ""), "other.io/team", new Login("u2", "p2", "")));
        assertThat(seen.getFirst().trouble()).isEmpty();
        assertThat(cluster.asked())
                .containsExactly(
                        "GET " + CORE + "secrets/one",
                        "GET " + CORE + "secrets/two",
                        "GET " + CORE + "secrets/missing");
    }

    @Test
    void aPodThatNamesNoneHasThoseOfItsServiceAccount() {
        pod("shop", "");
        assertThat(logins()).containsOnlyKeys("other.io/team");
        seen.clear();
        pod("shop", "'serviceAccountName':'robot',");
        assertThat(logins()).isEmpty();
        seen.clear();
        pod("shop", "'serviceAccountName':'nobody',");
        assertThat(logins()).isEmpty();
    }

    @Test
    void theyAreOfTheRequestsNamespace() {
        pod("other", "'imagePullSecrets':[{'name':'one'},{'name':'two'}],");
        assertThat(logins()).isEqualTo(Map.of("reg.io", new Login("foreign", "p3", "")));
        seen.clear();
        cluster.asked().clear();
        pod("other", "'imagePullSecrets':[{'name':'../../shop/secrets/one'},{'name':'one?x'},{'name':''}],");
        assertThat(logins()).isEmpty();
        assertThat(cluster.asked()).isEmpty();
    }

    @Test
    void nothingIsReadUnlessAValidatorAsks() {
        asks = false;
        pod("shop", "'imagePullSecrets':[{'name':'one'}],");
        assertThat(cluster.asked()).isEmpty();
    }

    @Test
    void theOldTypeIsReadAndNoOther() {
        cluster.put(CORE + "secrets/old", secret("kubernetes.io/dockercfg", "{\"reg.io\":{\"auth\":\"dTpw\"}}"));
        cluster.put(CORE + "secrets/opaque", secret("Opaque.json", auths("reg.io", "u", "p")));
        cluster.put(
                CORE + "secrets/broken", "{'type':'kubernetes.io/dockerconfigjson','data':{'.dockerconfigjson':'*'}}");
        pod("shop", "'imagePullSecrets':[{'name':'opaque'},{'name':'broken'}],");
        assertThat(logins()).isEmpty();
        seen.clear();
        pod("shop", "'imagePullSecrets':[{'name':'old'}],");
        assertThat(logins()).isEqualTo(Map.of("reg.io", new Login("u", "p", "")));
    }

    @Test
    void whatCannotBeReadIsSaidAndNotUsed() {
        cluster.fail(CORE + "secrets/one", 403);
        pod("shop", "'imagePullSecrets':[{'name':'one'}],");
        assertThat(logins()).isEmpty();
        assertThat(seen.getFirst().trouble()).contains("the pull secrets of the object could not be read");
    }

    /** Nothing that was found out with one set of secrets may be told to who has another. */
    @Test
    void whoHasOtherSecretsHasAnotherScope() {
        for (String namespace : List.of("shop", "other")) {
            for (String spec : List.of("", "'serviceAccountName':'robot',", "'imagePullSecrets':[{'name':'one'}],")) {
                pod(namespace, spec);
            }
        }
        assertThat(scopes).hasSize(12);
        assertThat(scopes.stream().distinct()).hasSize(6);
    }
}
