package dev.connaisseur.validator.notation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connaisseur.validator.notation.CborValue.Items;
import dev.connaisseur.validator.notation.CborValue.Members;
import dev.connaisseur.validator.notation.CborValue.Octets;
import dev.connaisseur.validator.notation.CborValue.Tagged;
import dev.connaisseur.validator.notation.CborValue.Text;
import dev.connaisseur.validator.notation.CborValue.Whole;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Values from RFC 8949, appendix A, and what may not be read. */
class CborReaderTest {
    static Stream<Arguments> values() {
        return Stream.of(
                Arguments.of("00", new Whole(0)),
                Arguments.of("17", new Whole(23)),
                Arguments.of("1818", new Whole(24)),
                Arguments.of("190100", new Whole(256)),
                Arguments.of("1a00010000", new Whole(65536)),
                Arguments.of("1b000000e8d4a51000", new Whole(1_000_000_000_000L)),
                Arguments.of("20", new Whole(-1)),
                Arguments.of("3863", new Whole(-100)),
                Arguments.of("4401020304", new Octets(new byte[] {1, 2, 3, 4})),
                Arguments.of("6449455446", new Text("IETF")),
                Arguments.of("62c3bc", new Text("ü")),
                Arguments.of("80", new Items(List.of())),
                Arguments.of("83010203", new Items(List.of(new Whole(1), new Whole(2), new Whole(3)))),
                Arguments.of("a201020304", new Members(Map.of(new Whole(1), new Whole(2), new Whole(3), new Whole(4)))),
                Arguments.of("c11a514b67b0", new Tagged(1, new Whole(1_363_896_240L))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("values")
    void reads(String hex, CborValue value) {
        assertThat(CborReader.read(HexFormat.of().parseHex(hex))).isEqualTo(value);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "'', nothing",
        "0000, something after the value",
        "1817, a number not in its shortest form",
        "1900ff, a number not in its shortest form",
        "1b00000000ffffffff, a number not in its shortest form",
        "1bffffffffffffffff, a number too large for anything",
        "3bffffffffffffffff, a negative number too large for anything",
        "5f42010243030405ff, bytes of indefinite length",
        "7f657374726561646d696e67ff, text of indefinite length",
        "9fff, an array of indefinite length",
        "bf6346756ef563416d7421ff, a map of indefinite length",
        "1c, a reserved head",
        "a201020102, a key given twice",
        "a2616101616102, a key given twice",
        "a1410102, a key that is bytes",
        "a1800102, a key that is an array",
        "62c328, text that is not UTF-8",
        "616161, text that ends too late",
        "44010203, bytes that end too early",
        "830102, an array that ends too early",
        "9bffffffffffffff00, an array that cannot be",
        "9a7fffffff, an array that cannot be",
        "5b7fffffffffffffff, bytes that cannot be",
        "ba7fffffff, a map that cannot be",
        "f90000, a float",
        "f5, a truth value",
        "f6, null",
        "f7, undefined",
        "c1, a tag of nothing",
        "818181818181818181818100, too deep",
    })
    void refuses(String hex, String why) {
        byte[] cbor = HexFormat.of().parseHex(hex);

        assertThatThrownBy(() -> CborReader.read(cbor)).as(why).isInstanceOf(MalformedEnvelopeException.class);
    }
}
