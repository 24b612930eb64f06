package dev.connaisseur.config;

import dev.connaisseur.config.Problem.Severity;
import dev.connaisseur.config.Settings.Cache;
import dev.connaisseur.config.Settings.Directories;
import dev.connaisseur.config.Settings.Features;
import dev.connaisseur.config.Settings.Features.ImageVolumes;
import dev.connaisseur.config.Settings.Features.ResourceValidation;
import dev.connaisseur.config.Settings.Features.UnpinnedOwners;
import dev.connaisseur.config.Settings.Features.Validating;
import dev.connaisseur.config.Settings.Log;
import dev.connaisseur.config.Settings.Network;
import dev.connaisseur.config.Settings.NotaryV1;
import dev.connaisseur.config.Settings.ProxyVariables;
import dev.connaisseur.config.Settings.Shutdown;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns property values into {@link Settings}. One use per instance. */
final class SettingsReader {
    private static final Set<String> GO_TRUE = Set.of("1", "t", "T", "TRUE", "true", "True");
    private static final Set<String> GO_FALSE = Set.of("0", "f", "F", "FALSE", "false", "False");
    private static final Duration LONGEST_EXPIRY = Duration.ofDays(1);
    private static final Pattern WEBHOOKS =
            Pattern.compile("(mutating|validating)/[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})(ms|s|m|h|d)?");

    private final Function<String, Optional<String>> lookup;
    private final Map<String, String> defaults = PropertySource.defaults();
    private final Problems problems = new Problems(OnProblem.REFUSE);
    private final List<String> warnings = new ArrayList<>();

    SettingsReader(Function<String, Optional<String>> lookup) {
        this.lookup = lookup;
    }

    Settings read() {
        Directories directories = new Directories(
                directory("connaisseur.config.dir"),
                directory("connaisseur.certs.dir"),
                directory("connaisseur.secrets.dir"),
                directory("connaisseur.alerts.dir"),
                directory("connaisseur.redis-certs.dir"));
        int port = port("connaisseur.port");
        boolean tlsRequired =
                choice("connaisseur.tls.required", "false", "true").equals("true");
        OnProblem onProblem =
                choice("connaisseur.config.on-problem", "refuse", "deny-rule").equals("refuse")
                        ? OnProblem.REFUSE
                        : OnProblem.DENY_RULE;
        String matching = choice("connaisseur.policy.matching", "both", "legacy", "anchored");
        Shutdown shutdown =
                new Shutdown(duration("connaisseur.shutdown.delay"), duration("connaisseur.shutdown.grace"));
        Features features = new Features(
                flag("AUTOMATIC_CHILD_APPROVAL"),
                flag("AUTOMATIC_UNCHANGED_APPROVAL"),
                flag("DETECTION_MODE"),
                fallback("RESOURCE_VALIDATION_MODE", "all", "podsOnly").equals("all")
                        ? ResourceValidation.ALL
                        : ResourceValidation.PODS_ONLY,
                ImageVolumes.valueOf(choice("connaisseur.features.imageVolumes", "validate", "audit", "ignore")
                        .toUpperCase(Locale.ROOT)),
                UnpinnedOwners.valueOf(
                        choice("connaisseur.features.automaticChildApproval.unpinned", "approve", "validate")
                                .toUpperCase(Locale.ROOT)),
                Validating.valueOf(choice("connaisseur.webhook.validating", "warn", "enforce", "off")
                        .toUpperCase(Locale.ROOT)));
        Path serviceAccount = directory("connaisseur.serviceaccount.dir");
        Cache cache = new Cache(
                expiry("CACHE_EXPIRY_SECONDS"), flag("CACHE_ERRORS"), whole("connaisseur.cache.staleSeconds"));
        String redisMode = choice("connaisseur.redis.mode", "single", "sentinel", "cluster");
        Settings.Redis redis = new Settings.Redis(
                list("REDIS_HOST"),
                port("connaisseur.redis.port"),
                Settings.Redis.Mode.valueOf(redisMode.toUpperCase(Locale.ROOT)),
                text("connaisseur.redis.user"),
                text("REDIS_PASSWORD"),
                text("connaisseur.redis.master"),
                directory("connaisseur.cache.keys.dir"));
        Log log = new Log(
                Log.Level.valueOf(fallback("LOG_LEVEL", "info", "debug", "warn", "error", "fatal")
                        .toUpperCase(Locale.ROOT)),
                fallback("LOG_FORMAT", "json-pretty", "json").equals("json")
                        ? Log.Format.JSON
                        : Log.Format.JSON_PRETTY);
        NotaryV1 notaryv1 = new NotaryV1(
                duration("connaisseur.notaryv1.rollbackMemory"),
                choice("connaisseur.notaryv1.compareLengths", "true", "false").equals("true"));
        Settings.Webhooks webhooks = webhooks();
        Network network = new Network(
                list("connaisseur.network.allow"),
                list("connaisseur.network.only"),
                list("connaisseur.network.plainHttp"),
                new ProxyVariables(text("https_proxy"), text("http_proxy"), text("no_proxy")),
                directory("connaisseur.ca.dir"),
                paths("SSL_CERT_FILE", "\0").stream().findFirst(),
                paths("SSL_CERT_DIR", ":"));
        Duration keyRefresh = duration("connaisseur.keys.refresh");
        problems.throwIfErrors();
        return new Settings(
                directories,
                port,
                text("POD_NAME"),
                tlsRequired,
                onProblem,
                matching,
                shutdown,
                duration("connaisseur.reload.interval"),
                log,
                features,
                serviceAccount,
                cache,
                redis,
                notaryv1,
                webhooks,
                keyRefresh,
                network,
                warnings);
    }

