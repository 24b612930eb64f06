package dev.connaisseur.integration;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.connaisseur.testing.AcceptanceTable;
import dev.connaisseur.testing.AcceptanceTable.Row;
import dev.connaisseur.testing.AcceptanceTwins;
import dev.connaisseur.testing.AdmissionAnswer;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.testing.ServerProcess;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The cases of Connaisseur's integration suites over HTTPS, row by row of a checked-in table, on what kubectl would show; and that each
 * row which another test decides has that test.
 */
@Timeout(600)
class AcceptanceIT {
    /** How many rows the catalogue has, by section. */
    private static final Map<String, Integer> SECTIONS = Map.ofEntries(
            Map.entry("regular", 8),
            Map.entry("notaryv1", 11),
            Map.entry("cosign", 17),
            Map.entry("notation", 8),
            Map.entry("deployment", 9),
            Map.entry("pre-config", 5),
            Map.entry("namespaced", 6),
            Map.entry("cert", 4),
            Map.entry("redis-cert", 3),
            Map.entry("alerting", 3),
            Map.entry("workload", 16),
            Map.entry("other-ns", 1),
            Map.entry("self-hosted-notary", 2),
            Map.entry("load", 1),
            Map.entry("complexity", 5));

    @TempDir
    static Path directory;

    private static AcceptanceTwins twins;
    private static ServerProcess server;

    static Stream<Row> rows() {
        return AcceptanceTable.rows().stream()
                .filter(row -> !row.isElsewhere() && !row.form().equals("load"));
    }

    static Stream<Row> elsewhere() {
        return AcceptanceTable.rows().stream().filter(Row::isElsewhere);
    }

    @BeforeAll
    static void start() {
        twins = new AcceptanceTwins();
        server = ServerTrial.start(directory, twins.configuration()).awaitReady(ServerTrial.START);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
        if (twins != null) {
            twins.close();
        }
    }

    @Test
    void everyPublishedCaseHasARow() {
        Map<String, List<Integer>> numbers = AcceptanceTable.rows().stream()
                .collect(Collectors.groupingBy(Row::section, Collectors.mapping(Row::number, Collectors.toList())));
        assertThat(numbers.keySet()).isEqualTo(SECTIONS.keySet());
        numbers.forEach((section, found) -> assertThat(found)
                .as(section)
                .containsExactlyElementsOf(Stream.iterate(1, n -> n + 1)
                        .limit(requireNonNull(SECTIONS.get(section)))
                        .toList()));
    }

    /** The test that a row names is there and is run; that it asks for its rows, the table sees to. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("elsewhere")
    void aTestDecidesWhatIsNotDecidedHere(Row row) throws ClassNotFoundException {
        String[] decider = row.decider().split("#", 2);
        Class<?> suite = Class.forName("dev.connaisseur." + decider[0]);
        assertThat(suite.getSimpleName()).endsWith("IT");
        assertThat(suite.getDeclaredMethods())
                .filteredOn(method -> method.getName().equals(decider[1]))
                .singleElement()
                .satisfies(method -> assertThat(method.isAnnotationPresent(Test.class)
                                || method.isAnnotationPresent(ParameterizedTest.class))
                        .isTrue());
    }

    @Test
    void deviationsNameTheDecisionThatMadeThem() throws IOException {
        try (Stream<Path> decisions = Files.list(Path.of("src/site/markdown/adr"))) {
            List<String> names =
                    decisions.map(file -> file.getFileName().toString()).toList();
            assertThat(AcceptanceTable.rows().stream()
                            .flatMap(row -> row.decision().stream())
                            .distinct())
                    .isNotEmpty()
                    .allSatisfy(decision -> assertThat(names).anyMatch(name -> name.startsWith(decision + "-")));
        }
    }

    /** A row that quotes more than a part of a line is compared as a whole. */
    @Test
    void everyQuotedDenialHasAScreen() {
        assertThat(AcceptanceTable.rows())
                .filteredOn(row -> row.expected().contains(AcceptanceTable.PUBLISHED)
                        && !row.section().equals("redis-cert"))
                .hasSizeGreaterThan(4)
                .allSatisfy(row -> assertThat(AcceptanceTable.screens()).containsKey(row.name()));
        assertThat(AcceptanceTable.rows().stream().map(Row::name))
                .containsAll(AcceptanceTable.screens().keySet());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void isDecidedAsPublished(Row row) {
        AdmissionAnswer answer = AdmissionAnswer.of(server.review(review(row).toString()));
        if (row.expected().equals(AcceptanceTable.CREATED)) {
            assertThat(answer.allowed()).as(answer.message()).isTrue();
            return;
        }
        assertThat(answer.allowed()).isFalse();
        assertThat(answer.patch()).isEmpty();
        assertThat("denied the request: " + answer.message()).contains(twins.twinText(row.section(), row.expected()));
        String screen = AcceptanceTable.screens().get(row.name());
        if (screen != null) {
            assertThat(answer.message().replaceAll("\\(id [0-9a-f]{8}\\)$", "(id …)"))
                    .isEqualTo(twins.twinText(row.section(), screen.replaceFirst("(?s).* denied the request: ", "")));
        }
    }

    /** A hundred Deployments by twenty kubectl side by side. */
    @Test
    void aHundredDeploymentsAreCreated() throws Exception {
        String image =
                twins.twin("load", AcceptanceTable.row("load", 1).containers().getFirst());
        ExecutorService kubectl = Executors.newFixedThreadPool(20);
        try {
            List<Future<AdmissionAnswer>> answers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                String review = Reviews.create("Deployment", "load-" + i, image).toString();
                answers.add(kubectl.submit(() -> AdmissionAnswer.of(server.review(review))));
            }
            for (Future<AdmissionAnswer> answer : answers) {
                AdmissionAnswer admitted = answer.get(2, TimeUnit.MINUTES);
                assertThat(admitted.allowed()).as(admitted.message()).isTrue();
                assertThat(admitted.patch()).hasSize(1);
            }
        } finally {
            kubectl.shutdownNow();
        }
    }

