package dev.connaisseur.cluster;

import dev.connaisseur.interop.Tool;
import dev.connaisseur.testing.TestAuthority;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;

/**
 * etcd, kube-apiserver and kube-controller-manager on free ports, with keys of their own. There is no node: pods stay pending,
 * which is enough for admission.
 */
final class ControlPlane implements AutoCloseable {
    /** The controllers that make objects out of others; those of nodes, volumes and autoscaling are left out. */
    private static final String CONTROLLERS = String.join(
            ",",
            "deployment-controller",
            "replicaset-controller",
            "statefulset-controller",
            "daemonset-controller",
            "job-controller",
            "cronjob-controller",
            "namespace-controller",
            "serviceaccount-controller");

    /** What a cluster with nodes needs beyond: addresses behind Services, and an end for what has lost its owner. */
    private static final String CONTROLLERS_OF_NODES =
            ",endpoints-controller,endpointslice-controller,garbage-collector-controller";

    private static final String MANAGER = "system:kube-controller-manager";
    private static final String SCHEDULER = "system:kube-scheduler";
    private final Path directory;
    private final String host;
    private final int port;
    private final String token = UUID.randomUUID().toString();
    private final String managerToken = UUID.randomUUID().toString();
    private final String schedulerToken = UUID.randomUUID().toString();
    private final ApiClient api;
    private final boolean nodes;
    private final Deque<Daemon> daemons = new ArrayDeque<>();

    private ControlPlane(Path directory, String host, int port, TestAuthority authority, boolean nodes) {
        this.directory = directory;
        this.host = host;
        this.port = port;
        this.nodes = nodes;
        api = new ApiClient(server(), authority, token);
    }

    /** Starts all three and waits until a pod could be made in the namespace {@code default}. */
    static ControlPlane start(Path directory) throws IOException {
        return start(directory, "127.0.0.1", false);
    }

    /**
     * The same with kube-scheduler, with nodes that kwok plays, and with Services that the API server resolves to the addresses of their
     * pods.
     *
     * @param host where the API server listens, an address of this machine that pods reach
     */
    static ControlPlane startForNodes(Path directory, String host) throws IOException {
        return start(directory, host, true);
    }

    private static ControlPlane start(Path directory, String host, boolean nodes) throws IOException {
        TestAuthority authority = TestAuthority.create("cluster");
        authority.writePair(directory, "127.0.0.1", host);
        ControlPlane plane = new ControlPlane(directory, host, freePort(), authority, nodes);
        try {
            plane.serve(plane.etcd());
            return plane;
        } catch (IOException | AssertionError e) {
            plane.close();
            throw e;
        }
    }

    private int etcd() throws IOException {
        int clients = freePort();
        String peers = "http://127.0.0.1:" + freePort();
        String address = "http://127.0.0.1:" + clients;
        daemons.push(Daemon.start(
                directory,
                "etcd",
                List.of(
                        program("etcd"),
                        "--name=default",
                        "--data-dir=" + directory.resolve("data"),
                        "--unsafe-no-fsync",
                        "--listen-client-urls=" + address,
                        "--advertise-client-urls=" + address,
                        "--listen-peer-urls=" + peers,
                        "--initial-advertise-peer-urls=" + peers,
                        "--initial-cluster=default=" + peers),
                () -> api.answers(URI.create(address + "/health"))));
        return clients;
    }

