package dev.connaisseur.cache;

import dev.connaisseur.http.LookupException;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.ValidationException;
import dev.connaisseur.validator.Verdict;
import java.util.Optional;

/** What a validator came to about one image, as a value: it can be waited for by many, remembered and sent. */
public sealed interface Judgement {

    record Signed(Verdict.Signed verdict) implements Judgement {
        @Override
        public boolean undecided() {
            return false;
        }
    }

    /**
     * A no, or nothing found out.
     *
     * @param lookup what kept the validator from finding out, if it was that
     */
    record Refused(Reason reason, String message, Optional<LookupException> lookup) implements Judgement {
        /** A refusal with its words alone. */
        public Refused(Reason reason, String message) {
            this(reason, message, Optional.empty());
        }

        @Override
        public boolean undecided() {
            return reason.undecided();
        }
    }

    /** True where nothing was found out about the image. */
    boolean undecided();

    /** The value of what a validator threw. */
    static Refused of(ValidationException refusal) {
        Optional<LookupException> lookup = Optional.empty();
        Throwable cause = refusal.getCause();
        for (int i = 0; i < 10 && cause != null && lookup.isEmpty(); i++) {
            if (cause instanceof LookupException found) {
                lookup = Optional.of(found);
            }
            cause = cause.getCause();
        }
        return new Refused(refusal.reason(), String.valueOf(refusal.getMessage()), lookup);
    }
}