    // ---- recorded requests ----

    private static final Path RECORDED = Path.of(
            Optional.ofNullable(System.getenv("CONNAISSEUR_VECTORS")).orElse("../shared/vectors"),
            "connaisseur-testdata/test/testdata/admission_requests");

    static List<List<String>> requests() {
        return AcceptanceTable.requests();
    }

    @Test
    void everyRecordedRequestHasARow() throws IOException {
        assumeTrue(Files.isDirectory(RECORDED), "the recorded requests are not there");
        try (Stream<Path> files = Files.list(RECORDED)) {
            assertThat(files.map(file -> file.getFileName().toString().replace(".json", "")))
                    .hasSize(29)
                    .containsExactlyInAnyOrderElementsOf(
                            requests().stream().map(List::getFirst).toList());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("requests")
    void aRecordedRequestIsDecidedAsPublished(List<String> row) throws IOException {
        assumeTrue(Files.isDirectory(RECORDED), "the recorded requests are not there");
        HttpResponse<String> answer = server.review(Files.readString(RECORDED.resolve(row.get(0) + ".json")));
        if (row.get(0).startsWith("25")) {
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).isEqualTo(row.get(1) + "\n");
            return;
        }
        AdmissionAnswer decided = AdmissionAnswer.of(answer);
        assertThat(decided.allowed()).as(decided.message()).isEqualTo(row.get(1).equals(AcceptanceTable.CREATED));
        assertThat(decided.patch().stream()
                        .map(operation -> operation.asJsonObject().getString("value"))
                        .toList())
                .isEqualTo(row.get(2).isEmpty() ? List.of() : List.of(row.get(2)));
        if (!decided.allowed()) {
            assertThat(decided.message()).contains(row.get(1));
        }
    }

    private static JsonObject review(Row row) {
        String uid = row.section() + "-" + row.number();
        UnaryOperator<List<String>> twin = images ->
                images.stream().map(image -> twins.twin(row.section(), image)).toList();
        List<String> containers = twin.apply(row.containers());
        List<String> others = twin.apply(row.others());
        if (row.form().equals("debug")) {
            JsonObject update = Reviews.update(
                    "Pod",
                    uid,
                    Map.of("containers", containers),
                    Map.of(
                            "containers",
                            List.of(containers.getFirst() + "@" + AcceptanceTwins.SIGNED),
                            "ephemeralContainers",
                            others));
            return Json.createPatchBuilder()
                    .add("/request/subResource", "ephemeralcontainers")
                    .build()
                    .apply(update);
        }
        String kind = List.of("run", "apply").contains(row.form()) ? "Pod" : row.form();
        return Reviews.create(
                kind,
                uid,
                others.isEmpty()
                        ? Map.of("containers", containers)
                        : Map.of("containers", containers, "initContainers", others));
    }
}
