package dev.connaisseur.admission;

import dev.connaisseur.kubernetes.AdmissionPhase;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * What a decision rests on.
 *
 * @param id names configuration, images, rules and causes together: whoever tries again gets the same one
 * @param policy fingerprint of the configuration
 * @param phase when it was asked
 * @param outcomes in the order in which the object names the images first; empty where it came not so far
 */
public record Grounds(
        String id, String policy, AdmissionPhase phase, Mode mode, Result result, List<Outcome> outcomes) {
    private static final int ID_LENGTH = 8;

    public Grounds {
        outcomes = List.copyOf(outcomes);
    }

    /** How strictly a request is held to the policy. */
    public enum Mode {
        ENFORCE("enforce"),
        /** What would be denied is admitted with a warning. */
        DETECTION("detection"),
        /** The same for this request, because only pods are denied. */
        PODS_ONLY("podsOnly"),
        /** The same, because the validating phase only warns. */
        WARN("warn"),
        /** The validating phase looks at nothing. */
        OFF("off");

        private final String written;

        Mode(String written) {
            this.written = written;
        }

        /** As evidence names it. */
        public String written() {
            return written;
        }
    }

    /** The category that alerts and logs use. */
    public enum Result {
        SUCCESS,
        /** Nothing had to be verified again. */
        SKIP,
        ERROR,
        TIMEOUT,
        /** The object is no workload. */
        INVALID;

        /** As evidence names it. */
        public String written() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @param cause what decided where no image did */
    static Grounds of(
            String policy, AdmissionPhase phase, Mode mode, Result result, String cause, List<Outcome> outcomes) {
        MessageDigest sha256 = sha256();
        // Whoever repeats a request gets the same id although a cache answers now.
        add(sha256, policy, (result == Result.SKIP ? Result.SUCCESS : result).name(), cause);
        for (Outcome o : outcomes) {
            add(sha256, o.image(), o.by().pattern(), o.by().validator(), cause(o));
        }
        String id = HexFormat.of().formatHex(sha256.digest()).substring(0, ID_LENGTH);
        return new Grounds(id, policy, phase, mode, result, outcomes);
    }

    private static String cause(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Verified v -> v.digest().toString();
            case Outcome.Approved a -> "approved";
            case Outcome.Skipped s -> s.skip().name();
            case Outcome.Tolerated t -> "tolerated " + t.refusal().reason();
            case Outcome.Refusal r -> r.reason().name();
        };
    }

    private static void add(MessageDigest sha256, String... parts) {
        for (String part : parts) {
            byte[] utf8 = part.getBytes(StandardCharsets.UTF_8);
            sha256.update((utf8.length + ":").getBytes(StandardCharsets.US_ASCII));
            sha256.update(utf8);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
