package dev.connaisseur.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Row 82: what a Redis announces costs nothing before it is known to be small. */
class BoundedRepliesTest {
    private static InputStream replies(String text) {
        return new BoundedReplies(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    /** Five times as much as one reply may be, in replies that may be; anything else passes unchanged. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "+OK\r\n",
                "-WRONGTYPE is 12345678901234567890 no length\r\n",
                ":99999999999999999999\r\n",
                "$5\r\nhello\r\n",
                "$5\r\n$9999\r\n",
                "$0\r\n\r\n",
                "$-1\r\n",
                "*0\r\n",
                "*-1\r\n",
                "*2\r\n*2\r\n:1\r\n$2\r\n*9\r\n%1\r\n+a\r\n*1\r\n_\r\n",
                "*8\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n:2\r\n:3\r\n:4\r\n:5\r\n:6\r\n:7\r\n:8\r\n",
                "HTTP/1.1 200 OK\r\n"
            })
    void honestRepliesPass(String reply) throws IOException {
        String many = reply.repeat(5 * BoundedReplies.LONGEST / reply.length());
        assertThat(new String(replies(many).readAllBytes(), StandardCharsets.ISO_8859_1))
                .isEqualTo(many);
        InputStream single = replies(reply + reply);
        for (char expected : (reply + reply).toCharArray()) {
            assertThat(single.read()).isEqualTo(expected);
        }
        assertThat(single.read()).isEqualTo(-1);
    }

    private static Stream<String> announced() {
        String element = "$" + "9".repeat(5) + "\r\n" + "x".repeat(99_999) + "\r\n";
        return Stream.of(
                "$2000000000\r\n",
                "$99999999999999999999999\r\n",
                "$1048577\r\n",
                "=1048577\r\n",
                "!1048577\r\n",
                "*20001\r\n",
                "~20001\r\n",
                ">2000000000\r\n",
                "%10001\r\n",
                "|10001\r\n",
                "*1\r\n$2000000000\r\n",
                "*1\r\n".repeat(BoundedReplies.DEPTH + 1),
                "*2\r\n:1\r\n".repeat(BoundedReplies.DEPTH + 1),
                "+" + "x".repeat(BoundedReplies.LONGEST),
                "*11\r\n" + element.repeat(11),
                "$5\r\nhello\r\n$2000000000\r\n");
    }

    @ParameterizedTest
    @MethodSource("announced")
    void whatIsTooLargeIsRefusedWhereItIsAnnounced(String reply) {
        assertThatIOException()
                .isThrownBy(() -> replies(reply).readAllBytes())
                .withMessageStartingWith("Redis announces a reply ");
    }
}
