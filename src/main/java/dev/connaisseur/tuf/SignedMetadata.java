package dev.connaisseur.tuf;

import static dev.connaisseur.tuf.MetadataException.Fault.EXPIRED;
import static dev.connaisseur.tuf.MetadataException.Fault.MALFORMED;

import dev.connaisseur.json.Limits;
import dev.connaisseur.json.StrictJson;
import dev.connaisseur.trust.Hash;
import jakarta.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A role file as received: the bytes, what they say, and the signatures over it. Nothing in it is to be believed before
 * {@link RoleKeys#verify} has passed.
 */
public final class SignedMetadata {
    /** The largest role file that is read, in bytes. */
    public static final int LARGEST = 4 << 20;

    /** Verifying costs time, so a file cannot make us try as many signatures as it likes. */
    private static final int MOST_SIGNATURES = 100;

    private static final Limits LIMITS = new Limits(LARGEST, 20, 1 << 20);

    private final RoleName role;
    private final Dialect dialect;
    private final byte[] raw;
    private final String sha256;
    private final Members signed;
    private final byte[] message;
    private final List<RoleSignature> signatures;
    private final long version;
    private final Instant expires;

    private SignedMetadata(RoleName role, byte[] raw, Dialect dialect) {
        Members file = new Members(StrictJson.parseObject(raw, LIMITS));
        this.role = role;
        this.dialect = dialect;
        this.raw = raw.clone();
        this.sha256 = HexFormat.of().formatHex(Hash.SHA_256.of(raw));
        this.signed = file.object("signed");
        this.signatures = signatures(file, dialect);
        String type = dialect.typeOf(role);
        if (!signed.string("_type").equals(type)) {
            throw new MetadataException(MALFORMED, "expected type " + type + ", not " + brief(signed.string("_type")));
        }
        this.version = signed.integer("version", 1);
        this.expires = signed.time("expires");
        this.message = CanonicalJson.of(signed.json());
    }

    /**
     * Reads the file of a role and checks that it is of the role's type.
     *
     * @throws dev.connaisseur.json.MalformedJsonException if it is not strict JSON
     * @throws MetadataException if it is JSON, but no file of this role
     */
    public static SignedMetadata parse(RoleName role, byte[] raw) {
        return parse(role, raw, Dialect.NOTARY);
    }

    static SignedMetadata parse(RoleName role, byte[] raw, Dialect dialect) {
        return new SignedMetadata(role, raw, dialect);
    }

    public RoleName role() {
        return role;
    }

    Dialect dialect() {
        return dialect;
    }

    /** The bytes as received; checksums are made over these. */
    public byte[] raw() {
        return raw.clone();
    }

    public int length() {
        return raw.length;
    }

    /** SHA-256 of the bytes as received, in lower-case hex. */
    public String sha256() {
        return sha256;
    }

    public List<RoleSignature> signatures() {
        return signatures;
    }

    public long version() {
        return version;
    }

    public Instant expires() {
        return expires;
    }

    /**
     * Refuses a file whose time is over. The last instant still counts.
     *
     * @throws MetadataException with {@code EXPIRED}
     */
    public void checkNotExpired(Instant now) {
        if (expires.isBefore(now)) {
            throw new MetadataException(EXPIRED, role + " trust data expired: version " + version + " at " + expires);
        }
    }

    /** What the signatures sign: the canonical form of member {@code signed}. */
    byte[] message() {
        return message.clone();
    }

    Members signed() {
        return signed;
    }

    /** The JSON of member {@code signed}, as it was read. */
    public JsonObject json() {
        return signed.json();
    }

    private static List<RoleSignature> signatures(Members file, Dialect dialect) {
        List<RoleSignature> signatures = new ArrayList<>();
        for (Members one : file.objects("signatures")) {
            signatures.add(dialect.signature(one));
        }
        if (signatures.size() > MOST_SIGNATURES) {
            throw new MetadataException(
                    MALFORMED,
                    signatures.size() + " signatures are more than the " + MOST_SIGNATURES + " that are read");
        }
        return List.copyOf(signatures);
    }

    private static String brief(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }
}
