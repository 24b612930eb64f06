package dev.connaisseur.testing;

import dev.connaisseur.trust.Claim;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;

/**
 * What a signer's certificate of {@link TestSigstore} says. A value: each change makes another one, so that a twin differs in one
 * thing.
 *
 * @param issuer empty where the certificate names none
 * @param olderIssuer what the older extension says, empty where it is not there
 */
public record FulcioLeaf(
        List<GeneralName> names,
        String issuer,
        String olderIssuer,
        Map<Claim, String> claims,
        Instant begin,
        Duration life,
        List<KeyPurposeId> purposes,
        boolean authority,
        boolean promised) {
    private static final String USER_NAME = "1.3.6.1.4.1.57264.1.7";

    public FulcioLeaf {
        names = List.copyOf(names);
        claims = Map.copyOf(claims);
        purposes = List.copyOf(purposes);
    }

    /** Like Fulcio's: one name, code signing, ten minutes, promised to be shown. */
    public static FulcioLeaf of(GeneralName name, String issuer, Instant begin) {
        return new FulcioLeaf(
                List.of(name),
                issuer,
                issuer,
                Map.of(),
                begin,
                Duration.ofMinutes(10),
                List.of(KeyPurposeId.id_kp_codeSigning),
                false,
                true);
    }

    public static GeneralName uri(String text) {
        return new GeneralName(GeneralName.uniformResourceIdentifier, text);
    }

    public static GeneralName email(String text) {
        return new GeneralName(GeneralName.rfc822Name, text);
    }

    public static GeneralName dns(String text) {
        return new GeneralName(GeneralName.dNSName, text);
    }

    /** Fulcio's other name, for user names of an identity provider. */
    public static GeneralName user(String text) {
        ASN1EncodableVector name = new ASN1EncodableVector();
        name.add(new ASN1ObjectIdentifier(USER_NAME));
        name.add(new DERTaggedObject(true, 0, new DERUTF8String(text)));
        return new GeneralName(GeneralName.otherName, new DERSequence(name));
    }

    public FulcioLeaf named(GeneralName... other) {
        return new FulcioLeaf(List.of(other), issuer, olderIssuer, claims, begin, life, purposes, authority, promised);
    }

    public FulcioLeaf issuedBy(String newer, String older) {
        return new FulcioLeaf(names, newer, older, claims, begin, life, purposes, authority, promised);
    }

    public FulcioLeaf claiming(Claim claim, String value) {
        Map<Claim, String> more = new EnumMap<>(Claim.class);
        more.putAll(claims);
        more.put(claim, value);
        return new FulcioLeaf(names, issuer, olderIssuer, more, begin, life, purposes, authority, promised);
    }

    public FulcioLeaf living(Instant from, Duration span) {
        return new FulcioLeaf(names, issuer, olderIssuer, claims, from, span, purposes, authority, promised);
    }

    public FulcioLeaf forPurposes(KeyPurposeId... other) {
        return new FulcioLeaf(names, issuer, olderIssuer, claims, begin, life, List.of(other), authority, promised);
    }

    public FulcioLeaf asAuthority() {
        return new FulcioLeaf(names, issuer, olderIssuer, claims, begin, life, purposes, true, promised);
    }

    public FulcioLeaf unpromised() {
        return new FulcioLeaf(names, issuer, olderIssuer, claims, begin, life, purposes, authority, false);
    }

    /** Fulcio's extensions: the last number of each, and its content. */
    List<Map.Entry<String, byte[]>> extensions() {
        List<Map.Entry<String, byte[]>> all = new ArrayList<>();
        if (!olderIssuer.isEmpty()) {
            all.add(Map.entry("1", olderIssuer.getBytes(StandardCharsets.UTF_8)));
        }
        if (!issuer.isEmpty()) {
            all.add(Map.entry("8", der(issuer)));
        }
        claims.forEach((claim, value) -> all.add(Map.entry(
                Integer.toString(claim.arc()),
                claim.arc() <= 6 ? value.getBytes(StandardCharsets.UTF_8) : der(value))));
        return all;
    }

    private static byte[] der(String text) {
        try {
            return new DERUTF8String(text).getEncoded("DER");
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
