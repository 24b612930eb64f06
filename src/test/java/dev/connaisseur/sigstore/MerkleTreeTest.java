package dev.connaisseur.sigstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.connaisseur.testing.CorpusLedger;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The proofs of transparency-dev/merkle.
 *
 * @see <a href="https://github.com/transparency-dev/merkle">transparency-dev/merkle</a>
 */
class MerkleTreeTest {
    @RegisterExtension
    static final CorpusLedger LEDGER = CorpusLedger.of("merkle");

    private static final Path VECTORS = Path.of(
                    Optional.ofNullable(System.getenv("CONNAISSEUR_VECTORS")).orElse("../shared/vectors"))
            .resolve("transparency-dev-merkle/testdata");

    @Test
    void everyProofIsDecidedAsLabelled() throws IOException {
        assumeTrue(Files.isDirectory(VECTORS), "no Merkle vectors at " + VECTORS);
        List<Path> files;
        try (Stream<Path> all = Files.walk(VECTORS)) {
            files = all.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
        int accepted = 0;
        for (Path file : files) {
            JsonObject proof;
            try (JsonReader reader = Json.createReader(Files.newBufferedReader(file))) {
                proof = reader.readObject();
            }
            boolean holds = file.toString().contains("/inclusion/") ? inclusion(proof) : consistency(proof);
            LEDGER.count(holds);
            accepted += holds ? 1 : 0;
            assertThat(holds).as("%s", file).isEqualTo(!proof.getBoolean("wantErr"));
        }
        assertThat(files).hasSize(196);
        assertThat(accepted).isEqualTo(12);
    }

    @Test
    void hugeNumbersAndProofsEndAtOnce() {
        Bytes hash = Bytes.of(new byte[32]);
        List<Bytes> long64 = Stream.generate(() -> hash).limit(65).toList();

        assertThat(MerkleTree.includes(hash, Long.MAX_VALUE - 1, Long.MAX_VALUE, long64, hash))
                .isFalse();
        assertThat(MerkleTree.includes(hash, -1, 5, List.of(), hash)).isFalse();
        assertThat(MerkleTree.includes(hash, 0, 0, List.of(), hash)).isFalse();
        assertThat(MerkleTree.includes(hash, 0, -1, List.of(), hash)).isFalse();
        assertThat(MerkleTree.includes(hash, 0, 1, List.of(), hash))
                .as("a tree of one leaf")
                .isTrue();
    }

    private static boolean inclusion(JsonObject proof) {
        // The files hold unsigned numbers up to 2^64 - 1: what does not fit is no place in any tree of ours.
        Optional<Long> index = number(proof, "leafIdx");
        Optional<Long> size = number(proof, "treeSize");
        return index.isPresent()
                && size.isPresent()
                && MerkleTree.includes(
                        bytes(proof, "leafHash"), index.get(), size.get(), hashes(proof), bytes(proof, "root"));
    }

    private static boolean consistency(JsonObject proof) {
        Optional<Long> first = number(proof, "size1");
        Optional<Long> second = number(proof, "size2");
        return first.isPresent()
                && second.isPresent()
                && MerkleTree.consistent(
                        first.get(), bytes(proof, "root1"), second.get(), bytes(proof, "root2"), hashes(proof));
    }

    private static Optional<Long> number(JsonObject proof, String name) {
        var number = proof.getJsonNumber(name).bigIntegerValue();
        return number.bitLength() < Long.SIZE ? Optional.of(number.longValue()) : Optional.empty();
    }

    private static Bytes bytes(JsonObject proof, String name) {
        JsonValue value = proof.getOrDefault(name, JsonValue.NULL);
        return value instanceof JsonString text ? Bytes.of(Base64.getDecoder().decode(text.getString())) : Bytes.NONE;
    }

    private static List<Bytes> hashes(JsonObject proof) {
        JsonValue value = proof.getOrDefault("proof", JsonValue.NULL);
        return value instanceof JsonArray array
                ? array.getValuesAs(JsonString.class).stream()
                        .map(text -> Bytes.of(Base64.getDecoder().decode(text.getString())))
                        .toList()
                : List.of();
    }
}
