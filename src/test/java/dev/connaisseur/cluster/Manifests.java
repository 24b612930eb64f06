package dev.connaisseur.cluster;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Objects for {@code kubectl apply -f -}. */
final class Manifests {
    /** The service account as the chart makes it, with what child approval needs. */
    static final String ACCOUNT = """
            apiVersion: v1
            kind: Namespace
            metadata: {name: connaisseur, labels: {securesystemsengineering.connaisseur/webhook: ignore}}
            ---
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: connaisseur-serviceaccount, namespace: connaisseur}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: connaisseur-cluster-role}
            rules:
            - {apiGroups: [""], resources: [pods, replicationcontrollers], verbs: [get]}
            - {apiGroups: [apps], resources: [daemonsets, deployments, replicasets, statefulsets], verbs: [get]}
            - {apiGroups: [batch], resources: [cronjobs, jobs], verbs: [get]}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: connaisseur-cluster-role-binding}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: connaisseur-cluster-role}
            subjects: [{kind: ServiceAccount, name: connaisseur-serviceaccount, namespace: connaisseur}]
            """;

    private Manifests() {}

    /** The webhook as the chart makes it, but for the address. */
    static String webhook(String kind, String path, int port, String authority) {
        return webhook(kind, path, port, authority, "v1", "connaisseur-webhook", "");
    }

    /**
     * A webhook on this machine.
     *
     * @param version of the reviews that it takes
     * @param further lines of the one webhook, indented by two
     */
    static String webhook(
            String kind, String path, int port, String authority, String version, String name, String further) {
        return """
                apiVersion: admissionregistration.k8s.io/v1
                kind: %s
                metadata: {name: %s}
                webhooks:
                - name: %s
                  clientConfig: {url: "https://127.0.0.1:%d%s", caBundle: %s}
                  admissionReviewVersions: [%s]
                  sideEffects: None
                  failurePolicy: Fail
                  timeoutSeconds: 30
                  namespaceSelector:
                    matchExpressions:
                    - {key: securesystemsengineering.connaisseur/webhook, operator: NotIn, values: [ignore]}
                    - {key: kubernetes.io/metadata.name, operator: NotIn, values: [kube-system]}
                  rules:
                  - apiGroups: [""]
                    apiVersions: [v1]
                    operations: [CREATE, UPDATE]
                    resources: [pods, pods/ephemeralcontainers, replicationcontrollers]
                  - apiGroups: [apps]
                    apiVersions: [v1]
                    operations: [CREATE, UPDATE]
                    resources: [daemonsets, deployments, replicasets, statefulsets]
                  - apiGroups: [batch]
                    apiVersions: [v1]
                    operations: [CREATE, UPDATE]
                    resources: [cronjobs, jobs]
                %s""".formatted(
                        kind,
                        name,
                        name.equals("connaisseur-webhook") ? ArmedCluster.WEBHOOK : name + ".trial.example",
                        port,
                        path,
                        Base64.getEncoder().encodeToString(authority.getBytes(StandardCharsets.UTF_8)),
                        version,
                        further);
    }

    /** A ReplicaSet with one container {@code app}. */
    static String replicaSet(String name, String image, int replicas) {
        return """
                apiVersion: apps/v1
                kind: ReplicaSet
                metadata: {name: %1$s}
                spec:
                  replicas: %3$d
                  selector: {matchLabels: {set: %1$s}}
                  template:
                    metadata: {labels: {set: %1$s}}
                    spec:
                      containers: [{name: app, image: "%2$s"}]
                """.formatted(name, image, replicas);
    }

    /** A pod that says a ReplicaSet owns it. */
    static String child(
            String name,
            String container,
            String image,
            String apiVersion,
            String owner,
            String uid,
            boolean controller) {
        return """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: %s
                  ownerReferences:
                  - {apiVersion: %s, kind: ReplicaSet, name: %s, uid: "%s", controller: %s}
                spec:
                  containers: [{name: %s, image: "%s"}]
                """.formatted(name, apiVersion, owner, uid, controller, container, image);
    }

    /** A pod of one container {@code app}, with labels as {@code {key: value}}. */
    static String pod(String name, String labels, String image) {
        return """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, labels: %s}
                spec:
                  containers: [{name: app, image: "%s"}]
                """.formatted(name, labels, image);
    }

    /** An object with one container {@code app}, of a kind that makes pods from a template. */
    static String workload(String kind, String image) {
        String group = kind.endsWith("Job") ? "batch/v1" : "apps/v1";
        String restart = kind.endsWith("Job") ? "restartPolicy: Never, " : "";
        String labels = kind.endsWith("Job") ? "" : "metadata: {labels: {app: unsigned}}, ";
        String template =
                "template: {%sspec: {%scontainers: [{name: app, image: \"%s\"}]}}".formatted(labels, restart, image);
        String selector = "selector: {matchLabels: {app: unsigned}}, ";
        String spec = switch (kind) {
            case "Job" -> template;
            case "CronJob" -> "schedule: \"0 0 * * *\", jobTemplate: {spec: {" + template + "}}";
            case "StatefulSet" -> "serviceName: unsigned, " + selector + template;
            default -> selector + template;
        };
        return """
                {apiVersion: %s, kind: %s, metadata: {name: unsigned}, spec: {%s}}
                """.formatted(group, kind, spec);
    }
}
