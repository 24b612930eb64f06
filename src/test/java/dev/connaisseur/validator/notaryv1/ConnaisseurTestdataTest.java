package dev.connaisseur.validator.notaryv1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.connaisseur.config.ConfigDocument;
import dev.connaisseur.config.ConfigSection;
import dev.connaisseur.config.OnProblem;
import dev.connaisseur.config.Problems;
import dev.connaisseur.config.Settings;
import dev.connaisseur.policy.RuleOptions;
import dev.connaisseur.testing.CorpusLedger;
import dev.connaisseur.testing.NotaryFixture;
import dev.connaisseur.testing.NotaryLab;
import dev.connaisseur.validator.ValidationException;
import dev.connaisseur.validator.Validator;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Connaisseur's own repositories and broken files, each decided as the table beside this test says. */
final class ConnaisseurTestdataTest {
    private static final Path CONFIGS = Path.of(
                    Optional.ofNullable(System.getenv("CONNAISSEUR_VECTORS")).orElse("../shared/vectors"))
            .resolve("connaisseur-testdata/test/testdata/notaryv1");
    private static final Path DATA = CONFIGS.resolve("trust_data");
    private static final Path TABLE = Path.of("src/test/resources/notaryv1/connaisseur-testdata.txt");
    private static final Pattern BAR = Pattern.compile(" ?\\| ?");

    @RegisterExtension
    static final CorpusLedger LEDGER = CorpusLedger.of("connaisseur-notaryv1");

    /** One row of the table, whose head says what the columns are. */
    record Row(int line, List<String> cells) {
        String cell(int column) {
            return cells.get(column).strip();
        }

        @Override
        public String toString() {
            return line + " " + String.join(" ", cells);
        }
    }

    static Stream<Row> rows() throws IOException {
        assumeTrue(Files.isDirectory(DATA), "no connaisseur-testdata at " + DATA);
        List<String> lines = Files.readAllLines(TABLE).stream()
                .filter(line -> !line.startsWith("#"))
                .toList();
        return java.util.stream.IntStream.range(1, lines.size())
                .mapToObj(line -> new Row(line, List.of(BAR.split(lines.get(line), -1))));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void decides(Row row) throws IOException {
        try (NotaryLab lab = new NotaryLab()) {
            lab.server().put("registry.example/" + row.cell(0), files(row));
            lab.at(Instant.parse(row.cell(2)));
            lab.settings(new Settings.NotaryV1(Duration.ofDays(30), row.cell(5).equals("compare")));
            Validator validator = lab.validator(pins(row));
            RuleOptions options = NotaryLab.options(
                    row.cell(4).isEmpty() ? "default" : row.cell(4),
                    row.cell(6).isEmpty() ? List.of() : List.of(row.cell(6).split(" ")));
            String image = "registry.example/" + row.cell(0) + row.cell(7);

            if (row.cell(8).equals("deny")) {
                ValidationException refusal = lab.refused(validator, image, options);
                assertThat(refusal).hasMessageContaining(row.cell(10));
                assertThat(refusal.reason()).hasToString(row.cell(9));
                LEDGER.refused();
            } else {
                assertThat(lab.admitted(validator, image, options)).hasToString(row.cell(8));
                LEDGER.accepted();
            }
        }
    }

    /** No repository and no broken file is left out. */
    @Test
    void theTableIsComplete() throws IOException {
        assumeTrue(Files.isDirectory(DATA), "no connaisseur-testdata at " + DATA);
        String table = Files.readString(TABLE);
        try (Stream<Path> all = Files.list(DATA)) {
            List<String> names = all.map(path -> path.getFileName().toString())
                    .filter(name -> name.endsWith("-image") || name.endsWith(".json"))
                    .toList();
            assertThat(names).hasSize(8 + 7);
            assertThat(names).allSatisfy(name -> assertThat(table).contains(name));
        }
    }

    private static Map<String, byte[]> files(Row row) throws IOException {
        Path directory = DATA.resolve(row.cell(0));
        Map<String, byte[]> files = new HashMap<>();
        if (Files.isDirectory(directory)) {
            NotaryFixture.read(directory).forEach((name, bytes) -> files.put(name, compact(bytes)));
        }
        if (!row.cell(1).isEmpty()) {
            String[] swap = row.cell(1).split("=", -1);
            files.put(swap[0], compact(Files.readAllBytes(DATA.resolve(swap[1]))));
        }
        return files;
    }

    private static byte[] compact(byte[] json) {
        try (JsonReader reader = Json.createReader(new ByteArrayInputStream(json))) {
            return reader.readObject().toString().getBytes(StandardCharsets.UTF_8);
        } catch (JsonException e) {
            return json;
        }
    }

    private static Map<String, String> pins(Row row) throws IOException {
        Map<String, String> pins = new LinkedHashMap<>();
        for (String pin : row.cell(3).split(";", -1)) {
            String[] parts = pin.split("=", -1);
            pins.put(parts[0], pem(parts[1], row));
        }
        return pins;
    }

    private static String pem(String key, Row row) throws IOException {
        if (key.equals("own")) {
            return own(Files.readAllBytes(DATA.resolve(row.cell(0)).resolve("root.json")));
        }
        if (key.endsWith(".pub")) {
            return Files.readString(DATA.resolve("keys").resolve(key));
        }
        String[] parts = key.split(":", -1);
        ConfigSection config = ConfigDocument.parse(
                        parts[0], Files.readAllBytes(CONFIGS.resolve(parts[0])), new Problems(OnProblem.REFUSE))
                .orElseThrow();
        return config.sections("trustRoots").stream()
                .filter(root -> root.requiredString("name").equals(parts[1]))
                .findFirst()
                .orElseThrow()
                .requiredString("key");
    }

    /** The key of the root role's certificate, as PEM. */
    private static String own(byte[] root) {
        try (JsonReader reader = Json.createReader(new ByteArrayInputStream(root))) {
            JsonObject signed = reader.readObject().getJsonObject("signed");
            String id = signed.getJsonObject("roles")
                    .getJsonObject("root")
                    .getJsonArray("keyids")
                    .getString(0);
            byte[] certificate = Base64.getDecoder()
                    .decode(signed.getJsonObject("keys")
                            .getJsonObject(id)
                            .getJsonObject("keyval")
                            .getString("public"));
            byte[] spki = CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(certificate))
                    .getPublicKey()
                    .getEncoded();
            return "-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder().encodeToString(spki)
                    + "\n-----END PUBLIC KEY-----\n";
        } catch (CertificateException e) {
            throw new IllegalStateException(e);
        }
    }
}
