package dev.connaisseur.webhook;

import dev.connaisseur.Service;
import dev.connaisseur.webhook.Lifecycle.Stage;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/** {@code /health/started}: the configuration is read and one signature was verified. */
@Service
@Startup
public final class StartedCheck implements HealthCheck {
    private final Lifecycle lifecycle;

    @Inject
    StartedCheck(Lifecycle lifecycle) {
        this.lifecycle = lifecycle;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("configuration")
                .status(lifecycle.stage() != Stage.STARTING)
                .build();
    }
}
