package dev.connaisseur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What {@code trust forget} says where there is no Redis. With one: {@code interop.SharedVerdictsIT}. */
class TrustCommandTest {
    @Test
    void withoutRedisARestartForgets() {
        Answer answer = forget("--server", "notary.example", "docker.io/acme/app");
        assertThat(answer.text())
                .contains("nothing was done")
                .contains("REDIS_HOST")
                .contains("Restart the pods");
        assertThat(answer.exit()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "--server=http://; is not the address of a server",
                "--server=a b; is not the address of a server",
                "UPPER/Case; UPPER/Case",
                "--host=x; Unknown option"
            })
    void wrongUsageIsRefusedBeforeAnythingElse(String argument, String text) {
        Answer answer = forget(argument);
        assertThat(answer.text()).contains(text);
        assertThat(answer.exit()).isEqualTo(2);
    }

    private static Answer forget(String... arguments) {
        StringWriter out = new StringWriter();
        CommandLine commands =
                ConnaisseurCli.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
        String[] all = new String[arguments.length + 2];
        all[0] = "trust";
        all[1] = "forget";
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        int exit = ConnaisseurCli.run(commands, all);
        return new Answer(exit, out.toString());
    }

    private record Answer(int exit, String text) {}
}
