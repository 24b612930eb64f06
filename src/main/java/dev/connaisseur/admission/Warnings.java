package dev.connaisseur.admission;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * What kubectl shows beside an answer. The API server cuts a warning after 256 characters and drops what exceeds 4096 together, so
 * we do it ourselves and say so.
 */
final class Warnings {
    private static final int LENGTH = 249;
    private static final int MOST = 14;

    private Warnings() {}

    static String bounded(String warning) {
        return Printable.line(warning, LENGTH);
    }

    /** A denial as a warning: what is cut must be found by the id. */
    static String ofDenial(String denial, String id) {
        String end = DenialText.withId("", "", id);
        String text = denial.endsWith(end) ? denial.substring(0, denial.length() - end.length()) : denial;
        return Printable.line(text, LENGTH - end.length()) + end;
    }

    /** The warnings of all images, each once. */
    static List<String> of(List<Outcome> outcomes) {
        LinkedHashSet<String> all = new LinkedHashSet<>();
        outcomes.forEach(o -> o.warnings().forEach(w -> all.add(bounded(w))));
        if (all.size() <= MOST) {
            return List.copyOf(all);
        }
        List<String> some = new ArrayList<>(all.stream().limit(MOST).toList());
        some.add("… and " + (all.size() - MOST) + " more warnings");
        return some;
    }
}
