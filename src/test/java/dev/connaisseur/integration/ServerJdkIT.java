package dev.connaisseur.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** The server runs on the JDK that the build chose, whatever {@code java} in the path is. */
@ArquillianTest
class ServerJdkIT {
    @Deployment
    static WebArchive war() {
        return ShippedArchive.with();
    }

    @Test
    void theServerRunsOnTheToolchain() throws IOException {
        Path install = Path.of(System.getProperty("wlp.install.dir"));

        assertThat(Runtime.version().feature()).isGreaterThanOrEqualTo(21);
        assertThat(Files.readString(install.resolve("etc/server.env")).strip())
                .isEqualTo("JAVA_HOME=" + System.getProperty("java.home"));
    }
}
