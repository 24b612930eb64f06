package dev.connaisseur.sigstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.CorpusLedger;
import dev.connaisseur.trust.IdentityMatcher;
import dev.connaisseur.trust.PublicKeys;
import dev.connaisseur.trust.TrustRoot;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bundles of sigstore's clients in Java, Python, Go and JavaScript, each with the verdict of the list that is checked in. */
class ClientBundlesTest {
    @RegisterExtension
    static final CorpusLedger LEDGER = CorpusLedger.of("sigstore-client-bundles");

    private static final Path VECTORS =
            Path.of(Optional.ofNullable(System.getenv("CONNAISSEUR_VECTORS")).orElse("../shared/vectors"));
    private static final Path LIST = Path.of("src/test/resources/sigstore/client-bundles.txt");
    private static final Map<String, String> ROOTS = Map.of(
            "production", "sigstore-root-signing/targets/trusted_root.json",
            "staging", "sigstore-root-signing-staging/targets/trusted_root.json");

    /**
     * One line of the list.
     *
     * @param trust {@code production}, {@code staging} or a file
     * @param key a public key, empty for keyless
     * @param verdict {@code accept}, a flaw, or {@code MALFORMED}
     */
    record Row(String bundle, String artifact, String trust, String key, String verdict) {
        @Override
        public String toString() {
            return bundle + ": " + verdict;
        }
    }

    static List<Row> rows() throws IOException {
        try (Stream<String> lines = Files.lines(LIST)) {
            return lines.filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split(" *\\| *", -1))
                    .map(cells -> new Row(cells[0], cells[1], cells[2], cells[3], cells[4]))
                    .toList();
        }
    }

    @Test
    void everyBundleIsInTheList() throws IOException {
        assumeTrue(Files.isDirectory(VECTORS), "no vectors at " + VECTORS);
        Set<String> found = new TreeSet<>();
        for (String client : List.of("sigstore-java", "sigstore-python", "sigstore-go", "sigstore-js")) {
            try (Stream<Path> all = Files.walk(VECTORS.resolve(client))) {
                all.filter(Files::isRegularFile)
                        .filter(ClientBundlesTest::isBundle)
                        .forEach(file -> found.add(VECTORS.relativize(file).toString()));
            }
        }
        assertThat(rows().stream().map(Row::bundle)).containsExactlyInAnyOrderElementsOf(found);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void rows(Row row) {
        assumeTrue(Files.isDirectory(VECTORS), "no vectors at " + VECTORS);
        String verdict = verdict(row);
        LEDGER.count(verdict.equals("accept"));
        assertThat(verdict).isEqualTo(row.verdict());
    }

    private static String verdict(Row row) {
        byte[] json = bytes(row.bundle());
        Artifact artifact = row.artifact().isEmpty() ? Artifact.of(hinted(json)) : Artifact.of(bytes(row.artifact()));
        TrustedRoot trusted = TrustedRoot.parse(bytes(ROOTS.getOrDefault(row.trust(), row.trust())));
        TrustRoot root = row.key().isEmpty()
                ? new TrustRoot.Keyless(
                        "anybody", IdentityMatcher.Regex.of(".*"), IdentityMatcher.Regex.of(".*"), Map.of())
                : new TrustRoot.Key("key", PublicKeys.parsePem(text(bytes(row.key()))));
        Demands demands = new Demands(true, true, false, Instant.parse("2026-11-21T00:00:00Z"));
        try {
            return new EvidenceCheck(trusted, demands)
                    .check(SigstoreBundle.parse(json, artifact), root)
                    .map(refusal -> refusal.flaw().name())
                    .orElse("accept");
        } catch (MalformedEvidenceException e) {
            return "MALFORMED";
        }
    }

    private static boolean isBundle(Path file) {
        String text = text(read(file));
        return text.contains("\"verificationMaterial\"") && text.contains("mediaType");
    }

    /** The digest that the bundle names, where the artifact itself is not there. */
    private static Digest hinted(byte[] json) {
        try (JsonReader reader = Json.createReader(new StringReader(text(json)))) {
            JsonObject message = reader.readObject().getJsonObject("messageSignature");
            byte[] digest = message == null
                    ? new byte[32]
                    : Base64.getDecoder()
                            .decode(message.getJsonObject("messageDigest").getString("digest"));
            return new Digest(HexFormat.of().formatHex(digest));
        } catch (JsonException e) {
            return Digest.of(new byte[0]);
        }
    }

    private static byte[] bytes(String file) {
        return read(VECTORS.resolve(file));
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
