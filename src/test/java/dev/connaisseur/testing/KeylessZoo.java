package dev.connaisseur.testing;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Images that the real cosign signed with the real Fulcio, Rekor v1 and v2, certificate log and timestamp authority, and what must
 * be said about each under each policy, in our configuration.
 */
public final class KeylessZoo {
    public static final Path DIRECTORY = Path.of("src/test/resources/keyless");

    private static final Map<String, String> PREDICATES = Map.of(
            "slsaprovenance1", "https://slsa.dev/provenance/v1",
            "spdxjson", "https://spdx.dev/Document");

    private static final Map<String, String> CLAIMS = Map.of(
            "repository", "githubWorkflowRepository",
            "ref", "githubWorkflowRef",
            "trigger", "githubWorkflowTrigger",
            "name", "githubWorkflowName",
            "sha", "githubWorkflowSha");

    /** For each cause that the zoo names, the names of the reasons that tell it. */
    private static final Map<String, List<String>> REASONS = Map.ofEntries(
            Map.entry("identity", List.of("IDENTITY", "UNTRUSTED_SIGNER")),
            Map.entry("claims", List.of("IDENTITY")),
            Map.entry("wrong-key", List.of("UNTRUSTED_SIGNER")),
            Map.entry("signature", List.of("UNTRUSTED_SIGNER")),
            Map.entry("log-entry-mismatch", List.of("LOG")),
            Map.entry("log-entry-invalid", List.of("LOG")),
            Map.entry("log-unknown", List.of("LOG")),
            Map.entry("no-log-entry", List.of("LOG")),
            Map.entry("inclusion-proof", List.of("LOG")),
            Map.entry("certificate-expired", List.of("EXPIRED")),
            Map.entry("no-trusted-time", List.of("TIMESTAMP")),
            Map.entry("chain", List.of("CERTIFICATE")),
            Map.entry("sct", List.of("CERTIFICATE")),
            Map.entry("digest-mismatch", List.of("OTHER_IMAGE")),
            Map.entry("predicate-type", List.of("NO_SIGNATURE", "ATTESTATION")),
            Map.entry("no-signature", List.of("NO_SIGNATURE", "ATTESTATION")),
            Map.entry("no-valid-bundle", List.of("MALFORMED_SIGNATURE")));

    private KeylessZoo() {}

    /**
     * One check.
     *
     * @param image repository and tag or digest
     * @param causes of a refusal, in the zoo's words
     */
    public record Check(String name, String image, JsonObject policy, boolean accept, List<String> causes) {
        public Check {
            causes = List.copyOf(causes);
        }

        /** Names of the reasons that a refusal may have. */
        public List<String> reasons() {
            return causes.stream()
                    .flatMap(cause -> REASONS.getOrDefault(cause, List.of()).stream())
                    .toList();
        }

        /** The key of the validator that says whom of a deployment it believes. */
        public String trustKey() {
            return policy.containsKey("trustedRoot") ? "trustedRoot" : "host";
        }

        /** Its value, YAML in one line. */
        public String trust() {
            if (policy.containsKey("trustedRoot")) {
                return quoted(text(policy.getString("trustedRoot")));
            }
            JsonObject other = policy.getOrDefault("trustOverride", JsonValue.EMPTY_JSON_OBJECT)
                    .asJsonObject();
            return "{fulcioCert: "
                    + quoted(text(other.getString("SIGSTORE_ROOT_FILE", "trust/fulcio-chain.pem")))
                    + ", rekorPubkey: "
                    + quoted(text(other.getString("SIGSTORE_REKOR_PUBLIC_KEY", "trust/rekor.pub")))
                    + ", ctLogPubkey: "
                    + quoted(text(other.getString("SIGSTORE_CT_LOG_PUBLIC_KEY_FILE", "trust/ctlog.pub")))
                    + (policy.containsKey("tsaChain") ? ", tsaCert: " + quoted(text(policy.getString("tsaChain"))) : "")
                    + "}";
        }

