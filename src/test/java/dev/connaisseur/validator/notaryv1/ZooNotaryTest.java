package dev.connaisseur.validator.notaryv1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.policy.RuleOptions;
import dev.connaisseur.testing.NotaryFixture;
import dev.connaisseur.testing.NotaryLab;
import dev.connaisseur.testing.Zoo;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.ValidationException;
import dev.connaisseur.validator.Validator;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the real notary client signed in the zoo is decided as its cases say. */
final class ZooNotaryTest {
    static final String REGISTRY = "127.0.0.1:5001";

    private static final Map<String, Reason> REASONS = Map.of(
            "no-target",
            Reason.NO_SIGNATURE,
            "delegation",
            Reason.REQUIRED_SIGNER,
            "root-key",
            Reason.UNTRUSTED_SIGNER);

    private static final NotaryLab lab = new NotaryLab();

    @BeforeAll
    static void load() {
        for (String repository : new String[] {"nv1", "nv1-moved", "nv1-deleg"}) {
            lab.server()
                    .put(
                            REGISTRY + "/zoo/" + repository,
                            NotaryFixture.read(Zoo.DIRECTORY.resolve("notary").resolve(repository)));
        }
    }

    @AfterAll
    static void close() {
        lab.close();
    }

    static Stream<Zoo.Case> cases() {
        return Zoo.cases().stream().filter(row -> row.rule().validator().startsWith("nv1"));
    }

    /**
     * The three root keys of the zoo are one and the same, as the notary client re-uses its root key. Where a row pins "another" one
     * of them, a key that is really another takes its place.
     */
    private static String pinned(Zoo.Rule rule) {
        String own = Zoo.key(rule.validator() + "-root");
        String other = rule.string("pinned").map(Zoo::key).orElse(own);
        return rule.string("pinned").isPresent() && other.equals(own) ? Zoo.key("alice") : other;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void decides(Zoo.Case row) {
        Validator validator = lab.validator(pinned(row.rule()));
        RuleOptions options = NotaryLab.options(
                row.rule().string("trustRoot").orElse("default"), row.rule().strings("delegations"));
        String image = REGISTRY + "/" + row.image();

        if (row.allowed()) {
            assertThat(lab.admitted(validator, image, options))
                    .isEqualTo(row.digest().orElseThrow());
        } else {
            ValidationException refusal = lab.refused(validator, image, options);
            assertThat(refusal.reason())
                    .as(refusal.getMessage())
                    .isEqualTo(REASONS.get(row.reason().orElseThrow()));
        }
    }
}