    private Settings.Webhooks webhooks() {
        List<String> watched = list("connaisseur.webhook.watched");
        if (!watched.stream().allMatch(name -> WEBHOOKS.matcher(name).matches())) {
            bad("connaisseur.webhook.watched", "mutating/<name> and validating/<name>, separated by commas");
        }
        Duration interval = duration("connaisseur.webhook.interval");
        if (interval.isZero()) {
            bad("connaisseur.webhook.interval", "more than nothing, such as 30s");
        }
        return new Settings.Webhooks(
                watched,
                choice("connaisseur.webhook.manageCaBundle", "false", "true").equals("true"),
                interval);
    }

    private String text(String name) {
        return lookup.apply(name).filter(value -> !value.isEmpty()).orElseGet(() -> standard(name));
    }

    private String standard(String name) {
        return Optional.ofNullable(defaults.get(name))
                .orElseThrow(() -> new IllegalStateException(name + " has no default"));
    }

    private Path directory(String name) {
        try {
            return Path.of(text(name));
        } catch (InvalidPathException e) {
            bad(name, "the path of a directory");
            return Path.of(standard(name));
        }
    }

    /** Entries between commas; none for an empty text. */
    private List<String> list(String name) {
        return Arrays.stream(text(name).split(",", -1))
                .map(String::strip)
                .filter(entry -> !entry.isEmpty())
                .toList();
    }

    private List<Path> paths(String name, String separator) {
        try {
            return Arrays.stream(text(name).split(separator, -1))
                    .filter(entry -> !entry.isEmpty())
                    .map(Path::of)
                    .toList();
        } catch (InvalidPathException e) {
            bad(name, "the path of a file or directory");
            return List.of();
        }
    }

    private int port(String name) {
        String text = text(name);
        int port = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
        if (port < 1 || port > 65_535) {
            bad(name, "1 to 65535");
        }
        return port;
    }

    private Duration duration(String name) {
        Matcher duration = DURATION.matcher(text(name));
        if (!duration.matches()) {
            bad(name, "a number with ms, s, m, h or d, such as " + standard(name));
            return Duration.ZERO;
        }
        long number = Long.parseLong(duration.group(1));
        return switch (Optional.ofNullable(duration.group(2)).orElse("s")) {
            case "ms" -> Duration.ofMillis(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            case "d" -> Duration.ofDays(number);
            default -> Duration.ofSeconds(number);
        };
    }

    /** Exactly one of the allowed words. */
    private String choice(String name, String first, String... others) {
        List<String> allowed = words(first, others);
        String text = text(name);
        if (!allowed.contains(text)) {
            bad(name, String.join(", ", allowed));
            return first;
        }
        return text;
    }

    /** The original's way with words: upper and lower case are one, anything unknown is the first. */
    private String fallback(String name, String first, String... others) {
        String text = text(name);
        for (String word : words(first, others)) {
            if (word.equalsIgnoreCase(text)) {
                return word;
            }
        }
        fellBack(name, text, first);
        return first;
    }

    /** The original's way with flags: Go's literals, anything else is the default. */
    private boolean flag(String name) {
        String text = text(name);
        if (!GO_TRUE.contains(text) && !GO_FALSE.contains(text)) {
            fellBack(name, text, standard(name));
            return Boolean.parseBoolean(standard(name));
        }
        return GO_TRUE.contains(text);
    }

    private Duration seconds(String name) {
        String text = text(name);
        if (!text.matches("[-+]?[0-9]{1,9}")) {
            fellBack(name, text, standard(name));
            return Duration.ofSeconds(Long.parseLong(standard(name)));
        }
        return Duration.ofSeconds(Long.parseLong(text));
    }

    /** A verdict that lives for a day outlives every decision to take a signature back. */
    private Duration expiry(String name) {
        Duration given = seconds(name);
        if (given.compareTo(LONGEST_EXPIRY) > 0) {
            String most = Long.toString(LONGEST_EXPIRY.toSeconds());
            warnings.add(name + " is " + Spelling.shown(text(name)) + ", longer than a verdict may live: " + most
                    + " is used");
            return LONGEST_EXPIRY;
        }
        return given;
    }

    private Duration whole(String name) {
        String text = text(name);
        if (!text.matches("[0-9]{1,7}")) {
            bad(name, "a whole number of seconds, such as " + standard(name));
            return Duration.ZERO;
        }
        return Duration.ofSeconds(Long.parseLong(text));
    }

    private void fellBack(String name, String text, String standard) {
        warnings.add(name + " is " + Spelling.shown(text) + ", which is not known: " + standard + " is used");
    }

    private void bad(String name, String allowed) {
        String what = "value " + Spelling.shown(text(name)) + " is not allowed";
        String remedy = "Allowed: " + allowed + ". Environment variable: " + PropertySource.environmentName(name) + ".";
        problems.add(new Problem(Severity.ERROR, "settings", name, 0, what, remedy));
    }

    private static List<String> words(String first, String... others) {
        List<String> words = new ArrayList<>(List.of(first));
        words.addAll(List.of(others));
        return words;
    }
}
