package dev.connaisseur.cli;

import dev.connaisseur.boot.NotaryMemory;
import dev.connaisseur.config.Settings;
import dev.connaisseur.image.ImageReference;
import dev.connaisseur.image.InvalidReferenceException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code connaisseur trust}: what was seen of notary servers. */
@Command(
        name = "trust",
        mixinStandardHelpOptions = true,
        description = "Changes what was seen of notary servers.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = TrustCommand.Forget.class)
final class TrustCommand {

    /** {@code connaisseur trust forget}: lets a notary that was restored from a backup offer older versions again. */
    @Command(
            name = "forget",
            mixinStandardHelpOptions = true,
            description = {
                "Has every running replica forget which versions of trust data it has seen until now, so that a notary server",
                "that was restored from a backup is believed again. The replicas hear of it through the Redis that they share."
            })
    static final class Forget implements Callable<Integer> {
        private static final int LONGEST = 255;

        @Option(
                names = "--server",
                paramLabel = "HOST",
                description = "The notary server as validators name it; default is all of them.")
        private String server = "";

        @Parameters(paramLabel = "REPOSITORY", description = "For example docker.io/acme/app; default is all of them.")
        private List<String> repositories = List.of();

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            Settings settings = new ConfigurationOptions().settings();
            NotaryMemory memory = new NotaryMemory(settings, InstantSource.system());
            PrintWriter out = spec.commandLine().getOut();
            PrintWriter err = spec.commandLine().getErr();
            String address = address();
            List<ImageReference> images = images();
            if (!settings.notaryv1().rollbackMemory().isPositive()) {
                out.println("nothing to forget: nothing is remembered (connaisseur.notaryv1.rollbackMemory)");
                return ExitCode.FINE;
            }
            if (!memory.isShared()) {
                err.println("nothing was done: each replica remembers by itself, as they share no Redis (REDIS_HOST)."
                        + " Restart the pods: a new process begins without memory.");
                return ExitCode.DENIED;
            }
            try {
                List<String> mistakes = memory.forget(address, images);
                mistakes.forEach(mistake -> err.println("nothing was done: " + mistake));
                if (mistakes.isEmpty()) {
                    out.println("forgotten: what was seen until now of " + what(images) + " on "
                            + (address.isEmpty() ? "every notary server" : address));
                }
                return mistakes.isEmpty() ? ExitCode.FINE : ExitCode.DENIED;
            } catch (IOException e) {
                err.println("nothing was done: " + e.getMessage());
                return ExitCode.UNDECIDED;
            }
        }

        private String what(List<ImageReference> images) {
            return images.isEmpty() ? "every repository" : String.join(", ", repositories);
        }

        private List<ImageReference> images() {
            List<ImageReference> images = new ArrayList<>();
            for (String repository : repositories) {
                try {
                    images.add(ImageReference.parse(repository));
                } catch (InvalidReferenceException e) {
                    throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
                }
            }
            return images;
        }

        /** As a validator's {@code host} becomes an address. */
        private String address() {
            if (server.isEmpty()) {
                return "";
            }
            String address = (server.contains("://") ? server : "https://" + server).replaceAll("/+$", "");
            try {
                if (new URI(address).getHost() != null && address.length() <= LONGEST) {
                    return address;
                }
            } catch (URISyntaxException e) {
                throw new ParameterException(spec.commandLine(), server + " is not the address of a server", e);
            }
            throw new ParameterException(spec.commandLine(), server + " is not the address of a server");
        }
    }
}
