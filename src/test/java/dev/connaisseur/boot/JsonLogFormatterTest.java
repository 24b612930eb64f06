package dev.connaisseur.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.json.StrictJson;
import jakarta.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonLogFormatterTest {

    @Test
    void writesTheOriginalsMembersFirst() {
        LogRecord line = line(Level.WARNING, "hello");
        line.setParameters(new Object[] {Map.of("uid", "u-1")});
        assertThat(new JsonLogFormatter(false).format(line))
                .isEqualTo("{\"level\":\"warning\",\"msg\":\"hello\",\"time\":\"2026-01-31T13:45:01Z\",\"uid\":\"u-1\","
                        + "\"logger\":\"dev.connaisseur.test\"}\n");
    }

    @Test
    void indentsForPeople() {
        assertThat(new JsonLogFormatter(true).format(line(Level.INFO, "hello")))
                .startsWith("{\n  \"level\": \"info\",\n");
    }

    @ParameterizedTest
    @CsvSource({"SEVERE,error", "WARNING,warning", "INFO,info", "CONFIG,debug", "FINE,debug"})
    void namesLevelsAsTheOriginal(String level, String name) {
        assertThat(read(line(Level.parse(level), "x")).getString("level")).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"},{\"level\":\"info\",\"msg\":\"forged",
                "two\nlines",
                "carriage\rreturn",
                "bell\u0007 and escape \u001b[2J",
                "right to left \u202e gnp.exe",
                "line separator \u2028 and paragraph separator \u2029",
                "zero width \u200b and byte order mark \ufeff",
                "C1 control \u009b31m",
                "a lone surrogate \ud800!",
                "braces {0} and ${jndi:ldap://x}"
            })
    void holdsHostileTextInOneLine(String hostile) {
        String text = new JsonLogFormatter(false).format(line(Level.INFO, hostile));
        assertThat(text.strip()).doesNotContain("\n").doesNotContainPattern("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]");
        if (hostile.codePoints().noneMatch(c -> c >= 0xD800 && c <= 0xDFFF)) {
            assertThat(StrictJson.parseObject(text.strip().getBytes(StandardCharsets.UTF_8))
                            .getString("msg"))
                    .isEqualTo(hostile);
        }
    }

    @Test
    void aMembersNameNeverReplacesOurs() {
        LogRecord line = line(Level.INFO, "ours");
        line.setParameters(new Object[] {Map.of("msg", "theirs", "level", "theirs")});
        assertThat(read(line).getString("msg")).isEqualTo("ours");
    }

    @Test
    void isBounded() {
        assertThat(read(line(Level.INFO, "x".repeat(1_000_000))).getString("msg"))
                .hasSize(8193)
                .endsWith("…");
    }

    @Test
    void showsWhereAFailureCameFrom() {
        LogRecord line = line(Level.SEVERE, "broken");
        line.setThrown(new IllegalStateException("because"));
        assertThat(read(line).getString("stack")).contains("because").contains("JsonLogFormatterTest");
    }

    @ParameterizedTest
    @CsvSource({"debug,5", "info,4", "warn,3", "error,2", "fatal,1", "loud,4"})
    void levelsSayWhatIsWritten(String level, int lines) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ProcessLog log = ProcessLog.to(out, level, "json", () -> {});
        Logger room = Logger.getLogger("dev.connaisseur.test");
        room.fine("1");
        log.info("2");
        log.warning("3");
        room.severe("4");
        log.fatal("5");
        assertThat(out.toString(StandardCharsets.UTF_8).lines()).hasSize(lines);
    }

    private static JsonObject read(LogRecord line) {
        return StrictJson.parseObject(
                new JsonLogFormatter(false).format(line).strip().getBytes(StandardCharsets.UTF_8));
    }

    private static LogRecord line(Level level, String message) {
        LogRecord line = new LogRecord(level, message);
        line.setLoggerName("dev.connaisseur.test");
        line.setInstant(Instant.parse("2026-01-31T13:45:01.987Z"));
        return line;
    }
}
