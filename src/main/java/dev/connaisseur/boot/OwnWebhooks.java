package dev.connaisseur.boot;

import dev.connaisseur.config.Settings;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.LookupException;
import dev.connaisseur.kubernetes.CaBundle;
import dev.connaisseur.kubernetes.KubernetesApi;
import dev.connaisseur.kubernetes.WebhookConfiguration;
import dev.connaisseur.webhook.Conditions;
import dev.connaisseur.webhook.Lifecycle;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * Looks whether the webhook configurations are there that send us reviews, and whether the API server believes the certificate that we
 * show: no request would tell, as none would come. Where it may, it puts our authority into their {@code caBundle}: beside those that
 * are there, and some minutes later, when every replica shows a certificate of it, alone.
 */
final class OwnWebhooks {
    /** Replicas are given changed Secrets in less than two minutes. */
    static final Duration OVERLAP = Duration.ofMinutes(10);

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final int MOST_CERTIFICATES = 8;

    private enum Trouble {
        NONE,
        MISSING,
        AUTHORITY,
        UNKNOWN;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Settings.Webhooks settings;
    private final KubernetesApi api;
    private final CertificateFiles files;
    private final InstantSource clock;
    private final Conditions conditions;
    private final ProcessLog log;
    private final Gauge troubles;
    private final Map<String, Trouble> last = new HashMap<>();
    private final Map<String, Instant> overlapping = new HashMap<>();
    private final ReentrantLock lock = new ReentrantLock();

    OwnWebhooks(
            Settings.Webhooks settings,
            KubernetesApi api,
            CertificateFiles files,
            InstantSource clock,
            Conditions conditions,
            ProcessLog log,
            PrometheusRegistry metrics) {
        this.settings = settings;
        this.api = api;
        this.files = files;
        this.clock = clock;
        this.conditions = conditions;
        this.log = log;
        troubles = Gauge.builder()
                .name("connaisseur_webhook_trouble")
                .help("1 where a webhook configuration is missing, does not believe our authority, or is unknown")
                .labelNames("webhook", "trouble")
                .register(metrics);
    }

    /** Looks every so often until the process ends. */
    void every(ServedCertificate served, Lifecycle lifecycle) {
        Thread.ofVirtual().name("webhooks").start(() -> {
            try {
                do {
                    look(served.current());
                } while (!lifecycle.awaitStopping(settings.interval()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** This certificate will be shown in a moment: if we may, its authority is believed before. */
    void expect(ServingCertificate next) {
        if (settings.manageCaBundle()) {
            look(next);
        }
    }

    /** Looks once at all of them, on behalf of this certificate. */
    void look(ServingCertificate shown) {
        lock.lock();
        try {
            settings.watched().forEach(object -> look(object, shown));
        } finally {
            lock.unlock();
        }
    }

    private void look(String object, ServingCertificate shown) {
        try {
            api.webhooks(object, Deadline.after(LIMIT))
                    .ifPresentOrElse(
                            found -> look(object, found, shown),
                            () -> say(object, Trouble.MISSING, "is missing: the API server sends no reviews by it"));
        } catch (LookupException e) {
            say(object, Trouble.UNKNOWN, "cannot be looked at or changed: " + e.getMessage());
        }
    }

    private void look(String object, WebhookConfiguration found, ServingCertificate shown) {
        CaBundle ours = settings.manageCaBundle() ? files.authority(shown, clock.instant()) : CaBundle.NONE;
        boolean kept = !ours.certificates().isEmpty();
        if (kept) {
            keep(object, found, ours);
        }
        if (kept || found.bundles().stream().allMatch(bundle -> bundle.believes(shown.chain(), clock.instant()))) {
            say(object, Trouble.NONE, "is there and believes the served certificate");
        } else {
            String remedy = settings.manageCaBundle() ? "beside tls.crt there is no ca.crt of it" : "change caBundle";
            say(
                    object,
                    Trouble.AUTHORITY,
                    "does not believe the certificate that is served, issued by "
                            + shown.leaf().getIssuerX500Principal() + ": " + remedy);
        }
    }

    private void keep(String object, WebhookConfiguration found, CaBundle ours) {
        Instant now = clock.instant();
        if (!found.bundles().stream().allMatch(bundle -> bundle.certificates().containsAll(ours.certificates()))) {
            CaBundle both = found.bundles().stream().reduce(ours, (all, bundle) -> bundle.after(all));
            change(
                    object,
                    found,
                    new CaBundle(both.certificates().stream()
                            .limit(MOST_CERTIFICATES)
                            .toList()));
            overlapping.put(object, now);
        } else if (found.bundles().stream().allMatch(ours::equals)) {
            overlapping.remove(object);
        } else if (!now.isBefore(overlapping.computeIfAbsent(object, key -> now).plus(OVERLAP))) {
            change(object, found, ours);
            overlapping.remove(object);
        }
    }

    private void change(String object, WebhookConfiguration found, CaBundle bundle) {
        api.believe(object, found, bundle, Deadline.after(LIMIT));
        log.info("webhook " + object + " believes from now on: " + names(bundle.certificates()));
    }

    private static String names(List<X509Certificate> certificates) {
        return certificates.stream()
                .map(certificate -> certificate.getSubjectX500Principal() + " until "
                        + certificate.getNotAfter().toInstant())
                .collect(Collectors.joining("; "));
    }

    /** Each change is said once. At first a missing one is none: the chart makes it when the pods are ready. */
    private void say(String object, Trouble trouble, String what) {
        Trouble before = last.getOrDefault(object, Trouble.NONE);
        boolean first = last.put(object, trouble) == null;
        for (Trouble possible : List.of(Trouble.MISSING, Trouble.AUTHORITY, Trouble.UNKNOWN)) {
            troubles.labelValues(object, possible.label()).set(possible == trouble ? 1 : 0);
        }
        String name = "webhook " + object;
        if (trouble == Trouble.NONE) {
            conditions.clear(name);
        } else {
            conditions.report(name, what);
        }
        if (trouble == before && !first) {
            return;
        }
        if (trouble == Trouble.NONE || (first && trouble == Trouble.MISSING)) {
            log.info(name + " " + what);
        } else {
            log.warning(name + " " + what);
        }
    }
}
