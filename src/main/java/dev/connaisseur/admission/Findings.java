package dev.connaisseur.admission;

import dev.connaisseur.admission.Evidence.Source;
import dev.connaisseur.image.Digest;
import dev.connaisseur.image.ImageReference;
import dev.connaisseur.policy.RuleOptions.Mode;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.RequestContext;
import dev.connaisseur.validator.Trail;
import dev.connaisseur.validator.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the demands on one image have come to so far. Used by one thread at a time. */
final class Findings {
    private final ImageReference reference;
    private final RequestContext context;
    private final List<String> warnings;
    private final List<Trail.Look> looks = new ArrayList<>();
    private final List<Evidence.Inquiry> inquiries = new ArrayList<>();
    private final Set<Long> logIndexes = new LinkedHashSet<>();
    private Source source = Source.VALIDATOR;
    private Duration spent = Duration.ZERO;
    private final Set<String> signers = new LinkedHashSet<>();
    private Optional<Digest> digest;
    private boolean pinned;
    private @Nullable Ruling signedBy;
    private @Nullable Ruling approvedBy;
    private Outcome.@Nullable Denied tolerated;
    private Outcome.@Nullable Denied denied;

    Findings(ImageReference reference, RequestContext context, List<String> warnings) {
        this.reference = reference;
        this.context = context;
        this.warnings = new ArrayList<>(warnings);
        this.digest = reference.digest();
    }

    String image() {
        return reference.original();
    }

    RequestContext context() {
        return context;
    }

    ImageReference written() {
        return reference;
    }

    /** Notes how an answer was come by. */
    void heard(Demand demand, Verdicts.Answer answer, long begun, Duration more) {
        spent = spent.plus(more);
        looks.addAll(answer.looks());
        inquiries.add(new Evidence.Inquiry(demand.by(), answer.source(), begun, more, answer.parts()));
        source = answer.source().compareTo(source) > 0 ? answer.source() : source;
    }

    /** Notes that none came. */
    void unheard(Demand demand, long begun, Duration more) {
        spent = spent.plus(more);
        inquiries.add(new Evidence.Inquiry(demand.by(), Source.VALIDATOR, begun, more, List.of()));
    }

    Evidence evidence() {
        return new Evidence(spent, looks, source, List.copyOf(logIndexes), inquiries);
    }

    /** What the next validator is asked about. */
    ImageReference asked() {
        return digest.map(reference::pinnedTo).orElse(reference);
    }

    void approved(Demand demand) {
        approvedBy = demand.by();
    }

    void signed(Demand demand, Verdict.Signed verdict) {
        if (demand.mode() == Mode.INSECURE_VALIDATE_ONLY && reference.digest().isEmpty()) {
            warnings.add("image " + image() + " was verified but is not pinned to its digest: rule \""
                    + demand.rule().pattern() + "\" has mode " + demand.mode().written());
        }
        digest = Optional.of(verdict.digest());
        signers.addAll(verdict.signers());
        warnings.addAll(verdict.warnings());
        logIndexes.addAll(verdict.logIndexes());
        pinned |= demand.mode() == Mode.MUTATE;
        signedBy = signedBy == null ? demand.by() : signedBy;
    }

    /** Returns whether the image may still run: its rule only audits. */
    boolean refused(Demand demand, Reason reason, String text) {
        Outcome.Denied refusal = new Outcome.Denied(image(), demand.by(), reason, text, evidence(), warnings);
        if (demand.mode() != Mode.AUDIT) {
            denied = refusal;
            return false;
        }
        tolerated = tolerated == null ? refusal : tolerated;
        return true;
    }

    Outcome skipped(Ruling by, Skip skip) {
        if (skip == Skip.UNPINNED_CHILD) {
            warnings.add("image " + image() + " is approved because the object's owner names it, by no digest");
        }
        return new Outcome.Skipped(image(), by, skip, heard());
    }

    /** The outcome once no demand is open. */
    Outcome outcome() {
        if (denied != null) {
            return denied;
        }
        if (signedBy != null) {
            List<String> signedWith = List.copyOf(signers);
            return new Outcome.Verified(
                    reference, signedBy, digest.orElseThrow(), signedWith, pinned, evidence(), heard());
        }
        if (approvedBy != null) {
            return new Outcome.Approved(image(), approvedBy, heard());
        }
        if (tolerated != null) {
            return new Outcome.Tolerated(tolerated);
        }
        throw new IllegalStateException("nobody decided about image " + image());
    }

    private List<String> heard() {
        List<String> heard = new ArrayList<>(warnings);
        if (tolerated != null) {
            heard.add("audit: " + tolerated.text());
        }
        return heard;
    }
}
