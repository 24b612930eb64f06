package dev.connaisseur.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RequestTimeoutTest {

    @ParameterizedTest(name = "timeout={0} gives us {1} ms")
    @CsvSource({
        "30s,29000",
        "10s,9000",
        "29s,28000",
        "2s,1000",
        "1s,500",
        "0s,500",
        "1m,29000",
        "1m5s,29000",
        "99999s,29000",
        "'',29000",
        "10,29000",
        "-5s,29000",
        "1e9s,29000",
        "nonsense,29000",
        "10s;drop,29000"
    })
    void answersASecondBeforeTheApiServerGivesUp(String timeout, long milliseconds) {
        assertThat(RequestTimeout.span(timeout)).isEqualTo(Duration.ofMillis(milliseconds));
    }

    @Test
    void withoutATimeoutTheDefaultOfThirtySecondsIsMeant() {
        assertThat(RequestTimeout.span(null)).isEqualTo(Duration.ofSeconds(29));
    }
}
