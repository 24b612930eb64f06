package dev.connaisseur.kubernetes;

import static dev.connaisseur.kubernetes.ImageList.CONTAINERS;
import static dev.connaisseur.kubernetes.ImageList.EPHEMERAL_CONTAINERS;
import static dev.connaisseur.kubernetes.ImageList.IMAGE_VOLUMES;
import static dev.connaisseur.kubernetes.ImageList.INIT_CONTAINERS;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The kinds that run containers. They differ only in where their pod specification stands: the path is data. */
public enum WorkloadKind {
    CRON_JOB("CronJob", "batch", "cronjobs", "/spec/jobTemplate/spec/template/spec"),
    DAEMON_SET("DaemonSet", "apps", "daemonsets", "/spec/template/spec"),
    DEPLOYMENT("Deployment", "apps", "deployments", "/spec/template/spec"),
    JOB("Job", "batch", "jobs", "/spec/template/spec"),
    POD("Pod", "", "pods", "/spec"),
    REPLICA_SET("ReplicaSet", "apps", "replicasets", "/spec/template/spec"),
    REPLICATION_CONTROLLER("ReplicationController", "", "replicationcontrollers", "/spec/template/spec"),
    STATEFUL_SET("StatefulSet", "apps", "statefulsets", "/spec/template/spec");

    private static final List<ImageList> OF_A_TEMPLATE = List.of(CONTAINERS, INIT_CONTAINERS, IMAGE_VOLUMES);
    private static final List<ImageList> OF_A_POD =
            List.of(CONTAINERS, INIT_CONTAINERS, EPHEMERAL_CONTAINERS, IMAGE_VOLUMES);

    private final String kind;
    private final String group;
    private final String resource;
    private final String podSpec;

    WorkloadKind(String kind, String group, String resource, String podSpec) {
        this.kind = kind;
        this.group = group;
        this.resource = resource;
        this.podSpec = podSpec;
    }

    /** The kind by its name, whatever its group and version; empty for all that run no containers. */
    public static Optional<WorkloadKind> named(String kind) {
        return Arrays.stream(values()).filter(k -> k.kind.equals(kind)).findFirst();
    }

    /** The name as Kubernetes writes it. */
    public String kind() {
        return kind;
    }

    /** The API group, empty for the core group. */
    public String group() {
        return group;
    }

    /** The plural that URLs of the API use. */
    public String resource() {
        return resource;
    }

    /** Where an object holds its pod specification: an RFC 6901 pointer. */
    public String podSpec() {
        return podSpec;
    }

    /** The lists that name images, in the order in which they are reported. */
    public List<ImageList> lists() {
        return this == POD ? OF_A_POD : OF_A_TEMPLATE;
    }
}
