package dev.connaisseur.trust;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.EdDSAParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The one place where a signature is verified. The encoding is checked before the platform sees it: Java's providers accept
 * r‖s of wrong length, integers without their leading zero and bytes after an Ed25519 signature.
 */
public final class SignatureCheck {
    private static final int ED25519_OCTETS = 64;

    private SignatureCheck() {}

    /**
     * Whether the holder of {@code key} signed {@code message}. A key that does not fit the algorithm, or a signature that is not
     * encoded as it must be, is a no.
     */
    public static boolean verify(PublicKey key, SignatureAlgorithm algorithm, byte[] message, byte[] signature) {
        return switch (algorithm) {
            case SignatureAlgorithm.Ecdsa ecdsa ->
                key instanceof ECPublicKey ec
                        && ecdsa(ec, ecdsa.encoding(), ecdsa.hash().inSignatureName(), message, signature);
            case SignatureAlgorithm.RsaPkcs1 rsa ->
                key instanceof RSAPublicKey k
                        && hasLengthOf(k, signature)
                        && run(k, rsa.hash().inSignatureName() + "withRSA", null, message, signature);
            case SignatureAlgorithm.RsaPss pss ->
                key instanceof RSAPublicKey k
                        && hasLengthOf(k, signature)
                        && run(k, "RSASSA-PSS", parameters(pss), message, signature);
            case SignatureAlgorithm.Ed25519 ed ->
                key instanceof EdECPublicKey k
                        && k.getParams().getName().equals(NamedParameterSpec.ED25519.getName())
                        && signature.length == ED25519_OCTETS
                        && run(k, "Ed25519", new EdDSAParameterSpec(ed.prehashed()), message, signature);
        };
    }

    /**
     * The same where only the hash of the message is known. A no where the algorithm uses another hash, or needs the message itself
     * as Ed25519 does.
     */
    public static boolean verifyHash(
            PublicKey key, SignatureAlgorithm algorithm, Hash hash, byte[] value, byte[] signature) {
        return switch (algorithm) {
            case SignatureAlgorithm.Ecdsa ecdsa ->
                ecdsa.hash() == hash
                        && key instanceof ECPublicKey ec
                        && ecdsa(ec, ecdsa.encoding(), "NONE", value, signature);
            case SignatureAlgorithm.RsaPkcs1 rsa ->
                rsa.hash() == hash && key instanceof RSAPublicKey k && isPadded(k, hash, value, signature);
            case SignatureAlgorithm.RsaPss pss -> false;
            case SignatureAlgorithm.Ed25519 ed -> false;
        };
    }

    /** RFC 8017, 8.2.2: the signature must open to exactly the one padded encoding of the hash. */
    private static boolean isPadded(RSAPublicKey key, Hash hash, byte[] value, byte[] signature) {
        BigInteger opaque = new BigInteger(1, signature);
        if (!hasLengthOf(key, signature) || opaque.compareTo(key.getModulus()) >= 0) {
            return false;
        }
        byte[] info = hash.digestInfo(value);
        byte[] padded = new byte[signature.length];
        Arrays.fill(padded, (byte) 0xff);
        padded[0] = 0;
        padded[1] = 1;
        padded[padded.length - info.length - 1] = 0;
        System.arraycopy(info, 0, padded, padded.length - info.length, info.length);
        return opaque.modPow(key.getPublicExponent(), key.getModulus()).equals(new BigInteger(1, padded));
    }

    private static boolean ecdsa(
            ECPublicKey key, SignatureAlgorithm.Encoding encoding, String hash, byte[] message, byte[] signature) {
        EcCurve curve = EcCurve.of(key).orElse(null);
        if (curve == null) {
            return false;
        }
        byte[] raw = encoding == SignatureAlgorithm.Encoding.P1363 ? signature : raw(curve, signature);
        if (raw == null || raw.length != 2 * curve.octets() || !inRange(curve, raw)) {
            return false;
        }
        return run(key, hash + "withECDSAinP1363Format", null, message, raw);
    }

    /** Turns canonical DER into r‖s; null if it is not canonical, or a number does not fit the curve. */
    private static byte @Nullable [] raw(EcCurve curve, byte[] der) {
        try {
            DerReader whole = new DerReader(der);
            DerReader numbers = whole.sequence();
            whole.end();
            BigInteger r = numbers.integer();
            BigInteger s = numbers.integer();
            numbers.end();
            byte[] raw = new byte[2 * curve.octets()];
            return place(r, raw, curve.octets(), curve) && place(s, raw, 2 * curve.octets(), curve) ? raw : null;
        } catch (MalformedDerException e) {
            return null;
        }
    }

    private static boolean place(BigInteger number, byte[] raw, int end, EcCurve curve) {
        if (number.signum() <= 0 || number.compareTo(curve.order()) >= 0) {
            return false;
        }
        byte[] digits = number.toByteArray();
        int skip = digits[0] == 0 ? 1 : 0;
        System.arraycopy(digits, skip, raw, end - digits.length + skip, digits.length - skip);
        return true;
    }

    private static boolean inRange(EcCurve curve, byte[] raw) {
        BigInteger r = new BigInteger(1, Arrays.copyOf(raw, curve.octets()));
        BigInteger s = new BigInteger(1, Arrays.copyOfRange(raw, curve.octets(), raw.length));
        return r.signum() > 0 && s.signum() > 0 && r.compareTo(curve.order()) < 0 && s.compareTo(curve.order()) < 0;
    }

    private static boolean hasLengthOf(RSAPublicKey key, byte[] signature) {
        return signature.length == (key.getModulus().bitLength() + 7) / 8;
    }

    private static PSSParameterSpec parameters(SignatureAlgorithm.RsaPss pss) {
        return new PSSParameterSpec(
                pss.hash().jcaName(),
                "MGF1",
                new MGF1ParameterSpec(pss.mask().jcaName()),
                pss.salt(),
                PSSParameterSpec.TRAILER_FIELD_BC);
    }

    private static boolean run(
            PublicKey key, String name, @Nullable AlgorithmParameterSpec parameters, byte[] message, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance(name);
            if (parameters != null) {
                verifier.setParameter(parameters);
            }
            verifier.initVerify(key);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            // The provider refuses the signature's form or the key: not verified.
            return false;
        }
    }
}
