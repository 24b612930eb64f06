package dev.connaisseur.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.connaisseur.testing.CorpusLedger;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The key agreement files of Wycheproof, used for their public keys: each is read by the key loader only. */
class WycheproofKeyTest {
    @RegisterExtension
    static final CorpusLedger LEDGER = CorpusLedger.of("wycheproof-keys");

    private static final Path VECTORS = Path.of(
                    Optional.ofNullable(System.getenv("CONNAISSEUR_VECTORS")).orElse("../shared/vectors"))
            .resolve("wycheproof/testvectors_v1");

    private final Map<String, Integer> counts = new TreeMap<>();

    @Test
    void malformedKeysAreRefusedAndGoodOnesRead() throws IOException {
        assumeTrue(Files.isDirectory(VECTORS), "no Wycheproof vectors at " + VECTORS);
        List<Path> files;
        try (Stream<Path> all = Files.list(VECTORS)) {
            files = all.filter(file -> file.getFileName().toString().startsWith("ecdh_"))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            run(file);
        }

        // "Acceptable" keys are compressed, spell out their curve, or are DER or PEM with a flaw: all of them are
        // refused.
        assertThat(counts)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "valid accepted",
                        2834,
                        "invalid refused",
                        239,
                        "invalid accepted, of another curve",
                        13,
                        "acceptable refused",
                        1148));
    }

    private void run(Path file) throws IOException {
        JsonObject document;
        try (JsonReader reader = Json.createReader(Files.newBufferedReader(file))) {
            document = reader.readObject();
        }
        for (JsonObject group : document.getJsonArray("testGroups").getValuesAs(JsonObject.class)) {
            String curve = group.getString("curve");
            boolean pem = group.getString("encoding").equals("pem");
            for (JsonObject test : group.getJsonArray("tests").getValuesAs(JsonObject.class)) {
                String fate = read(test.getString("public"), pem, curve);
                LEDGER.count(fate.startsWith("accepted"));
                counts.merge(test.getString("result") + " " + fate, 1, Integer::sum);
            }
        }
    }

    private static String read(String text, boolean pem, String curve) {
        try {
            PublicKey key = pem
                    ? PublicKeys.parsePem(text)
                    : PublicKeys.parseSpki(HexFormat.of().parseHex(text));
            String other = EcCurve.of((ECPublicKey) key).orElseThrow().name().replace("_", "");
            return curve.contains(other.substring(1)) ? "accepted" : "accepted, of another curve";
        } catch (UnusableKeyException e) {
            return "refused";
        }
    }
}
