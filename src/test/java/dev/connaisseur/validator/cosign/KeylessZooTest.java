package dev.connaisseur.validator.cosign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.policy.RuleOptions;
import dev.connaisseur.policy.SignatureDemands;
import dev.connaisseur.policy.SignatureDemands.AttestationDemand;
import dev.connaisseur.testing.CorpusLedger;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.KeylessZoo;
import dev.connaisseur.testing.KeylessZoo.Check;
import dev.connaisseur.validator.ValidationException;
import jakarta.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The keyless zoo through the validator. */
class KeylessZooTest {
    @RegisterExtension
    static final CorpusLedger LEDGER = CorpusLedger.of("keyless");

    /** Long after every certificate has expired. */
    private static final Instant NOW = Instant.parse("2026-12-01T00:00:00Z");

    private static EmbeddedRegistry registry = EmbeddedRegistry.open();

    @BeforeAll
    static void load() {
        registry.load(KeylessZoo.DIRECTORY.resolve("registry"));
    }

    @AfterAll
    static void close() {
        registry.close();
    }

    static List<Check> checks() {
        return KeylessZoo.checks();
    }

    @Test
    void noneIsMissing() {
        assertThat(checks()).hasSizeGreaterThanOrEqualTo(134);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void checks(Check check) {
        try (CosignRig rig = CosignRig.of(registry).at(NOW)) {
            rig.part(check.trustKey(), check.trust()).root("signer", check.trustRoot());
            RuleOptions options = options(check);
            if (check.accept()) {
                rig.verdict(check.image(), options);
                LEDGER.accepted();
                return;
            }
            ValidationException refusal = rig.refusal(check.image(), options);
            LEDGER.refused();
            assertThat(check.reasons())
                    .as("%s", refusal.getMessage())
                    .contains(refusal.reason().name());
        }
    }

    /** The cost of a signature that only a bundle holds, and that nobody but the registry is asked. */
    @Test
    void aBundleCostsSixRequestsAndNobodyElseIsAsked() {
        Check bundle = checks().stream()
                .filter(check -> check.name().startsWith("nb-alice | alice/A"))
                .filter(Check::accept)
                .findFirst()
                .orElseThrow();
        try (EmbeddedRegistry fresh = EmbeddedRegistry.open().load(KeylessZoo.DIRECTORY.resolve("registry"));
                CosignRig rig = CosignRig.of(fresh).at(NOW).reachingTheRegistryOnly()) {
            rig.part(bundle.trustKey(), bundle.trust()).root("signer", bundle.trustRoot());
            rig.verdict(bundle.image(), options(bundle));
            assertThat(fresh.log()).hasSizeBetween(1, 6);
        }
    }

    private static RuleOptions options(Check check) {
        JsonObject policy = check.policy();
        RuleOptions defaults = RuleOptions.DEFAULTS;
        boolean attestation = !check.predicateType().isEmpty();
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
                        policy.getBoolean("requireTimestamp", false),
                        Map.of(),
                        false,
                        !attestation,
                        attestation ? List.of(new AttestationDemand(check.predicateType(), "signer", "")) : List.of()));
    }
}
