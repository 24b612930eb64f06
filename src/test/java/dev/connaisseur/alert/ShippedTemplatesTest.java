package dev.connaisseur.alert;

import static dev.connaisseur.alert.AlertBench.tell;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.alert.AlertEvent.Category;
import dev.connaisseur.json.StrictJson;
import dev.connaisseur.testing.AlertReceiver;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the templates of the chart send is what their services take, also for the longest and the most hostile request. */
final class ShippedTemplatesTest {
    private static final Path TEMPLATES = Path.of("helm/alert_payload_templates");

    private static final String HOSTILE =
            "<!channel> <@U1> @here @channel @everyone \"}]} {{ cluster }} ${jndi:ldap://x/} </script>\\u202e **b** [a](http://x) ";

    /** The limits that the services document, by template. */
    private static final Map<String, Consumer<JsonObject>> SCHEMAS = Map.of(
            "opsgenie", ShippedTemplatesTest::opsgenie,
            "slack", ShippedTemplatesTest::slack,
            "msteams", ShippedTemplatesTest::teams,
            "keybase", ShippedTemplatesTest::keybase,
            "ecs-1-12-0", ShippedTemplatesTest::ecs);

    @TempDir
    private Path root;

    static Stream<String> templates() {
        return SCHEMAS.keySet().stream().sorted();
    }

    @Test
    void thereIsACheckForEachTemplate() throws IOException {
        try (Stream<Path> files = Files.list(TEMPLATES)) {
            assertThat(files.map(file -> file.getFileName().toString().replace(".json", "")))
                    .containsExactlyInAnyOrderElementsOf(SCHEMAS.keySet());
        }
    }

    @ParameterizedTest
    @MethodSource("templates")
    void isWhatItsServiceTakes(String template) throws Exception {
        for (AlertEvent event : List.of(
                new AlertEvent(Category.REJECT, "success", "CONNAISSEUR admitted a request", "", "", "", List.of()),
                AlertBench.refusal("no signatures found"),
                new AlertEvent(
                        Category.REJECT,
                        "error",
                        HOSTILE.repeat(200),
                        HOSTILE.repeat(200),
                        HOSTILE.repeat(5),
                        "u".repeat(253),
                        List.of(HOSTILE.repeat(2), HOSTILE.repeat(100))))) {
            JsonObject sent = sent(template, event);
            requireNonNull(SCHEMAS.get(template)).accept(sent);
            assertThat(texts(sent))
                    .allSatisfy(text -> assertThat(text)
                            .as("nobody is called")
                            .doesNotContain("<!channel", "<@U1", "@here", "@channel", "@everyone"));
        }
    }

    private JsonObject sent(String template, AlertEvent event) throws Exception {
        try (AlertReceiver receiver = AlertReceiver.open();
                AlertBench bench = new AlertBench(root)) {
            bench.template(template, Files.readString(TEMPLATES.resolve(template + ".json")));
            Alerts alerts = bench.oneReceiver(template, receiver.url("/"), ", failIfAlertSendingFails: true");
            assertThat(bench.problems.errors()).isEmpty();
            assertThat(tell(alerts, event)).isEmpty();
            AlertReceiver.Alert alert = receiver.next();
            assertThat(alert.headers()).containsEntry("Content-Type", "application/json");
            return StrictJson.parseObject(alert.body().getBytes(StandardCharsets.UTF_8));
        }
    }

    /** docs.opsgenie.com/docs/alert-api: create alert. */
    private static void opsgenie(JsonObject alert) {
        assertThat(alert.keySet())
                .isEqualTo(Set.of(
                        "message",
                        "alias",
                        "description",
                        "responders",
                        "visibleTo",
                        "actions",
                        "tags",
                        "details",
                        "entity",
                        "priority"));
        assertThat(alert.getString("message")).isNotBlank().hasSizeLessThanOrEqualTo(130);
        assertThat(alert.getString("alias")).hasSizeLessThanOrEqualTo(512);
        assertThat(alert.getString("description")).hasSizeLessThanOrEqualTo(15_000);
        assertThat(alert.getString("entity")).hasSizeLessThanOrEqualTo(512);
        assertThat(alert.getString("priority")).matches("P[1-5]");
        assertThat(alert.getJsonObject("details").keySet())
                .isEqualTo(Set.of("pod", "cluster", "namespace", "alert_created", "request_id"));
        assertThat(alert.getJsonObject("details").values()).allMatch(JsonString.class::isInstance);
        assertThat(alert.getJsonObject("details").toString()).hasSizeLessThanOrEqualTo(8000);
    }

