package dev.connaisseur.cli;

import dev.connaisseur.config.ConfigException;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The command line: the server's engine without the server.
 *
 * @see ExitCode
 */
@Command(
        name = "connaisseur",
        mixinStandardHelpOptions = true,
        versionProvider = ConnaisseurCli.Version.class,
        description = "Decides about container images as the admission controller does.",
        subcommands = {ExplainCommand.class, ConfigCommand.class, MigrateCommand.class, TrustCommand.class},
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:admitted, or nothing is wrong",
            "1:denied, or the configuration cannot be used",
            "2:wrong usage",
            "3:could not decide, or nothing was done: something did not answer"
        })
public final class ConnaisseurCli {
    /** What our rooms log is for servers; held, as java.util.logging forgets loggers that nobody holds. */
    private static final Logger ROOMS = Logger.getLogger("dev.connaisseur");

    private ConnaisseurCli() {}

    public static void main(String[] arguments) {
        ROOMS.setLevel(Level.OFF);
        System.exit(run(commandLine(), arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new ConnaisseurCli()).setCaseInsensitiveEnumValuesAllowed(true);
    }

    static int run(CommandLine commands, String... arguments) {
        return commands.setExecutionExceptionHandler((failure, command, parsed) -> {
                    if (failure instanceof ConfigException problems) {
                        command.getErr().println(problems.getMessage());
                        return ExitCode.DENIED;
                    }
                    throw failure;
                })
                .execute(arguments);
    }

    /** The version that the build wrote into the jar. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = ConnaisseurCli.class.getPackage().getImplementationVersion();
            return new String[] {"Connaisseur for Open Liberty " + (version == null ? "(development)" : version)};
        }
    }
}
