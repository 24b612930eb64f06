package dev.connaisseur.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.Answer;
import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.EmbeddedRegistry.Options;
import dev.connaisseur.testing.Fault;
import dev.connaisseur.testing.KnownImage;
import dev.connaisseur.testing.MountedVolume;
import dev.connaisseur.testing.NotaryFixture;
import dev.connaisseur.testing.NotaryRepository;
import dev.connaisseur.testing.Relay;
import dev.connaisseur.testing.Sample;
import dev.connaisseur.testing.Samples;
import dev.connaisseur.testing.ServerProcess;
import dev.connaisseur.testing.TestAuthority;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Faults F12, F14, F21 and F22 and row 106 against one shipped server: a notary falls ill, a receiver of alerts does, authorities are
 * replaced, configurations come that nobody can use. Nothing but what is signed is admitted, and what does not need the fallen part is.
 */
@Timeout(600)
public class MovingFaultsIT {
    /** The rows of the catalogue of threats that are tried here. */
    public static final Set<Integer> ROWS = Set.of(106);

    /** Unlike {@code localhost}, it is asked by TLS. */
    private static final String NAME = "registry.test";

    private static final String STATIC = "registry.k8s.io/pause:3.9";
    private static final String NOTARY = "registry.example/team/app";
    private static final String EXPIRED = "registry.example/team/expired";
    private static final Digest TARGET = Digest.of("app".getBytes(StandardCharsets.UTF_8));
    private static final TestAuthority OLD = TestAuthority.create("old");
    private static final TestAuthority NEW = TestAuthority.create("new");
    private static final CosignSigner SIGNER = CosignSigner.create();
    private static EmbeddedRegistry registry;
    private static EmbeddedRegistry receiver;
    private static NotaryFixture notary;
    private static Relay way;