    private void serve(int etcd) throws IOException {
        Files.writeString(directory.resolve("tokens.csv"), """
                %s,admin,admin,"system:masters"
                %s,%s,manager
                %s,%s,scheduler
                """.formatted(
                        token, managerToken, MANAGER, schedulerToken, SCHEDULER));
        Files.writeString(directory.resolve("audit-policy.yaml"), """
                apiVersion: audit.k8s.io/v1
                kind: Policy
                omitStages: [RequestReceived]
                rules:
                - level: Metadata
                  verbs: [create, update, patch]
                - level: None
                """);
        List<String> command = new ArrayList<>(List.of(
                program("kube-apiserver"),
                "--etcd-servers=http://127.0.0.1:" + etcd,
                "--bind-address=" + host,
                "--advertise-address=" + host,
                "--secure-port=" + port,
                "--endpoint-reconciler-type=none",
                "--client-ca-file=" + directory.resolve("ca.crt"),
                "--tls-cert-file=" + directory.resolve("tls.crt"),
                "--tls-private-key-file=" + directory.resolve("tls.key"),
                "--cert-dir=" + directory,
                "--token-auth-file=" + directory.resolve("tokens.csv"),
                "--anonymous-auth=false",
                "--authorization-mode=RBAC",
                "--service-cluster-ip-range=10.0.0.0/24",
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-key-file=" + directory.resolve("tls.crt"),
                "--service-account-signing-key-file=" + directory.resolve("tls.key"),
                "--audit-policy-file=" + directory.resolve("audit-policy.yaml"),
                "--audit-log-path=" + audit(),
                "--feature-gates=ImageVolume=true,WatchList=false", // etcd is too old for the latter
                "--enable-aggregator-routing=" + nodes,
                "--profiling=false"));
        daemons.push(
                Daemon.start(directory, "kube-apiserver", command, () -> api.answers(server().resolve("/readyz"))));
        daemons.push(Daemon.start(
                directory,
                "kube-controller-manager",
                List.of(
                        program("kube-controller-manager"),
                        "--kubeconfig=" + configuration("manager", managerToken),
                        "--leader-elect=false",
                        "--secure-port=0",
                        "--use-service-account-credentials=true",
                        "--controllers=" + CONTROLLERS + (nodes ? CONTROLLERS_OF_NODES : "")),
                () -> api.answers(server().resolve("/api/v1/namespaces/default/serviceaccounts/default"))));
        if (nodes) {
            daemons.push(Daemon.start(
                    directory,
                    "kube-scheduler",
                    List.of(
                            program("kube-scheduler"),
                            "--kubeconfig=" + configuration("scheduler", schedulerToken),
                            "--leader-elect=false",
                            "--secure-port=0"),
                    () -> true));
            daemons.push(Daemon.start(
                    directory,
                    "kwok",
                    List.of(
                            program("kwok"),
                            "--kubeconfig=" + administrator(),
                            "--config="
                                    + Path.of("src/test/resources/cluster/kwok.yaml")
                                            .toAbsolutePath(),
                            "--manage-all-nodes"),
                    () -> true));
        }
    }

    /** The API's base address. */
    URI server() {
        return URI.create("https://" + host + ":" + port);
    }

    String host() {
        return host;
    }

    int port() {
        return port;
    }

    /** PEM file with the root that the API server's certificate is by. */
    Path authority() {
        return directory.resolve("ca.crt");
    }

    /** What the API server writes about every change that it was asked for, one JSON object a line. */
    Path audit() {
        return directory.resolve("audit.log");
    }

    /** kubectl as an administrator. */
    Kubectl kubectl() throws IOException {
        return new Kubectl(directory, administrator());
    }

    /** The kubeconfig of an administrator. */
    Path administrator() throws IOException {
        return configuration("admin", token);
    }

    /** The kubeconfig of a service account. */
    Path account(String namespace, String name) throws IOException {
        return configuration(name, token(namespace, name));
    }

    ApiClient api() {
        return api;
    }

    /** A token for a service account, as Kubernetes mounts it into a pod. */
    String token(String namespace, String account) {
        return api.post(
                        "/api/v1/namespaces/" + namespace + "/serviceaccounts/" + account + "/token",
                        "{\"apiVersion\": \"authentication.k8s.io/v1\", \"kind\": \"TokenRequest\", \"spec\": {}}")
                .getJsonObject("status")
                .getString("token");
    }

    private Path configuration(String user, String secret) throws IOException {
        return Files.writeString(
                directory.resolve(user + ".kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: trial, cluster: {server: "%s", certificate-authority: "%s"}}]
                users: [{name: %s, user: {token: %s}}]
                contexts: [{name: trial, context: {cluster: trial, user: %s}}]
                current-context: trial
                """.formatted(server(), authority(), user, secret, user));
    }

    private static String program(String name) {
        return Tool.find("kube/" + name)
                .orElseThrow(
                        () -> new AssertionError("no " + name + ": run .ci/kube/install.sh $CONNAISSEUR_TOOLS/kube"))
                .program()
                .toString();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        while (!daemons.isEmpty()) {
            daemons.pop().close();
        }
        api.close();
    }
}
