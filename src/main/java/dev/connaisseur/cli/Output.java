package dev.connaisseur.cli;

import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import jakarta.json.bind.JsonbConfig;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;

/** The same facts for people or for programs. */
enum Output {
    TEXT,
    JSON;

    /** Prints a report in this form. */
    void print(CommandSpec command, Object report, Supplier<List<String>> lines) {
        PrintWriter out = command.commandLine().getOut();
        switch (this) {
            case TEXT -> lines.get().forEach(out::println);
            case JSON -> {
                Jsonb jsonb = JsonbBuilder.create(new JsonbConfig().withFormatting(true));
                out.println(jsonb.toJson(report).strip());
            }
        }
        out.flush();
    }
}