    /** api.slack.com/reference/block-kit/blocks#section. */
    private static void slack(JsonObject message) {
        assertThat(message.keySet()).isEqualTo(Set.of("text", "blocks"));
        JsonArray blocks = message.getJsonArray("blocks");
        assertThat(blocks).hasSizeLessThanOrEqualTo(50);
        for (JsonObject block : blocks.getValuesAs(JsonObject.class)) {
            assertThat(block.getString("type")).isEqualTo("section");
            if (block.containsKey("text")) {
                plainText(block.getJsonObject("text"), 3000);
            } else {
                assertThat(block.getJsonArray("fields")).hasSizeBetween(1, 10);
                block.getJsonArray("fields").getValuesAs(JsonObject.class).forEach(field -> plainText(field, 2000));
            }
        }
    }

    private static void plainText(JsonObject text, int most) {
        assertThat(text.getString("type")).as("no markup is read in it").isEqualTo("plain_text");
        assertThat(text.getString("text")).hasSizeBetween(1, most);
    }

    /** adaptivecards.io/schemas/adaptive-card.json, in the envelope of a workflow's web hook; at most 28 KB. */
    private static void teams(JsonObject message) {
        assertThat(message.getString("type")).isEqualTo("message");
        JsonObject attachment = message.getJsonArray("attachments").getJsonObject(0);
        assertThat(attachment.getString("contentType")).isEqualTo("application/vnd.microsoft.card.adaptive");
        JsonObject card = attachment.getJsonObject("content");
        assertThat(card.getString("type")).isEqualTo("AdaptiveCard");
        assertThat(card.getString("version")).isEqualTo("1.4");
        assertThat(message.toString().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(28 << 10);
        for (JsonObject element : card.getJsonArray("body").getValuesAs(JsonObject.class)) {
            if (element.getString("type").equals("TextBlock")) {
                assertThat(element.getString("text"))
                        .as("only our own words may be markup")
                        .startsWith("Connaisseur: ");
            } else {
                assertThat(element.getString("type")).isEqualTo("RichTextBlock");
                assertThat(element.getJsonArray("inlines").getValuesAs(JsonObject.class))
                        .allMatch(run -> run.getString("type").equals("TextRun"));
            }
        }
    }

    /** keybase.io/docs/bots: a web hook bot posts the member msg. */
    private static void keybase(JsonObject message) {
        assertThat(message.keySet()).isEqualTo(Set.of("msg"));
        assertThat(message.getString("msg")).isNotBlank().hasSizeLessThanOrEqualTo(10_000);
    }

    /** elastic.co/guide/en/ecs/1.12: names, types and allowed values of the fields that are set. */
    private static void ecs(JsonObject event) {
        assertThat(Instant.parse(event.getString("@timestamp"))).isEqualTo(AlertBench.NOW);
        assertThat(event.getJsonObject("ecs").getString("version")).isEqualTo("1.12.0");
        assertThat(event.getString("message")).isNotBlank();
        JsonObject kind = event.getJsonObject("event");
        assertThat(kind.getString("kind")).isEqualTo("alert");
        assertThat(kind.getJsonArray("category").getString(0)).isEqualTo("configuration");
        assertThat(kind.getJsonArray("type").getString(0)).isIn("access", "change", "creation", "deletion", "info");
        assertThat(kind.getJsonNumber("severity").isIntegral()).isTrue();
        assertThat(event.getJsonObject("orchestrator").getJsonObject("cluster").getString("name"))
                .isNotBlank();
    }

    private static Stream<String> texts(JsonValue value) {
        return switch (value) {
            case JsonObject object -> object.values().stream().flatMap(ShippedTemplatesTest::texts);
            case JsonArray array -> array.stream().flatMap(ShippedTemplatesTest::texts);
            case JsonString text -> Stream.of(text.getString());
            default -> Stream.empty();
        };
    }
}
