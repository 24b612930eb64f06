package dev.connaisseur.threats;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.Answer;
import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.Fault;
import dev.connaisseur.testing.TestImage;
import dev.connaisseur.validator.Reason;
import jakarta.json.Json;
import java.time.Duration;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** What a registry can say wrongly about digests, manifests, indexes and signatures. */
final class ManifestAttacks {
    private static final String MANIFEST = TestImage.MANIFEST;
    private static final String INDEX = TestImage.INDEX;
    private static final String SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1+prettyjws";

    private ManifestAttacks() {}

    static Stream<Attack> all() {
        return Stream.of(digests(), indexes(), types(), referrers(), payloads()).flatMap(s -> s);
    }

    private static Stream<Attack> digests() {
        return Stream.of(
                Attack.of(
                        3,
                        "a good tag before a bad digest",
                        Reason.NO_SIGNATURE,
                        "no signatures",
                        s -> s.at(":v1@" + s.unsigned)),
                Attack.of(
                        3,
                        "a good tag before a digest that is not there",
                        Reason.IMAGE_NOT_FOUND,
                        "",
                        s -> s.at(":v1@sha256:" + "0".repeat(64))),
                Attack.of(
                        9,
                        "the header says the signed digest over other bytes, by tag",
                        Reason.MALFORMED_IMAGE,
                        "another digest than its header says",
                        s -> {
                            s.hostile.tag(Stage.REPOSITORY, "v1", s.unsigned);
                            return s.onTag(Fault.digestHeader(s.image.toString()));
                        }),
                Attack.of(
                        9, "other bytes under the signed digest", Reason.MALFORMED_IMAGE, "came with the digest", s -> {
                            s.hostile.onManifest(
                                    Stage.REPOSITORY, s.image.toString(), Fault.bytes(s.hostile.bytes(s.unsigned)));
                            return s.at("@" + s.image);
                        }));
    }

    private static Stream<Attack> indexes() {
        return Stream.of(
                Attack.of(14, "a signed index whose child is replaced", Reason.NO_SIGNATURE, "", s -> {
                    s.signer.sign(s.hostile, Stage.REPOSITORY, s.index(s.image));
                    s.hostile.tag(Stage.REPOSITORY, "multi", s.index(s.unsigned));
                    return s.at(":multi");
                }),
                Attack.of(14, "an unsigned index of a signed child", Reason.NO_SIGNATURE, "", s -> {
                    s.hostile.tag(Stage.REPOSITORY, "multi", s.index(s.image));
                    return s.at(":multi");
                }),
                Attack.of(15, "a child of a signed index, asked for directly", Reason.NO_SIGNATURE, "", s -> {
                    s.signer.sign(s.hostile, Stage.REPOSITORY, s.index(s.unsigned));
                    return s.at("@" + s.unsigned);
                }),
                Attack.of(17, "50 indexes in each other", Reason.MALFORMED_IMAGE, "another index", s -> {
                    String inner = s.text(s.index(s.image));
                    for (int i = 0; i < 50; i++) {
                        Digest of = s.hostile.putManifest(Stage.REPOSITORY, INDEX, inner.getBytes(UTF_8));
                        inner = s.text(s.index(of)).replace(MANIFEST, INDEX);
                    }
                    return s.signedRaw(INDEX, inner);
                }),
                Attack.of(
                        17,
                        "two images for one platform",
                        Reason.MALFORMED_IMAGE,
                        "one platform",
                        s -> s.signedRaw(INDEX, s.text(s.index(s.image, s.unsigned)))),
                Attack.of(
                        17,
                        "20,000 entries",
                        Reason.MALFORMED_IMAGE,
                        "more than 1000 images",
                        s -> s.signedRaw(INDEX, entries(s, 20_000))),
                Attack.of(
                        17,
                        "100,000 entries",
                        Reason.MALFORMED_IMAGE,
                        "more than [0-9]+ bytes",
                        s -> s.signedRaw(INDEX, entries(s, 100_000))),
                Attack.of(
                        17,
                        "a depth of 100,000",
                        Reason.MALFORMED_IMAGE,
                        "nested deeper",
                        s -> s.signedRaw(MANIFEST, "[".repeat(100_000) + "]".repeat(100_000))));
    }

    private static String entries(Stage s, int count) {
        String one = s.text(s.index(s.image));
        String entry = one.substring(one.indexOf('[') + 1, one.lastIndexOf(']'));
        return one.replace(entry, (entry + ",").repeat(count - 1) + entry);
    }

