package dev.connaisseur.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Values that the chart refuses, with what it says; each beside a twin that it takes. */
class ChartRefusalsIT {
    @TempDir
    Path directory;

    static Stream<Arguments> values() {
        return Stream.of(
                refused(
                        "kubernetes: {deployment: {replicaCount: 3}}",
                        "'replicaCount' not allowed",
                        "kubernetes: {deployment: {replicasCount: 3}}"),
                refused("application: {feature: {}}", "'feature' not allowed", "application: {alerts: {}}"),
                refused("policies: []", "'policies' not allowed", "global: {}"),
                refused(
                        "kubernetes: {deployment: {replicasCount: many}}",
                        "got string, want integer",
                        "kubernetes: {deployment: {replicasCount: 1}}"),
                refused(
                        "application: {validators: [{name: a, type: rekor}]}",
                        "must be one of 'static', 'cosign'",
                        "application: {validators: [{name: a, type: cosign}]}"),
                refused(
                        "application: {policy: [{patern: a}]}",
                        "'patern' not allowed",
                        "application: {policy: [{pattern: a}]}"),
                refused(
                        "alerting: {rejectRequest: {recievers: []}}",
                        "'recievers' not allowed",
                        "alerting: {rejectRequest: {receivers: []}}"),
                refused(
                        "kubernetes: {deployment: {image: {repository: docker.io/securesystemsengineering/connaisseur}}}",
                        "kubernetes.deployment.image.repository: docker.io/securesystemsengineering/connaisseur\n\nis the image of Connaisseur 3.x",
                        "kubernetes: {deployment: {image: {repository: mirror.corp.example/connaisseur-open-liberty}}}"),
                refused(
                        "kubernetes: {deployment: {image: {tag: v3.9.1}}}",
                        "kubernetes.deployment.image.tag: v3.9.1",
                        "kubernetes: {deployment: {image: {tag: v1.0.1}}}"),
                refused(
                        "kubernetes: {deployment: {resources: {limits: {memory: 256Mi}}}}",
                        "memory: 256Mi is too little",
                        "kubernetes: {deployment: {resources: {limits: {memory: 0.5Gi}}}}"),
                refused(
                        "kubernetes: {deployment: {resources: {limits: {memory: 500M}}}}",
                        "memory: 500M is too little",
                        "kubernetes: {deployment: {resources: {limits: {memory: 536870912}}}}"),
                refused(
                        "kubernetes: {deployment: {resources: {limits: {memory: much}}}}",
                        "much is no quantity",
                        "kubernetes: {deployment: {resources: {limits: {memory: null}}}}"),
                refused(
                        "kubernetes: {deployment: {tls: {cert: null}}}",
                        "'key' attribute, but is missing the 'cert'",
                        "kubernetes: {deployment: {tls: {cert: a, key: b}}}"),
                refused(
                        "kubernetes: {deployment: {tls: {key: null}}}",
                        "'cert' attribute, but is missing the 'key'",
                        "kubernetes: {deployment: {tls: {source: values}}}"),
                refused(
                        "kubernetes: {deployment: {tls: {source: secret}}}",
                        "write secretName",
                        "kubernetes: {deployment: {tls: {source: secret, secretName: a, caBundle: b}}}"),
                refused(
                        "kubernetes: {deployment: {tls: {source: certManager}}}",
                        "write issuerRef",
                        "kubernetes: {deployment: {tls: {source: certManager, issuerRef: {name: a}}}}"),
                refused(
                        "kubernetes: {deployment: {tls: {source: generated}}}",
                        "cannot look into the cluster",
                        "kubernetes: {deployment: {tls: {source: values}}}"),
                refused(
                        "kubernetes: {rbac: {webhooks: false}, webhook: {manageCaBundle: true}}",
                        "kubernetes.webhook.manageCaBundle needs the right",
                        "kubernetes: {webhook: {manageCaBundle: true}}"),
                refused(
                        "kubernetes: {redis: {existingSecret: null}}",
                        "kubernetes.redis.existingSecret: this is to be generated",
                        "application: {features: {cache: {expirySeconds: 0}}}"),
                refused(
                        "kubernetes: {redis: {external: {host: a}}}",
                        "properties 'passwordSecret', 'caSecret' required",
                        "kubernetes: {redis: {external: {host: a, passwordSecret: b, caSecret: c}}}"),
                refused(
                        "application: {validators: [{name: a, type: cosign, auth: {useImagePullSecrets: true}}]}",
                        "kubernetes.rbac.imagePullSecrets: true",
                        "{application: {validators: [{name: a, type: cosign, auth: {useImagePullSecrets: true}}]},"
                                + " kubernetes: {rbac: {imagePullSecrets: true}}}"),
                refused(
                        "application: {validators: [{name: a, type: cosign, auth: {username: u, password: p}}]}",
                        "has username and password but no registry",
                        "application: {validators: [{name: a, type: notaryv1, auth: {username: u, password: p}}]}"));
    }

    private static Arguments refused(String values, String text, String twin) {
        return Arguments.of(values, text, twin);
    }

    @ParameterizedTest
    @MethodSource("values")
    void refusesAndSaysWhy(String values, String text, String twin) {
        Chart chart = Chart.open(directory);
        assertThatThrownBy(() -> chart.render(Chart.NEWEST, List.of("without-cluster"), values))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(text);
        assertThat(chart.render(Chart.NEWEST, List.of("without-cluster"), twin).objects())
                .isNotEmpty();
    }

    @Test
    void passesHelmsOwnLook() {
        assertThat(Chart.open(directory).helm(List.of("lint", Chart.DIRECTORY.toString(), "--strict")))
                .contains("0 chart(s) failed");
    }
}
