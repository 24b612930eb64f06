package dev.connaisseur.sigstore;

import dev.connaisseur.sigstore.Evidence.Format;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Checks what came from Rekor: entries by logs that are believed, proved, and about this very signature. */
final class LogCheck {
    private final List<TransparencyLog> logs;
    private final List<Instant> stamps;
    private final Instant now;

    /**
     * Prepares the checks.
     *
     * @param stamps times that authorities vouched for, by which a log without a clock is judged
     * @param now by which it is judged where there are none
     */
    LogCheck(List<TransparencyLog> logs, List<Instant> stamps, Instant now) {
        this.logs = logs;
        this.stamps = List.copyOf(stamps);
        this.now = now;
    }

    /**
     * At least one entry must hold; the others, wherever somebody put them, decide nothing.
     *
     * @param verifiers the DER of the certificates or keys that an entry may name the signer by
     * @return when the logs promised it, for the entries that hold; empty for Rekor v2
     * @throws RefusedException if no entry holds
     */
    List<Instant> times(Evidence evidence, List<Bytes> verifiers) {
        if (evidence.entries().isEmpty()) {
            throw new RefusedException(Flaw.NO_LOG_ENTRY, "a signature has no entry of a transparency log");
        }
        List<Instant> times = new ArrayList<>();
        Optional<RefusedException> refused = Optional.empty();
        boolean held = false;
        for (LogEntry entry : evidence.entries()) {
            try {
                check(entry, evidence, verifiers).ifPresent(times::add);
                held = true;
            } catch (RefusedException e) {
                refused = Optional.of(e);
            }
        }
        if (!held) {
            throw refused.orElseThrow();
        }
        return times;
    }

    private Optional<Instant> check(LogEntry entry, Evidence evidence, List<Bytes> verifiers) {
        TransparencyLog log = logs.stream()
                .filter(known -> known.id().equals(entry.logId()))
                .findFirst()
                .orElseThrow(() -> flaw("an entry is of a transparency log that is not trusted"));
        boolean promised = entry.promise().length() > 0;
        if (promised && !entry.promisedBy(log)) {
            throw flaw("an entry's signed timestamp is not by the transparency log");
        }
        if (!promised && evidence.format() != Format.BUNDLE) {
            throw flaw("an entry has no signed timestamp of the transparency log");
        }
        checkProof(entry, evidence.format(), log);
        Optional<Instant> time = promised ? entry.integratedTime() : Optional.empty();
        List<Instant> judged = time.map(List::of).orElse(stamps.isEmpty() ? List.of(now) : stamps);
        if (!judged.stream().allMatch(log.validFor()::holds)) {
            throw flaw("an entry is of a time at which its transparency log was not trusted");
        }
        try {
            if (!LogBody.parse(entry.body()).isAbout(evidence, verifiers)) {
                throw flaw("an entry of the transparency log is about another signature");
            }
        } catch (MalformedEvidenceException e) {
            throw new RefusedException(Flaw.LOG_ENTRY, String.valueOf(e.getMessage()), e);
        }
        return time;
    }

    private static void checkProof(LogEntry entry, Format format, TransparencyLog log) {
        if (entry.proof().isEmpty()) {
            if (format == Format.BUNDLE) {
                throw flaw("an entry has no proof that it is in the transparency log");
            }
            return;
        }
        LogEntry.Proof proof = entry.proof().get();
        // The first bundles had proofs without a checkpoint, which show nothing: the promise stands for itself.
        boolean shows = format == Format.BUNDLE || proof.checkpoint().isPresent();
        if (shows && !proof.holds(entry.body(), log)) {
            throw flaw("an entry's proof that it is in the transparency log is wrong");
        }
    }

    private static RefusedException flaw(String text) {
        return new RefusedException(Flaw.LOG_ENTRY, text);
    }
}
