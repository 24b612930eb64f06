package dev.connaisseur.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connaisseur.config.Settings.Features.ImageVolumes;
import dev.connaisseur.config.Settings.Features.ResourceValidation;
import dev.connaisseur.config.Settings.Features.UnpinnedOwners;
import dev.connaisseur.config.Settings.Features.Validating;
import dev.connaisseur.config.Settings.Log;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SettingsTest {

    private static Settings read(String... environment) {
        Map<String, String> variables = new HashMap<>();
        for (int i = 0; i < environment.length; i += 2) {
            variables.put(environment[i], environment[i + 1]);
        }
        return Settings.read(new PropertySource(variables, Map.of()));
    }

    /** One row per setting: its name, another value, and where that value is then found. */
    static Stream<Arguments> settings() {
        return Stream.of(
                row("connaisseur.config.dir", "/x", s -> s.directories().config(), Path.of("/x")),
                row("connaisseur.certs.dir", "/x", s -> s.directories().certs(), Path.of("/x")),
                row("connaisseur.secrets.dir", "/x", s -> s.directories().secrets(), Path.of("/x")),
                row("connaisseur.alerts.dir", "/x", s -> s.directories().alerts(), Path.of("/x")),
                row("connaisseur.redis-certs.dir", "/x", s -> s.directories().redisCerts(), Path.of("/x")),
                row("connaisseur.port", "8443", Settings::port, 8443),
                row("connaisseur.tls.required", "true", Settings::tlsRequired, true),
                row("connaisseur.config.on-problem", "deny-rule", Settings::onProblem, OnProblem.DENY_RULE),
                row("connaisseur.keys.refresh", "90s", Settings::keyRefresh, Duration.ofSeconds(90)),
                row("connaisseur.policy.matching", "legacy", Settings::policyMatching, "legacy"),
                row(
                        "connaisseur.notaryv1.rollbackMemory",
                        "7d",
                        s -> s.notaryv1().rollbackMemory(),
                        Duration.ofDays(7)),
                row(
                        "connaisseur.notaryv1.compareLengths",
                        "false",
                        s -> s.notaryv1().compareLengths(),
                        false),
                row("connaisseur.network.allow", "a, b,,c", s -> s.network().allow(), List.of("a", "b", "c")),
                row("connaisseur.network.only", "*.example", s -> s.network().only(), List.of("*.example")),
                row("connaisseur.network.plainHttp", "a:80", s -> s.network().plainHttp(), List.of("a:80")),
                row("connaisseur.ca.dir", "/x", s -> s.network().caDirectory(), Path.of("/x")),
                row("SSL_CERT_FILE", "/x:y", s -> s.network().certFile(), Optional.of(Path.of("/x:y"))),
                row("SSL_CERT_DIR", "/x:/y", s -> s.network().certDirectories(), List.of(Path.of("/x"), Path.of("/y"))),
                row("https_proxy", "http://p", s -> s.network().proxies().https(), "http://p"),
                row("http_proxy", "http://p", s -> s.network().proxies().http(), "http://p"),
                row("no_proxy", "a,b", s -> s.network().proxies().none(), "a,b"),
                row("connaisseur.shutdown.delay", "250ms", s -> s.shutdown().delay(), Duration.ofMillis(250)),
                row("connaisseur.shutdown.grace", "2m", s -> s.shutdown().grace(), Duration.ofMinutes(2)),
                row("LOG_LEVEL", "Warn", s -> s.log().level(), Log.Level.WARN),
                row("LOG_FORMAT", "JSON", s -> s.log().format(), Log.Format.JSON),
                row("AUTOMATIC_CHILD_APPROVAL", "F", s -> s.features().automaticChildApproval(), false),
                row("AUTOMATIC_UNCHANGED_APPROVAL", "1", s -> s.features().automaticUnchangedApproval(), true),
                row("DETECTION_MODE", "True", s -> s.features().detectionMode(), true),
                row(
                        "RESOURCE_VALIDATION_MODE",
                        "PODSONLY",
                        s -> s.features().resourceValidation(),
                        ResourceValidation.PODS_ONLY),
                row(
                        "connaisseur.features.imageVolumes",
                        "ignore",
                        s -> s.features().imageVolumes(),
                        ImageVolumes.IGNORE),
                row(
                        "connaisseur.features.automaticChildApproval.unpinned",
                        "validate",
                        s -> s.features().unpinnedOwners(),
                        UnpinnedOwners.VALIDATE),
                row("connaisseur.webhook.validating", "off", s -> s.features().validating(), Validating.OFF),
                row("connaisseur.serviceaccount.dir", "/x", Settings::serviceAccount, Path.of("/x")),
                row("CACHE_EXPIRY_SECONDS", "-1", s -> s.cache().expiry(), Duration.ofSeconds(-1)),
                row("CACHE_ERRORS", "0", s -> s.cache().errors(), false),
                row("connaisseur.reload.interval", "7s", s -> s.reloadInterval(), Duration.ofSeconds(7)),
                row("POD_NAME", "pod-7", Settings::podName, "pod-7"),
                row("REDIS_HOST", "a:1,b", s -> s.redis().hosts(), List.of("a:1", "b")),
                row("REDIS_PASSWORD", "p", s -> s.redis().password(), "p"),
                row("connaisseur.redis.user", "u", s -> s.redis().user(), "u"),
                row("connaisseur.redis.port", "6390", s -> s.redis().port(), 6390),
                row("connaisseur.redis.mode", "cluster", s -> s.redis().mode(), Settings.Redis.Mode.CLUSTER),
                row("connaisseur.redis.master", "m", s -> s.redis().master(), "m"),
                row(
                        "connaisseur.webhook.watched",
                        "mutating/a, validating/b",
                        s -> s.webhooks().watched(),
                        List.of("mutating/a", "validating/b")),
                row(
                        "connaisseur.webhook.manageCaBundle",
                        "true",
                        s -> s.webhooks().manageCaBundle(),
                        true),
                row("connaisseur.webhook.interval", "7s", s -> s.webhooks().interval(), Duration.ofSeconds(7)),
                row("connaisseur.cache.keys.dir", "/k", s -> s.redis().keys(), Path.of("/k")),
                row("connaisseur.cache.staleSeconds", "600", s -> s.cache().stale(), Duration.ofMinutes(10)));
    }

    private static Arguments row(String name, String value, Function<Settings, Object> field, Object expected) {
        return Arguments.of(name, value, field, expected);
    }

    @ParameterizedTest(name = "{0}={1}")
    @MethodSource("settings")
    void isSetByItsEnvironmentVariable(String name, String value, Function<Settings, Object> field, Object expected) {
        assertThat(field.apply(read())).isNotEqualTo(expected);
        assertThat(field.apply(read(PropertySource.environmentName(name), value)))
                .isEqualTo(expected);
        assertThat(field.apply(Settings.read(new PropertySource(Map.of(), Map.of(name, value)))))
                .isEqualTo(expected);
        assertThat(field.apply(Settings.read(n -> Optional.of(value).filter(v -> n.equals(name)))))
                .isEqualTo(expected);
    }

    @Test
    void proxyVariablesAreReadInEitherCaseAndNeverShown() {
        assertThat(read("HTTPS_PROXY", "http://a").network().proxies().https()).isEqualTo("http://a");
        assertThat(read("https_proxy", "http://a").network().proxies().https()).isEqualTo("http://a");
        assertThat(read("NO_PROXY", "x").network().proxies().none()).isEqualTo("x");
        assertThat(read("HTTPS_PROXY", "http://u:canary@a").toString()).doesNotContain("canary");
    }

    @Test
    void everySettingHasARowAndADefaultAndIsRead() {
        Set<String> asked = new TreeSet<>();
        Settings.read(name -> {
            asked.add(name);
            return Optional.empty();
        });
        assertThat(Settings.names()).isEqualTo(asked);
        assertThat(settings().map(row -> row.get()[0]).collect(Collectors.toSet()))
                .isEqualTo(asked);
    }

    @Test
    void everySettingHasOneCommentLineBeforeIt() throws IOException {
        String file;
        try (var stream = getClass().getResourceAsStream("/META-INF/microprofile-config.properties")) {
            file = new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
        }
        List<String> lines = file.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isEmpty() && !lines.get(i).startsWith("#")) {
                assertThat(lines.get(i - 1)).as(lines.get(i)).startsWith("# ");
            }
        }
    }

    @Test
    void defaultsWarnOfNothing() {
        Settings settings = read();
        assertThat(settings.warnings()).isEmpty();
        assertThat(settings.port()).isEqualTo(5000);
        assertThat(settings.directories().config()).isEqualTo(Path.of("/app/config"));
        assertThat(settings.directories().redisCerts()).isEqualTo(Path.of("/app/redis-certs"));
        assertThat(settings.shutdown()).isEqualTo(new Settings.Shutdown(Duration.ofSeconds(5), Duration.ofSeconds(35)));
        assertThat(settings.cache()).isEqualTo(new Settings.Cache(Duration.ofSeconds(30), true, Duration.ZERO));
        assertThat(settings.features())
                .isEqualTo(new Settings.Features(
                        true,
                        false,
                        false,
                        ResourceValidation.ALL,
                        ImageVolumes.VALIDATE,
                        UnpinnedOwners.APPROVE,
                        Validating.WARN));
        assertThat(settings.log()).isEqualTo(new Log(Log.Level.INFO, Log.Format.JSON_PRETTY));
    }

    @ParameterizedTest
    @CsvSource({
        "AUTOMATIC_CHILD_APPROVAL, yes, true",
        "AUTOMATIC_UNCHANGED_APPROVAL, on, false",
        "AUTOMATIC_UNCHANGED_APPROVAL, tRUE, false",
        "DETECTION_MODE, ' true', false",
        "RESOURCE_VALIDATION_MODE, pods, ALL",
        "CACHE_EXPIRY_SECONDS, 30s, PT30S",
        "CACHE_EXPIRY_SECONDS, 99999999999, PT30S",
        "CACHE_ERRORS, maybe, true",
        "CACHE_EXPIRY_SECONDS, 86401, PT24H",
        "LOG_LEVEL, verbose, INFO",
        "LOG_FORMAT, text, JSON_PRETTY"
    })
    void theOriginalsVariablesFallBackWithAWarning(String name, String value, String expected) {
        Settings settings = read(name, value);
        Function<Settings, Object> field = field(name);
        assertThat(field.apply(settings)).hasToString(expected);
        assertThat(settings.warnings()).singleElement().asString().startsWith(name + " is `");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "connaisseur.port | 0 | 1 to 65535",
                "connaisseur.port | 65536 | 1 to 65535",
                "connaisseur.port | https | 1 to 65535",
                "connaisseur.tls.required | yes | false, true",
                "connaisseur.tls.required | TRUE | false, true",
                "connaisseur.config.on-problem | deny | refuse, deny-rule",
                "connaisseur.policy.matching | strict | both, legacy, anchored",
                "connaisseur.shutdown.delay | -1s | a number with ms, s, m, h or d, such as 5s",
                "connaisseur.shutdown.grace | 1 s | a number with ms, s, m, h or d, such as 35s",
                "connaisseur.shutdown.grace | PT1S | a number with ms, s, m, h or d, such as 35s"
            })
    void aBadValueOfOurOwnIsAnError(String name, String value, String allowed) {
        String variable = PropertySource.environmentName(name);
        assertThatThrownBy(() -> read(variable, value))
                .isInstanceOf(ConfigException.class)
                .hasMessage("Config has 1 error:\nsettings " + name + ": value `" + value
                        + "` is not allowed. Allowed: " + allowed + ". Environment variable: " + variable + ".");
    }

    @Test
    void namesAllBadValuesAtOnce() {
        assertThatThrownBy(() -> read(
                        "CONNAISSEUR_PORT", "x", "CONNAISSEUR_SHUTDOWN_DELAY", "y", "CONNAISSEUR_CERTS_DIR", "a\0b"))
                .hasMessageContaining("Config has 3 errors")
                .hasMessageContaining("connaisseur.port")
                .hasMessageContaining("connaisseur.shutdown.delay")
                .hasMessageContaining("connaisseur.certs.dir");
    }

    @Test
    void systemPropertiesGoBeforeTheEnvironmentAndEmptyIsUnset() {
        Map<String, String> environment =
                Map.of("CONNAISSEUR_PORT", "1", "connaisseur_certs_dir", "/lower", "LOG_LEVEL", "");
        Settings settings = Settings.read(new PropertySource(environment, Map.of("connaisseur.port", "2")));
        assertThat(settings.port()).isEqualTo(2);
        assertThat(settings.directories().certs()).isEqualTo(Path.of("/lower"));
        assertThat(settings.log().level()).isEqualTo(Log.Level.INFO);
        assertThat(settings.warnings()).isEmpty();
    }

    @SuppressWarnings("unchecked")
    private static Function<Settings, Object> field(String name) {
        return settings()
                .filter(row -> row.get()[0].equals(name))
                .map(row -> (Function<Settings, Object>) row.get()[2])
                .findFirst()
                .orElseThrow();
    }
}
