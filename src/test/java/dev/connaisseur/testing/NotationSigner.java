package dev.connaisseur.testing;

import static dev.connaisseur.testing.CborWriter.items;
import static dev.connaisseur.testing.CborWriter.members;
import static dev.connaisseur.testing.CborWriter.octets;
import static dev.connaisseur.testing.CborWriter.tagged;
import static dev.connaisseur.testing.CborWriter.text;
import static dev.connaisseur.testing.CborWriter.whole;

import dev.connaisseur.image.Digest;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Signs like the tool notation: a key, its certificate chain, envelopes, and their attachment to an image. */
public final class NotationSigner {
    public static final String PAYLOAD_TYPE = "application/vnd.cncf.notary.payload.v1+json";
    public static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    private static final long MADE = 1_795_341_600; // 2026-11-22T10:00:00Z
    private static final AtomicLong SERIAL = new AtomicLong(1);
    private static final String SIGNATURE = "application/vnd.cncf.notary.signature";

    private final PrivateKey key;
    private final List<PrivateKey> keys;
    private final List<X509Certificate> chain;

    private NotationSigner(List<PrivateKey> keys, List<X509Certificate> chain) {
        this.key = keys.getFirst();
        this.keys = List.copyOf(keys);
        this.chain = List.copyOf(chain);
    }

    /** A signer with root, intermediate and a P-256 certificate, as the specification wants them. */
    public static NotationSigner create(String subject) {
        return of(
                Certificate.root("CN=root of " + subject.hashCode()),
                Certificate.authority("CN=intermediate of " + subject.hashCode()),
                Certificate.leaf(subject));
    }

    /** A signer with the given certificates, the root first. */
    public static NotationSigner of(Certificate... rootFirst) {
        List<X509Certificate> chain = new ArrayList<>();
        List<PrivateKey> keys = new ArrayList<>();
        for (Certificate certificate : rootFirst) {
            KeyPair own = keys(certificate);
            chain.addFirst(issue(certificate, own, keys.isEmpty() ? own.getPrivate() : keys.getFirst(), chain));
            keys.addFirst(own.getPrivate());
        }
        return new NotationSigner(keys, chain);
    }

    /** The same key with another chain in its envelopes. */
    public NotationSigner presenting(List<X509Certificate> other) {
        return new NotationSigner(keys, other);
    }

    /** The authority that issued this one's certificate, as a signer of its own. */
    public NotationSigner issuer() {
        return new NotationSigner(keys.subList(1, keys.size()), chain.subList(1, chain.size()));
    }

    /** Somebody with another certificate by this one, and a key of their own. */
    public NotationSigner issuing(Certificate wanted) {
        KeyPair own = keys(wanted);
        List<X509Certificate> longer = new ArrayList<>(chain);
        longer.addFirst(issue(wanted, own, key, chain));
        List<PrivateKey> more = new ArrayList<>(keys);
        more.addFirst(own.getPrivate());
        return new NotationSigner(more, longer);
    }

    /** The leaf first, the root last. */
    public List<X509Certificate> chain() {
        return chain;
    }

    public PrivateKey key() {
        return key;
    }

    public String rootPem() {
        return pem(chain.getLast());
    }

