package dev.connaisseur.boot;

import java.io.IOException;
import java.io.StringReader;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.jspecify.annotations.Nullable;

/**
 * The key and the certificate chain that the server shows to the API server.
 *
 * @param chain the server's own certificate first, then its issuers as given
 */
record ServingCertificate(PrivateKey key, List<X509Certificate> chain) {
    ServingCertificate {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("a serving certificate has at least one certificate");
        }
    }

    X509Certificate leaf() {
        return chain.getFirst();
    }

    /**
     * Reads the two files of a Kubernetes TLS Secret.
     *
     * @param certificates PEM, the server's certificate first
     * @param key PEM: PKCS#8, PKCS#1 or SEC1, not encrypted
     * @throws ServingCertificateException with a sentence that names the file
     */
    static ServingCertificate parse(String certificates, String key) {
        List<X509Certificate> chain = certificates(certificates);
        ServingCertificate parsed = new ServingCertificate(privateKey(key), chain);
        if (!parsed.keyFits()) {
            throw new ServingCertificateException("tls.key is not the key of the first certificate in tls.crt");
        }
        return parsed;
    }

    private static List<X509Certificate> certificates(String pem) {
        List<X509Certificate> chain = new ArrayList<>();
        for (Object block : blocks("tls.crt", pem)) {
            if (block instanceof X509CertificateHolder holder) {
                try {
                    chain.add(new JcaX509CertificateConverter().getCertificate(holder));
                } catch (GeneralSecurityException e) {
                    throw new ServingCertificateException("tls.crt holds a certificate that cannot be read", e);
                }
            }
        }
        if (chain.isEmpty()) {
            throw new ServingCertificateException("tls.crt holds no certificate");
        }
        return chain;
    }

    private static PrivateKey privateKey(String pem) {
        @Nullable PrivateKeyInfo found = null;
        for (Object block : blocks("tls.key", pem)) {
            @Nullable
            PrivateKeyInfo info = switch (block) {
                case PrivateKeyInfo pkcs8 -> pkcs8;
                case PEMKeyPair pair -> pair.getPrivateKeyInfo();
                case PKCS8EncryptedPrivateKeyInfo encrypted -> throw encryptedKey();
                case PEMEncryptedKeyPair encrypted -> throw encryptedKey();
                default -> null; // "EC PARAMETERS" and the like stand beside keys
            };
            if (info != null && found != null) {
                throw new ServingCertificateException("tls.key holds more than one key");
            }
            found = info == null ? found : info;
        }
        if (found == null) {
            throw new ServingCertificateException("tls.key holds no private key");
        }
        try {
            String type = type(found.getPrivateKeyAlgorithm().getAlgorithm());
            return KeyFactory.getInstance(type).generatePrivate(new PKCS8EncodedKeySpec(found.getEncoded()));
        } catch (GeneralSecurityException | IOException e) {
            throw new ServingCertificateException("tls.key holds a key that cannot be read", e);
        }
    }

    private static String type(ASN1ObjectIdentifier algorithm) {
        if (algorithm.equals(PKCSObjectIdentifiers.rsaEncryption)) {
            return "RSA";
        }
        if (algorithm.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            return "EC";
        }
        if (algorithm.equals(EdECObjectIdentifiers.id_Ed25519)) {
            return "Ed25519";
        }
        throw new ServingCertificateException(
                "tls.key is of type " + algorithm + "; RSA, EC and Ed25519 keys can serve TLS");
    }

    private static ServingCertificateException encryptedKey() {
        return new ServingCertificateException("tls.key is encrypted, and there is no way to give its passphrase");
    }

    private static List<Object> blocks(String file, String pem) {
        List<Object> blocks = new ArrayList<>();
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            for (@Nullable Object block = parser.readObject(); block != null; block = parser.readObject()) {
                blocks.add(block);
            }
        } catch (IOException e) {
            throw new ServingCertificateException(file + " is not PEM", e);
        }
        return blocks;
    }

    /** Whether the certificate's public key verifies what the private key signs. */
    private boolean keyFits() {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> "Ed25519";
        };
        byte[] sample = leaf().getPublicKey().getEncoded();
        try {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(sample);
            byte[] signature = signer.sign();
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(leaf().getPublicKey());
            verifier.update(sample);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false; // a key of another type than the certificate's
        }
    }

    /** Names the certificate and never the key. */
    @Override
    public String toString() {
        return "ServingCertificate[" + leaf().getSubjectX500Principal() + "]";
    }
}
