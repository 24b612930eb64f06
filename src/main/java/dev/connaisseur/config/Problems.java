package dev.connaisseur.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Everything that is wrong with one configuration, collected while it is read, so that a user sees all of it at once. Used by one
 * thread while a configuration is loaded, then thrown away.
 */
public final class Problems {
    private final OnProblem onProblem;
    private final Set<Problem> all = new LinkedHashSet<>();

    public Problems(OnProblem onProblem) {
        this.onProblem = onProblem;
    }

    /** A value read twice reports its mistake once. */
    public void add(Problem problem) {
        all.add(problem);
    }

    /** Whether {@link #throwIfErrors} would throw. */
    public boolean hasErrors() {
        return all.stream().anyMatch(this::isError);
    }

    /** What keeps the configuration from being used, by file and line. */
    public List<Problem> errors() {
        return inOrder(true);
    }

    /** What is said but does not stop: warnings, and under {@code deny-rule} the rules that deny. */
    public List<Problem> warnings() {
        return inOrder(false);
    }

    /** Ends the loading: throws a {@link ConfigException} with all errors, if there are any. */
    public void throwIfErrors() {
        List<Problem> errors = errors();
        if (!errors.isEmpty()) {
            throw new ConfigException(errors);
        }
    }

    private boolean isError(Problem problem) {
        return switch (problem.severity()) {
            case ERROR -> true;
            case DEFERRED -> onProblem == OnProblem.REFUSE;
            case WARNING -> false;
        };
    }

    private List<Problem> inOrder(boolean errors) {
        List<String> files = all.stream().map(Problem::file).distinct().toList();
        List<Problem> chosen = new ArrayList<>();
        for (Problem problem : all) {
            if (isError(problem) == errors) {
                chosen.add(problem);
            }
        }
        chosen.sort(
                Comparator.comparingInt((Problem p) -> files.indexOf(p.file())).thenComparingInt(Problem::line));
        return List.copyOf(chosen);
    }
}
