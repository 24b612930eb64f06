package dev.connaisseur.sigstore;

import dev.connaisseur.trust.CertificateChain;
import dev.connaisseur.trust.DerReader;
import dev.connaisseur.trust.Hash;
import dev.connaisseur.trust.MalformedDerException;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The certificate transparency logs' promises that are embedded in a certificate (SCTs).
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6962#section-3.2">RFC 6962, 3.2 and 3.3</a>
 */
final class CertificateTimestamps {
    private static final String EXTENSION = "1.3.6.1.4.1.11129.2.4.2";
    private static final int EXPLICIT_3 = 0xa3;
    private static final int MOST = 20;

    private CertificateTimestamps() {}

    /** One promise. The two algorithm bytes are what the log says it used; what counts is the log's key. */
    private record Promise(Bytes logId, long milliseconds, Bytes extensions, Bytes signature) {}

    /**
     * Whether a log that is believed, and was at that time, promised to show this certificate to everybody.
     *
     * @throws MalformedEvidenceException if the extension is malformed
     */
    static boolean promised(CertificateChain chain, List<TransparencyLog> logs) {
        byte[] extension = chain.leaf().getExtensionValue(EXTENSION);
        if (extension == null) {
            return false;
        }
        try {
            byte[] list = new DerReader(new DerReader(extension).octets()).octets();
            byte[] preCertificate = withoutPromises(chain.leaf());
            byte[] issuerKey = Hash.SHA_256.of(chain.issuer().getPublicKey().getEncoded());
            for (Promise promise : parse(ByteBuffer.wrap(list))) {
                Bytes signed = signed(promise, issuerKey, preCertificate);
                Instant time = Instant.ofEpochMilli(promise.milliseconds);
                if (logs.stream()
                        .filter(log -> log.id().equals(promise.logId))
                        .filter(log -> log.validFor().holds(time))
                        .anyMatch(log -> log.signed(signed, promise.signature))) {
                    return true;
                }
            }
            return false;
        } catch (MalformedDerException | BufferUnderflowException | CertificateEncodingException e) {
            throw new MalformedEvidenceException("the certificate's SCTs are malformed", e);
        }
    }

    private static List<Promise> parse(ByteBuffer list) {
        if (Short.toUnsignedInt(list.getShort()) != list.remaining()) {
            throw new MalformedEvidenceException("the certificate's list of SCTs has another length than it says");
        }
        List<Promise> promises = new ArrayList<>();
        while (list.hasRemaining()) {
            ByteBuffer one = ByteBuffer.wrap(vector(list));
            if (promises.size() == MOST || one.get() != 0) {
                throw new MalformedEvidenceException("the certificate has too many SCTs, or of an unknown version");
            }
            byte[] logId = new byte[32];
            one.get(logId);
            long time = one.getLong();
            Bytes extensions = Bytes.of(vector(one));
            one.getShort();
            byte[] signature = vector(one);
            if (one.hasRemaining()) {
                throw new MalformedEvidenceException("bytes follow an SCT of the certificate");
            }
            promises.add(new Promise(Bytes.of(logId), time, extensions, Bytes.of(signature)));
        }
        return promises;
    }

    private static Bytes signed(Promise promise, byte[] issuerKey, byte[] preCertificate) {
        ByteArrayOutputStream signed = new ByteArrayOutputStream();
        signed.writeBytes(new byte[] {0, 0}); // version 1, certificate timestamp
        signed.writeBytes(ByteBuffer.allocate(8).putLong(promise.milliseconds).array());
        signed.writeBytes(new byte[] {0, 1}); // a pre-certificate
        signed.writeBytes(issuerKey);
        int length = preCertificate.length;
        signed.writeBytes(new byte[] {(byte) (length >> 16), (byte) (length >> 8), (byte) length});
        signed.writeBytes(preCertificate);
        int more = promise.extensions.length();
        signed.writeBytes(new byte[] {(byte) (more >> 8), (byte) more});
        signed.writeBytes(promise.extensions.toArray());
        return Bytes.of(signed.toByteArray());
    }

    /** The signed part of the certificate as the log saw it: byte by byte, but for the extension with the promises. */
    private static byte[] withoutPromises(X509Certificate certificate) throws CertificateEncodingException {
        DerReader signed = new DerReader(certificate.getTBSCertificate()).sequence();
        ByteArrayOutputStream fields = new ByteArrayOutputStream();
        while (!signed.atEnd()) {
            if (signed.peek() != EXPLICIT_3) {
                fields.writeBytes(signed.encoding());
                continue;
            }
            DerReader extensions = signed.enter(EXPLICIT_3).sequence();
            ByteArrayOutputStream kept = new ByteArrayOutputStream();
            while (!extensions.atEnd()) {
                byte[] extension = extensions.encoding();
                if (!new DerReader(extension).sequence().oid().equals(EXTENSION)) {
                    kept.writeBytes(extension);
                }
            }
            fields.writeBytes(encode(EXPLICIT_3, encode(DerReader.SEQUENCE, kept.toByteArray())));
        }
        return encode(DerReader.SEQUENCE, fields.toByteArray());
    }

    private static byte[] encode(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.length;
        if (length < 0x80) {
            out.write(length);
        } else {
            int octets = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
            out.write(0x80 | octets);
            for (int i = octets - 1; i >= 0; i--) {
                out.write(length >> (8 * i));
            }
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] vector(ByteBuffer in) {
        byte[] vector = new byte[Short.toUnsignedInt(in.getShort())];
        in.get(vector);
        return vector;
    }
}
