package dev.connaisseur.policy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;

/**
 * How closely a pattern describes an image that it matches. Pattern and name are split at every slash and compared from the left; the
 * greater one wins.
 *
 * @param components the pattern's components: the more, the greater
 * @param prefixes for each component how far pattern and name are literally the same, where a wildcard is a plain character: the first
 *     difference decides
 * @param lengths for each component the length of the pattern in bytes, wildcards included: the first difference decides
 */
public record Specificity(int components, List<Integer> prefixes, List<Integer> lengths)
        implements Comparable<Specificity> {
    private static final Comparator<Specificity> ORDER = Comparator.comparingInt(Specificity::components)
            .thenComparing(Specificity::prefixes, Specificity::compareInOrder)
            .thenComparing(Specificity::lengths, Specificity::compareInOrder);

    public Specificity {
        prefixes = List.copyOf(prefixes);
        lengths = List.copyOf(lengths);
    }

    /**
     * Weighs a pattern.
     *
     * @param pattern as written, without the implied wildcards of the floating match
     * @param name {@code registry/repository[:tag][@digest]}
     */
    public static Specificity of(String pattern, String name) {
        String[] parts = pattern.split("/", -1);
        String[] nameParts = name.split("/", -1);
        List<Integer> prefixes = new ArrayList<>();
        List<Integer> lengths = new ArrayList<>();
        for (int i = 0; i < parts.length; i++) {
            // A slash inside braces may leave the name with fewer components: the missing ones are empty.
            prefixes.add(commonPrefix(parts[i], i < nameParts.length ? nameParts[i] : ""));
            lengths.add(parts[i].getBytes(StandardCharsets.UTF_8).length);
        }
        return new Specificity(parts.length, prefixes, lengths);
    }

    @Override
    public int compareTo(Specificity other) {
        return ORDER.compare(this, other);
    }

    private static int commonPrefix(String a, String b) {
        int i = 0;
        while (i < a.length() && i < b.length() && a.charAt(i) == b.charAt(i)) {
            i++;
        }
        return i;
    }

    private static int compareInOrder(List<Integer> left, List<Integer> right) {
        Iterator<Integer> other = right.iterator();
        for (int mine : left) {
            int order = Integer.compare(mine, other.next());
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }
}