    private static MountedVolume config;
    private static MountedVolume roots;
    private static ServerProcess server;
    private static FaultLoad load;
    private static EmbeddedRegistry secure;
    private static String rules;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        registry = EmbeddedRegistry.open();
        receiver = EmbeddedRegistry.open();
        notary = NotaryFixture.open();
        way = Relay.to(URI.create(notary.base()).getPort());
        secure = EmbeddedRegistry.open(Options.PLAIN.withTls(OLD.serverNamed(NAME)));
        NotaryRepository repository = NotaryRepository.create();
        IntStream.range(0, 40).forEach(i -> repository.target("v" + i, TARGET));
        notary.put(NOTARY, repository.publish());
        notary.put(
                EXPIRED,
                repository
                        .expires("timestamp", Instant.now().minus(Duration.ofDays(1)))
                        .publish());
        rules = rules(repository);
        config = MountedVolume.of(directory.resolve("config"), Map.of("config.yaml", rules));
        roots = MountedVolume.of(directory.resolve("roots"), Map.of("ca.crt", OLD.pem()));
        Path templates = Files.createDirectories(directory.resolve("alerts/templates"));
        Files.writeString(templates.resolve("small.json"), "{\"text\": \"{{ alert_message }}\"}");
        Files.writeString(
                directory.resolve("alerts/config.yaml"),
                "admitRequest: {receivers: [{template: small, receiverUrl: '" + receiver.base() + "/hook'}]}\n");
        receiver.on("/hook", Fault.instead(Answer.of(200, "{}")));
        Path hosts = Files.writeString(directory.resolve("hosts"), "127.0.0.1 localhost\n127.0.0.1 " + NAME + "\n");
        server = ServerProcess.start(
                        directory,
                        Map.of(
                                "CONNAISSEUR_CONFIG_DIR",
                                config.path().toString(),
                                "CONNAISSEUR_CA_DIR",
                                roots.path().toString(),
                                "CONNAISSEUR_ALERTS_DIR",
                                directory.resolve("alerts").toString(),
                                "JVM_ARGS",
                                "-Djdk.net.hosts.file=" + hosts,
                                "CONNAISSEUR_RELOAD_INTERVAL",
                                "100ms",
                                "CACHE_EXPIRY_SECONDS",
                                "0",
                                "LOG_FORMAT",
                                "json"))
                .awaitReady(ServerTrial.START);
        load = new FaultLoad(server, SIGNER);
    }

    private static String rules(NotaryRepository repository) {
        return """
                validators:
                - {name: allow, type: static, approve: true}
                - name: signed
                  type: cosign
                  trustRoots:
                  - name: key
                    key: |
                %s
                - name: notary
                  type: notaryv1
                  host: http://localhost:%d
                  trustRoots:
                  - name: default
                    key: |
                %s
                policy:
                - {pattern: "registry.k8s.io/*:*", validator: allow}
                - pattern: "%s/*:*"
                  validator: signed
                  with: {trustRoot: key, verifyInTransparencyLog: false, verifySCT: false}
                - pattern: "registry.test:%d/*:*"
                  validator: signed
                  with: {trustRoot: key, verifyInTransparencyLog: false, verifySCT: false}
                - {pattern: "registry.example/*:*", validator: notary}
                """.formatted(
                        SIGNER.publicKey().indent(6).stripTrailing(),
                        way.port(),
                        repository.key("root").pem().indent(6).stripTrailing(),
                        registry.host(),
                        secure.port());
    }

    @AfterAll
    static void stop() {
        server.close();
        way.close();
        Stream.of(registry, receiver, secure).forEach(EmbeddedRegistry::close);
        notary.close();
    }

    @AfterEach
    void heal() {
        way.pass();
        notary.clearFaults();
        receiver.on("/hook", Fault.instead(Answer.of(200, "{}")));
    }

    // ---- F12 ----

    private static List<KnownImage> notaries(int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(i -> new KnownImage(NOTARY + ":v" + i, Optional.of(TARGET)))
                .toList();
    }

    /** What has nothing to do with notaries goes on. */
    private static void othersGoOn(String fault) {
        Samples others = load.ask(load.mixed(registry, registry.host(), 12), 4, 30);
        assertThat(others.wrong()).as(fault).isEmpty();
        assertThat(load.ask(new KnownImage(STATIC, Optional.empty())).admitted())
                .as(fault)
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"refuses", "hangs up", "500", "garbage"})
    void f12ANotaryThatIsDownDeniesItsOwnImagesOnly(String how) {
        assertThat(load.ask(notaries(0, 2), 1, 30).wrong()).isEmpty();
        switch (how) {
            case "refuses" -> way.refuse();
            case "hangs up" -> way.cut();
            case "500" -> notary.on(NOTARY, "timestamp", Fault.status(500));
            default -> notary.on(NOTARY, "timestamp", Fault.instead(Answer.of(200, "{\"signed\": ")));
        }
        CompletableFuture<Samples> ill = CompletableFuture.supplyAsync(
                () -> load.ask(notaries(2, 8), 4, 30),
                task -> Thread.ofPlatform().start(task));
        othersGoOn(how);
        Samples found = ill.join();
        System.out.println("F12 " + how + ": " + found);
        assertThat(found.falselyAdmitted()).isZero();
        assertThat(found.unanswered()).isZero();
        assertThat(found.denials()).hasSameSizeAs(found.all());
        heal();
        assertThat(load.ask(notaries(10, 4), 2, 30).wrong())
                .as("what it says has not changed, and is not expired")
                .isEmpty();
    }

    @Test
    void f12ExpiredMetadataDeniesItsOwnImagesOnly() {
        Sample expired = load.ask(new KnownImage(EXPIRED + ":v1", Optional.of(TARGET)));
        assertThat(expired.answered()).isTrue();
        assertThat(expired.admitted()).isFalse();
        assertThat(expired.message()).contains("expired");
        assertThat(load.ask(notaries(14, 4), 2, 30).wrong()).isEmpty();
        othersGoOn("expired");
    }

    // ---- F14 ----

    private static double alerts(String result) {
        return metric("connaisseur_alerts_total{category=\"admit\",receiver=\"small-0\",result=\"" + result + "\"}");
    }

    private static double metric(String name) {
        return server.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
                .sum();
    }

    private static Samples admissions(int count) {
        return load.ask(
                IntStream.range(0, count)
                        .mapToObj(i -> new KnownImage(STATIC, Optional.empty()))
                        .toList(),
                4,
                30);
    }

    /** Well and ill by turns in one run, so that whatever else the machine does slows both alike. */
    @ParameterizedTest
    @ValueSource(strings = {"500", "silent", "hangs up"})
    void f14AReceiverThatIsIllCostsNoVerdictAnyTime(String how) {
        Fault ill = switch (how) {
            case "500" -> Fault.status(500);
            case "silent" -> Fault.stallBeforeHeaders();
            default -> (exchange, usual, end) -> exchange.close();
        };
        List<Sample> inHealth = new ArrayList<>();
        List<Sample> inSickness = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            heal();
            inHealth.addAll(admissions(20).all());
            receiver.on("/hook", ill);
            inSickness.addAll(admissions(20).all());
        }
        Samples well = new Samples(inHealth);
        Samples sick = new Samples(inSickness);
        System.out.println("F14 " + how + ": p50/p99 well "
                + well.percentile(50).toMillis() + "/"
                + well.percentile(99).toMillis() + " ms, ill "
                + sick.percentile(50).toMillis() + "/" + sick.percentile(99).toMillis() + " ms");
        assertThat(Stream.concat(inHealth.stream(), inSickness.stream())).allMatch(Sample::admitted);
        // Who waited for the receiver would wait for ten seconds, or for as many tries as it takes.
        assertThat(sick.percentile(50))
                .isLessThan(well.percentile(50).multipliedBy(3).plusMillis(500));
        assertThat(sick.percentile(99))
                .isLessThan(well.percentile(99).multipliedBy(2).plusSeconds(8));
    }

    /** 200 may be on their way; each is given up after ten seconds. */
    @Test
    void f14WhatAReceiverCannotTakeIsDroppedAndCounted() {
        receiver.on("/hook", Fault.stallBeforeHeaders());
        double before = alerts("dropped");
        long end = System.nanoTime() + Duration.ofMinutes(4).toNanos();
        int asked = 0;
        while (alerts("dropped") == before && System.nanoTime() < end) {
            Samples found = admissions(100);
            assertThat(found.all()).allMatch(Sample::admitted);
            asked += 100;
        }
        assertThat(alerts("dropped")).isGreaterThan(before);
        System.out.println("F14: " + (alerts("dropped") - before) + " of " + asked + " alerts dropped");
    }

    // ---- F21 ----

    private static String host() {
        return NAME + ":" + secure.port();
    }

    private static void trust(String pem) throws InterruptedException {
        String reloads = "connaisseur_reloads_total{result=\"success\",what=\"roots\"}";
        double before = metric(reloads);
        roots.swap(Map.of("ca.crt", pem));
        await(reloads, before);
    }

    private static void await(String metric, double before) throws InterruptedException {
        for (int i = 0; i < 1200 && metric(metric) <= before; i++) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        assertThat(metric(metric)).as(metric).isGreaterThan(before);
    }

    private static void serveBy(TestAuthority authority) {
        int port = secure.port();
        secure.close();
        secure = EmbeddedRegistry.open(Options.PLAIN.withPort(port).withTls(authority.serverNamed(NAME)));
    }

    @Test
    void f21AnotherAuthorityOfARegistryIsBelievedWithoutARestart() throws Exception {
        assertThat(load.ask(load.mixed(secure, host(), 8), 2, 30).wrong()).isEmpty();

        trust(NEW.pem());
        Samples mismatch = load.ask(load.mixed(secure, host(), 8), 2, 30);
        assertThat(mismatch.denials()).hasSameSizeAs(mismatch.all());
        othersGoOn("another authority");
        serveBy(NEW);
        assertThat(load.ask(load.mixed(secure, host(), 8), 2, 30).wrong()).isEmpty();

        // Who believes both in between refuses nothing.
        trust(NEW.pem() + OLD.pem());
        assertThat(load.ask(load.mixed(secure, host(), 8), 2, 30).wrong()).isEmpty();
        serveBy(OLD);
        assertThat(load.ask(load.mixed(secure, host(), 8), 2, 30).wrong()).isEmpty();
        trust(OLD.pem());
        assertThat(load.ask(load.mixed(secure, host(), 8), 2, 30).wrong()).isEmpty();
    }

    // ---- F22 ----

    /** Row 106. */
    @Test
    void f22WhatCannotBeUsedIsNeverInForce() throws Exception {
        AtomicBoolean ended = new AtomicBoolean();
        AtomicInteger answers = new AtomicInteger();
        List<String> wrong = Collections.synchronizedList(new ArrayList<>());
        List<Thread> asking = IntStream.range(0, 2)
                .mapToObj(i -> Thread.ofPlatform().start(() -> {
                    while (!ended.get()) {
                        Samples found = load.ask(load.mixed(registry, registry.host(), 4), 1, 30);
                        wrong.addAll(found.wrong());
                        answers.addAndGet(found.all().size());
                    }
                }))
                .toList();
        String failures = "connaisseur_reloads_total{result=\"failure\",what=\"configuration\"}";
        String successes = "connaisseur_reloads_total{result=\"success\",what=\"configuration\"}";
        List<Map<String, String>> unusable = List.of(
                Map.of(),
                Map.of("config.yaml", rules.replace("BEGIN PUBLIC KEY", "BEGIN SOMETHING")),
                Map.of("config.yaml", rules.substring(0, rules.length() / 2)),
                Map.of("config.yaml", rules + "unknown: key\n"),
                Map.of("config.yaml", "validators: [\n"),
                Map.of("config.yaml", ""));
        try {
            for (Map<String, String> files : unusable) {
                double failed = metric(failures);
                config.swap(files);
                await(failures, failed);
                assertThat(server.get("/health/ready").body()).contains("changed files cannot be used");
                assertThat(server.status("/health/ready")).isEqualTo(200);
                assertThat(metric("connaisseur_files_usable{what=\"configuration\"}"))
                        .isZero();
                othersGoOn("a configuration that cannot be used");
                double taken = metric(successes);
                config.swap(Map.of("config.yaml", rules + "# " + failed + "\n"));
                await(successes, taken);
                assertThat(metric("connaisseur_files_usable{what=\"configuration\"}"))
                        .isOne();
            }
        } finally {
            ended.set(true);
            for (Thread thread : asking) {
                thread.join(Duration.ofMinutes(2));
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(answers.get()).isPositive();
        assertThat(server.console()).contains("changed files are not in force: configuration");
        System.out.println("F22: " + unusable.size() + " configurations that cannot be used, " + answers + " answers");
    }
}
