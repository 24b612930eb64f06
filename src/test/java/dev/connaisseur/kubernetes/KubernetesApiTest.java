package dev.connaisseur.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.http.LookupException;
import dev.connaisseur.http.LookupException.Kind;
import dev.connaisseur.testing.FakeCluster;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubernetesApiTest {
    private static final String PATH = "/apis/apps/v1/namespaces/shop/replicasets/cart-1";
    private static final String OBJECT = """
            {'apiVersion':'apps/v1','kind':'ReplicaSet','metadata':{'name':'cart-1','namespace':'shop','uid':'r-1'%s},
             'spec':{'template':{'spec':{'containers':[{'name':'c','image':'reg.io/app:1'}]}}}}""";

    @TempDir
    Path directory;

    private FakeCluster cluster;
    private HttpTransport transport;
    private KubernetesApi api;

    @BeforeEach
    void open() {
        cluster = FakeCluster.open(directory);
        transport = new HttpTransport();
        api = new KubernetesApi(transport, new Lookups(), cluster.access());
        cluster.put(PATH, OBJECT.formatted(""));
    }

    @AfterEach
    void close() {
        transport.close();
        cluster.close();
    }

    private static OwnerReference reference() {
        return new OwnerReference("apps/v1", "ReplicaSet", "cart-1", "r-1", true);
    }

    private Optional<Workload> owner(String namespace, OwnerReference reference) {
        return api.owner(namespace, reference, Deadline.after(Duration.ofSeconds(5)));
    }

    @Test
    void findsTheLiveOwner() {
        assertThat(owner("shop", reference()))
                .get()
                .satisfies(w ->
                        assertThat(w.images()).extracting(ImagePosition::image).containsExactly("reg.io/app:1"));
        assertThat(cluster.asked()).containsExactly("GET " + PATH);
    }

    @ParameterizedTest
    @CsvSource({
        "shop, apps/v1, ReplicaSet, cart-1, r-2",
        "shop, apps/v1, ReplicaSet, cart-1, ''",
        "shop, apps/v1, ReplicaSet, cart-2, r-1",
        "shop, apps/v1, Deployment, cart-1, r-1",
        "other, apps/v1, ReplicaSet, cart-1, r-1",
        "'', apps/v1, ReplicaSet, cart-1, r-1",
        "shop, v1, ReplicaSet, cart-1, r-1",
        "shop, evil.io/v1, ReplicaSet, cart-1, r-1",
        "shop, apps/v1/../../x, ReplicaSet, cart-1, r-1",
        "shop, apps/v1, ReplicaSet, ../replicasets/cart-1, r-1",
        "shop, apps/v1, ReplicaSet, cart-1?x=y, r-1",
        "shop, apps/v1, Rollout, cart-1, r-1"
    })
    void anyDifferenceFindsNobody(String namespace, String apiVersion, String kind, String name, String uid) {
        assertThat(owner(namespace, new OwnerReference(apiVersion, kind, name, uid, true)))
                .isEmpty();
    }

    @Test
    void whatIsBeingDeletedVouchesForNothing() {
        cluster.put(PATH, OBJECT.formatted(",'deletionTimestamp':'2026-01-01T00:00:00Z'"));
        assertThat(owner("shop", reference())).isEmpty();
    }

    @Test
    void anObjectOfAnotherNamespaceIsNotBelieved() {
        cluster.put(PATH, OBJECT.formatted("").replace("'shop'", "'other'"));
        assertThat(owner("shop", reference())).isEmpty();
        cluster.put(PATH, "{'metadata':{'namespace':'shop','uid':'r-1'},'spec':7}");
        assertThat(owner("shop", reference())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"401, UNAUTHORIZED", "403, UNAUTHORIZED", "410, STATUS", "418, STATUS", "500, STATUS", "503, STATUS"})
    void whatIsNotToldIsAFailure(int status, Kind kind) {
        cluster.fail(PATH, status);
        assertThatThrownBy(() -> owner("shop", reference()))
                .isInstanceOfSatisfying(
                        LookupException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }

    @Test
    void anAnswerThatIsNoObjectIsAFailure() {
        cluster.put(PATH, "{'metadata':{},'metadata':{}}");
        assertThatThrownBy(() -> owner("shop", reference()))
                .isInstanceOfSatisfying(
                        LookupException.class, e -> assertThat(e.kind()).isEqualTo(Kind.MALFORMED));
    }

    @Test
    void theTokenIsReadAgainEachTime() {
        assertThat(owner("shop", reference())).isPresent();
        cluster.rotateToken("token-2");
        assertThat(owner("shop", reference())).isPresent();
    }

    @Test
    void onlyTheClustersAuthorityIsTrusted(@TempDir Path other) throws IOException {
        try (FakeCluster stranger = FakeCluster.open(other)) {
            Files.copy(
                    other.resolve("ca.crt"),
                    directory.resolve("ca.crt"),
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            assertThatThrownBy(() -> owner("shop", reference())).isInstanceOf(LookupException.class);
            assertThat(cluster.asked()).isEmpty();
            assertThat(stranger.asked()).isEmpty();
        }
    }

    @Test
    void withoutTokenNobodyIsAsked() throws IOException {
        Files.delete(directory.resolve("token"));
        assertThatThrownBy(() -> owner("shop", reference())).isInstanceOf(LookupException.class);
        assertThat(cluster.asked()).isEmpty();
    }

    @Test
    void aSilentServerCostsNoMoreThanTheDeadline() {
        cluster.fallSilent();
        long begun = System.nanoTime();
        assertThatThrownBy(() -> api.owner("shop", reference(), Deadline.after(Duration.ofMillis(300))))
                .isInstanceOf(LookupException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(7));
    }

    @Test
    void findsTheClusterAroundIt() {
        Map<String, String> four = Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1", "KUBERNETES_SERVICE_PORT", "443");
        assertThat(ClusterAccess.of(name -> Optional.ofNullable(four.get(name)), directory))
                .contains(new ClusterAccess(
                        URI.create("https://10.0.0.1:443"), directory.resolve("token"), directory.resolve("ca.crt")));
        Map<String, String> six = Map.of("KUBERNETES_SERVICE_HOST", "fd00::1", "KUBERNETES_SERVICE_PORT", "6443");
        assertThat(ClusterAccess.of(name -> Optional.ofNullable(six.get(name)), directory))
                .get()
                .extracting(ClusterAccess::server)
                .isEqualTo(URI.create("https://[fd00::1]:6443"));
        assertThat(ClusterAccess.of(name -> Optional.empty(), directory)).isEmpty();
    }
}
