package dev.connaisseur.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connaisseur.json.StrictJson;
import dev.connaisseur.testing.Reviews;
import jakarta.json.Json;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class WorkloadTest {
    private static JsonValue json(String text) {
        return StrictJson.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, List<String>> lists() {
        Map<String, List<String>> lists = new LinkedHashMap<>();
        lists.put("ephemeralContainers", List.of("e0"));
        lists.put("initContainers", List.of("i0", "i1"));
        lists.put("containers", List.of("c0", "c1"));
        return lists;
    }

    /** Every pointer leads to the image it stands for, in every kind and list. */
    @ParameterizedTest
    @EnumSource(WorkloadKind.class)
    void pointersLeadToTheImages(WorkloadKind kind) {
        JsonValue object = Reviews.workload(kind.kind(), lists());
        Workload workload = Workload.read(kind.kind(), object);
        assertThat(workload.images())
                .extracting(ImagePosition::image)
                .containsExactlyElementsOf(
                        kind == WorkloadKind.POD
                                ? List.of("c0", "c1", "i0", "i1", "e0")
                                : List.of("c0", "c1", "i0", "i1"));
        assertThat(workload.images())
                .allSatisfy(p -> assertThat(
                                ((JsonString) Json.createPointer(p.pointer()).getValue(object.asJsonObject()))
                                        .getString())
                        .isEqualTo(p.image()));
        assertThat(workload.name()).isEqualTo("demo");
    }

    @ParameterizedTest
    @CsvSource({
        "Pod,/spec/containers/0/image",
        "CronJob,/spec/jobTemplate/spec/template/spec/containers/0/image",
        "Deployment,/spec/template/spec/containers/0/image",
        "ReplicaSet,/spec/template/spec/containers/0/image",
        "DaemonSet,/spec/template/spec/containers/0/image",
        "StatefulSet,/spec/template/spec/containers/0/image",
        "Job,/spec/template/spec/containers/0/image",
        "ReplicationController,/spec/template/spec/containers/0/image"
    })
    void pathPerKind(String kind, String pointer) {
        assertThat(Workload.read(kind, Reviews.workload(kind, Map.of("containers", List.of("a"))))
                        .images())
                .singleElement()
                .extracting(ImagePosition::pointer)
                .isEqualTo(pointer);
    }

    @Test
    void imageVolumesAreFoundAmongOthers() {
        Workload pod = Workload.read("Pod", json("""
                {'spec':{'containers':[{'name':'c','image':'a'}],'volumes':[{'name':'v0','emptyDir':{}},
                 {'name':'v1','image':{'reference':'reg.io/model:1','pullPolicy':'Always'}},{'name':'v2','image':{}}]}}"""));
        assertThat(pod.images().subList(1, 3))
                .containsExactly(
                        new ImagePosition(
                                ImageList.IMAGE_VOLUMES,
                                1,
                                "v1",
                                "reg.io/model:1",
                                "Always",
                                "/spec/volumes/1/image/reference"),
                        new ImagePosition(ImageList.IMAGE_VOLUMES, 2, "v2", "", "", "/spec/volumes/2/image/reference"));
    }

    @Test
    void readsWhatApprovalsAndCredentialsNeed() {
        Workload pod = Workload.read("Pod", json("""
                {'metadata':{'generateName':'web-','uid':'u','deletionTimestamp':'2026-01-01T00:00:00Z','ownerReferences':[
                 {'apiVersion':'apps/v1','kind':'ReplicaSet','name':'web','uid':'r','controller':true},{'kind':'X'}]},
                 'spec':{'serviceAccountName':'sa','imagePullSecrets':[{'name':'s1'}],'containers':[{'image':'a'}]}}"""));
        assertThat(pod.name()).isEqualTo("web-");
        assertThat(pod.uid()).isEqualTo("u");
        assertThat(pod.deleting()).isTrue();
        assertThat(pod.owners())
                .containsExactly(
                        new OwnerReference("apps/v1", "ReplicaSet", "web", "r", true),
                        new OwnerReference("", "X", "", "", false));
        assertThat(pod.pullSecrets()).containsExactly("s1");
        assertThat(pod.serviceAccount()).isEqualTo("sa");
    }

    static Stream<Arguments> notAnImage() {
        return Stream.of(
                Arguments.of("{'spec':{'containers':[{'name':'c'}]}}"),
                Arguments.of("{'spec':{'containers':[{'name':'c','image':null}]}}"),
                Arguments.of("{'spec':{'containers':[{'name':'c','Image':'nginx'}]}}"),
                Arguments.of("{'spec':{'containers':[null]}}"));
    }

    /** An empty image is a position all the same: it will be denied as an invalid reference. */
    @ParameterizedTest
    @MethodSource("notAnImage")
    void anEmptyImageIsNotLost(String object) {
        assertThat(Workload.read("Pod", json(object)).images())
                .singleElement()
                .extracting(ImagePosition::image)
                .isEqualTo("");
    }

    static Stream<Arguments> refused() {
        String none = "no containers found in workload object";
        String pod = "deserialize conversion to \"Pod\" has failed";
        String controller = "deserialize conversion to \"ReplicationController\" has failed";
        return Stream.of(
                Arguments.of("Role", "{}", "unknown workload kind \"Role\""),
                Arguments.of("", "null", "unknown workload kind \"\""),
                Arguments.of("pod", "{}", "unknown workload kind \"pod\""),
                Arguments.of("PodTemplate", "{}", "unknown workload kind \"PodTemplate\""),
                Arguments.of("Pod", "null", pod),
                Arguments.of("Pod", "{}", pod),
                Arguments.of("Pod", "[]", pod),
                Arguments.of("Pod", "'x'", pod),
                Arguments.of("Pod", "{'spec':7}", pod),
                Arguments.of("Pod", "{'spec':{'containers':{}}}", pod),
                Arguments.of("Pod", "{'spec':{'containers':['nginx']}}", pod),
                Arguments.of("Pod", "{'spec':{'containers':[{'image':7}]}}", pod),
                Arguments.of("Pod", "{'spec':{'containers':[{'image':'a'}],'volumes':[{'image':'a'}]}}", pod),
                Arguments.of("Pod", "{'metadata':{'deletionTimestamp':1},'spec':{'containers':[{'image':'a'}]}}", pod),
                Arguments.of("ReplicationController", "{}", controller),
                Arguments.of("ReplicationController", "{'spec':{}}", none),
                Arguments.of("ReplicationController", "{'spec':{'template':null}}", none),
                Arguments.of("Pod", "{'msg':'Expecting a Pod?'}", none),
                Arguments.of("Pod", "{'spec':{'containers':[]}}", none),
                Arguments.of("Pod", "{'spec':{'volumes':[{'image':{'reference':'a'}}]}}", none),
                Arguments.of("Deployment", "{'spec':{'containers':[{'image':'a'}]}}", none),
                Arguments.of("Pod", "{'spec':{'template':{'spec':{'containers':[{'image':'a'}]}}}}", none),
                Arguments.of(
                        "Deployment", "{'spec':{'template':{'spec':{'ephemeralContainers':[{'image':'a'}]}}}}", none));
    }

    @ParameterizedTest
    @MethodSource
    void refused(String kind, String object, String message) {
        assertThatThrownBy(() -> Workload.read(kind, json(object)))
                .isInstanceOf(InvalidWorkloadException.class)
                .hasMessage(message);
    }
}
