package dev.connaisseur.kubernetes;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;

/**
 * An object that runs containers, reduced to what decides about its admission.
 *
 * @param name its name; for pods that get one by the API server, the prefix they ask for
 * @param uid empty while the object is not yet stored
 * @param deleting whether {@code metadata.deletionTimestamp} is set; only what the API server holds is to be believed
 * @param images container images in the order containers, init containers, ephemeral containers, then image volumes
 * @param owners as the object claims them
 * @param pullSecrets names of Secrets of its namespace
 * @param serviceAccount empty where the namespace's default is meant
 */
public record Workload(
        WorkloadKind kind,
        String name,
        String uid,
        boolean deleting,
        List<ImagePosition> images,
        List<OwnerReference> owners,
        List<String> pullSecrets,
        String serviceAccount) {

    public Workload {
        images = List.copyOf(images);
        owners = List.copyOf(owners);
        pullSecrets = List.copyOf(pullSecrets);
    }

    /**
     * Reads an object as the kind that the request names; the object's own {@code kind} is not looked at.
     *
     * @throws InvalidWorkloadException if the kind runs no containers, the object is not of that kind's shape, or it has no
     *     container
     */
    public static Workload read(String kindName, JsonValue object) {
        WorkloadKind kind = WorkloadKind.named(kindName)
                .orElseThrow(() -> new InvalidWorkloadException("unknown workload kind \"" + kindName + "\""));
        if (!(object instanceof JsonObject json) || json.isEmpty()) {
            throw undecodable(kind);
        }
        try {
            return read(kind, new Fields(json));
        } catch (Fields.WrongTypeException e) {
            throw undecodable(kind);
        }
    }

    /** Where an image stands. */
    public List<ImagePosition> positionsOf(String image) {
        return images.stream().filter(p -> p.image().equals(image)).toList();
    }

    /** The same as far as its containers go. */
    public Workload withoutImageVolumes() {
        List<ImagePosition> containers =
                images.stream().filter(p -> p.list() != ImageList.IMAGE_VOLUMES).toList();
        return new Workload(kind, name, uid, deleting, containers, owners, pullSecrets, serviceAccount);
    }

    private static Workload read(WorkloadKind kind, Fields object) {
        Fields metadata = object.object("metadata").orElse(Fields.NONE);
        Fields podSpec = object.at(kind.podSpec()).orElse(Fields.NONE);
        List<ImagePosition> images = new ArrayList<>();
        for (ImageList list : kind.lists()) {
            read(kind, podSpec, list, images);
        }
        if (images.stream().allMatch(p -> p.list() == ImageList.IMAGE_VOLUMES)) {
            throw new InvalidWorkloadException("no containers found in workload object");
        }
        String name = metadata.string("name");
        return new Workload(
                kind,
                name.isEmpty() && kind == WorkloadKind.POD ? metadata.string("generateName") : name,
                metadata.string("uid"),
                !metadata.string("deletionTimestamp").isEmpty(),
                images,
                metadata.objects("ownerReferences").stream()
                        .map(Workload::owner)
                        .toList(),
                podSpec.objects("imagePullSecrets").stream()
                        .map(s -> s.string("name"))
                        .toList(),
                podSpec.string("serviceAccountName"));
    }

    private static void read(WorkloadKind kind, Fields podSpec, ImageList list, List<ImagePosition> images) {
        String member = list.image().substring(list.image().lastIndexOf('/') + 1);
        String holder = list.image().substring(0, list.image().lastIndexOf('/'));
        List<Fields> elements = podSpec.objects(list.member());
        for (int i = 0; i < elements.size(); i++) {
            Fields element = elements.get(i);
            String pointer = kind.podSpec() + "/" + list.member() + "/" + i + list.image();
            int index = i;
            element.at(holder) // a volume of another sort has none
                    .ifPresent(h -> images.add(new ImagePosition(
                            list,
                            index,
                            element.string("name"),
                            h.string(member),
                            h.string(list == ImageList.IMAGE_VOLUMES ? "pullPolicy" : "imagePullPolicy"),
                            pointer)));
        }
    }

    private static OwnerReference owner(Fields reference) {
        return new OwnerReference(
                reference.string("apiVersion"),
                reference.string("kind"),
                reference.string("name"),
                reference.string("uid"),
                reference.bool("controller"));
    }

    private static InvalidWorkloadException undecodable(WorkloadKind kind) {
        return new InvalidWorkloadException("deserialize conversion to \"" + kind.kind() + "\" has failed");
    }
}
