package dev.connaisseur.threats;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.Answer;
import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.EmbeddedRegistry.Options;
import dev.connaisseur.testing.Fault;
import dev.connaisseur.testing.TestAuthority;
import dev.connaisseur.testing.TestImage;
import dev.connaisseur.validator.Reason;
import jakarta.json.Json;
import java.time.Duration;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Where a registry would like to send us, and what it would like us to take there. */
final class ElsewhereAttacks {
    private static final String NOT_THERE = "may not connect|token server|refuses us|does not let us";

    private ElsewhereAttacks() {}

    static Stream<Attack> all() {
        return Stream.of(realms(), redirects(), tokens(), texts(), certificates(), foreignLayers())
                .flatMap(s -> s);
    }

    private static Stream<Attack> realms() {
        return Stream.concat(
                Stream.of(
                        Attack.of(
                                68,
                                "a token server elsewhere",
                                Reason.UNAUTHORIZED,
                                NOT_THERE,
                                s -> s.challenge("Bearer realm=\"" + s.elsewhere.base() + "/token\",service=\"x\"")),
                        Attack.of(
                                68,
                                "a token server elsewhere that asks for a password",
                                Reason.UNAUTHORIZED,
                                NOT_THERE,
                                s -> {
                                    s.elsewhere.on(
                                            "/token", Fault.status(401, "WWW-Authenticate", "Basic realm=\"x\""));
                                    return s.challenge("Bearer realm=\"" + s.elsewhere.base() + "/token\"");
                                }),
                        Attack.of(
                                68, "a token server that redirects elsewhere", Reason.INCONCLUSIVE, "status 307", s -> {
                                    s.hostile.on("/token", Fault.redirect(s.elsewhere.base() + "/token"));
                                    return s.challenge(
                                            "Bearer realm=\"" + s.hostile.base() + "/token?x=1\",service=\"x\"");
                                })),
                Stream.of(
                                "http://registry.example/token",
                                "file:///etc/passwd",
                                "gopher://127.0.0.1:6379/_INFO",
                                "https://169.254.169.254/latest/api/token",
                                "https://[fe80::1]/token",
                                "https://127.0.0.1:6379/",
                                "https://[::1]/token",
                                "https://[::ffff:127.0.0.1]/token",
                                "https://[::ffff:10.0.0.1]/token",
                                "https://[64:ff9b::a9fe:a9fe]/token",
                                "https://10.1.2.3/token",
                                "https://192.168.0.1/token",
                                "https://0/token",
                                "https://2130706433/token",
                                "https://0x7f.1/token",
                                "https://kubernetes.default.svc/api",
                                "https://kubernetes.default.svc.cluster.local./api",
                                "https://user:password@registry.example/token",
                                "//registry.example/token",
                                "")
                        .map(realm -> new Attack(
                                69,
                                "the token server " + realm,
                                s -> s.challenge("Bearer realm=\"" + realm + "\""),
                                Set.of(Reason.INCONCLUSIVE, Reason.UNAUTHORIZED, Reason.MALFORMED_IMAGE),
                                "may not connect|token server that is|refuses us|no address",
                                Duration.ofSeconds(25))));
    }

    private static Stream<Attack> redirects() {
        return Stream.concat(
                Stream.of(
                                "http://registry.example/x",
                                "file:///etc/passwd",
                                "https://169.254.169.254/latest/meta-data/",
                                "https://127.0.0.1:6379/",
                                "https://[::ffff:127.0.0.1]/x",
                                "https://kubernetes.default.svc/api",
                                "https://10.1.2.3/x",
                                "https://localhost@10.1.2.3/x",
                                "ht tp://x",
                                "")
                        .map(location -> new Attack(
                                69,
                                "a redirect to " + location,
                                s -> s.onPayload(Fault.redirect(location)),
                                Set.of(Reason.INCONCLUSIVE, Reason.MALFORMED_SIGNATURE),
                                "may not connect|plain http|no address",
                                Duration.ofSeconds(25))),
                Stream.of(
                        Attack.of(
                                70,
                                "redirects in a circle",
                                Reason.MALFORMED_IMAGE,
                                "more than 5 times",
                                s -> s.onTag(Fault.redirect("/v2/" + Stage.REPOSITORY + "/manifests/v1"))),
                        Attack.of(70, "redirects to and fro", Reason.MALFORMED_IMAGE, "more than 5 times", s -> {
                            String path = "/v2/" + Stage.REPOSITORY + "/manifests/v1";
                            s.elsewhere.on(path, Fault.redirect(s.hostile.base() + path));
                            return s.onTag(Fault.redirect(s.elsewhere.base() + path));
                        }),
                        Attack.of(
                                70,
                                "a redirect to another payload elsewhere",
                                Reason.MALFORMED_SIGNATURE,
                                "digest",
                                s -> {
                                    Digest other = s.elsewhere.putBlob(s.payload(s.unsigned));
                                    return s.onPayload(Fault.redirect(s.elsewhere.base() + "/v2/x/y/blobs/" + other));
                                })));
    }

