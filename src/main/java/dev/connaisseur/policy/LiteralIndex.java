package dev.connaisseur.policy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the few patterns of many that a name can match at all, so that the cost of a decision does not grow with the number of rules:
 * each pattern is filed under one short piece of text that a matching name must hold, the piece that is rarest in the policy.
 */
final class LiteralIndex {
    /** Characters of a piece: eight bits each in one number. */
    private static final int PIECE = 6;

    private final Map<Long, List<Integer>> byPiece = new HashMap<>();
    /** Patterns without a literal text of that length. */
    private final BitSet always = new BitSet();

    /**
     * Files patterns.
     *
     * @param literals for each pattern the texts that a matching name holds
     */
    LiteralIndex(List<List<String>> literals) {
        Map<Long, Integer> frequency = new HashMap<>();
        for (List<String> texts : literals) {
            pieces(texts).forEach(piece -> frequency.merge(piece, 1, Integer::sum));
        }
        for (int i = 0; i < literals.size(); i++) {
            int pattern = i;
            pieces(literals.get(i)).stream()
                    .min((a, b) -> Integer.compare(frequency.getOrDefault(a, 0), frequency.getOrDefault(b, 0)))
                    .ifPresentOrElse(
                            piece -> byPiece.computeIfAbsent(piece, p -> new ArrayList<>())
                                    .add(pattern),
                            () -> always.set(pattern));
        }
    }

    /** The patterns that may match this name, by their place. */
    BitSet candidates(String name) {
        BitSet candidates = (BitSet) always.clone();
        for (long piece : pieces(List.of(name))) {
            byPiece.getOrDefault(piece, List.of()).forEach(candidates::set);
        }
        return candidates;
    }

    private static List<Long> pieces(List<String> texts) {
        List<Long> pieces = new ArrayList<>();
        for (String text : texts) {
            long piece = 0;
            for (int i = 0; i < text.length(); i++) {
                piece = ((piece << 8) | (text.charAt(i) & 0xff)) & ((1L << (8 * PIECE)) - 1);
                if (i >= PIECE - 1) {
                    pieces.add(piece);
                }
            }
        }
        return pieces;
    }
}
