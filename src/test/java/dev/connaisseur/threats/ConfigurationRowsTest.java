package dev.connaisseur.threats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.validator.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Row 105: a configuration with a mistake never becomes one that lets more in. */
@Timeout(120)
class ConfigurationRowsTest {
    private static final Duration AMPLE = Duration.ofSeconds(25);
    private static final CosignSigner SIGNER = CosignSigner.create();
    private static final String GOOD =
            """
            validators:
            - name: allow
              type: static
              approve: true
            - name: signed
              type: cosign
              trustRoots:
              - name: key
                key: |
            %s
            policy:
            - pattern: "docker.io/good/*:*"
              validator: allow
            - pattern: "docker.io/signed/*:*"
              validator: signed
              with: {trustRoot: key}
            """.formatted(SIGNER.publicKey().indent(6).stripTrailing());

    @RegisterExtension
    static final CoreProcess CORE = new CoreProcess();

    @TempDir
    Path directory;

    private Trial good() {
        try {
            return CORE.open(Files.createDirectories(directory.resolve("good")), GOOD, "good/honest");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Row(105)
    @Test
    void whatNoRuleGovernsIsDenied() {
        try (Trial trial = good()) {
            assertThat(trial.ask(AMPLE, "good/x").allowed()).isTrue();
            Trial.Answer answer = trial.ask(AMPLE, "evil/x");
            assertThat(answer.reasons()).containsExactly(Reason.NO_MATCHING_RULE);
            assertThat(answer.message()).contains("evil/x");
        }
    }

    private static Arguments mistake(String what, String right, String wrong, String text) {
        assertThat(GOOD).as(what).contains(right);
        return Arguments.of(what, GOOD.replace(right, wrong), text);
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake("an unknown member", "policy:", "polices: []\npolicy:", "polices"),
                mistake(
                        "an unknown member of a rule",
                        "  validator: allow",
                        "  validators: x\n  validator: allow",
                        "validators"),
                mistake(
                        "an unknown member of a validator",
                        "approve: true",
                        "approve: true\n  aprove: false",
                        "aprove"),
                mistake("a missing validator", "validator: allow", "validator: alow", "alow"),
                mistake("a missing trust root", "trustRoot: key", "trustRoot: kay", "kay"),
                mistake("a word for a boolean", "approve: true", "approve: \"true\"", "approve"),
                mistake("YAML 1.1's boolean", "approve: true", "approve: yes", "approve"),
                mistake("no pattern", "- pattern: \"docker.io/good/*:*\"\n  validator", "- validator", "pattern"),
                mistake("an unknown type", "type: static", "type: statics", "statics"),
                mistake("a name twice", "name: signed", "name: allow", "allow"),
                mistake("a member twice", "approve: true", "approve: true\n  approve: false", "approve"),
                mistake("a tab", "  approve: true", "\tapprove: true", "TAB"),
                mistake("no key", SIGNER.publicKey().lines().toList().get(1), "AAAA", "key"),
                Arguments.of(
                        "no trust roots",
                        GOOD.replaceAll("(?s)trustRoots:.*policy:", "trustRoots: []\npolicy:"),
                        "trust"),
                Arguments.of("nothing at all", "", "EOF"),
                Arguments.of("null", "---\n", "EOF"),
                Arguments.of("a list", "- a\n", "map"),
                Arguments.of("two documents", GOOD + "---\n" + GOOD, "single document"),
                Arguments.of("a billion laughs", laughs(), "aliases"),
                Arguments.of("a Java object", GOOD + "x: !!java.net.URL [y]\n", "not supported"));
    }

    private static String laughs() {
        StringBuilder yaml = new StringBuilder("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
        for (int i = 1; i < 10; i++) {
            yaml.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ",").repeat(9)));
        }
        return yaml.toString();
    }

    @Row(105)
    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    void aMistakeIsRefusedAndSaysWhere(String what, String configuration, String text) {
        try (Trial unused = good()) {
            assertThatThrownBy(() ->
                            CORE.open(directory, configuration, "good/honest").close())
                    .isInstanceOf(CoreProcess.Refused.class)
                    .hasMessageContaining("config.yaml")
                    .message()
                    .containsIgnoringCase(text)
                    .hasSizeLessThan(4000);
        }
    }

    static Stream<Arguments> settings() {
        return Stream.of(
                Arguments.of("CONNAISSEUR_NETWORK_ALLOW", "10.0.0.0/99"),
                Arguments.of("CONNAISSEUR_NETWORK_ONLY", "a b"),
                Arguments.of("CONNAISSEUR_NETWORK_PLAINHTTP", "registry.example"),
                Arguments.of("HTTPS_PROXY", "ftp://proxy"),
                Arguments.of("SSL_CERT_FILE", "/nowhere/ca.pem"));
    }

    @Row(105)
    @ParameterizedTest
    @MethodSource("settings")
    void aSettingThatCannotBeReadIsRefused(String name, String value) {
        assertThatThrownBy(() ->
                        CORE.open(directory, GOOD, "good/honest", name, value).close())
                .isInstanceOf(CoreProcess.Refused.class);
    }
}
