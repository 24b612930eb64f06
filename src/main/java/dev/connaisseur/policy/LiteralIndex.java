package dev.connaisseur.policy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Finds the few patterns of many that a name can match at all, so that the cost of a decision does not grow with the number of rules:
 * each pattern is filed under one short piece of text that a matching name must hold, the piece that is rarest in the policy.
 */
final class LiteralIndex {
    /** Characters of a piece: eight bits each in one number. */
    private static final int PIECE = 6;

    private static final long MASK = (1L << (8 * PIECE)) - 1;
    /** Bits of a hash: two for each of 10,000 rules and more are still cached closely. */
    private static final int HASH_BITS = 16;

    private final Map<Long, List<Integer>> byPiece = new HashMap<>();
    /** The hashes of all pieces, looked at first. */
    private final BitSet hashes = new BitSet(1 << HASH_BITS);
    /** Patterns without a literal text of that length. */
    private final BitSet always = new BitSet();

    /**
     * Files patterns.
     *
     * @param literals for each pattern the texts that a matching name holds
     */
    LiteralIndex(List<List<String>> literals) {
        List<List<Long>> pieces = new ArrayList<>();
        Map<Long, Integer> frequency = new HashMap<>();
        for (List<String> texts : literals) {
            List<Long> all = new ArrayList<>();
            texts.forEach(text -> pieces(text, all::add));
            all.forEach(piece -> frequency.merge(piece, 1, Integer::sum));
            pieces.add(all);
        }
        for (int i = 0; i < pieces.size(); i++) {
            int rarest = Integer.MAX_VALUE;
            long chosen = 0;
            for (long piece : pieces.get(i)) {
                int count = frequency.getOrDefault(piece, 0);
                chosen = count < rarest ? piece : chosen;
                rarest = Math.min(rarest, count);
            }
            file(i, chosen);
        }
    }

    private void file(int pattern, long piece) {
        if (piece == 0) {
            always.set(pattern);
        } else {
            byPiece.computeIfAbsent(piece, p -> new ArrayList<>()).add(pattern);
            hashes.set(hash(piece));
        }
    }

    /** The patterns that may match this name, by their place. */
    BitSet candidates(String name) {
        BitSet candidates = (BitSet) always.clone();
        pieces(name, piece -> {
            if (hashes.get(hash(piece))) {
                byPiece.getOrDefault(piece, List.of()).forEach(candidates::set);
            }
        });
        return candidates;
    }

    private static int hash(long piece) {
        return (int) ((piece * 0x9E3779B97F4A7C15L) >>> (Long.SIZE - HASH_BITS)); // Fibonacci hashing
    }

    private static void pieces(String text, LongConsumer each) {
        long piece = 0;
        for (int i = 0; i < text.length(); i++) {
            piece = ((piece << 8) | (text.charAt(i) & 0xff)) & MASK;
            if (i >= PIECE - 1) {
                each.accept(piece);
            }
        }
    }
}