    private static Stream<Attack> types() {
        return Stream.of(
                Attack.of(
                        16,
                        "manifests beside layers",
                        Reason.MALFORMED_IMAGE,
                        "has \"manifests\"",
                        s -> s.signedRaw(MANIFEST, s.text(s.image).replaceFirst("\\{", "{\"manifests\":[],"))),
                Attack.of(
                        16,
                        "layers beside manifests",
                        Reason.MALFORMED_IMAGE,
                        "has \"layers\"",
                        s -> s.signedRaw(INDEX, s.text(s.index(s.image)).replaceFirst("\\{", "{\"layers\":[],"))),
                Attack.of(
                        16,
                        "the header says index, the document image",
                        Reason.MALFORMED_IMAGE,
                        "another media",
                        s -> s.signedRaw(INDEX, s.text(s.image))),
                Attack.of(
                        16,
                        "members that differ in case only",
                        Reason.MALFORMED_IMAGE,
                        "only in case",
                        s -> s.signedRaw(MANIFEST, s.text(s.image).replaceFirst("\\{", "{\"Layers\":[],"))),
                Attack.of(
                        16,
                        "layers twice",
                        Reason.MALFORMED_IMAGE,
                        "given twice",
                        s -> s.signedRaw(MANIFEST, s.text(s.image).replaceFirst("\\{", "{\"layers\":[],"))),
                Attack.of(
                        18,
                        "schema 1",
                        Reason.MALFORMED_IMAGE,
                        "schema 1",
                        s -> s.signedRaw(
                                SCHEMA_1,
                                "{\"schemaVersion\":1,\"name\":\"x\",\"tag\":\"y\",\"fsLayers\":[],\"history\":[],\"signatures\":[]}")),
                Attack.of(
                        18,
                        "schema 1 under a new header",
                        Reason.MALFORMED_IMAGE,
                        "schema 1",
                        s -> s.signedRaw(MANIFEST, "{\"schemaVersion\":1,\"fsLayers\":[],\"history\":[]}")),
                Attack.of(
                        18,
                        "an unknown media type",
                        Reason.MALFORMED_IMAGE,
                        "none of an image",
                        s -> s.signedRaw("application/vnd.acme.manifest+json", s.text(s.image))));
    }

    private static Stream<Attack> referrers() {
        return Stream.of(
                Attack.of(19, "the referrers of another image", Reason.NO_SIGNATURE, "", s -> {
                    String repository = s.bundles();
                    Digest other = TestImage.push(s.hostile, repository, "other", "not this one");
                    Digest signed = s.hostile.tagged(repository, "v1").orElseThrow();
                    s.hostile.on(
                            "/v2/" + repository + "/referrers/" + other, Fault.instead(list(s, repository, signed)));
                    return s.hostile.host() + "/" + repository + ":other";
                }),
                Attack.of(19, "a list that claims to be filtered, and is not", Reason.NO_SIGNATURE, "", s -> {
                    String repository = s.bundles();
                    Digest other = TestImage.push(s.hostile, repository, "other", "not this one");
                    Digest signed = s.hostile.tagged(repository, "v1").orElseThrow();
                    Answer lie = list(s, repository, signed).with("OCI-Filters-Applied", "artifactType");
                    s.hostile.on("/v2/" + repository + "/referrers/" + other, Fault.instead(lie));
                    return s.hostile.host() + "/" + repository + ":other";
                }),
                Attack.of(20, "the signatures of another image", Reason.OTHER_IMAGE, "", s -> {
                    s.hostile.tag(
                            Stage.REPOSITORY,
                            CosignSigner.tag(s.unsigned),
                            s.hostile
                                    .tagged(Stage.REPOSITORY, CosignSigner.tag(s.image))
                                    .orElseThrow());
                    return s.at(":unsigned");
                }));
    }

    /** What the registry itself says about the bundles of an image that is rightly signed. */
    private static Answer list(Stage s, String repository, Digest signed) {
        return s.hostile.referrersOf(repository, signed);
    }

    private static Stream<Attack> payloads() {
        return Stream.of(
                payload(
                        "two digests",
                        s -> s.honestly(s.image)
                                .replace(
                                        "\"docker-manifest-digest\":",
                                        "\"docker-manifest-digest\":\"" + s.unsigned
                                                + "\",\"docker-manifest-digest\":")),
                payload(
                        "two digests, one in other letters",
                        s -> s.honestly(s.image)
                                .replace(
                                        "\"docker-manifest-digest\":",
                                        "\"Docker-Manifest-Digest\":\"" + s.unsigned
                                                + "\",\"docker-manifest-digest\":")),
                payload(
                        "the only digest in other letters",
                        s -> s.honestly(s.unsigned).replace("docker-manifest-digest", "Docker-manifest-digest")),
                payload("bytes behind it", s -> s.honestly(s.unsigned) + "{}"),
                payload("a byte order mark", s -> "\uFEFF" + s.honestly(s.unsigned)),
                payload("another type", s -> s.honestly(s.unsigned).replace("cosign container", "atomic container")),
                payload(
                        "a depth of 10,000",
                        s -> s.honestly(s.unsigned)
                                .replace(
                                        "\"optional\":null",
                                        "\"optional\":" + "[".repeat(10_000) + "]".repeat(10_000))),
                Attack.of(23, "another payload under the layer's digest", Reason.MALFORMED_SIGNATURE, "digest", s -> {
                    byte[] other = s.payload(s.unsigned);
                    return s.onPayload(Fault.bytes(other));
                }),
                Attack.of(23, "a signature over another payload than the layer", Reason.UNTRUSTED_SIGNER, "", s -> {
                    byte[] payload = s.payload(s.unsigned);
                    String other = s.signer.signature(s.payload(s.image));
                    TestImage.pushManifest(
                            s.hostile,
                            Stage.REPOSITORY,
                            CosignSigner.tag(s.unsigned),
                            Json.createArrayBuilder()
                                    .add(TestImage.descriptor(s.hostile, CosignSigner.PAYLOAD, payload)
                                            .add(
                                                    "annotations",
                                                    Json.createObjectBuilder().add(CosignSigner.SIGNATURE, other)))
                                    .build());
                    return s.at(":unsigned");
                }));
    }

    private static Attack payload(String what, Function<Stage, String> payload) {
        return new Attack(
                22,
                "a signed payload with " + what,
                s -> s.signedPayload(payload.apply(s)),
                Set.of(Reason.MALFORMED_SIGNATURE, Reason.OTHER_IMAGE),
                "",
                Duration.ofSeconds(25));
    }
}
