package dev.connaisseur.webhook;

import dev.connaisseur.Service;
import dev.connaisseur.webhook.Lifecycle.Stage;
import jakarta.inject.Inject;
import java.util.Locale;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** {@code /health/ready}: the configured certificate is served and nobody told us to stop. No registry is asked. */
@Service
@Readiness
public final class ReadyCheck implements HealthCheck {
    private final Lifecycle lifecycle;
    private final Conditions conditions;

    @Inject
    ReadyCheck(Lifecycle lifecycle, Conditions conditions) {
        this.lifecycle = lifecycle;
        this.conditions = conditions;
    }

    @Override
    public HealthCheckResponse call() {
        Stage stage = lifecycle.stage();
        HealthCheckResponseBuilder response = HealthCheckResponse.named("admission")
                .status(lifecycle.ready())
                .withData("stage", stage.name().toLowerCase(Locale.ROOT));
        conditions.all().forEach(response::withData);
        return response.build();
    }
}
