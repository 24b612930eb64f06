package dev.connaisseur.threats;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.Access;
import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.EmbeddedRegistry.Options;
import dev.connaisseur.testing.Fault;
import dev.connaisseur.testing.HostileTls;
import dev.connaisseur.testing.RawServer;
import dev.connaisseur.testing.RegistryAuth;
import dev.connaisseur.testing.TestAuthority;
import dev.connaisseur.testing.TestImage;
import dev.connaisseur.testing.Zoo;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/**
 * A hostile registry with a login at stake, an honest one, and one more host that must never see that login; all by TLS, under one
 * private authority. Beside them a server without TLS that says what a test wants.
 */
final class Stage implements AutoCloseable {
    static final String REPOSITORY = "acme/app";
    static final String USER = "robot";
    static final String PASSWORD = "hunter2";

    final TestAuthority authority = TestAuthority.create("threats");
    final CosignSigner signer = CosignSigner.create();
    final EmbeddedRegistry hostile = registry(RegistryAuth.bearer(USER, PASSWORD));
    final EmbeddedRegistry honest = registry(RegistryAuth.none());
    final EmbeddedRegistry elsewhere = registry(RegistryAuth.none());
    final Digest image;
    final Digest unsigned;

    private final AtomicReference<RawServer.Script> script = new AtomicReference<>((socket, out) -> {});
    private final RawServer raw =
            RawServer.open((socket, out) -> Objects.requireNonNull(script.get()).run(socket, out));
    private final List<AutoCloseable> more = new ArrayList<>();

    Stage() {
        image = TestImage.push(hostile, REPOSITORY, "v1", "signed");
        signer.sign(hostile, REPOSITORY, image);
        unsigned = TestImage.push(hostile, REPOSITORY, "unsigned", "unsigned");
        signer.sign(honest, "good/app", TestImage.push(honest, "good/app", "v1", "good"));
    }

    private EmbeddedRegistry registry(RegistryAuth auth) {
        return EmbeddedRegistry.open(
                Options.PLAIN.withTls(authority.server()).withAuth(auth).withReferrersApi(100));
    }

    /** An engine for all of this, with the login in its secrets; {@code environment} is name, value, name, value … */
    Trial trial(CoreProcess core, Path directory, String... environment) {
        return trialOf(core, directory, configuration(), honestImage(), environment);
    }

