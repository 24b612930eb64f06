package dev.connaisseur.config;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Words for messages: how a value is quoted, and which known key a wrong one comes near. */
final class Spelling {
    private static final int SHOWN = 10;

    private Spelling() {}

    /** The value between backticks, cut after a few characters: enough to find it, too little to leak it. */
    static String shown(String text) {
        return "`" + (text.length() > SHOWN ? text.substring(0, SHOWN - 3) + "..." : text) + "`";
    }

    /** What to do about a key that is not known. */
    static String remedy(String key, List<String> known) {
        Optional<String> near = known.stream()
                .min(Comparator.comparingInt(k -> distance(key, k)))
                .filter(k -> distance(key, k) <= 2);
        if (near.isPresent()) {
            return "Did you mean " + near.get() + "?";
        }
        return "Remove it; known here: " + String.join(", ", known) + ".";
    }

    /** Letters to change, add or drop, upper and lower case and {@code _} being the same. */
    private static int distance(String left, String right) {
        String a = plain(left);
        String b = plain(right);
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int corner = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = corner + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                corner = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }

    private static String plain(String key) {
        String cut = key.length() > 100 ? key.substring(0, 100) : key;
        return cut.replace("_", "").toLowerCase(java.util.Locale.ROOT);
    }
}
