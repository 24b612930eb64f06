package dev.connaisseur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What {@code migrate} says about values files as they are found in the wild. */
class MigrateCommandTest {
    private static final String VALUES = "src/test/resources/chart/values/";
    private static final Path GOLDEN = Path.of("src/test/resources/chart/migration");

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"team, 1", "enterprise, 1", "small, 0"})
    void listsWhatToChangeAndWhatDiffers(String values, int exit) throws IOException {
        Answer answer = migrate(VALUES + values + ".yaml");
        Path golden = GOLDEN.resolve(values + ".txt");
        if ("write".equals(System.getProperty("golden"))) {
            Files.writeString(golden, answer.text());
        }
        assertThat(answer.text()).isEqualTo(Files.readString(golden));
        assertThat(answer.exit()).isEqualTo(exit);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "policy: []; policy: is where Connaisseur 2 had it. Move it to application.policy.; 1",
                "kubernetes: {deployment: {resources: {limits: {memory: 511Mi}}}}; memory: 511Mi is too little; 1",
                "kubernetes: {deployment: {resources: {limits: {memory: 512Mi}}}}; 0 to change; 0",
                "kubernetes: {deployment: {resources: {limits: {memory: 536870911}}}}; is too little; 1",
                "kubernetes: {deployment: {resources: {limits: {memory: 1G}}}}; 0 to change; 0",
                "kubernetes: {deployment: {image: {tag: v3.9.1}}}; v3.9.1 is a version of Connaisseur 3.x; 1",
                "kubernetes: {deployment: {image: {tag: v1.0.0}}}; 0 to change; 0",
                "application: {validators: [{name: a, type: cosign, auth: {username: u, password: p}}]}; are for no registry; 1",
                "application: {validators: [{name: a, type: notaryv1, auth: {username: u, password: p}}]}; asks notary.docker.io; 0",
                "a: {; yaml:; 1",
                "[]; cannot unmarshal !!seq into map; 1"
            })
    void knowsWhatTheChartRefuses(String values, String text, int exit) throws IOException {
        Answer answer = migrate(
                Files.writeString(directory.resolve("values.yaml"), values).toString());
        assertThat(answer.text()).contains(text);
        assertThat(answer.exit()).isEqualTo(exit);
    }

    @Test
    void saysTheSameToPrograms() {
        assertThat(migrate("--output=json", VALUES + "small.yaml").text())
                .contains("\"change\": [", "\"differs\": [", "small.yaml:30 application.alerts");
    }

    @Test
    void saysWhichFileItCannotRead() {
        Answer answer = migrate("nowhere.yaml");
        assertThat(answer.exit()).isEqualTo(2);
        assertThat(answer.text()).contains("nowhere.yaml cannot be read");
    }

    private static Answer migrate(String... arguments) {
        StringWriter out = new StringWriter();
        CommandLine commands =
                ConnaisseurCli.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
        String[] all = new String[arguments.length + 1];
        all[0] = "migrate";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        int exit = ConnaisseurCli.run(commands, all);
        return new Answer(exit, out.toString());
    }

    private record Answer(int exit, String text) {}
}
