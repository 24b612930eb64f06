package dev.connaisseur.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connaisseur.trust.CertificateChain.Purpose;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is asked of every chain, and what only of those of signers without keys: certificates that are made for it, each twin
 * differing in one thing.
 */
class ChainProfileTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final KeyPair ROOT = newKeys("EC", 256);
    private static final KeyPair OTHER = newKeys("EC", 256);
    private static final KeyPair LEAF = newKeys("EC", 256);
    private static final KeyPair WHOLE = newKeys("RSA", 2048);
    private static final KeyPair UNEVEN = newKeys("RSA", 2052);
    private static final Made ANCHOR =
            new Made("root", "root", ROOT, ROOT, 1).with(id(ROOT)).with(by(ROOT));
    private static final Made BETWEEN =
            new Made("between", "root", OTHER, ROOT, 2).with(id(OTHER)).with(by(ROOT));
    private static final Made SIGNER =
            new Made("", "root", LEAF, ROOT, 3).with(id(LEAF)).with(by(ROOT));
    private static final Made BELOW =
            new Made("", "between", LEAF, OTHER, 3).with(id(LEAF)).with(by(OTHER));

    /**
     * A chain.
     *
     * @param keyless the verdict where Fulcio is meant: empty, or a part of the reason
     * @param own the verdict where it is one's own authority
     */
    record Case(String name, List<Made> chain, String keyless, String own) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Stream<Case> cases() {
        String noAuthority = "has no authority key identifier";
        String noOwn = "has no subject key identifier";
        String another = "names another authority than the one that signed it";
        String contradiction = "signed itself, yet names another";
        return Stream.of(
                new Case("a leaf", List.of(SIGNER, ANCHOR), "", ""),
                new Case("with one between", List.of(BELOW, BETWEEN, ANCHOR), "", ""),
                new Case("a leaf that names no authority", List.of(SIGNER.without(by(ROOT)), ANCHOR), noAuthority, ""),
                new Case("a leaf without an identifier of its own", List.of(SIGNER.without(id(LEAF)), ANCHOR), "", ""),
                new Case(
                        "an intermediate that names no authority",
                        List.of(BELOW, BETWEEN.without(by(ROOT)), ANCHOR),
                        noAuthority,
                        ""),
                new Case(
                        "an intermediate without an identifier",
                        List.of(BELOW, BETWEEN.without(id(OTHER)), ANCHOR),
                        noOwn,
                        ""),
                new Case("a root without an identifier", List.of(SIGNER, ANCHOR.without(id(ROOT))), noOwn, ""),
                new Case("a root that names no authority", List.of(SIGNER, ANCHOR.without(by(ROOT))), "", ""),
                new Case(
                        "a leaf that names another key",
                        List.of(SIGNER.without(by(ROOT)).with(by(OTHER)), ANCHOR),
                        another,
                        ""),
                new Case(
                        "an intermediate that names another key",
                        List.of(BELOW, BETWEEN.without(by(ROOT)).with(by(LEAF)), ANCHOR),
                        another,
                        ""),
                new Case("a root that names another key", anchor(by(OTHER)), contradiction, contradiction),
                new Case("a root that names itself", anchor(authority(key(ROOT), issuer("root"), serial(1))), "", ""),
                new Case(
                        "a root that names a stranger",
                        anchor(authority(key(ROOT), issuer("stranger"), serial(1))),
                        contradiction,
                        contradiction),
                new Case(
                        "a root with another's number",
                        anchor(authority(key(ROOT), issuer("root"), serial(2))),
                        contradiction,
                        contradiction),
                new Case(
                        "a root that names an issuer but no number",
                        anchor(authority(key(ROOT), issuer("root"))),
                        "malformed",
                        "malformed"),
                new Case(
                        "a root that names a number alone",
                        anchor(authority(key(ROOT), serial(1))),
                        "malformed",
                        "malformed"),
                new Case(
                        "a root by name and number alone",
                        anchor(authority(issuer("root"), serial(1))),
                        noAuthority,
                        ""),
                new Case("a root that says nothing", anchor(authority()), noAuthority, ""),
                new Case(
                        "a root whose identifier is no octets",
                        List.of(
                                SIGNER,
                                ANCHOR.without(id(ROOT))
                                        .with(new Part(Extension.subjectKeyIdentifier, new DERSequence()))),
                        "malformed",
                        "malformed"),
                new Case(
                        "a new key signed by the old one",
                        List.of(
                                BELOW.below("root"),
                                new Made("root", "root", OTHER, ROOT, 2)
                                        .with(id(OTHER))
                                        .with(by(ROOT)),
                                ANCHOR),
                        "",
                        ""),
                new Case("an address of the authority", List.of(SIGNER.with(access(1)), ANCHOR), "", ""),
                new Case(
                        "no address where one belongs",
                        List.of(SIGNER.with(access(0)), ANCHOR),
                        "malformed authority information",
                        "malformed authority information"),
                new Case(
                        "text in place of addresses",
                        List.of(
                                SIGNER.with(new Part(Extension.authorityInfoAccess, new DERIA5String("malformed"))),
                                ANCHOR),
                        "malformed authority information",
                        "malformed authority information"),
                new Case("an RSA key of whole bytes", List.of(signer(WHOLE), ANCHOR), "", ""),
                new Case("an RSA key of 2052 bits", List.of(signer(UNEVEN), ANCHOR), "not of whole bytes", ""),
                new Case(
                        "a root with an RSA key of 2052 bits",
                        List.of(
                                new Made("", "root", LEAF, UNEVEN, 3).with(by(UNEVEN)),
                                new Made("root", "root", UNEVEN, UNEVEN, 1).with(id(UNEVEN))),
                        "not of whole bytes",
                        ""));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isJudged(Case given) {
        List<X509Certificate> chain =
                given.chain().stream().map(Made::certificate).toList();

        judged(chain, Purpose.KEYLESS, given.keyless());
        judged(chain, Purpose.CODE_SIGNING, given.own());
    }

    @Test
    void theCallerSaysHowManyMayStandBetween() {
        List<X509Certificate> deep = List.of(BELOW.certificate(), BETWEEN.certificate(), ANCHOR.certificate());
        Made again =
                new Made("between", "between", OTHER, OTHER, 4).with(id(OTHER)).with(by(OTHER));
        List<X509Certificate> selfIssued = new ArrayList<>(deep);
        selfIssued.add(1, again.certificate());

        assertThat(build(deep, Purpose.KEYLESS, 1).certificates()).isEqualTo(deep);
        assertThat(build(selfIssued, Purpose.KEYLESS, 1).certificates()).startsWith(deep.getFirst());
        assertThat(build(List.of(SIGNER.certificate(), ANCHOR.certificate()), Purpose.KEYLESS, 0)
                        .certificates())
                .hasSize(2);
        assertThatThrownBy(() -> build(deep, Purpose.KEYLESS, 0))
                .isInstanceOf(UnusableCertificateException.class)
                .hasMessageContaining("leads to a trusted root");
    }

    private static void judged(List<X509Certificate> chain, Purpose purpose, String reason) {
        if (reason.isEmpty()) {
            assertThat(build(chain, purpose, 5).certificates()).isEqualTo(chain);
        } else {
            assertThatThrownBy(() -> build(chain, purpose, 5))
                    .isInstanceOf(UnusableCertificateException.class)
                    .hasMessageContaining(reason);
        }
    }

    private static CertificateChain build(List<X509Certificate> chain, Purpose purpose, int between) {
        return CertificateChain.build(
                chain.getFirst(), chain.subList(1, chain.size()), List.of(chain.getLast()), NOW, purpose, between);
    }

    private static List<Made> anchor(Part authority) {
        return List.of(SIGNER, ANCHOR.without(by(ROOT)).with(authority));
    }

    private static Made signer(KeyPair keys) {
        return new Made("", "root", keys, ROOT, 3).with(by(ROOT));
    }

    private static Part id(KeyPair keys) {
        return new Part(Extension.subjectKeyIdentifier, new SubjectKeyIdentifier(octets(keys)));
    }

    private static Part by(KeyPair keys) {
        return authority(key(keys));
    }

    /** Of fields that the library would not put together. */
    private static Part authority(ASN1Encodable... fields) {
        return new Part(Extension.authorityKeyIdentifier, new DERSequence(fields));
    }

    private static ASN1Encodable key(KeyPair keys) {
        return new DERTaggedObject(false, 0, new DEROctetString(octets(keys)));
    }

    private static ASN1Encodable issuer(String name) {
        return new DERTaggedObject(false, 1, new GeneralNames(new GeneralName(new X500Name("CN=" + name))));
    }

    private static ASN1Encodable serial(int serial) {
        return new DERTaggedObject(false, 2, new ASN1Integer(serial));
    }

    private static Part access(int addresses) {
        AccessDescription one = new AccessDescription(
                AccessDescription.id_ad_caIssuers,
                new GeneralName(GeneralName.uniformResourceIdentifier, "http://ca.example/ca.crt"));
        return new Part(
                Extension.authorityInfoAccess,
                addresses == 0 ? new DERSequence() : new AuthorityInformationAccess(new AccessDescription[] {one}));
    }

    private static byte[] octets(KeyPair keys) {
        return Hash.SHA_256.of(keys.getPublic().getEncoded());
    }

    private static KeyPair newKeys(String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An extension, not critical. */
    record Part(ASN1ObjectIdentifier oid, ASN1Encodable value) {}

    /** A certificate to be made; one without a name is a signer's. */
    record Made(
            String name, String issuer, KeyPair own, KeyPair by, int serial, Map<ASN1ObjectIdentifier, Part> parts) {
        Made(String name, String issuer, KeyPair own, KeyPair by, int serial) {
            this(name, issuer, own, by, serial, Map.of());
        }

        Made with(Part part) {
            Map<ASN1ObjectIdentifier, Part> more = new java.util.HashMap<>(parts);
            more.put(part.oid(), part);
            return new Made(name, issuer, own, by, serial, Map.copyOf(more));
        }

        Made without(Part part) {
            Map<ASN1ObjectIdentifier, Part> fewer = new java.util.HashMap<>(parts);
            fewer.remove(part.oid());
            return new Made(name, issuer, own, by, serial, Map.copyOf(fewer));
        }

        Made below(String other) {
            return new Made(name, other, own, by, serial, parts);
        }

        X509Certificate certificate() {
            boolean authority = !name.isEmpty();
            try {
                JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                        new X500Name("CN=" + issuer),
                        BigInteger.valueOf(serial),
                        Date.from(NOW.minus(Duration.ofDays(1))),
                        Date.from(NOW.plus(Duration.ofDays(1))),
                        new X500Name("CN=" + (authority ? name : "signer")),
                        own.getPublic());
                if (authority) {
                    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
                }
                builder.addExtension(
                        Extension.keyUsage,
                        true,
                        new KeyUsage(authority ? KeyUsage.keyCertSign : KeyUsage.digitalSignature));
                if (!authority) {
                    builder.addExtension(
                            Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_codeSigning));
                }
                for (Part part : parts.values()) {
                    builder.addExtension(part.oid(), false, part.value());
                }
                return new JcaX509CertificateConverter()
                        .getCertificate(builder.build(new JcaContentSignerBuilder(
                                        by.getPublic().getAlgorithm().equals("RSA")
                                                ? "SHA256withRSA"
                                                : "SHA256withECDSA")
                                .build(by.getPrivate())));
            } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
