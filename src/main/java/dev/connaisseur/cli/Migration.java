package dev.connaisseur.cli;

import dev.connaisseur.config.ConfigSection;
import dev.connaisseur.policy.MatchingMode;
import dev.connaisseur.policy.Policy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a values file of Connaisseur 3.x needs before our chart takes it (errors), and what will behave differently (warnings). All of
 * it is reported to the sections, so that each has its line.
 */
final class Migration {
    /** The least limit that the chart takes, in bytes. */
    private static final double LEAST_MEMORY = 512 << 20;

    private static final Predicate<String> THEIR_IMAGE =
            Pattern.compile("(^|/)securesystemsengineering/connaisseur$").asPredicate();
    private static final Predicate<String> THEIR_VERSION =
            Pattern.compile("^v?[23]\\.[0-9]+\\.[0-9]+").asPredicate();
    private static final Pattern RULE_WARNING = Pattern.compile("application\\.(policy\\[[0-9]+\\]): (.*)");
    private static final Pattern QUANTITY = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(|[kKMGT]|[KMGT]i)");
    private static final Map<String, Double> UNITS = Map.of(
            "",
            1.0,
            "k",
            1e3,
            "K",
            1e3,
            "M",
            1e6,
            "G",
            1e9,
            "T",
            1e12,
            "Ki",
            1024.0,
            "Mi",
            1048576.0,
            "Gi",
            1073741824.0,
            "Ti",
            1099511627776.0);

    /** Where the values of Connaisseur 2 went in 3. */
    private static final Map<String, String> SINCE_THREE = new TreeMap<>(Map.of(
            "deployment", "kubernetes.deployment",
            "service", "kubernetes.service",
            "failurePolicy", "kubernetes.webhook.failurePolicy",
            "reinvocationPolicy", "kubernetes.webhook.reinvocationPolicy",
            "validators", "application.validators",
            "policy", "application.policy",
            "logLevel", "application.logLevel",
            "detectionMode", "application.features.detectionMode"));

    private Migration() {}

    /** Looks at a whole values file. */
    static void review(ConfigSection values) {
        SINCE_THREE.forEach((key, place) -> {
            if (values.has(key)) {
                values.error(key, "is where Connaisseur 2 had it", "Move it to " + place + ".");
            }
        });
        values.section("kubernetes").ifPresent(Migration::kubernetes);
        values.section("application").ifPresent(Migration::application);
        if (values.has("alerting")) {
            values.warning(
                    "alerting",
                    "receivers and their headers are kept in a Secret, no longer in a ConfigMap",
                    "Nothing to do.");
        }
    }

    private static void kubernetes(ConfigSection kubernetes) {
        kubernetes.section("deployment").ifPresent(Migration::deployment);
        kubernetes
                .section("webhook")
                .filter(webhook ->
                        webhook.string("failurePolicy").filter("Ignore"::equals).isPresent())
                .ifPresent(webhook -> webhook.warning(
                        "failurePolicy",
                        "while no pod answers, everything is admitted",
                        "Write Fail once the roll-out is over."));
    }

    private static void deployment(ConfigSection deployment) {
        deployment.section("image").ifPresent(image -> {
            image.string("repository")
                    .filter(THEIR_IMAGE)
                    .ifPresent(name -> image.error(
                            "repository",
                            name + " is the image of Connaisseur 3.x",
                            "Remove this line, or name your copy of this project's image."));
            image.string("tag")
                    .filter(THEIR_VERSION)
                    .ifPresent(
                            tag -> image.error("tag", tag + " is a version of Connaisseur 3.x", "Remove this line."));
        });
        deployment.section("resources").ifPresent(Migration::resources);
        if (deployment.has("podSecurityPolicy")) {
            deployment.warning("podSecurityPolicy", "is ignored, as by Connaisseur 3.x", "Remove it.");
        }
        if (!deployment.has("tls")) {
            deployment.warning(
                    "",
                    "without tls the certificate in the Secret connaisseur-tls is kept",
                    "Rendered without a cluster (Argo CD, helm template), write tls.source.");
        }
    }

    private static void resources(ConfigSection resources) {
        resources.section("limits").ifPresent(limits -> {
            limits.string("memory")
                    .filter(memory ->
                            bytes(memory).filter(bytes -> bytes < LEAST_MEMORY).isPresent())
                    .ifPresent(memory -> limits.error(
                            "memory",
                            memory + " is too little for a Java virtual machine with a heap of 256Mi",
                            "Write 512Mi or more."));
            if (limits.has("cpu")) {
                limits.warning("cpu", "a limit slows the start and the slowest answers", "Remove it.");
            }
        });
        resources
                .section("requests")
                .filter(requests -> requests.string("memory")
                        .flatMap(Migration::bytes)
                        .filter(bytes -> bytes < 384 << 20)
                        .isPresent())
                .ifPresent(requests ->
                        requests.warning("memory", "is less than the process uses when it is idle", "Write 384Mi."));
    }

    /** A quantity as Kubernetes writes it. */
    static Optional<Double> bytes(String quantity) {
        Matcher matcher = QUANTITY.matcher(quantity);
        return matcher.matches()
                ? Optional.of(Double.parseDouble(matcher.group(1)) * UNITS.getOrDefault(matcher.group(2), 1.0))
                : Optional.empty();
    }

    private static void application(ConfigSection application) {
        if (application.has("alerts")) {
            application.warning("alerts", "is ignored, as by Connaisseur 3.x", "Alerts stand in alerting, at the top.");
        }
        application.sections("validators").forEach(Migration::validator);
        List<ConfigSection> rules = application.sections("policy");
        Policy policy = Policy.parse(rules, MatchingMode.BOTH);
        for (String warning : policy.warnings()) {
            Matcher parts = RULE_WARNING.matcher(warning);
            boolean ofRule = parts.matches();
            application.warning(
                    ofRule ? parts.group(1) : "policy",
                    ofRule ? parts.group(2) : warning,
                    "Such names must satisfy what either reading says.");
        }
        for (ConfigSection rule : rules) {
            if (rule.section("with").filter(with -> with.has("delegations")).isPresent()) {
                rule.warning(
                        "with",
                        "delegations must exist and have signed; the search no longer falls back to targets",
                        "Try it in audit mode.");
            }
        }
        application
                .section("features")
                .filter(features -> features.string("resourceValidationMode")
                        .filter("podsOnly"::equalsIgnoreCase)
                        .isPresent())
                .ifPresent(features -> features.warning(
                        "resourceValidationMode",
                        "with podsOnly no Pod is approved because of its owner",
                        "Nothing to do."));
    }

    private static void validator(ConfigSection validator) {
        Optional<ConfigSection> auth = validator.section("auth");
        String type = validator.string("type").orElse("");
        if (!type.equals("notaryv1")
                && auth.filter(login -> login.has("username") && login.has("password") && !login.has("registry"))
                        .isPresent()) {
            validator.error("auth", "username and password are for no registry", "Write registry beside them.");
        }
        if (type.equals("notaryv1") && !validator.has("host")) {
            validator.warning(
                    "",
                    "asks notary.docker.io; where that is closed, its images are denied",
                    "Write host if you have a notary of your own.");
        }
        if (type.equals("notation")) {
            validator.warning(
                    "", "images are changed to the verified digest, which Connaisseur 3.x forgot", "Nothing to do.");
        }
    }
}
