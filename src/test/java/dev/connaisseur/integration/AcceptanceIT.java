package dev.connaisseur.integration;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The cases of Connaisseur's integration suites over HTTPS, row by row of a checked-in table, on what kubectl would show. */
@Timeout(600)
class AcceptanceIT {
    private static final Path RESOURCES = Path.of("src/test/resources/acceptance");
    private static final String SCREEN =
            "Error from server: admission webhook \"connaisseur-svc.connaisseur.svc\" denied the request: ";
    private static final String PUBLISHED = "securesystemsengineering/testimage";
    private static final String LATER = "later";
    private static final String CREATED = "created";

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

    /**
     * A row of the table.
     *
     * @param others images of init containers, or of ephemeral ones
     * @param note which decision of ours lets it differ; where it waits, what it waits for
     */
    record Row(
            String section,
            int number,
            String form,
            List<String> containers,
            List<String> others,
            String expected,
            String note) {
        static Row parse(String line) {
            List<String> cells =
                    Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
            assertThat(cells).as(line).hasSize(7);
            return new Row(
                    cells.get(0),
                    Integer.parseInt(cells.get(1)),
                    cells.get(2),
                    list(cells.get(3)),
                    list(cells.get(4)),
                    cells.get(5),
                    cells.get(6));
        }

        private static List<String> list(String cell) {
            return Arrays.stream(cell.split(","))
                    .map(String::strip)
                    .filter(i -> !i.isEmpty())
                    .toList();
        }

        boolean waits() {
            return form.equals(LATER);
        }

        @Override
        public String toString() {
            return section + " " + number + ": " + String.join(", ", containers)
                    + (others.isEmpty() ? "" : " / " + String.join(", ", others)) + ": " + expected;
        }
    }

    static List<Row> table() throws IOException {
        return Files.readAllLines(RESOURCES.resolve("cases.txt")).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(Row::parse)
                .toList();
    }

    static Stream<Row> rows() throws IOException {
        return table().stream().filter(row -> !row.waits() && !row.form().equals("load"));
    }

