package dev.connaisseur.config;

/**
 * One thing that is wrong in a configuration file.
 *
 * @param file the file as it was given
 * @param path where in the file, {@code validators[0].trustRoots[1].key}; empty for the file as a whole
 * @param line counted from 1; 0 where there is no line to name
 * @param what what is wrong, in the original's words where it has some; without a full stop
 * @param remedy what to do, a sentence; may be empty
 */
public record Problem(Severity severity, String file, String path, int line, String what, String remedy) {

    /** How much a problem matters. */
    public enum Severity {
        /** The configuration is not used. */
        ERROR,
        /** The original would start and deny later: see {@link OnProblem}. */
        DEFERRED,
        /** Named in the log; the configuration is used. */
        WARNING
    }

    /** {@code <file>:<line> <path>: <what>. <remedy>} */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(file);
        if (line > 0) {
            text.append(':').append(line);
        }
        if (!path.isEmpty()) {
            text.append(' ').append(path);
        }
        text.append(": ").append(what);
        if (!remedy.isEmpty()) {
            text.append(what.endsWith(".") ? " " : ". ").append(remedy);
        }
        return text.toString();
    }
}
