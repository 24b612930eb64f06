package dev.connaisseur.threats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.RawServer;
import dev.connaisseur.testing.TestImage;
import dev.connaisseur.validator.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A notary that is down or ill denies what it would have to vouch for, and nothing else. */
@Timeout(120)
class NotaryFaultTest {
    private static final Duration AMPLE = Duration.ofSeconds(25);

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"})
    void otherRulesGoOn(String answer) throws IOException {
        CosignSigner signer = CosignSigner.create();
        try (EmbeddedRegistry registry = EmbeddedRegistry.open();
                RawServer notary = RawServer.answering(answer)) {
            signer.sign(registry, "app", TestImage.push(registry, "app", "v1", "content"));
            String down = notary.host();
            if (answer.isEmpty()) {
                notary.close();
            }
            String key = signer.publicKey().indent(6).stripTrailing();
            String rules = """
                    validators:
                    - name: notary
                      type: notaryv1
                      host: http://%1$s
                      trustRoots:
                      - name: root
                        key: |
                    %3$s
                    - name: signed
                      type: cosign
                      trustRoots:
                      - name: root
                        key: |
                    %3$s
                    policy:
                    - {pattern: "%2$s/notary*:*", validator: notary, with: {trustRoot: root}}
                    - {pattern: "%2$s/app*:*", validator: signed, with: {trustRoot: root, verifyInTransparencyLog: false}}
                    """.formatted(down, registry.host(), key);
            try (Trial trial = EngineTrial.open(directory, rules, "CONNAISSEUR_NETWORK_PLAINHTTP", down)) {
                Trial.Answer denied = trial.ask(AMPLE, registry.host() + "/notary:v1");
                assertThat(denied.allowed()).isFalse();
                assertThat(denied.reasons()).containsExactly(Reason.INCONCLUSIVE);
                assertThat(trial.ask(AMPLE, registry.host() + "/app:v1").allowed())
                        .isTrue();
                Trial.Answer both = trial.ask(AMPLE, registry.host() + "/app:v1", registry.host() + "/notary:v1");
                assertThat(both.reasons())
                        .as("only the notary's image is refused")
                        .hasSize(1);
            }
        }
    }
}
