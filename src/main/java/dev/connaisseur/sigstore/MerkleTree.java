package dev.connaisseur.sigstore;

import dev.connaisseur.trust.Hash;
import java.io.ByteArrayOutputStream;
import java.util.List;

/**
 * The arithmetic of a Merkle tree of RFC 6962 with SHA-256.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9162#section-2.1">RFC 9162, 2.1</a>
 */
public final class MerkleTree {
    private static final int HASH = 32;

    private MerkleTree() {}

    /** The hash of an entry, which can never be that of an inner node. */
    public static Bytes leaf(Bytes entry) {
        return hash(0, entry);
    }

    /** Whether a leaf is at this place of the tree with this root. RFC 9162, 2.1.3.2. */
    public static boolean includes(Bytes leaf, long index, long size, List<Bytes> proof, Bytes root) {
        if (index < 0 || index >= size || leaf.length() != HASH || !allHashes(proof)) {
            return false;
        }
        long fn = index;
        long sn = size - 1;
        Bytes r = leaf;
        for (Bytes p : proof) {
            if (sn == 0) {
                return false;
            }
            if ((fn & 1) == 1 || fn == sn) {
                r = hash(1, p, r);
                while ((fn & 1) == 0 && fn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                r = hash(1, r, p);
            }
            fn >>= 1;
            sn >>= 1;
        }
        return sn == 0 && r.equals(root);
    }

    /** Whether the tree of one root was only added to until it had the other. RFC 9162, 2.1.4.2. */
    public static boolean consistent(long first, Bytes firstRoot, long second, Bytes secondRoot, List<Bytes> proof) {
        // An empty tree says nothing about any other, not even about itself.
        if (first <= 0 || first > second || !allHashes(proof)) {
            return false;
        }
        if (first == second) {
            return proof.isEmpty() && firstRoot.equals(secondRoot);
        }
        if (proof.isEmpty()) {
            return false;
        }
        boolean powerOfTwo = (first & (first - 1)) == 0;
        long fn = first - 1;
        long sn = second - 1;
        while ((fn & 1) == 1) {
            fn >>= 1;
            sn >>= 1;
        }
        Bytes fr = powerOfTwo ? firstRoot : proof.getFirst();
        Bytes sr = fr;
        for (Bytes c : powerOfTwo ? proof : proof.subList(1, proof.size())) {
            if (sn == 0) {
                return false;
            }
            if ((fn & 1) == 1 || fn == sn) {
                fr = hash(1, c, fr);
                sr = hash(1, c, sr);
                while ((fn & 1) == 0 && fn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                sr = hash(1, sr, c);
            }
            fn >>= 1;
            sn >>= 1;
        }
        return sn == 0 && fr.equals(firstRoot) && sr.equals(secondRoot);
    }

    private static boolean allHashes(List<Bytes> proof) {
        return proof.size() <= Long.SIZE && proof.stream().allMatch(hash -> hash.length() == HASH);
    }

    private static Bytes hash(int prefix, Bytes... parts) {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.write(prefix);
        for (Bytes part : parts) {
            message.writeBytes(part.toArray());
        }
        return Bytes.of(Hash.SHA_256.of(message.toByteArray()));
    }
}
