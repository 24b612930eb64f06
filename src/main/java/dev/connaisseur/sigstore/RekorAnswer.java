package dev.connaisseur.sigstore;

import dev.connaisseur.json.Limits;
import dev.connaisseur.json.MalformedJsonException;
import dev.connaisseur.json.StrictJson;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Reads what Rekor v1 answers when it is asked for entries. Nothing of it is believed yet.
 *
 * @see <a href="https://github.com/sigstore/rekor/blob/main/openapi.yaml">Rekor's API</a>
 */
public final class RekorAnswer {
    /** The most that is read, in bytes. */
    public static final int LARGEST = 4 << 20;

    private static final Limits LIMITS = new Limits(LARGEST, 20, LARGEST);
    private static final int MOST_ENTRIES = 32;

    private RekorAnswer() {}

    /**
     * The entries of an answer.
     *
     * @throws MalformedEvidenceException if it is none
     */
    public static List<LogEntry> entries(byte[] json) {
        JsonValue answer;
        try {
            answer = StrictJson.parse(json, LIMITS);
        } catch (MalformedJsonException e) {
            throw new MalformedEvidenceException(String.valueOf(e.getMessage()), e);
        }
        if (!(answer instanceof JsonArray array) || array.size() > MOST_ENTRIES) {
            throw new MalformedEvidenceException("the answer is not a list of at most " + MOST_ENTRIES + " entries");
        }
        List<LogEntry> entries = new ArrayList<>();
        for (JsonValue element : array) {
            if (!(element instanceof JsonObject byId) || byId.size() != 1) {
                throw new MalformedEvidenceException("an entry of the answer is not under its one identifier");
            }
            String id = byId.keySet().iterator().next();
            entries.add(entry(new ProtoJson(byId, "").required(id)));
        }
        return entries;
    }

    private static LogEntry entry(ProtoJson entry) {
        ProtoJson verification = entry.required("verification");
        return new LogEntry(
                hex(entry, "logID"),
                entry.count("logIndex"),
                Optional.of(entry.second("integratedTime")).filter(time -> !time.equals(Instant.EPOCH)),
                verification.bytes("signedEntryTimestamp"),
                verification.object("inclusionProof").map(RekorAnswer::proof),
                entry.requiredBytes("body"));
    }

    private static LogEntry.Proof proof(ProtoJson proof) {
        return new LogEntry.Proof(
                proof.count("logIndex"),
                proof.count("treeSize"),
                hex(proof, "rootHash"),
                proof.texts("hashes", Long.SIZE).stream()
                        .map(text -> hex(proof, "hashes", text))
                        .toList(),
                Optional.of(proof.text("checkpoint"))
                        .filter(text -> !text.isEmpty())
                        .map(Checkpoint::parse));
    }

    private static Bytes hex(ProtoJson holder, String name) {
        return hex(holder, name, holder.requiredText(name));
    }

    private static Bytes hex(ProtoJson holder, String name, String text) {
        if (!text.matches("([0-9a-f]{2}){1,64}")) {
            throw holder.wrong(name, "lower-case hex");
        }
        return Bytes.of(HexFormat.of().parseHex(text));
    }
}
