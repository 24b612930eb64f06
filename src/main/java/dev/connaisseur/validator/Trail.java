package dev.connaisseur.validator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a verification looked at on its way and how long its parts took, for people who ask why. No decision is ever made from it. Any
 * thread may add; beyond a bound nothing more is kept.
 */
public final class Trail {
    private static final int MOST = 30;
    private static final int LENGTH = 300;

    private final List<Look> looks = new ArrayList<>();
    private final List<Begun> begun = new ArrayList<>();
    private int more;

    /**
     * One thing that was looked at.
     *
     * @param at where it was found, e.g. {@code .sig tag}
     * @param by whom it was held against, e.g. the name of a trust root
     * @param found what came out, a sentence without full stop
     */
    public record Look(String at, String by, String found) {}

    /**
     * One part of the way.
     *
     * @param begun when, by {@link System#nanoTime()}
     */
    public record Part(Stage stage, long begun, Duration spent) {}

    private record Begun(Stage stage, long at) {}

    /** Another part begins, and the one before has ended. */
    public void begin(Stage stage) {
        synchronized (looks) {
            if (begun.size() < MOST) {
                begun.add(new Begun(stage, System.nanoTime()));
            }
        }
    }

    /** The parts, if the last one ends now. */
    public List<Part> parts() {
        long end = System.nanoTime();
        synchronized (looks) {
            List<Part> parts = new ArrayList<>();
            for (int i = 0; i < begun.size(); i++) {
                long next = i + 1 < begun.size() ? begun.get(i + 1).at() : end;
                Begun part = begun.get(i);
                parts.add(new Part(part.stage(), part.at(), Duration.ofNanos(next - part.at())));
            }
            return List.copyOf(parts);
        }
    }

    /** Notes one thing. */
    public void looked(String at, String by, String found) {
        Look look = new Look(at, by, found.length() > LENGTH ? found.substring(0, LENGTH) : found);
        synchronized (looks) {
            if (looks.size() < MOST) {
                looks.add(look);
            } else {
                more++;
            }
        }
    }

    /** What has been noted so far. */
    public List<Look> looks() {
        synchronized (looks) {
            List<Look> all = new ArrayList<>(looks);
            if (more > 0) {
                all.add(new Look("", "", "and " + more + " more"));
            }
            return List.copyOf(all);
        }
    }
}
