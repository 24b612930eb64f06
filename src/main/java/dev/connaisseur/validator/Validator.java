package dev.connaisseur.validator;

import dev.connaisseur.image.ImageReference;
import dev.connaisseur.policy.RuleOptions;
import java.util.List;

/** One configured verifier. Immutable, shared by all requests of a generation. */
public interface Validator extends AutoCloseable {
    /** The name that policy rules use. */
    String name();

    /** The configured type, a metric label: {@code static}, {@code cosign}, {@code notaryv1}, {@code notation}. */
    String type();

    /**
     * What can never work with these options (a trust root that is not there or not usable, a threshold above the number of
     * signers). Called once per rule while loading.
     *
     * @return sentences that name option and remedy; empty if all is well
     */
    List<RuleProblem> check(RuleOptions options);

    /**
     * Verifies one image. Looks up what it needs inside {@code context.deadline()}.
     *
     * @throws ValidationException if the image is refused or nothing could be found out
     */
    Verdict validate(ImageReference image, RuleOptions options, RequestContext context);

    /**
     * Whose credentials a verification uses: what is found in one scope is never told in another.
     *
     * @return empty where everybody's are the same
     */
    default String scope(RequestContext context) {
        return "";
    }

    /** What this validator relies on and ends one day, as far as it is known now. Asks nobody. */
    default List<Expiry> expiries() {
        return List.of();
    }

    /**
     * The configuration that this belongs to has been put in force. What is needed from elsewhere may be fetched from now on, in the
     * background: this waits for nothing.
     */
    default void begin() {}

    /** Frees what this validator holds; called when the last request of its generation has ended. */
    @Override
    default void close() {}

    /**
     * A rule that cannot work.
     *
     * @param option the option inside {@code with}, e.g. {@code trustRoot}
     * @param what the sentence, in the original's words where it has some
     * @param remedy what to change
     */
    record RuleProblem(String option, String what, String remedy) {}
}
