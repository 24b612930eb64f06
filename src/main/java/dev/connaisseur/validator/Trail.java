package dev.connaisseur.validator;

import java.util.ArrayList;
import java.util.List;

/**
 * What a verification looked at on its way, for people who ask why. No decision is ever made from it. Any thread may add; beyond a
 * bound nothing more is kept.
 */
public final class Trail {
    private static final int MOST = 30;
    private static final int LENGTH = 300;

    private final List<Look> looks = new ArrayList<>();
    private int more;

    /**
     * One thing that was looked at.
     *
     * @param at where it was found, e.g. {@code .sig tag}
     * @param by whom it was held against, e.g. the name of a trust root
     * @param found what came out, a sentence without full stop
     */
    public record Look(String at, String by, String found) {}

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
