package dev.connaisseur.webhook;

import dev.connaisseur.Service;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Set;

/** All our doors. {@code /health} and what is below it are the platform's. */
@Service
@ApplicationPath("/")
public final class WebhookApplication extends Application {
    @Override
    public Set<Class<?>> getClasses() {
        return Set.of(
                MutateResource.class,
                ValidateResource.class,
                ReadyResource.class,
                MetricsResource.class,
                ErrorAnswers.class);
    }
}