    /** @param honest an image that is to be admitted all the time */
    Trial trialOf(CoreProcess core, Path directory, String configuration, String honest, String... environment) {
        try {
            Path secret = Files.createDirectories(directory.resolve("secrets/login"));
            Files.writeString(
                    secret.resolve("secret.yaml"),
                    "registry: %s\nusername: %s\npassword: %s\n".formatted(hostile.host(), USER, PASSWORD));
            Files.writeString(directory.resolve("ca.pem"), authority.pem());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> variables = new ArrayList<>(List.of(
                "SSL_CERT_FILE", directory.resolve("ca.pem").toString(), "CONNAISSEUR_NETWORK_ALLOW", "localhost"));
        variables.addAll(List.of(environment));
        return core.open(directory, configuration, honest, variables.toArray(String[]::new));
    }

    String configuration() {
        StringBuilder text = new StringBuilder("validators:\n");
        text.append(validator("signed", signer.publicKey(), "auth: {secretName: login}"));
        text.append(validator("plain", signer.publicKey(), ""));
        text.append(validator("zoo", Zoo.key("alice"), "auth: {secretName: login}"));
        text.append("policy:\n")
                .append(rule("*:*", "signed"))
                .append(rule(hostile.host() + "/zoo/*:*", "zoo"))
                .append(rule(raw.host() + "/*:*", "plain"));
        return text.toString();
    }

    private String validator(String name, String key, String login) {
        String cert = login.isEmpty() ? "" : "  cert: |\n" + authority.pem().indent(4);
        return """
                - name: %s
                  type: cosign
                %s%s  trustRoots:
                  - name: key
                    key: |
                %s""".formatted(name, login.isEmpty() ? "" : "  " + login + "\n", cert, key.indent(6));
    }

    private static String rule(String pattern, String validator) {
        return """
                - pattern: "%s"
                  validator: %s
                  with: {trustRoot: key, verifyInTransparencyLog: false, verifySCT: false}
                """.formatted(pattern, validator);
    }

    /** A signed image that nobody tampers with, on the hostile host. */
    String twin() {
        return at(":v1");
    }

    /** A signed image on the honest host. */
    String honestImage() {
        return honest.host() + "/good/app:v1";
    }

    String at(String tagOrDigest) {
        return hostile.host() + "/" + REPOSITORY + tagOrDigest;
    }

    // ---- more hosts ----

    /** A registry that the engine believes. */
    Options trusted() {
        return Options.PLAIN.withTls(authority.server());
    }

    /** Another registry with a signed image. */
    EmbeddedRegistry another(Options options) {
        EmbeddedRegistry registry = EmbeddedRegistry.open(options);
        more.add(registry);
        signer.sign(registry, REPOSITORY, TestImage.push(registry, REPOSITORY, "v1", "elsewhere"));
        return registry;
    }

    /** The repository of an image that is signed by a bundle among its referrers, on the hostile host. */
    String bundles() {
        hostile.load(Zoo.REGISTRY);
        return "zoo/bundle-alice";
    }

    /** A server that is no registry, and what to ask it for. */
    String with(HostileTls server) {
        more.add(server);
        return server.host() + "/" + REPOSITORY + ":v1";
    }

    /** The plain server says this from now on. */
    String raw(RawServer.Script says) {
        script.set(says);
        return raw.host() + "/" + REPOSITORY + ":v1";
    }

    /** The plain server says these bytes and then nothing more. */
    String raw(String bytes) {
        return raw((socket, out) -> {
            out.write(bytes.getBytes(UTF_8));
            out.flush();
        });
    }

    // ---- content ----

    String text(Digest digest) {
        return new String(hostile.bytes(digest), UTF_8);
    }

    /** A manifest as written, signed by the trusted key: only its shape is wrong. */
    String signedRaw(String mediaType, String json) {
        Digest digest = hostile.putManifest(REPOSITORY, "raw", mediaType, json.getBytes(UTF_8));
        signer.sign(hostile, REPOSITORY, digest);
        return at(":raw");
    }

    Digest index(Digest... children) {
        JsonArrayBuilder manifests = Json.createArrayBuilder();
        for (Digest child : children) {
            manifests.add(Json.createObjectBuilder()
                    .add("mediaType", TestImage.MANIFEST)
                    .add("digest", child.toString())
                    .add("size", hostile.bytes(child).length)
                    .add(
                            "platform",
                            Json.createObjectBuilder().add("os", "linux").add("architecture", "amd64")));
        }
        String json = Json.createObjectBuilder()
                .add("schemaVersion", 2)
                .add("mediaType", TestImage.INDEX)
                .add("manifests", manifests)
                .build()
                .toString();
        return hostile.putManifest(REPOSITORY, TestImage.INDEX, json.getBytes(UTF_8));
    }

    byte[] payload() {
        return payload(image);
    }

    byte[] payload(Digest of) {
        return CosignSigner.payload(hostile.host() + "/" + REPOSITORY, of);
    }

    /** So many signatures by somebody else on the unsigned image. */
    String strangers(int count) {
        byte[] payload = payload(unsigned);
        String signature = CosignSigner.create().signature(payload);
        JsonArrayBuilder layers = Json.createArrayBuilder();
        for (int i = 0; i < count; i++) {
            layers.add(TestImage.descriptor(hostile, CosignSigner.PAYLOAD, payload)
                    .add("annotations", Json.createObjectBuilder().add(CosignSigner.SIGNATURE, signature)));
        }
        TestImage.pushManifest(hostile, REPOSITORY, CosignSigner.tag(unsigned), layers.build());
        return at(":unsigned");
    }

    /** A payload of this text, really signed, on the unsigned image. */
    String signedPayload(String payload) {
        signer.attach(hostile, REPOSITORY, unsigned, payload.getBytes(UTF_8));
        return at(":unsigned");
    }

    String honestly(Digest of) {
        return new String(payload(of), UTF_8);
    }

    // ---- faults ----

    String onTag(Fault fault) {
        hostile.onManifest(REPOSITORY, "v1", fault);
        return twin();
    }

    String onSignatures(Fault fault) {
        hostile.onManifest(REPOSITORY, CosignSigner.tag(image), fault);
        return twin();
    }

    String onPayload(Fault fault) {
        hostile.onBlob(REPOSITORY, Digest.of(payload()), fault);
        return twin();
    }

    String challenge(String header) {
        return onTag(Fault.status(401, "WWW-Authenticate", header));
    }

    /** Whatever carried a login, or what was got for one, to any host but the one that the login is for. */
    List<String> authorizedElsewhere() {
        List<String> found = new ArrayList<>();
        Stream.concat(
                        Stream.of(honest, elsewhere),
                        more.stream().filter(EmbeddedRegistry.class::isInstance).map(EmbeddedRegistry.class::cast))
                .flatMap(registry -> registry.log().stream())
                .filter(Access::authorized)
                .forEach(access -> found.add(access.toString()));
        raw.requests().stream()
                .filter(head -> head.toLowerCase(Locale.ROOT).contains("authorization"))
                .forEach(found::add);
        return found;
    }

    @Override
    public void close() {
        try {
            hostile.close();
            honest.close();
            elsewhere.close();
            raw.close();
            for (AutoCloseable server : more) {
                server.close();
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
