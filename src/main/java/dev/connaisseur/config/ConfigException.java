package dev.connaisseur.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that cannot be used. The message lists all that is wrong, one problem per line. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    public ConfigException(List<Problem> problems) {
        super("Config has " + problems.size() + (problems.size() == 1 ? " error:\n" : " errors:\n")
                + problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** Every error, in the order of files and lines. */
    public List<Problem> problems() {
        return problems;
    }
}
