package dev.connaisseur.threats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.boot.Surroundings;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.HttpAnswer;
import dev.connaisseur.http.HttpCall;
import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.image.Digest;
import dev.connaisseur.registry.Lookups;
import dev.connaisseur.testing.AlertReceiver;
import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.FakeCluster;
import dev.connaisseur.testing.TestImage;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.enterprise.inject.Vetoed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Row 109: anything is thrown, anywhere between us and the world, or a thread is interrupted there: nothing is admitted that was not
 * verified, and the next honest request is. The same between our own rooms: {@code admission.FailsClosedTest}.
 */
@Timeout(600)
class UnexpectedRowsTest {
    static final Set<Integer> ROWS = Set.of(109);

    private static final int ROUNDS = 300;
    private static final Duration AMPLE = Duration.ofSeconds(60);
    private static final Logger OURS = Logger.getLogger("dev.connaisseur");
    private static final String OWNER = "/apis/apps/v1/namespaces/shop/replicasets/cart-1";
    private static final String CHILD = """
            {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u-1","operation":"CREATE",
             "namespace":"shop","kind":{"group":"","version":"v1","kind":"Pod"},"object":{"metadata":{"generateName":"cart-1-",
             "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"cart-1","uid":"r-1","controller":true}]},
             "spec":{"containers":[{"name":"app","image":"%s"}]}}}}""";

    @TempDir
    Path directory;

    private final CosignSigner signer = CosignSigner.create();
    private final EmbeddedRegistry registry = EmbeddedRegistry.open();
    private final AlertReceiver receiver = AlertReceiver.open();
    private final Level before = Optional.ofNullable(OURS.getLevel()).orElse(Level.INFO);

    /** Where we meet the world. */
    private enum Port {
        HTTP,
        CLUSTER,
        CLOCK,
        AUDIT,
        TRACES
    }

    @BeforeEach
    void quiet() {
        OURS.setLevel(Level.OFF); // every one of these failures has a stack in the log
    }

    @AfterEach
    void close() {
        OURS.setLevel(before);
        registry.close();
        receiver.close();
    }

    /** Throws this or that with the chance that it is given, at random, but each run alike. */
    private static final class Trouble {
        private final Map<Port, AtomicInteger> met = new EnumMap<>(Port.class);
        private Random random = new Random(0);
        private double chance;

        Trouble() {
            for (Port port : Port.values()) {
                met.put(port, new AtomicInteger());
            }
        }

        synchronized void begin(long seed, double much) {
            random = new Random(seed);
            chance = much;
        }

        synchronized void at(Port port) {
            if (random.nextDouble() >= chance) {
                return;
            }
            Objects.requireNonNull(met.get(port)).incrementAndGet();
            switch (random.nextInt(8)) {
                case 0 -> throw new IllegalStateException("made by a test");
                case 1 -> throw new StackOverflowError("made by a test");
                case 2 -> throw new AssertionError("made by a test");
                case 3 -> throw new OutOfMemoryError("made by a test");
                case 4 -> throw new NoClassDefFoundError("made by a test");
                case 5 -> throw new CompletionException(new IOException("made by a test"));
                case 6 -> throw new NullPointerException();
                default -> Thread.currentThread().interrupt();
            }
        }
    }

    @Vetoed // not where a container has the real ones
    private static final class Registries extends Lookups {
        private final Trouble trouble;

        Registries(Trouble trouble) {
            this.trouble = trouble;
        }

        @Override
        public HttpAnswer fetch(HttpTransport transport, HttpCall call, Deadline deadline) {
            trouble.at(Port.HTTP);
            HttpAnswer answer = super.fetch(transport, call, deadline);
            trouble.at(Port.HTTP);
            return answer;
        }
    }

    @Vetoed
    private static final class Clusters extends dev.connaisseur.kubernetes.Lookups {
        private final Trouble trouble;

        Clusters(Trouble trouble) {
            this.trouble = trouble;
        }

        @Override
        public HttpAnswer fetch(HttpTransport transport, HttpCall call, Deadline deadline) {
            trouble.at(Port.CLUSTER);
            HttpAnswer answer = super.fetch(transport, call, deadline);
            trouble.at(Port.CLUSTER);
            return answer;
        }
    }

