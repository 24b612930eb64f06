package dev.connaisseur.demo;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.TestImage;
import java.util.List;

/**
 * The images of the demonstration, signed while it starts, the policy that judges them, and the questions about them.
 *
 * @param registry host and port
 * @param key the public half of the key that released them
 */
record DemoImages(String registry, String key) {
    private static final String COSIGN = "demo/* → cosign";
    private static final String NO_SIGNATURE = "no signatures found";

    /** Pushes signed, unsigned, moved and copied ones. */
    static DemoImages push(EmbeddedRegistry registry) {
        CosignSigner release = CosignSigner.create();
        CosignSigner stranger = CosignSigner.create();
        Digest app = TestImage.push(registry, "demo/app", "v1", "the application");
        release.sign(registry, "demo/app", app);
        TestImage.push(registry, "demo/app", "unsigned", "never signed");
        release.sign(registry, "demo/app", TestImage.push(registry, "demo/app", "moved", "what was signed"));
        TestImage.push(registry, "demo/app", "moved", "what the tag points at today");
        Digest foreign = TestImage.push(registry, "demo/app", "foreign", "signed by a stranger");
        stranger.sign(registry, "demo/app", foreign);
        Digest other = TestImage.push(registry, "demo/other", "v1", "another application");
        release.attach(registry, "demo/other", other, CosignSigner.payload(registry.host() + "/demo/app", app));
        release.sign(registry, "demo/new", TestImage.push(registry, "demo/new", "v1", "a new application"));
        registry.clearLog();
        return new DemoImages(registry.host(), release.publicKey());
    }

    /** The policy: our images by key, the project's own registry allowed, everything else denied. */
    String configuration() {
        return """
                validators:
                - name: allow
                  type: static
                  approve: true
                - name: deny
                  type: static
                  approve: false
                - name: cosign
                  type: cosign
                  trustRoots:
                  - name: release-key
                    key: |
                %s
                policy:
                - pattern: "*:*"
                  validator: deny
                - pattern: "registry.k8s.io/*:*"
                  validator: allow
                - pattern: "%s/demo/*:*"
                  validator: cosign
                  with:
                    trustRoot: release-key
                    verifyInTransparencyLog: false
                    verifySCT: false
                """.formatted(key.indent(6).stripTrailing(), registry);
    }

    Question signed() {
        return new Question("Pod", List.of(image("app:v1")), COSIGN, true, "signed by release-key");
    }

    List<Question> questions() {
        return List.of(
                signed(),
                denied("Deployment", NO_SIGNATURE, "app:unsigned"),
                denied("Pod", NO_SIGNATURE, "app:moved"),
                denied("StatefulSet", "no matching signatures", "app:foreign"),
                denied("Pod", "the signed payload names", "other:v1"),
                new Question("Deployment", List.of(image("app:v1")), COSIGN, true, "signed by release-key"),
                denied("CronJob", NO_SIGNATURE, "app:v1", "app:unsigned"),
                new Question("Pod", List.of("evil.example/registry.k8s.io/x:1"), "*:* → deny", false, "static deny"),
                new Question("Pod", List.of("nginx"), "*:* → deny", false, "static deny"),
                new Question(
                        "Job",
                        List.of("registry.k8s.io/pause:3.9"),
                        "registry.k8s.io/* → allow",
                        true,
                        "static allow"));
    }

    /** What goes on, and what does not, while the registry is away. */
    List<Question> questionsWithoutRegistry() {
        return List.of(
                denied("Pod", "Could not decide", "new:v1"),
                new Question(
                        "Pod",
                        List.of("registry.k8s.io/pause:3.9"),
                        "registry.k8s.io/* → allow",
                        true,
                        "static allow"));
    }

    private Question denied(String kind, String because, String... images) {
        return new Question(kind, List.of(images).stream().map(this::image).toList(), COSIGN, false, because);
    }

    private String image(String name) {
        return registry + "/demo/" + name;
    }
}
