package dev.connaisseur.validator.cosign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.policy.RuleOptions;
import dev.connaisseur.policy.SignatureDemands;
import dev.connaisseur.policy.SignatureDemands.AttestationDemand;
import dev.connaisseur.testing.CorpusLedger;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.ValidationException;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Images that the real cosign signed with the real Fulcio, Rekor v1 and v2, certificate log and timestamp authority, and what must
 * be said about each under each policy.
 */
class KeylessZooTest {
    @RegisterExtension
    static final CorpusLedger LEDGER = CorpusLedger.of("keyless");

    private static final Path DIRECTORY = Path.of("src/test/resources/keyless");

    /** Long after every certificate has expired. */
    private static final Instant NOW = Instant.parse("2026-12-01T00:00:00Z");

    private static final Map<String, String> PREDICATES = Map.of(
            "slsaprovenance1", "https://slsa.dev/provenance/v1",
            "spdxjson", "https://spdx.dev/Document");

    private static final Map<String, String> CLAIMS = Map.of(
            "repository", "githubWorkflowRepository",
            "ref", "githubWorkflowRef",
            "trigger", "githubWorkflowTrigger",
            "name", "githubWorkflowName",
            "sha", "githubWorkflowSha");

    private static final Map<String, List<Reason>> REASONS = Map.ofEntries(
            Map.entry("identity", List.of(Reason.IDENTITY, Reason.UNTRUSTED_SIGNER)),
            Map.entry("claims", List.of(Reason.IDENTITY)),
            Map.entry("wrong-key", List.of(Reason.UNTRUSTED_SIGNER)),
            Map.entry("signature", List.of(Reason.UNTRUSTED_SIGNER)),
            Map.entry("log-entry-mismatch", List.of(Reason.LOG)),
            Map.entry("log-entry-invalid", List.of(Reason.LOG)),
            Map.entry("log-unknown", List.of(Reason.LOG)),
            Map.entry("no-log-entry", List.of(Reason.LOG)),
            Map.entry("inclusion-proof", List.of(Reason.LOG)),
            Map.entry("certificate-expired", List.of(Reason.EXPIRED)),
            Map.entry("no-trusted-time", List.of(Reason.TIMESTAMP)),
            Map.entry("chain", List.of(Reason.CERTIFICATE)),
            Map.entry("sct", List.of(Reason.CERTIFICATE)),
            Map.entry("digest-mismatch", List.of(Reason.OTHER_IMAGE)),
            Map.entry("predicate-type", List.of(Reason.NO_SIGNATURE, Reason.ATTESTATION)),
            Map.entry("no-signature", List.of(Reason.NO_SIGNATURE, Reason.ATTESTATION)),
            Map.entry("no-valid-bundle", List.of(Reason.MALFORMED_SIGNATURE)));

    private static EmbeddedRegistry registry = EmbeddedRegistry.open();

    @BeforeAll
    static void load() {
        registry.load(DIRECTORY.resolve("registry"));
    }

    @AfterAll
    static void close() {
        registry.close();
    }

    /**
     * One check.
     *
     * @param image repository and tag or digest
     */
    record Check(String name, String image, JsonObject policy, boolean accept, List<String> reasons) {
        @Override
        public String toString() {
            return name + ": " + (accept ? "accept" : "reject " + reasons);
        }
    }

    static List<Check> checks() {
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

    @Test
    void noneIsMissing() {
        assertThat(checks()).hasSizeGreaterThanOrEqualTo(134);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void checks(Check check) {
        try (CosignRig rig = rig(check.policy())) {
            RuleOptions options = options(check.policy());
            if (check.accept()) {
                rig.verdict(check.image(), options);
                LEDGER.accepted();
                return;
            }
            ValidationException refusal = rig.refusal(check.image(), options);
            LEDGER.refused();
            assertThat(check.reasons().stream().flatMap(reason -> REASONS.getOrDefault(reason, List.of()).stream()))
                    .as("%s", refusal.getMessage())
                    .contains(refusal.reason());
        }
    }

    private static CosignRig rig(JsonObject policy) {
        CosignRig rig = CosignRig.of(registry).at(NOW);
        if (policy.containsKey("trustedRoot")) {
            rig.part("trustedRoot", quoted(text(policy.getString("trustedRoot"))));
        } else {
            JsonObject other = policy.getOrDefault("trustOverride", JsonValue.EMPTY_JSON_OBJECT)
                    .asJsonObject();
            String host = "{fulcioCert: "
                    + quoted(text(other.getString("SIGSTORE_ROOT_FILE", "trust/fulcio-chain.pem")))
                    + ", rekorPubkey: "
                    + quoted(text(other.getString("SIGSTORE_REKOR_PUBLIC_KEY", "trust/rekor.pub")))
                    + ", ctLogPubkey: "
                    + quoted(text(other.getString("SIGSTORE_CT_LOG_PUBLIC_KEY_FILE", "trust/ctlog.pub")));
            rig.part(
                    "host",
                    host
                            + (policy.containsKey("tsaChain")
                                    ? ", tsaCert: " + quoted(text(policy.getString("tsaChain")))
                                    : "")
                            + "}");
        }
        if (policy.containsKey("key")) {
            return rig.key("signer", text(policy.getString("key")));
        }
        String subject = policy.containsKey("identityRegexp")
                ? "subjectRegex: " + quoted(policy.getString("identityRegexp"))
                : "subject: " + quoted(policy.getString("identity"));
        String claims = policy.getOrDefault("github", JsonValue.EMPTY_JSON_OBJECT).asJsonObject().entrySet().stream()
                .map(claim -> CLAIMS.get(claim.getKey()) + ": " + quoted(((JsonString) claim.getValue()).getString()))
                .collect(Collectors.joining(", ", ", claims: {", "}"));
        return rig.root(
                "signer",
                "keyless: {issuer: " + quoted(policy.getString("issuer")) + ", " + subject
                        + (policy.containsKey("github") ? claims : "") + "}");
    }

    private static RuleOptions options(JsonObject policy) {
        RuleOptions defaults = RuleOptions.DEFAULTS;
        boolean attestation = policy.getString("flow").equals("verify-attestation");
        List<AttestationDemand> attestations = attestation
                ? List.of(new AttestationDemand(predicateType(policy.getString("predicateType")), "signer", ""))
                : List.of();
        return new RuleOptions(
                        "signer",
                        defaults.mode(),
                        !policy.getBoolean("ignoreTlog", false),
                        !policy.getBoolean("ignoreSct", false),
                        0,
                        List.of(),
                        List.of(),
                        defaults.verificationLevel(),
                        defaults.verifyTimestamp())
                .demanding(new SignatureDemands(
                        policy.getBoolean("requireTimestamp", false), Map.of(), false, !attestation, attestations));
    }

    private static String predicateType(String name) {
        return PREDICATES.getOrDefault(name, name);
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
        return "\"" + CosignRig.escaped(text) + "\"";
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