    @BeforeAll
    static void start() throws IOException {
        twins = new AcceptanceTwins();
        server = ServerTrial.start(directory, configuration()).awaitReady(ServerTrial.START);
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

    private static String configuration() throws IOException {
        Map<String, String> texts = new HashMap<>(twins.keys());
        texts.put("NOTARY", twins.notary.base());
        texts.put("OWN-NOTARY", twins.ownNotary.base());
        texts.put("TRUSTED-ROOT", Files.readString(AcceptanceTwins.KEYLESS.resolve("trusted_root.json")));
        texts.put("K-logged", Files.readString(AcceptanceTwins.KEYLESS.resolve("keys/key-a.pub")));
        List<String> lines = new ArrayList<>();
        for (String line : Files.readAllLines(RESOURCES.resolve("config.yaml"))) {
            String name = line.replaceAll(".*<([A-Za-z0-9-]+)>.*", "$1");
            if (line.startsWith("#") || name.equals(line)) {
                lines.add(line);
            } else if (line.isBlank() || !line.strip().startsWith("<")) {
                lines.add(line.replace("<" + name + ">", texts.get(name)));
            } else {
                lines.add(requireNonNull(texts.get(name))
                        .indent(line.indexOf('<'))
                        .stripTrailing());
            }
        }
        String text = String.join("\n", lines);
        for (String section : SECTIONS.keySet()) {
            text = text.replace("T(" + section + ")", twins.base(section));
        }
        return text.replace("\"R/", "\"" + twins.registry.host() + "/") + "\n";
    }

    @Test
    void everyPublishedCaseHasARow() throws IOException {
        Map<String, List<Integer>> numbers = table().stream()
                .collect(Collectors.groupingBy(Row::section, Collectors.mapping(Row::number, Collectors.toList())));
        assertThat(numbers.keySet()).isEqualTo(SECTIONS.keySet());
        numbers.forEach((section, found) -> assertThat(found)
                .as(section)
                .containsExactlyElementsOf(Stream.iterate(1, n -> n + 1)
                        .limit(requireNonNull(SECTIONS.get(section)))
                        .toList()));
    }

    /** What waits is written down with what it waits for, and nothing else is left out. */
    @Test
    void rowsThatWaitAreNamed() throws IOException {
        assertThat(table().stream().filter(Row::waits).map(Row::note).distinct())
                .containsExactlyInAnyOrder("chart", "chart and cache", "alerts");
        assertThat(table().stream().filter(Row::waits)).hasSize(22);
        assertThat(rows()).hasSize(76);
    }

    @Test
    void deviationsNameTheDecisionThatMadeThem() throws IOException {
        for (Row row : rows().filter(r -> !r.note().isEmpty()).toList()) {
            try (Stream<Path> decisions = Files.list(Path.of("src/site/markdown/adr"))) {
                assertThat(decisions.map(file -> file.getFileName().toString()))
                        .as(row.toString())
                        .anyMatch(name -> name.startsWith(row.note() + "-"));
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void isDecidedAsPublished(Row row) {
        AdmissionAnswer answer = AdmissionAnswer.of(server.review(review(row).toString()));
        if (row.expected().equals(CREATED)) {
            assertThat(answer.allowed()).as(answer.message()).isTrue();
            return;
        }
        assertThat(answer.allowed()).isFalse();
        assertThat(answer.patch()).isEmpty();
        String host = twins.registry.host() + "/" + row.section() + "/";
        assertThat(SCREEN + answer.message())
                .contains(row.expected()
                        .replace("index.docker.io/" + PUBLISHED, PUBLISHED)
                        .replace(PUBLISHED, host + PUBLISHED));
    }

    /** The rows that quote a denial, as the whole of what stands on the screen. */
    @ParameterizedTest(name = "deployment {0}")
    @CsvSource({"2, NOTARY", "5, NOTARY", "6, COSIGN", "9, NOTARY"})
    void standsOnTheScreenAsAWhole(int number, String validator) throws IOException {
        Row row = table().stream()
                .filter(r -> r.section().equals("deployment") && r.number() == number)
                .findFirst()
                .orElseThrow();
        String base = twins.base("deployment");
        String text = validator.equals("NOTARY")
                ? "error during notaryv1 validation of image " + base
                        + ":unsigned: validated targets don't contain reference:"
                        + " no tag 'unsigned' found in targets. Unable to find signed digest for image " + base
                        + ":unsigned. [rule \"" + base
                        + "\", validator no-longer-dockerhub] Sign it with trust root \"sse\"."
                : "error during cosign validation of image " + base
                        + ":co-unsigned: error validating image: [no signatures"
                        + " found]. Unable to find signed digest for image " + base + ":co-unsigned. [rule \"" + base
                        + ":co-*\", validator cosign] Sign it with trust root \"default\".";
        String message =
                AdmissionAnswer.of(server.review(review(row).toString())).message();
        assertThat(message.replaceAll("\\(id [0-9a-f]{8}\\)$", "(id …)")).isEqualTo(text + " (id …)");
    }

    /** A hundred Deployments by twenty kubectl side by side. */
    @Test
    void aHundredDeploymentsAreCreated() throws Exception {
        String image = twins.base("load") + ":signed";
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

    static List<List<String>> requests() throws IOException {
        return Files.readAllLines(RESOURCES.resolve("requests.txt")).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line ->
                        Arrays.stream(line.split("\\|", -1)).map(String::strip).toList())
                .toList();
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
        assertThat(decided.allowed()).as(decided.message()).isEqualTo(row.get(1).equals(CREATED));
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
        Function<List<String>, List<String>> twin = images ->
                images.stream().map(image -> twin(row.section(), image)).toList();
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

    /** The twin of a published image. A bare {@code @} stands for the digest to which the tag points. */
    private static String twin(String section, String image) {
        String named = image.startsWith("T:")
                ? twins.base(section) + image.substring(1)
                : image.replaceFirst("^L/", twins.registry.host() + "/" + section + "/library/");
        if (!named.endsWith("@")) {
            return named;
        }
        String tag = named.substring(named.lastIndexOf(':') + 1, named.length() - 1);
        return named
                + twins.registry
                        .tagged(AcceptanceTwins.repository(section), tag)
                        .orElseThrow();
    }
}
