package dev.connaisseur.admission;

import dev.connaisseur.validator.Trail;
import jakarta.json.bind.annotation.JsonbPropertyOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One image of a {@link DecisionRecord}, as JSON. Members that do not apply are absent.
 *
 * @param verdict {@code verified}, {@code approved}, {@code skipped}, {@code tolerated}, {@code denied} or {@code undecided}
 * @param logIndexes where the signatures stand in the transparency log, if that was demanded
 * @param reason name of a {@link dev.connaisseur.validator.Reason}
 * @param skip why it was not verified again
 * @param text what kubectl shows about it
 * @param millis how long validators took
 * @param looked what they looked at
 */
@JsonbPropertyOrder({
    "image",
    "verdict",
    "rule",
    "validator",
    "type",
    "trustRoot",
    "digest",
    "signers",
    "logIndexes",
    "reason",
    "skip",
    "text",
    "millis",
    "looked"
})
public record ImageFacts(
        String image,
        String verdict,
        @Nullable String rule,
        @Nullable String validator,
        @Nullable String type,
        @Nullable String trustRoot,
        @Nullable String digest,
        @Nullable List<String> signers,
        @Nullable List<Long> logIndexes,
        @Nullable String reason,
        @Nullable String skip,
        @Nullable String text,
        @Nullable Long millis,
        @Nullable List<Trail.Look> looked) {
    private static final int NAME = 300;

    static ImageFacts of(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Verified v ->
                facts(v, "verified", v.evidence(), given(v.evidence().source().text()))
                        .signed(v);
            case Outcome.Approved a -> facts(a, "approved", Evidence.NONE, null);
            case Outcome.Skipped s ->
                facts(s, "skipped", Evidence.NONE, s.skip().text());
            case Outcome.Tolerated t -> of(t.refusal()).withVerdict("tolerated");
            case Outcome.Refusal r ->
                facts(
                                r,
                                r.reason().undecided() ? "undecided" : "denied",
                                r.evidence(),
                                given(r.evidence().source().text()))
                        .refused(r.reason().name(), DenialText.of(r));
        };
    }

    private static ImageFacts facts(Outcome outcome, String verdict, Evidence evidence, @Nullable String skip) {
        Ruling by = outcome.by();
        boolean asked = !evidence.spent().isZero();
        return new ImageFacts(
                Printable.line(outcome.image(), NAME),
                verdict,
                given(by.pattern()),
                given(by.validator()),
                by.validator().isEmpty() ? null : by.type(),
                given(by.trustRoot()),
                null,
                null,
                null,
                null,
                skip,
                null,
                asked ? evidence.spent().toMillis() : null,
                evidence.looks().isEmpty() ? null : evidence.looks());
    }

    private ImageFacts signed(Outcome.Verified v) {
        List<Long> logged = v.evidence().logIndexes();
        return new ImageFacts(
                image,
                verdict,
                rule,
                validator,
                type,
                trustRoot,
                v.digest().toString(),
                v.signers(),
                logged.isEmpty() ? null : logged,
                null,
                skip,
                null,
                millis,
                looked);
    }

    private ImageFacts refused(String why, String inWords) {
        return new ImageFacts(
                image, verdict, rule, validator, type, trustRoot, null, null, null, why, skip, inWords, millis, looked);
    }

    private ImageFacts withVerdict(String other) {
        return new ImageFacts(
                image,
                other,
                rule,
                validator,
                type,
                trustRoot,
                digest,
                signers,
                logIndexes,
                reason,
                skip,
                text,
                millis,
                looked);
    }

    /** The same without what fills lines. */
    ImageFacts brief() {
        return new ImageFacts(
                image,
                verdict,
                rule,
                validator,
                type,
                trustRoot,
                digest,
                signers,
                logIndexes,
                reason,
                skip,
                null,
                null,
                null);
    }

    private static @Nullable String given(String text) {
        return text.isEmpty() ? null : Printable.line(text, NAME);
    }
}
