package dev.connaisseur.admission;

import dev.connaisseur.kubernetes.AdmissionPhase;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The latest decisions, for whoever asks why. Bounded, in memory, lost with the process. */
public final class DecisionJournal {
    private final int capacity;
    private final Deque<DecisionRecord> newestFirst = new ArrayDeque<>();

    public DecisionJournal(int capacity) {
        this.capacity = capacity;
    }

    /** Keeps a decision; a rehearsal leaves no trace, and neither does a final object with which all is well. */
    public synchronized void add(DecisionRecord decision) {
        boolean confirmed = decision.phase().equals(AdmissionPhase.VALIDATING.written()) && decision.message() == null;
        if (decision.dryRun() || confirmed || capacity == 0) {
            return;
        }
        if (newestFirst.size() == capacity) {
            newestFirst.removeLast();
        }
        newestFirst.addFirst(decision);
    }

    /** The latest decisions, newest first. */
    public synchronized List<DecisionRecord> latest(int most) {
        return newestFirst.stream().limit(most).toList();
    }

    /** The latest decision with this id. */
    public synchronized Optional<DecisionRecord> find(String id) {
        return newestFirst.stream().filter(d -> d.id().equals(id)).findFirst();
    }

    synchronized List<DecisionRecord> all() {
        return new ArrayList<>(newestFirst);
    }
}
