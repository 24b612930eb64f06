package dev.connaisseur.sigstore;

import dev.connaisseur.trust.Claim;
import dev.connaisseur.trust.DerReader;
import dev.connaisseur.trust.MalformedDerException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who a certificate says the signer is: one subject alternative name, the identity provider, and what it claimed.
 *
 * @param subject the only name: an e-mail address, a URI, or Fulcio's other name for user names
 * @param issuer empty where the certificate names none
 * @see <a href="https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md">Fulcio's extensions</a>
 */
public record SignerIdentity(String subject, String issuer, Map<Claim, String> claims) {
    private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
    private static final String FULCIO = "1.3.6.1.4.1.57264.1.";
    private static final String OTHER_NAME = FULCIO + "7";
    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:");
    private static final int EMAIL = 0x81;
    private static final int URI = 0x86;
    private static final int OTHER = 0xa0;

    public SignerIdentity {
        claims = Map.copyOf(claims);
    }

    /**
     * Reads the identity of a certificate.
     *
     * @throws MalformedEvidenceException if there is not exactly one name, or extensions contradict each other
     */
    public static SignerIdentity of(X509Certificate certificate) {
        try {
            Map<Claim, String> claims = new EnumMap<>(Claim.class);
            for (Claim claim : Claim.values()) {
                value(certificate, claim).ifPresent(text -> claims.put(claim, text));
            }
            return new SignerIdentity(subject(certificate), issuer(certificate), claims);
        } catch (MalformedDerException e) {
            throw new MalformedEvidenceException("an extension of the certificate is malformed", e);
        }
    }

    /** Readable form for sentences. */
    String described() {
        return "subject [" + subject + "] with issuer " + issuer;
    }

    private static String subject(X509Certificate certificate) {
        byte[] extension = certificate.getExtensionValue(SUBJECT_ALTERNATIVE_NAME);
        if (extension == null) {
            throw new MalformedEvidenceException("the certificate has no subject alternative name");
        }
        DerReader whole = new DerReader(new DerReader(extension).octets());
        DerReader names = whole.sequence();
        whole.end();
        String name = switch (names.peek()) {
            case EMAIL -> suited(EMAIL, ascii(names.content(EMAIL)));
            case URI -> suited(URI, ascii(names.content(URI)));
            case OTHER -> suited(OTHER, otherName(names.enter(OTHER)));
            default ->
                throw new MalformedEvidenceException(
                        "the certificate's name is neither an e-mail address nor a URI nor a user name");
        };
        if (!names.atEnd()) {
            throw new MalformedEvidenceException("the certificate has more than one name");
        }
        return name;
    }

    /**
     * Configurations say a name without its kind, so no text may be two kinds of name: URIs begin with a scheme, user names hold an
     * exclamation mark, e-mail addresses an at sign and neither of the others.
     */
    private static String suited(int kind, String name) {
        boolean scheme = SCHEME.matcher(name).lookingAt();
        boolean user = name.indexOf('!') >= 0;
        boolean suited = switch (kind) {
            case URI -> scheme;
            case OTHER -> user && !scheme;
            default -> name.indexOf('@') >= 0 && !user && !scheme;
        };
        if (!suited) {
            throw new MalformedEvidenceException("the certificate's name is not what names of its kind look like");
        }
        return name;
    }

    private static String otherName(DerReader name) {
        if (!name.oid().equals(OTHER_NAME)) {
            throw new MalformedEvidenceException("the certificate's other name is not Fulcio's");
        }
        DerReader value = name.enter(DerReader.EXPLICIT_0);
        name.end();
        String text = utf8(value.content(DerReader.UTF8_STRING));
        value.end();
        return text;
    }

    /** The older extension holds bare text, the newer one a DER string; both, if there, must say the same. */
    private static String issuer(X509Certificate certificate) {
        Optional<String> older = raw(certificate, FULCIO + "1").map(SignerIdentity::utf8);
        Optional<String> newer = raw(certificate, FULCIO + "8").map(SignerIdentity::der);
        if (older.isPresent() && newer.isPresent() && !older.equals(newer)) {
            throw new MalformedEvidenceException("the certificate names two issuers");
        }
        return newer.or(() -> older).orElse("");
    }

    private static Optional<String> value(X509Certificate certificate, Claim claim) {
        Optional<byte[]> raw = raw(certificate, FULCIO + claim.arc());
        return claim.arc() <= 6 ? raw.map(SignerIdentity::utf8) : raw.map(SignerIdentity::der);
    }

    private static Optional<byte[]> raw(X509Certificate certificate, String oid) {
        byte @Nullable [] extension = certificate.getExtensionValue(oid);
        return Optional.ofNullable(extension).map(value -> new DerReader(value).octets());
    }

    private static String der(byte[] encoded) {
        DerReader whole = new DerReader(encoded);
        String text = utf8(whole.content(DerReader.UTF8_STRING));
        whole.end();
        return text;
    }

    private static String ascii(byte[] text) {
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    private static String utf8(byte[] text) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedEvidenceException("a text in the certificate is not UTF-8", e);
        }
    }
}
