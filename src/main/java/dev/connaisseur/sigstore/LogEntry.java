package dev.connaisseur.sigstore;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An entry of Rekor as it came with a signature, nothing of it believed yet.
 *
 * @param logId which log
 * @param index its place in the whole log
 * @param integratedTime when the log says it came; empty for Rekor v2, which does not say
 * @param promise the signed entry timestamp, {@link Bytes#NONE} if there is none
 * @param body what is in the log, byte by byte
 */
public record LogEntry(
        Bytes logId, long index, Optional<Instant> integratedTime, Bytes promise, Optional<Proof> proof, Bytes body) {
    /**
     * A proof that the entry is in a tree.
     *
     * @param index its place in that tree
     * @param checkpoint empty where a bundle of version 0.1 has none
     */
    public record Proof(long index, long size, Bytes root, List<Bytes> hashes, Optional<Checkpoint> checkpoint) {
        public Proof {
            hashes = List.copyOf(hashes);
        }

        /** Whether it holds for this body under a checkpoint that the log signed. */
        boolean holds(Bytes body, TransparencyLog log) {
            return checkpoint
                            .filter(signed ->
                                    signed.size() == size && signed.root().equals(root))
                            .filter(signed -> signed.signedBy(log))
                            .isPresent()
                    && MerkleTree.includes(MerkleTree.leaf(body), index, size, hashes, root);
        }
    }

    /** Whether the log signed a promise about exactly this body, time and place. */
    boolean promisedBy(TransparencyLog log) {
        if (promise.length() == 0 || integratedTime.isEmpty()) {
            return false;
        }
        // Sorted names, no white space; base64, hex and digits need no escapes.
        String canonical = "{\"body\":\"" + body.base64() + "\",\"integratedTime\":"
                + integratedTime.get().getEpochSecond() + ",\"logID\":\"" + logId.hex() + "\",\"logIndex\":" + index
                + "}";
        return log.signed(Bytes.of(canonical.getBytes(StandardCharsets.UTF_8)), promise);
    }

    static LogEntry parse(ProtoJson entry) {
        Instant time = entry.second("integratedTime");
        Bytes promise = entry.object("inclusionPromise")
                .map(holder -> holder.requiredBytes("signedEntryTimestamp"))
                .orElse(Bytes.NONE);
        return new LogEntry(
                entry.required("logId").requiredBytes("keyId"),
                entry.count("logIndex"),
                Optional.of(time).filter(known -> !known.equals(Instant.EPOCH)),
                promise,
                entry.object("inclusionProof").map(LogEntry::proof),
                entry.requiredBytes("canonicalizedBody"));
    }

    private static Proof proof(ProtoJson proof) {
        return new Proof(
                proof.count("logIndex"),
                proof.count("treeSize"),
                proof.requiredBytes("rootHash"),
                proof.bytesList("hashes", Long.SIZE),
                proof.object("checkpoint")
                        .map(holder -> holder.text("envelope"))
                        .filter(text -> !text.isEmpty())
                        .map(Checkpoint::parse));
    }
}
