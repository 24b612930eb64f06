package dev.connaisseur.trust;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.util.Arrays;
import java.util.Optional;

/** The elliptic curves that are trusted, each with the hash that belongs to it. */
public enum EcCurve {
    P_256("secp256r1", "1.2.840.10045.3.1.7", 32, Hash.SHA_256),
    P_384("secp384r1", "1.3.132.0.34", 48, Hash.SHA_384),
    P_521("secp521r1", "1.3.132.0.35", 66, Hash.SHA_512);

    private final String oid;
    private final int octets;
    private final Hash hash;
    private final BigInteger p;
    private final BigInteger a;
    private final BigInteger b;
    private final BigInteger order;
    private final BigInteger generatorX;
    private final BigInteger generatorY;

    EcCurve(String jcaName, String oid, int octets, Hash hash) {
        this.oid = oid;
        this.octets = octets;
        this.hash = hash;
        try {
            AlgorithmParameters named = AlgorithmParameters.getInstance("EC");
            named.init(new ECGenParameterSpec(jcaName));
            ECParameterSpec parameters = named.getParameterSpec(ECParameterSpec.class);
            this.p = ((ECFieldFp) parameters.getCurve().getField()).getP();
            this.a = parameters.getCurve().getA();
            this.b = parameters.getCurve().getB();
            this.order = parameters.getOrder();
            this.generatorX = parameters.getGenerator().getAffineX();
            this.generatorY = parameters.getGenerator().getAffineY();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform lacks " + jcaName, e);
        }
    }

    static Optional<EcCurve> ofOid(String oid) {
        return Arrays.stream(values()).filter(curve -> curve.oid.equals(oid)).findFirst();
    }

    /** The curve of a key; empty if it is none of these. */
    public static Optional<EcCurve> of(ECPublicKey key) {
        ECParameterSpec spec = key.getParams();
        return Arrays.stream(values()).filter(curve -> curve.isSame(spec)).findFirst();
    }

    /** Bytes of one coordinate, and of each half of a signature in r‖s form. */
    public int octets() {
        return octets;
    }

    /** The hash that belongs to the curve. */
    public Hash hash() {
        return hash;
    }

    BigInteger order() {
        return order;
    }

    /** Whether the coordinates are reduced and satisfy the curve's equation. The cofactor is 1: such a point has the full order. */
    boolean holds(BigInteger x, BigInteger y) {
        if (x.signum() < 0 || x.compareTo(p) >= 0 || y.signum() < 0 || y.compareTo(p) >= 0) {
            return false;
        }
        BigInteger right = x.pow(2).add(a).multiply(x).add(b).mod(p);
        return y.modPow(BigInteger.TWO, p).equals(right);
    }

    private boolean isSame(ECParameterSpec other) {
        return other.getCurve().getField() instanceof ECFieldFp field
                && field.getP().equals(p)
                && other.getCurve().getA().equals(a)
                && other.getCurve().getB().equals(b)
                && other.getOrder().equals(order)
                && other.getGenerator().getAffineX().equals(generatorX)
                && other.getGenerator().getAffineY().equals(generatorY);
    }
}
