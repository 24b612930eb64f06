package dev.connaisseur.testing;

import java.io.IOException;
import java.math.BigInteger;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** A certificate authority made for one test, and server certificates by it. */
public final class TestAuthority {
    private static final GeneralName[] LOCAL = {
        new GeneralName(GeneralName.dNSName, "localhost"),
        new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
        new GeneralName(GeneralName.iPAddress, "::1")
    };
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+");
    private final KeyPair keys;
    private final X509Certificate root;

    private TestAuthority(KeyPair keys, X509Certificate root) {
        this.keys = keys;
        this.root = root;
    }

    public static TestAuthority create(String name) {
        try {
            KeyPair keys = newKeys();
            X500Name subject = new X500Name("CN=" + name);
            var builder = builder(subject, subject, keys, Duration.ofDays(10));
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            return new TestAuthority(keys, signed(builder, keys.getPrivate()));
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    public X509Certificate root() {
        return root;
    }

    /** The root as PEM: what a validator's {@code cert} holds. */
    public String pem() {
        return pem(root);
    }

    /** The root's own key as PEM of SEC 1, for programs that sign with it. */
    public String privateKey() {
        ECPrivateKey own = (ECPrivateKey) keys.getPrivate();
        byte[] point = SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded())
                .getPublicKeyData()
                .getOctets();
        try {
            return block(
                    "EC PRIVATE KEY",
                    new org.bouncycastle.asn1.sec.ECPrivateKey(
                                    256, own.getS(), new DERBitString(point), SECObjectIdentifiers.secp256r1)
                            .getEncoded());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A server certificate for localhost, 127.0.0.1 and ::1. */
    public SSLContext server() {
        return server(Duration.ofDays(5), LOCAL);
    }

    /** A server certificate for these DNS names and addresses. */
    public SSLContext serverNamed(String... names) {
        return server(Duration.ofDays(5), named(names));
    }

    private static GeneralName[] named(String... names) {
        return Arrays.stream(names)
                .map(name -> new GeneralName(
                        ADDRESS.matcher(name).matches() ? GeneralName.iPAddress : GeneralName.dNSName, name))
                .toArray(GeneralName[]::new);
    }

    /** A server certificate for localhost that ended a day ago. */
    public SSLContext expiredServer() {
        return server(Duration.ofDays(-1), new GeneralName(GeneralName.dNSName, "localhost"));
    }

    /** Trusts this authority and nobody else. */
    public SSLContext trust() {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("root", root);
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes a new serving pair for localhost as Kubernetes mounts it: {@code tls.crt}, {@code tls.key}; and {@code ca.crt}. */
    public X509Certificate writePair(Path directory) {
        return writePair(directory, LOCAL);
    }

    /** The same for these DNS names and addresses. */
    public X509Certificate writePair(Path directory, String... names) {
        return writePair(directory, named(names));
    }

    private X509Certificate writePair(Path directory, GeneralName... names) {
        try {
            KeyPair own = newKeys();
            X509Certificate leaf = leaf(own, Duration.ofDays(5), names);
            Files.writeString(
                    directory.resolve("tls.key"),
                    block("PRIVATE KEY", own.getPrivate().getEncoded()));
            Files.writeString(directory.resolve("tls.crt"), pem(leaf));
            Files.writeString(directory.resolve("ca.crt"), pem());
            return leaf;
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private X509Certificate leaf(KeyPair own, Duration life, GeneralName... names)
            throws GeneralSecurityException, IOException, OperatorCreationException {
        var builder = builder(
                X500Name.getInstance(root.getSubjectX500Principal().getEncoded()),
                new X500Name("CN=test server"),
                own,
                life);
        builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
        return signed(builder, keys.getPrivate());
    }

    private SSLContext server(Duration life, GeneralName... names) {
        try {
            KeyPair own = newKeys();
            X509Certificate leaf = leaf(own, life, names);
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            char[] password = "unused".toCharArray();
            store.setKeyEntry("server", own.getPrivate(), password, new X509Certificate[] {leaf, root});
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, password);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A server certificate for localhost, followed by the root so many times. */
    public SSLContext serverWithChainOf(int more) {
        try {
            KeyPair own = newKeys();
            X509Certificate[] chain = new X509Certificate[more + 1];
            Arrays.fill(chain, root);
            chain[0] = leaf(own, Duration.ofDays(5), LOCAL);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {new FixedChain(chain, own.getPrivate())}, null, null);
            return context;
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Key stores refuse chains that make no sense; this does not. */
    private static final class FixedChain extends X509ExtendedKeyManager {
        private final X509Certificate[] chain;
        private final PrivateKey key;

        FixedChain(X509Certificate[] chain, PrivateKey key) {
            this.chain = chain;
            this.key = key;
        }

        @Override
        public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
            return new String[] {"server"};
        }

        @Override
        public @Nullable String chooseServerAlias(
                String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return "server";
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return chain;
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return key;
        }

        @Override
        public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }
    }

    private static KeyPair newKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static JcaX509v3CertificateBuilder builder(X500Name issuer, X500Name subject, KeyPair keys, Duration life) {
        Instant now = Instant.now();
        return new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(64, new SecureRandom()).add(BigInteger.ONE),
                Date.from(now.minus(Duration.ofDays(3))),
                Date.from(now.plus(life)),
                subject,
                keys.getPublic());
    }

    private static X509Certificate signed(JcaX509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException, OperatorCreationException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
    }

    private static String pem(X509Certificate certificate) {
        try {
            return block("CERTIFICATE", certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String block(String type, byte[] content) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
                + "\n-----END " + type + "-----\n";
    }
}
