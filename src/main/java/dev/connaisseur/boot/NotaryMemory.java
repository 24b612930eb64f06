package dev.connaisseur.boot;

import dev.connaisseur.cache.CacheMetrics;
import dev.connaisseur.cache.SharedLevel;
import dev.connaisseur.cache.SharedRollbackMemory;
import dev.connaisseur.config.Settings;
import dev.connaisseur.image.ImageReference;
import dev.connaisseur.tuf.Forgotten;
import dev.connaisseur.tuf.LocalRollbackMemory;
import dev.connaisseur.validator.notaryv1.NotaryV1Validator;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** What running replicas remember of notaries, as far as one of them, or a command line, can change it: through their Redis. */
public record NotaryMemory(Settings settings, InstantSource clock) {
    /** Whether a Redis is named that the replicas share. */
    public boolean isShared() {
        return !settings.redis().hosts().isEmpty();
    }

    /**
     * Has every replica forget what it has seen until now.
     *
     * @param server as validators name it, with scheme; empty for all
     * @param images whose repositories are meant; empty for all
     * @return what was wrong with the files for Redis; where anything was, nothing was done
     * @throws IOException if Redis did not answer or did not take it, saying why
     */
    public List<String> forget(String server, List<ImageReference> images) throws IOException {
        Instant now = clock.instant();
        List<Forgotten> what = images.isEmpty()
                ? List.of(new Forgotten(server, "", now))
                : images.stream()
                        .map(image -> new Forgotten(server, NotaryV1Validator.repository(image), now))
                        .toList();
        List<String> mistakes = new ArrayList<>();
        try (SharedLevel level = new SharedLevel(new CacheMetrics(new PrometheusRegistry()))) {
            new RedisFiles(settings).connect(level, mistakes);
            if (mistakes.isEmpty()) {
                new SharedRollbackMemory(new LocalRollbackMemory(1), level, clock)
                        .forget(what, settings.notaryv1().rollbackMemory());
            }
        }
        return List.copyOf(mistakes);
    }
}