    private Surroundings around(Trouble trouble, FakeCluster cluster) {
        return new Surroundings(
                () -> {
                    trouble.at(Port.CLOCK);
                    return Instant.now();
                },
                new Registries(trouble),
                new Clusters(trouble),
                new dev.connaisseur.keys.Lookups(),
                new PrometheusRegistry(),
                Optional.of(cluster.access()),
                List.of(decision -> trouble.at(Port.AUDIT)),
                tree -> trouble.at(Port.TRACES));
    }

    private String configuration() throws IOException {
        Path alerts = Files.createDirectories(directory.resolve("alerts/templates"));
        Files.writeString(alerts.resolve("small.json"), "{\"text\": \"{{ alert_message }}\"}");
        Files.writeString(directory.resolve("alerts/config.yaml"), """
                admitRequest:
                  receivers: [{template: small, receiverUrl: "%1$s", failIfAlertSendingFails: true}]
                rejectRequest:
                  receivers: [{template: small, receiverUrl: "%1$s"}]
                """.formatted(receiver.url("/status/200")));
        return """
                validators:
                - name: signed
                  type: cosign
                  trustRoots:
                  - name: key
                    key: |
                %s
                policy:
                - {pattern: "%s/*:*", validator: signed, with: {trustRoot: key, verifyInTransparencyLog: false}}
                """.formatted(signer.publicKey().indent(6).stripTrailing(), registry.host());
    }

    @Test
    void nothingThatIsThrownAdmitsAnything() throws Exception {
        Digest signed = TestImage.push(registry, "good", "v1", "good");
        signer.sign(registry, "good", signed);
        TestImage.push(registry, "evil", "v1", "evil");
        String good = registry.host() + "/good:v1";
        String evil = registry.host() + "/evil:v1";
        Trouble trouble = new Trouble();
        int admitted = 0;
        int denied = 0;
        int unanswered = 0;
        try (FakeCluster cluster = FakeCluster.open(Files.createDirectories(directory.resolve("account")));
                Trial trial = EngineTrial.in(
                        around(trouble, cluster),
                        directory,
                        configuration(),
                        "CONNAISSEUR_ALERTS_DIR",
                        directory.resolve("alerts").toString())) {
            cluster.put(OWNER, """
                    {'metadata':{'name':'cart-1','namespace':'shop','uid':'r-1'},
                     'spec':{'template':{'spec':{'containers':[{'name':'app','image':'other.example/app:v1'}]}}}}""");
            for (int round = 0; round < ROUNDS; round++) {
                boolean honest = round % 10 == 9;
                boolean bad = !honest && round % 2 == 0;
                trouble.begin(round, honest ? 0 : 0.12);
                Optional<Trial.Answer> answer = answer(trial, CHILD.formatted(bad ? evil : good));
                if (honest) {
                    assertThat(answer).as("after round %d", round).isPresent();
                    assertThat(answer.get().allowed())
                            .as("after round %d: %s", round, answer.get().message())
                            .isTrue();
                } else if (answer.isEmpty()) {
                    unanswered++; // the server's last net denies
                } else if (answer.get().allowed()) {
                    assertThat(bad).as("round %d", round).isFalse();
                    assertThat(answer.get().patched())
                            .singleElement()
                            .asString()
                            .endsWith("@" + signed);
                    admitted++;
                } else {
                    denied++;
                }
            }
        }
        System.out.println("admitted " + admitted + ", denied " + denied + ", left to the last net " + unanswered
                + ", met at " + trouble.met);
        assertThat(trouble.met.values()).as("each port failed").allMatch(times -> times.get() > 0);
        assertThat(admitted).as("who met no trouble").isPositive();
        assertThat(denied).isPositive();
    }

    /** Empty if the decision could not even be made. */
    private static Optional<Trial.Answer> answer(Trial trial, String review) throws Exception {
        try {
            return Optional.of(trial.send(AMPLE, review).get(2, TimeUnit.MINUTES));
        } catch (ExecutionException failed) {
            return Optional.empty();
        } catch (TimeoutException nobody) {
            throw new AssertionError("neither an answer nor a failure", nobody);
        } finally {
            Thread.interrupted(); // what began on this thread may have left it so
        }
    }
}
