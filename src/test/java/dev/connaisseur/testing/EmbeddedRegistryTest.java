package dev.connaisseur.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.image.Digest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class EmbeddedRegistryTest {
    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void servesTheZoo() throws Exception {
        try (EmbeddedRegistry registry = EmbeddedRegistry.withZoo()) {
            for (Zoo.Case row : Zoo.cases()) {
                if (row.rule().validator().startsWith("nv1")
                        || row.reason().equals(java.util.Optional.of("not-found"))) {
                    continue;
                }
                String[] image = row.image().split("[:@]", 2);
                HttpResponse<byte[]> answer =
                        get(registry.base() + "/v2/" + image[0] + "/manifests/" + image[1].replaceFirst(".*@", ""));
                assertThat(answer.statusCode()).as(row.toString()).isEqualTo(200);
                assertThat(answer.headers().firstValue("Docker-Content-Digest"))
                        .hasValue(Digest.of(answer.body()).toString());
            }
            assertThat(registry.log()).isNotEmpty().allMatch(access -> access.status() == 200 && !access.authorized());
        }
    }

    @Test
    void faultsComeAndGo() throws Exception {
        try (EmbeddedRegistry registry = EmbeddedRegistry.open()) {
            Digest digest = registry.putManifest("a/b", "v1", "application/json", "{}".getBytes(UTF_8));
            registry.onManifest("a/b", "v1", Fault.statuses(503, 503));
            String url = registry.base() + "/v2/a/b/manifests/v1";

            assertThat(get(url).statusCode()).isEqualTo(503);
            assertThat(get(url).statusCode()).isEqualTo(503);
            assertThat(get(url).statusCode()).isEqualTo(200);
            registry.onContent(digest, Fault.flippedBit(0));
            registry.on("/v2/a/b/manifests/v1", Fault.flippedBit(1));
            assertThat(get(url).body()).isEqualTo("y}".getBytes(UTF_8));
            assertThat(get(registry.base() + "/v2/a/b/manifests/" + digest).body())
                    .isEqualTo("z}".getBytes(UTF_8));
            registry.clearFaults();
            int port = registry.port();
            registry.stop();
            registry.start();
            assertThat(registry.port()).isEqualTo(port);
            assertThat(get(url).body()).isEqualTo("{}".getBytes(UTF_8));
            assertThat(registry.contentLog()).extracting(Access::status).containsExactly(503, 503, 200, 200, 200, 200);
        }
    }

    private HttpResponse<byte[]> get(String url) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofByteArray());
    }
}
