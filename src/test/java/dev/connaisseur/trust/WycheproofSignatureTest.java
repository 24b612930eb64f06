package dev.connaisseur.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.connaisseur.testing.CorpusLedger;
import dev.connaisseur.trust.SignatureAlgorithm.Encoding;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The signature files of Wycheproof through the class that an admission calls, each case with the algorithm that its file names,
 * below the pairing of keys and hashes.
 *
 * @see <a href="https://github.com/C2SP/wycheproof">Wycheproof</a>
 */
class WycheproofSignatureTest {
    @RegisterExtension
    static final CorpusLedger LEDGER = CorpusLedger.of("wycheproof-signatures");

    private static final Path VECTORS = Path.of(
                    Optional.ofNullable(System.getenv("CONNAISSEUR_VECTORS")).orElse("../shared/vectors"))
            .resolve("wycheproof/testvectors_v1");

    private static final HexFormat HEX = HexFormat.of();

    /** What became of a case. */
    private enum Fate {
        ACCEPTED,
        REFUSED,
        /** No key of this kind is accepted at all: secp256k1, brainpool, Ed448. */
        UNSUPPORTED_CURVE,
        /** SHA-1, or RSA under 2048 bits: refused though a case may be valid. */
        TOO_WEAK
    }

    private final Map<Fate, Integer> fates = new EnumMap<>(Fate.class);
    private final List<String> wronglyAccepted = new ArrayList<>();
    private final Set<String> wronglyRefused = new TreeSet<>();
    private int executed;
    private int weakButValid;

    @Test
    void everyCaseIsDecidedAsLabelled() throws IOException {
        assumeTrue(Files.isDirectory(VECTORS), "no Wycheproof vectors at " + VECTORS);
        List<Path> files;
        try (Stream<Path> all = Files.list(VECTORS)) {
            files = all.filter(file -> file.getFileName().toString().matches("(ecdsa|ed25519|ed448|rsa)_.*"))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            run(file);
        }
        assertThat(wronglyAccepted).isEmpty();
        assertThat(executed).isEqualTo(12_040);
        assertThat(knownCornerCases()).as("valid cases that some JDKs refuse").containsAll(wronglyRefused);
        assertThat(fates)
                .containsEntry(Fate.UNSUPPORTED_CURVE, 1_300)
                .containsEntry(Fate.TOO_WEAK, 465)
                .containsEntry(Fate.ACCEPTED, 4_180 - wronglyRefused.size())
                .containsEntry(Fate.REFUSED, 6_095 + wronglyRefused.size());
        assertThat(weakButValid).isEqualTo(255);
    }

    /** Signatures whose r wrapped past the order: JDK 17 refuses 22 of them, they do not occur by chance. */
    private static Set<String> knownCornerCases() throws IOException {
        Path list = VECTORS.resolve("../../own-oracle-results/jdk17.0.15-wycheproof-deviations.txt");
        try (Stream<String> lines = Files.lines(list)) {
            Set<String> known = lines.map(String::strip)
                    .filter(line -> line.startsWith("FALSE-REJECT "))
                    .map(line -> line.substring("FALSE-REJECT ".length()))
                    .collect(Collectors.toSet());
            assertThat(known).hasSize(22);
            return known;
        }
    }

    private void run(Path file) throws IOException {
        JsonObject document;
        try (JsonReader reader = Json.createReader(Files.newBufferedReader(file))) {
            document = reader.readObject();
        }
        for (JsonObject group : document.getJsonArray("testGroups").getValuesAs(JsonObject.class)) {
            Optional<Fate> refused = Optional.empty();
            Optional<PublicKey> key = Optional.empty();
            Optional<SignatureAlgorithm> algorithm = algorithm(file, group);
            try {
                key = Optional.of(PublicKeys.parseSpki(spki(group)));
            } catch (UnusableKeyException e) {
                refused = Optional.of(
                        file.toString().matches(".*(secp256k1|brainpool|ed448).*")
                                ? Fate.UNSUPPORTED_CURVE
                                : Fate.TOO_WEAK);
            }
            if (refused.isEmpty() && algorithm.isEmpty()) {
                refused = Optional.of(Fate.TOO_WEAK);
            }
            for (JsonObject test : group.getJsonArray("tests").getValuesAs(JsonObject.class)) {
                Fate fate =
                        refused.isPresent() ? refused.get() : decide(key.orElseThrow(), algorithm.orElseThrow(), test);
                count(file, test, fate);
            }
        }
    }

    private static Fate decide(PublicKey key, SignatureAlgorithm algorithm, JsonObject test) {
        byte[] message = HEX.parseHex(test.getString("msg"));
        byte[] signature = HEX.parseHex(test.getString("sig"));
        return SignatureCheck.verify(key, algorithm, message, signature) ? Fate.ACCEPTED : Fate.REFUSED;
    }

    private void count(Path file, JsonObject test, Fate fate) {
        executed++;
        LEDGER.count(fate == Fate.ACCEPTED);
        fates.merge(fate, 1, Integer::sum);
        String result = test.getString("result");
        String name = file.getFileName() + " tc" + test.getInt("tcId");
        if (fate == Fate.ACCEPTED && result.equals("invalid")) {
            wronglyAccepted.add(name);
        } else if (fate == Fate.REFUSED && result.equals("valid")) {
            wronglyRefused.add(name);
        } else if (fate == Fate.TOO_WEAK && result.equals("valid")) {
            weakButValid++;
        }
    }

    private static Optional<SignatureAlgorithm> algorithm(Path file, JsonObject group) {
        String name = file.getFileName().toString();
        if (name.startsWith("ed")) {
            return Optional.of(SignatureAlgorithm.ED25519);
        }
        Optional<Hash> hash = hash(group.getString("sha"));
        if (name.startsWith("ecdsa")) {
            Encoding encoding = name.contains("p1363") ? Encoding.P1363 : Encoding.DER;
            return hash.map(h -> SignatureAlgorithm.ecdsa(h, encoding));
        }
        if (!name.contains("pss")) {
            return hash.map(SignatureAlgorithm::rsaPkcs1);
        }
        Optional<Hash> mask = hash(group.getString("mgfSha"));
        return hash.flatMap(h -> mask.map(m -> new SignatureAlgorithm.RsaPss(h, m, group.getInt("sLen"))));
    }

    private static Optional<Hash> hash(String name) {
        return Arrays.stream(Hash.values())
                .filter(hash -> hash.jcaName().equals(name.toUpperCase(Locale.ROOT)))
                .findFirst();
    }

    /** Keys that are bound to RSASSA-PSS are rewritten as plain RSA keys: the cases are about signatures. */
    private static byte[] spki(JsonObject group) throws IOException {
        String pkcs1 = group.getString("publicKeyAsn", group.getString("keyAsn", ""));
        if (!pkcs1.isEmpty()) {
            return new SubjectPublicKeyInfo(
                            new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                            HEX.parseHex(pkcs1))
                    .getEncoded("DER");
        }
        return HEX.parseHex(group.getString("publicKeyDer"));
    }
}
