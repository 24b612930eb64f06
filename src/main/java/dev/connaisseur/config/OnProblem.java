package dev.connaisseur.config;

/** What happens with a rule that can never admit anything: {@code connaisseur.config.on-problem}. */
public enum OnProblem {
    /** The configuration is refused. */
    REFUSE,
    /** The configuration is used with a warning, and the images of such a rule are denied. */
    DENY_RULE
}
