package dev.connaisseur.trust;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * Reads public keys and refuses those that nobody should trust. Accepted are, as DER-encoded SubjectPublicKeyInfo: RSA of 2048 to
 * 8192 bits with a small odd exponent, ECDSA on P-256, P-384 and P-521 with the named curve and an uncompressed point, Ed25519.
 * All checks are made on the bytes, before any arithmetic of a provider.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.7">RFC 5280, 4.1.2.7</a>
 */
public final class PublicKeys {
    private static final String LABEL = "PUBLIC KEY";
    private static final String RSA = "1.2.840.113549.1.1.1";
    private static final String RSA_PSS = "1.2.840.113549.1.1.10";
    private static final String EC = "1.2.840.10045.2.1";
    private static final String ED25519 = "1.3.101.112";
    private static final int SMALLEST_RSA = 2048;
    private static final int LARGEST_RSA = 8192;
    private static final int LARGEST_EXPONENT_BITS = 31;

    /** A generous limit: RSA of 8192 bits takes 1,062 bytes. */
    private static final int LARGEST_DER = 2048;

    private PublicKeys() {}

    enum Kind {
        RSA("RSA"),
        EC("EC"),
        ED25519("Ed25519");

        private final String jcaName;

        Kind(String jcaName) {
            this.jcaName = jcaName;
        }
    }

    /**
     * Reads one PEM block {@code PUBLIC KEY}; nothing but white space may stand around it.
     *
     * @throws UnusableKeyException with a sentence that says what is wrong, never with the key's text
     */
    public static PublicKey parsePem(String pem) {
        return of(PemBlock.only(pem, LABEL));
    }

    /**
     * Reads one block of a PEM text.
     *
     * @throws UnusableKeyException as {@link #parsePem}
     */
    public static PublicKey of(PemBlock block) {
        if (!block.label().equals(LABEL)) {
            throw new UnusableKeyException("the PEM block is a " + block.label() + " where a " + LABEL + " is needed");
        }
        return parseSpki(block.der());
    }

    /**
     * Reads a DER-encoded SubjectPublicKeyInfo.
     *
     * @throws UnusableKeyException as {@link #parsePem}
     */
    public static PublicKey parseSpki(byte[] der) {
        if (der.length > LARGEST_DER) {
            throw new UnusableKeyException("the key is larger than any that is accepted");
        }
        try {
            Kind kind = check(new DerReader(der));
            return KeyFactory.getInstance(kind.jcaName).generatePublic(new X509EncodedKeySpec(der));
        } catch (MalformedDerException e) {
            throw new UnusableKeyException("the key is not a DER-encoded SubjectPublicKeyInfo: " + e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            throw new UnusableKeyException("the key cannot be read", e);
        }
    }

    /** Applies the same rules to a key that came in a certificate. */
    public static PublicKey accepted(PublicKey key) {
        byte[] der = key.getEncoded();
        if (der == null) {
            throw new UnusableKeyException("the key has no encoding");
        }
        return parseSpki(der);
    }

    /** The lower-case hex SHA-256 of the SubjectPublicKeyInfo: two names for one key are one signer. */
    public static String fingerprint(PublicKey key) {
        return HexFormat.of().formatHex(Hash.SHA_256.of(key.getEncoded()));
    }

    private static Kind check(DerReader whole) {
        DerReader spki = whole.sequence();
        whole.end();
        DerReader algorithm = spki.sequence();
        String oid = algorithm.oid();
        byte[] bits = spki.bits();
        spki.end();
        return switch (oid) {
            case RSA -> {
                algorithm.nothing();
                algorithm.end();
                checkRsa(new DerReader(bits));
                yield Kind.RSA;
            }
            case EC -> {
                checkEc(algorithm, bits);
                yield Kind.EC;
            }
            case ED25519 -> {
                algorithm.end();
                checkEd25519(bits);
                yield Kind.ED25519;
            }
            case RSA_PSS ->
                throw new UnusableKeyException("the key is bound to RSASSA-PSS, only plain RSA keys are accepted");
            default ->
                throw new UnusableKeyException(
                        "the key's algorithm " + oid + " is not accepted, use ECDSA, RSA or Ed25519");
        };
    }

    private static void checkRsa(DerReader whole) {
        DerReader key = whole.sequence();
        whole.end();
        BigInteger modulus = key.integer();
        BigInteger exponent = key.integer();
        key.end();
        int bits = modulus.bitLength();
        if (modulus.signum() <= 0 || !modulus.testBit(0)) {
            throw new UnusableKeyException("the RSA modulus is not a positive odd number");
        }
        if (bits < SMALLEST_RSA || bits > LARGEST_RSA) {
            throw new UnusableKeyException(
                    "the RSA key has " + bits + " bits, accepted are " + SMALLEST_RSA + " to " + LARGEST_RSA);
        }
        if (exponent.bitLength() > LARGEST_EXPONENT_BITS
                || exponent.compareTo(BigInteger.TWO) <= 0
                || !exponent.testBit(0)) {
            throw new UnusableKeyException("the RSA exponent is not an odd number from 3 to 2^31 - 1");
        }
    }

    private static void checkEc(DerReader algorithm, byte[] point) {
        if (algorithm.peek() == DerReader.SEQUENCE) {
            throw new UnusableKeyException("the EC key spells out its curve's parameters, name the curve instead");
        }
        String oid = algorithm.oid();
        algorithm.end();
        EcCurve curve = EcCurve.ofOid(oid)
                .orElseThrow(() -> new UnusableKeyException(
                        "the EC key's curve " + oid + " is not accepted, use P-256, P-384 or P-521"));
        int octets = curve.octets();
        if (point.length != 1 + 2 * octets || point[0] != 4) {
            throw new UnusableKeyException("the EC key is not an uncompressed point of its curve");
        }
        BigInteger x = new BigInteger(1, Arrays.copyOfRange(point, 1, 1 + octets));
        BigInteger y = new BigInteger(1, Arrays.copyOfRange(point, 1 + octets, point.length));
        if (!curve.holds(x, y)) {
            throw new UnusableKeyException("the EC key is not a point on its curve");
        }
    }

    private static void checkEd25519(byte[] point) {
        // A point of small order would verify signatures that nobody made.
        if (point.length != Ed25519.PUBLIC_KEY_SIZE || !Ed25519.validatePublicKeyFull(point, 0)) {
            throw new UnusableKeyException("the Ed25519 key is not a point of full order on its curve");
        }
    }
}
