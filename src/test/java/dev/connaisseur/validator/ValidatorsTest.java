package dev.connaisseur.validator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.connaisseur.config.ConfigDocument;
import dev.connaisseur.config.OnProblem;
import dev.connaisseur.config.Problem;
import dev.connaisseur.config.Problem.Severity;
import dev.connaisseur.config.Problems;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.image.ImageReference;
import dev.connaisseur.policy.RuleOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ValidatorsTest {
    private static final ImageReference IMAGE = ImageReference.parse("nginx");
    private static final RequestContext CONTEXT = new RequestContext(Deadline.after(Duration.ofSeconds(1)), "default");

    @Test
    void staticApprovesOrDeniesByDecree() {
        Read read = read("{name: default, type: static, approve: true}", "{name: deny, type: static}");

        assertThat(read.problems).isEmpty();
        Validator allow = read.validators.named("").orElseThrow();
        Validator deny = read.validators.named("deny").orElseThrow();
        assertThat(allow.name()).isEqualTo("default");
        assertThat(allow.type()).isEqualTo("static");
        assertThat(allow.check(RuleOptions.DEFAULTS)).isEmpty();
        assertThat(allow.validate(IMAGE, RuleOptions.DEFAULTS, CONTEXT)).isEqualTo(new Verdict.Approved());
        assertThatExceptionOfType(ValidationException.class)
                .isThrownBy(() -> deny.validate(IMAGE, RuleOptions.DEFAULTS, CONTEXT))
                .extracting(ValidationException::reason)
                .isEqualTo(Reason.STATIC_DENY);
    }

    @Test
    void theFirstOfEqualNamesWins() {
        Read read = read("{name: a, type: static, approve: true}", "{name: a, type: static}");

        assertThat(((StaticValidator) read.validators.named("a").orElseThrow()).approves())
                .isTrue();
        assertThat(read.validators.all()).hasSize(1);
        assertThat(read.problems).singleElement().satisfies(problem -> {
            assertThat(problem.severity()).isEqualTo(Severity.WARNING);
            assertThat(problem.path()).isEqualTo("validators[1].name");
        });
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                Arguments.of("{type: static}", "validators[0]", "validator is missing a name"),
                Arguments.of("{name: '', type: static}", "validators[0].name", "Name is a required field"),
                Arguments.of("{name: 5, type: static}", "validators[0].name", "cannot unmarshal"),
                Arguments.of("{name: a}", "validators[0]", "validator is missing a type"),
                Arguments.of("{name: a, type: x}", "validators[0].type", "unsupported type \"x\" for validator"),
                Arguments.of("{name: a, type: Static}", "validators[0].type", "unsupported type \"Static\""),
                Arguments.of("{name: a, type: 7}", "validators[0].type", "cannot unmarshal"),
                Arguments.of("{name: a, type: static, approved: true}", "validators[0].approved", "field approved not"),
                Arguments.of("{name: a, type: static, host: x}", "validators[0].host", "field host not found"),
                Arguments.of("{name: a, type: static, approve: yes}", "validators[0].approve", "cannot unmarshal"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void mistakes(String entry, String path, String what) {
        assertThat(read(entry).problems).singleElement().satisfies(problem -> {
            assertThat(problem.severity()).isEqualTo(Severity.ERROR);
            assertThat(problem.path()).isEqualTo(path);
            assertThat(problem.what()).startsWith(what);
        });
    }

    @Test
    void theNameOfNobody() {
        assertThat(read("{name: a, type: static}").validators.named("default")).isEmpty();
    }

    private record Read(Validators validators, List<Problem> problems) {}

    private static Read read(String... entries) {
        Problems problems = new Problems(OnProblem.REFUSE);
        String yaml = "{validators: [" + String.join(", ", entries) + "]}";
        Validators validators = Validators.parse(
                ConfigDocument.parse("config.yaml", yaml.getBytes(StandardCharsets.UTF_8), problems)
                        .orElseThrow()
                        .sections("validators"),
                List.of(new StaticFactory()));
        return new Read(
                validators,
                Stream.concat(problems.errors().stream(), problems.warnings().stream())
                        .toList());
    }
}
