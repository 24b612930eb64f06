package dev.connaisseur.cli;

/** What a shell script can tell apart. */
final class ExitCode {
    /** Admitted, or nothing is wrong. */
    static final int FINE = 0;

    /** Denied, or the configuration cannot be used. */
    static final int DENIED = 1;

    /** Nothing was found out: something did not answer. Picocli itself gives 2 for wrong usage. */
    static final int UNDECIDED = 3;

    private ExitCode() {}
}