        /** The trust root without its name, YAML in one line. */
        public String trustRoot() {
            if (policy.containsKey("key")) {
                return "key: " + quoted(text(policy.getString("key")));
            }
            String subject = policy.containsKey("identityRegexp")
                    ? "subjectRegex: " + quoted(policy.getString("identityRegexp"))
                    : "subject: " + quoted(policy.getString("identity"));
            String claims =
                    policy.getOrDefault("github", JsonValue.EMPTY_JSON_OBJECT).asJsonObject().entrySet().stream()
                            .map(claim -> CLAIMS.get(claim.getKey()) + ": "
                                    + quoted(((JsonString) claim.getValue()).getString()))
                            .collect(Collectors.joining(", ", ", claims: {", "}"));
            return "keyless: {issuer: " + quoted(policy.getString("issuer")) + ", " + subject
                    + (policy.containsKey("github") ? claims : "") + "}";
        }

        /** The type of the statement that is asked for; empty where a signature is. */
        public String predicateType() {
            if (!policy.getString("flow").equals("verify-attestation")) {
                return "";
            }
            String name = policy.getString("predicateType");
            return PREDICATES.getOrDefault(name, name);
        }

        /** The options of the rule, YAML in one line. */
        public String with() {
            String attestations = predicateType().isEmpty()
                    ? ""
                    : ", requireSignature: false, attestations: [{predicateType: " + quoted(predicateType())
                            + ", trustRoot: signer}]";
            return "{trustRoot: signer, verifyInTransparencyLog: " + !policy.getBoolean("ignoreTlog", false)
                    + ", verifySCT: " + !policy.getBoolean("ignoreSct", false)
                    + ", requireTimestamp: " + policy.getBoolean("requireTimestamp", false) + attestations + "}";
        }

        @Override
        public String toString() {
            return name + ": " + (accept ? "accept" : "reject " + causes);
        }
    }

    /** All checks but the one that asks a log which is no more. */
    public static List<Check> checks() {
        List<Check> checks = new ArrayList<>();
        json("images.json").getJsonObject("images").forEach((name, value) -> {
            JsonObject image = value.asJsonObject();
            List<JsonValue> all = new ArrayList<>(image.getJsonArray("checks"));
            all.addAll(image.getOrDefault("extra", JsonValue.EMPTY_JSON_ARRAY).asJsonArray());
            for (JsonValue one : all) {
                JsonObject check = one.asJsonObject();
                JsonObject policy = check.getJsonObject("policy");
                if (!policy.containsKey("onlineRekor")) {
                    checks.add(new Check(
                            name + " | " + check.getString("check"),
                            reference(image, check),
                            policy,
                            check.getString("ours").equals("accept"),
                            texts(check, "reasons")));
                }
            }
        });
        return checks;
    }

    private static String reference(JsonObject image, JsonObject check) {
        String repository = image.getString("repository");
        if (!check.containsKey("child")) {
            return repository + ":" + image.getString("tag");
        }
        String index = text("registry/blobs/sha256/" + image.getString("digest").substring("sha256:".length()));
        try (JsonReader reader = Json.createReader(new StringReader(index))) {
            return repository + "@"
                    + reader.readObject()
                            .getJsonArray("manifests")
                            .getJsonObject(check.getInt("child"))
                            .getString("digest");
        }
    }

    private static List<String> texts(JsonObject object, String name) {
        return object
                .getOrDefault(name, JsonValue.EMPTY_JSON_ARRAY)
                .asJsonArray()
                .getValuesAs(JsonString.class)
                .stream()
                .map(JsonString::getString)
                .toList();
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }

    private static JsonObject json(String name) {
        try (JsonReader reader = Json.createReader(new StringReader(text(name)))) {
            return reader.readObject();
        }
    }

    private static String text(String name) {
        try {
            return Files.readString(DIRECTORY.resolve(name), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
