package dev.connaisseur.admission;

import dev.connaisseur.cache.Judgement.Refused;
import dev.connaisseur.http.LookupException;
import dev.connaisseur.kubernetes.ImagePosition;
import dev.connaisseur.kubernetes.InvalidWorkloadException;
import dev.connaisseur.validator.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What people read who were refused. The first sentence is always the original's, so that whoever greps for it still finds it. */
final class DenialText {
    /** Beyond this, texts of further images are only counted. */
    private static final int LIMIT = 900;

    private DenialText() {}

    /** A denial with the one thing to do and the id under which everything about it is found. */
    static String withId(String text, String remedy, String id) {
        boolean ended = text.endsWith(".") || text.endsWith("]") || text.endsWith(")");
        return text + (remedy.isEmpty() ? "" : (ended ? " " : ". ") + remedy) + " (id " + id + ")";
    }

    static String noRule(String image) {
        return "no matching rule for image " + name(image);
    }

    static String noValidator(String name, Ruling by) {
        return "validator \"" + Printable.line(name, LIMIT) + "\" not found" + suffix(by);
    }

    static String staticDeny(String image, Ruling by) {
        return "static deny for image " + name(image) + " using rule " + by.pattern() + suffix(by);
    }

    /**
     * A validator's no.
     *
     * @param spent how long it took to say so
     */
    static String refused(String image, Ruling by, Refused refusal, Duration spent) {
        String cause = refusal.message();
        String text = "error during " + by.type() + " validation of image " + name(image) + ": " + sentence(cause);
        if (unsigned(refusal.reason())) {
            text += " Unable to find signed digest for image " + name(image) + ".";
        } else if (refusal.reason().undecided()) {
            text += " Could not decide: " + undecided(refusal, by, spent) + ".";
        }
        return Printable.line(text, LIMIT) + suffix(by);
    }

    /** The final object names by a tag what was to be pinned. */
    static String notPinned(String image, Ruling by) {
        return "image " + name(image) + " names no digest, though its rule pins images: it was written after they were"
                + " verified" + suffix(by);
    }

    static String internalError(String image, Ruling by) {
        return "internal error while validating image " + name(image)
                + ". Could not decide: see the log of Connaisseur." + suffix(by);
    }

    static String broken(String uid) {
        return "internal error while deciding admission request " + Printable.line(uid, 100);
    }

    static String undecodable(String which, InvalidWorkloadException cause) {
        return Printable.line("error decoding " + which + " workload object: " + cause.getMessage(), LIMIT);
    }

    /** A rule that can never admit denies instead. */
    static String unusable(String why, Ruling by) {
        return Printable.line(why, LIMIT) + suffix(by);
    }

    static String tooManyImages(int images, int limit) {
        return "the object names " + images + " different images, more than the " + limit
                + " that one request may name";
    }

    static String timedOut(String uid, int decided, int images) {
        return "validation of admission request " + Printable.line(uid, 100) + " timed out after validating " + decided
                + "/" + images + " images";
    }

    /** The text of one refused image among others. */
    static String of(Outcome.Refusal refused) {
        return switch (refused) {
            case Outcome.Denied denied -> denied.text();
            case Outcome.TimedOut late -> timedOut(late.image(), late.by());
        };
    }

    /** The same with the volumes in which the image stands, for those are easily overlooked. */
    static String of(Outcome.Refusal refused, List<ImagePosition> positions) {
        String volumes = positions.stream()
                .filter(ImagePosition::isVolume)
                .limit(3)
                .map(p -> "\"" + Printable.line(p.name(), 63) + "\"")
                .collect(Collectors.joining(", "));
        return of(refused) + (volumes.isEmpty() ? "" : " (image volume " + volumes + ")");
    }

    private static String timedOut(String image, Ruling by) {
        return "validation of image " + name(image) + " timed out" + suffix(by);
    }

    /** One text for a request, of {@code images} different images; at least one of them is refused. */
    static String together(List<String> refusals, int images) {
        if (refusals.size() == 1) {
            return refusals.getFirst();
        }
        String head = refusals.size() + " of " + images + " images refused: ";
        List<String> shown = new ArrayList<>();
        int length = head.length();
        for (String refusal : refusals) {
            length += refusal.length() + (shown.isEmpty() ? 0 : 2);
            if (length > LIMIT) {
                break;
            }
            shown.add(refusal);
        }
        if (shown.isEmpty()) {
            shown.add(Printable.line(refusals.getFirst(), LIMIT - head.length()));
        }
        int more = refusals.size() - shown.size();
        return head + String.join("; ", shown) + (more > 0 ? "; … and " + more + " more" : "");
    }

    private static String name(String image) {
        return Printable.line(image, 300);
    }

    private static String sentence(String text) {
        return text.endsWith(".") ? text : text + ".";
    }

    private static String suffix(Ruling by) {
        if (by.pattern().isEmpty()) {
            return "";
        }
        String validator = by.validator().isEmpty() ? "" : ", validator " + Printable.line(by.validator(), 100);
        return " [rule \"" + Printable.line(by.pattern(), 300) + "\"" + validator + "]";
    }

    /** Whether nobody whom we trust has signed this image, as far as we can see. */
    private static boolean unsigned(Reason reason) {
        return switch (reason) {
            case NO_SIGNATURE,
                    UNTRUSTED_SIGNER,
                    OTHER_IMAGE,
                    MALFORMED_SIGNATURE,
                    LOG,
                    CERTIFICATE,
                    IDENTITY,
                    EXPIRED,
                    REVOKED,
                    TIMESTAMP -> true;
            default -> false;
        };
    }

    private static String undecided(Refused refusal, Ruling by, Duration spent) {
        String what = refusal.lookup().map(LookupException::host).orElse("validator " + by.validator());
        if (refusal.reason() == Reason.TIMED_OUT) {
            return what + " did not answer within " + Math.max(1, Math.round(spent.toMillis() / 1000.0)) + " s";
        }
        if (refusal.lookup().isEmpty()) {
            return what + " could not find out";
        }
        return switch (refusal.lookup().get().kind()) {
            case UNREACHABLE -> what + " could not be reached";
            case UNTRUSTED_TLS -> "the certificate of " + what + " is not trusted";
            case FORBIDDEN -> what + " may not be asked";
            default -> what + " answered with an error";
        };
    }
}
