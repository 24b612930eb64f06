package dev.connaisseur.boot;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;

final class SelfTestTest {
    @Test
    void thisPlatformTellsGoodFromBad() {
        assertThatCode(SelfTest::run).doesNotThrowAnyException();
    }
}