    private static Stream<Attack> tokens() {
        return Stream.of(
                token("a service that breaks the line", "service=\"a\\r\\nX-Evil: y\"", "{}"),
                token("a service of 1 MB", "service=\"" + "s".repeat(1 << 20) + "\"", "{}"),
                token("a service with more parameters", "service=\"a&scope=registry:catalog:*\"", "{}"),
                token("a token that breaks the line", "service=\"x\"", "{\"token\":\"a\\r\\nX-Evil: y\"}"),
                token("a token that is a number", "service=\"x\"", "{\"token\":1}"),
                token("a token twice", "service=\"x\"", "{\"token\":\"a\",\"token\":\"b\"}"),
                token("a token of 32 KB", "service=\"x\"", "{\"token\":\"" + "t".repeat(32 << 10) + "\"}"),
                token("a negative life", "service=\"x\"", "{\"token\":\"a\",\"expires_in\":-1}"),
                token("a life of 1e400", "service=\"x\"", "{\"token\":\"a\",\"expires_in\":1e400}"),
                Attack.of(71, "a token of 100 MB", Reason.MALFORMED_IMAGE, "more than [0-9]+ bytes", s -> {
                    s.hostile.on("/token", Fault.endlessBody());
                    return s.challenge("Bearer realm=\"" + s.hostile.base() + "/token?other\"");
                }));
    }

    private static Attack token(String what, String parameters, String answer) {
        return new Attack(
                71,
                what,
                s -> {
                    s.hostile.on("/token", Fault.instead(Answer.of(200, answer)));
                    return s.challenge("Bearer realm=\"" + s.hostile.base() + "/token?other\"," + parameters);
                },
                Set.of(Reason.UNAUTHORIZED, Reason.MALFORMED_IMAGE),
                "does not let us|no token that can be used|refuses us|not HTTP",
                Duration.ofSeconds(25));
    }

    private static Stream<Attack> texts() {
        return Stream.of(
                Attack.of(
                        73,
                        "a failure that talks",
                        Reason.INCONCLUSIVE,
                        "status 500",
                        s -> s.onTag(Fault.instead(Answer.of(500, "internal-secret \u001b[31m")))),
                Attack.of(
                        73,
                        "a refusal that talks",
                        Reason.UNAUTHORIZED,
                        "does not let us",
                        s -> s.onTag(Fault.instead(Answer.of(403, "internal-secret \u001b[31m")))),
                Attack.of(
                        73,
                        "an address of the cloud's metadata",
                        Reason.INCONCLUSIVE,
                        "may not connect",
                        s -> "169.254.169.254/acme/app:v1"),
                Attack.of(
                        73,
                        "a port of this machine",
                        Reason.INCONCLUSIVE,
                        "may not connect",
                        s -> "127.0.0.1:6379/acme/app:v1"),
                Attack.of(
                        73,
                        "the cluster's API",
                        Reason.INCONCLUSIVE,
                        "may not connect",
                        s -> "kubernetes.default.svc/acme/app:v1"));
    }

    private static Stream<Attack> certificates() {
        return Stream.of(
                certificate(
                        "somebody else's certificate",
                        s -> TestAuthority.create("evil").server()),
                certificate("a certificate of another host", s -> s.authority.serverNamed("registry.example")),
                certificate("a certificate that has ended", s -> s.authority.expiredServer()));
    }

    private static Attack certificate(String what, Function<Stage, javax.net.ssl.SSLContext> context) {
        return Attack.of(
                74,
                what,
                Reason.INCONCLUSIVE,
                "certificate of .* is not trusted",
                s -> s.another(Options.PLAIN.withTls(context.apply(s))).host() + "/" + Stage.REPOSITORY + ":v1");
    }

    private static Stream<Attack> foreignLayers() {
        return Stream.of(Attack.of(75, "a payload that lies elsewhere", Reason.MALFORMED_SIGNATURE, "", s -> {
            byte[] payload = s.payload(s.unsigned);
            Digest there = s.elsewhere.putBlob(payload);
            TestImage.pushManifest(
                    s.hostile,
                    Stage.REPOSITORY,
                    CosignSigner.tag(s.unsigned),
                    Json.createArrayBuilder()
                            .add(Json.createObjectBuilder()
                                    .add("mediaType", CosignSigner.PAYLOAD)
                                    .add("digest", there.toString())
                                    .add("size", payload.length)
                                    .add(
                                            "urls",
                                            Json.createArrayBuilder()
                                                    .add(s.elsewhere.base() + "/v2/x/y/blobs/" + there))
                                    .add(
                                            "annotations",
                                            Json.createObjectBuilder()
                                                    .add(CosignSigner.SIGNATURE, s.signer.signature(payload))))
                            .build());
            return s.at(":unsigned");
        }));
    }
}