    public static String pem(X509Certificate certificate) {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der(certificate))
                + "\n-----END CERTIFICATE-----\n";
    }

    /** The payload that states this descriptor. */
    public static String payload(String mediaType, Digest digest, long size) {
        return Json.createObjectBuilder()
                .add(
                        "targetArtifact",
                        Json.createObjectBuilder()
                                .add("mediaType", mediaType)
                                .add("digest", digest.toString())
                                .add("size", size))
                .build()
                .toString();
    }

    /** A protected header that says what a correct one says. */
    public JsonObjectBuilder header() {
        return Json.createObjectBuilder()
                .add("alg", algorithm())
                .add("cty", PAYLOAD_TYPE)
                .add("crit", Json.createArrayBuilder().add("io.cncf.notary.signingScheme"))
                .add("io.cncf.notary.signingScheme", "notary.x509")
                .add("io.cncf.notary.signingTime", "2026-11-22T10:00:00Z");
    }

    /** A JWS envelope with this protected header. */
    public JsonObject jws(JsonObject protectedHeader, String payload) {
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        String header = encoder.encodeToString(protectedHeader.toString().getBytes(StandardCharsets.UTF_8));
        String body = encoder.encodeToString(payload.getBytes(StandardCharsets.UTF_8));
        byte[] signature = sign((header + "." + body).getBytes(StandardCharsets.US_ASCII));
        var certificates = Json.createArrayBuilder();
        chain.forEach(one -> certificates.add(Base64.getEncoder().encodeToString(der(one))));
        return Json.createObjectBuilder()
                .add("payload", body)
                .add("protected", header)
                .add("header", Json.createObjectBuilder().add("x5c", certificates))
                .add("signature", encoder.encodeToString(signature))
                .build();
    }

    /** Attaches an envelope to an image by the referrers tag schema, before what is there already. */
    public static Digest attach(EmbeddedRegistry registry, String repository, Digest image, byte[] envelope) {
        return attach(registry, repository, image, image, "application/jose+json", envelope);
    }

    /** The same for a manifest whose {@code subject} may be something else than where it is listed. */
    public static Digest attach(
            EmbeddedRegistry registry,
            String repository,
            Digest listedAt,
            Digest subject,
            String mediaType,
            byte[] envelope) {
        JsonObject manifest = Json.createObjectBuilder()
                .add("schemaVersion", 2)
                .add("mediaType", TestImage.MANIFEST)
                .add("artifactType", SIGNATURE)
                .add(
                        "config",
                        TestImage.descriptor(
                                registry, "application/vnd.oci.empty.v1+json", "{}".getBytes(StandardCharsets.UTF_8)))
                .add("layers", Json.createArrayBuilder().add(TestImage.descriptor(registry, mediaType, envelope)))
                .add(
                        "subject",
                        Json.createObjectBuilder()
                                .add("mediaType", TestImage.MANIFEST)
                                .add("digest", subject.toString())
                                .add("size", registry.bytes(subject).length))
                .build();
        byte[] bytes = manifest.toString().getBytes(StandardCharsets.UTF_8);
        Digest signature = registry.putManifest(repository, TestImage.MANIFEST, bytes);
        var list = Json.createArrayBuilder()
                .add(Json.createObjectBuilder()
                        .add("mediaType", TestImage.MANIFEST)
                        .add("digest", signature.toString())
                        .add("size", bytes.length)
                        .add("artifactType", SIGNATURE));
        String tag = "sha256-" + listedAt.hex();
        registry.tagged(repository, tag).ifPresent(index -> {
            try (var reader = Json.createReader(new java.io.ByteArrayInputStream(registry.bytes(index)))) {
                reader.readObject().getJsonArray("manifests").forEach(list::add);
            }
        });
        registry.putManifest(
                repository,
                tag,
                TestImage.INDEX,
                Json.createObjectBuilder()
                        .add("schemaVersion", 2)
                        .add("mediaType", TestImage.INDEX)
                        .add("manifests", list)
                        .build()
                        .toString()
                        .getBytes(StandardCharsets.UTF_8));
        return signature;
    }

    /** A COSE envelope that says what a correct one says. */
    public byte[] cose(String payload) {
        return cose(payload, Optional.empty());
    }

    /** The same with a timestamp over its signature. */
    public byte[] cose(String payload, UnaryOperator<byte[]> stamp) {
        return cose(payload, Optional.of(stamp));
    }

    private byte[] cose(String payload, Optional<UnaryOperator<byte[]>> stamp) {
        byte[] header = members(
                whole(1), whole(label()),
                whole(2), items(text("io.cncf.notary.signingScheme")),
                whole(3), text(PAYLOAD_TYPE),
                text("io.cncf.notary.signingScheme"), text("notary.x509"),
                text("io.cncf.notary.signingTime"), tagged(1, whole(MADE)));
        byte[] body = payload.getBytes(StandardCharsets.UTF_8);
        byte[] signature = sign(items(text("Signature1"), octets(header), octets(new byte[0]), octets(body)));
        byte[] certificates =
                items(chain.stream().map(each -> octets(der(each))).toArray(byte[][]::new));
        byte[] unsigned = stamp.map(stamping -> members(
                        whole(33),
                        certificates,
                        text("io.cncf.notary.timestampSignature"),
                        octets(stamping.apply(signature))))
                .orElseGet(() -> members(whole(33), certificates));
        return tagged(18, items(octets(header), unsigned, octets(body), octets(signature)));
    }

    /** r‖s, or RSASSA-PSS, with the hash of the key's length. */
    public byte[] sign(byte[] message) {
        try {
            Signature signer;
            int bits = strength();
            if (key.getAlgorithm().equals("EC")) {
                signer = Signature.getInstance("SHA" + bits + "withECDSAinP1363Format");
            } else {
                signer = Signature.getInstance("RSASSA-PSS");
                signer.setParameter(new PSSParameterSpec(
                        "SHA-" + bits, "MGF1", new MGF1ParameterSpec("SHA-" + bits), bits / Byte.SIZE, 1));
            }
            signer.initSign(key);
            signer.update(message);
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private String algorithm() {
        return (key.getAlgorithm().equals("EC") ? "ES" : "PS") + strength();
    }

    /** The algorithm as COSE numbers it. */
    private int label() {
        return switch (algorithm()) {
            case "ES256" -> -7;
            case "ES384" -> -35;
            case "ES512" -> -36;
            case "PS256" -> -37;
            case "PS384" -> -38;
            default -> -39;
        };
    }

    /** The bits of the hash that belongs to the key. */
    private int strength() {
        return switch (key) {
            case ECKey ec -> Math.min(512, ec.getParams().getOrder().bitLength());
            case RSAKey rsa ->
                rsa.getModulus().bitLength() >= 4096 ? 512 : rsa.getModulus().bitLength() >= 3072 ? 384 : 256;
            default -> throw new IllegalStateException(key.getAlgorithm());
        };
    }

    private static KeyPair keys(Certificate wanted) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(wanted.rsaBits() > 0 ? "RSA" : "EC");
            if (wanted.rsaBits() > 0) {
                generator.initialize(wanted.rsaBits());
            } else {
                generator.initialize(new ECGenParameterSpec(wanted.curve()));
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static X509Certificate issue(
            Certificate wanted, KeyPair own, PrivateKey issuer, List<X509Certificate> above) {
        X500Name subject = new X500Name(wanted.subject());
        X500Name issuerName = above.isEmpty()
                ? subject
                : X500Name.getInstance(
                        above.getFirst().getSubjectX500Principal().getEncoded());
        var builder = new JcaX509v3CertificateBuilder(
                issuerName,
                BigInteger.valueOf(SERIAL.getAndIncrement()),
                Date.from(wanted.begin()),
                Date.from(wanted.end()),
                subject,
                own.getPublic());
        try {
            for (Part part : wanted.extensions()) {
                builder.addExtension(part.extension());
            }
            String algorithm = issuer.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(algorithm).build(issuer)));
        } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] der(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An extension to put into a certificate. */
    public record Part(Extension extension) {
        public static Part of(
                org.bouncycastle.asn1.ASN1ObjectIdentifier oid,
                boolean critical,
                org.bouncycastle.asn1.ASN1Encodable value) {
            try {
                return new Part(
                        new Extension(oid, critical, value.toASN1Primitive().getEncoded()));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        public static Part keyUsage(boolean critical, int usage) {
            return of(Extension.keyUsage, critical, new KeyUsage(usage));
        }

        /** Marks an authority; {@code below} is the path length, negative for none. */
        public static Part authority(boolean critical, int below) {
            return of(
                    Extension.basicConstraints,
                    critical,
                    below < 0 ? new BasicConstraints(true) : new BasicConstraints(below));
        }
    }

    /** Where a certificate's revocation is published. */
    public static Part ocspAt(String... addresses) {
        AccessDescription[] places = new AccessDescription[addresses.length];
        for (int i = 0; i < places.length; i++) {
            places[i] = new AccessDescription(
                    AccessDescription.id_ad_ocsp, new GeneralName(GeneralName.uniformResourceIdentifier, addresses[i]));
        }
        return Part.of(Extension.authorityInfoAccess, false, new AuthorityInformationAccess(places));
    }

    /** Where a certificate's revocation list is. */
    public static Part crlAt(String... addresses) {
        return Part.of(Extension.cRLDistributionPoints, false, TestPublisher.points(addresses));
    }

    /**
     * A certificate to be made.
     *
     * @param rsaBits 0 for a key on the curve
     */
    public record Certificate(
            String subject, Instant begin, Instant end, int rsaBits, String curve, List<Part> extensions) {
        private static final Instant BEGIN = NOW.minusSeconds(30 * 86_400L);
        private static final Instant END = NOW.plusSeconds(30 * 86_400L);

        public Certificate {
            extensions = List.copyOf(extensions);
        }

        public static Certificate root(String subject) {
            return authority(subject);
        }

        public static Certificate authority(String subject) {
            return of(subject, Part.authority(true, -1), Part.keyUsage(true, KeyUsage.keyCertSign));
        }

        /** One that may sign revocation lists, too. */
        public static Certificate publisher(String subject, Part... more) {
            List<Part> parts = new ArrayList<>(
                    List.of(Part.authority(true, -1), Part.keyUsage(true, KeyUsage.keyCertSign | KeyUsage.cRLSign)));
            parts.addAll(List.of(more));
            return of(subject, parts.toArray(new Part[0]));
        }

        public static Certificate leaf(String subject) {
            return of(subject, Part.keyUsage(true, KeyUsage.digitalSignature));
        }

        public static Certificate of(String subject, Part... extensions) {
            return new Certificate(subject, BEGIN, END, 0, "secp256r1", List.of(extensions));
        }

        public Certificate valid(Instant from, Instant to) {
            return new Certificate(subject, from, to, rsaBits, curve, extensions);
        }

        public Certificate rsa(int bits) {
            return new Certificate(subject, begin, end, bits, curve, extensions);
        }

        public Certificate ec(String other) {
            return new Certificate(subject, begin, end, 0, other, extensions);
        }
    }
}
