package dev.connaisseur.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReq;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A loopback server that publishes revocation: a responder that understands real OCSP requests, and files. */
public final class TestPublisher implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    /** What to say to a request. */
    @FunctionalInterface
    public interface Script {
        void run(HttpExchange exchange) throws IOException;
    }

    private TestPublisher(HttpServer server) {
        this.server = server;
    }

    public static TestPublisher open() {
        try {
            HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
            TestPublisher publisher = new TestPublisher(http);
            http.setExecutor(publisher.threads);
            http.createContext("/", publisher::answer);
            http.start();
            return publisher;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        requests.add(exchange.getRequestMethod() + " " + path);
        Script script = scripts.get(path);
        if (script == null) {
            Answer.of(404, "").send(exchange);
        } else {
            script.run(exchange);
        }
    }

    /** Where a path of this server is, as a certificate names it. */
    public String address(String path) {
        return "http://localhost:" + server.getAddress().getPort() + path;
    }

    /** Method and path of all requests so far. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    public void on(String path, Script script) {
        scripts.put(path, script);
    }

    public void file(String path, byte[] content) {
        on(path, exchange -> {
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
            exchange.close();
        });
    }

    /** Answers OCSP requests. */
    public void responder(String path, Responder responder) {
        on(path, exchange -> {
            byte[] answer = responder.answer(exchange.getRequestBody().readAllBytes());
            exchange.getResponseHeaders().set("Content-Type", "application/ocsp-response");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    /**
     * How a responder answers.
     *
     * @param key signs
     * @param certificates stand beside the signature
     * @param status of whatever is asked; null for good
     * @param nonce what becomes of the request's nonce
     */
    public record Responder(
            PrivateKey key,
            List<X509Certificate> certificates,
            @org.jspecify.annotations.Nullable CertificateStatus status,
            Instant thisUpdate,
            @org.jspecify.annotations.Nullable Instant nextUpdate,
            Nonce nonce,
            BigInteger about) {
        public enum Nonce {
            ECHOED,
            LEFT_OUT,
            ANOTHER
        }

        /** Serial number for "the one that is asked about". */
        public static final BigInteger ASKED = BigInteger.valueOf(-1);

        public Responder {
            certificates = List.copyOf(certificates);
        }

        public static Responder of(
                PrivateKey key, @org.jspecify.annotations.Nullable CertificateStatus status, Instant now) {
            return new Responder(
                    key, List.of(), status, now.minusSeconds(60), now.plusSeconds(3600), Nonce.ECHOED, ASKED);
        }

        public Responder by(PrivateKey other, X509Certificate... beside) {
            return new Responder(other, List.of(beside), status, thisUpdate, nextUpdate, nonce, about);
        }

        public Responder between(Instant from, @org.jspecify.annotations.Nullable Instant to) {
            return new Responder(key, certificates, status, from, to, nonce, about);
        }

        public Responder with(Nonce other) {
            return new Responder(key, certificates, status, thisUpdate, nextUpdate, other, about);
        }

        public Responder about(BigInteger serial) {
            return new Responder(key, certificates, status, thisUpdate, nextUpdate, nonce, serial);
        }

        byte[] answer(byte[] request) {
            try {
                OCSPReq asked = new OCSPReq(request);
                BasicOCSPRespBuilder builder =
                        new BasicOCSPRespBuilder(new RespID(new org.bouncycastle.asn1.x500.X500Name("CN=responder")));
                var id = asked.getRequestList()[0].getCertID();
                builder.addResponse(
                        about.equals(ASKED)
                                ? id
                                : org.bouncycastle.cert.ocsp.CertificateID.deriveCertificateID(id, about),
                        status,
                        Date.from(thisUpdate),
                        nextUpdate == null ? null : Date.from(nextUpdate),
                        null);
                Extension sent = asked.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce);
                if (nonce != Nonce.LEFT_OUT) {
                    byte[] value = sent.getExtnValue().getOctets();
                    value[value.length - 1] ^= (byte) (nonce == Nonce.ANOTHER ? 1 : 0);
                    ExtensionsGenerator extensions = new ExtensionsGenerator();
                    extensions.addExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce, false, value);
                    builder.setResponseExtensions(extensions.generate());
                }
                X509CertificateHolder[] holders = new X509CertificateHolder[certificates.size()];
                for (int i = 0; i < holders.length; i++) {
                    holders[i] = new X509CertificateHolder(certificates.get(i).getEncoded());
                }
                return new OCSPRespBuilder()
                        .build(OCSPResp.SUCCESSFUL, builder.build(signer(key), holders, Date.from(thisUpdate)))
                        .getEncoded();
            } catch (OCSPException | IOException | OperatorCreationException | GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static org.bouncycastle.operator.ContentSigner signer(PrivateKey key) throws OperatorCreationException {
        return new JcaContentSignerBuilder(key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA")
                .build(key);
    }

    /** Makes revocation lists. */
    public static final class ListBuilder {
        private final JcaX509v2CRLBuilder builder;

        /** A list with this number that counts from an hour before until an hour after {@code now}. */
        public ListBuilder(X509Certificate issuer, long number, Instant now) {
            this(issuer, number, now.minusSeconds(3600), now.plusSeconds(3600));
        }

        public ListBuilder(X509Certificate issuer, long number, Instant from, Instant to) {
            this.builder = new JcaX509v2CRLBuilder(issuer.getSubjectX500Principal(), Date.from(from));
            builder.setNextUpdate(Date.from(to));
            extension(Extension.cRLNumber, false, new CRLNumber(BigInteger.valueOf(number)));
        }

        public ListBuilder revoked(X509Certificate certificate, int reason, Instant since) {
            builder.addCRLEntry(certificate.getSerialNumber(), Date.from(since), reason);
            return this;
        }

        public ListBuilder revoked(X509Certificate certificate, Instant since, Instant invalid) {
            builder.addCRLEntry(certificate.getSerialNumber(), Date.from(since), 1, Date.from(invalid));
            return this;
        }

        /** So many other certificates. */
        public ListBuilder others(int count, Instant since) {
            for (int i = 0; i < count; i++) {
                builder.addCRLEntry(BigInteger.valueOf(1_000_000_000L + i), Date.from(since), 1);
            }
            return this;
        }

        public ListBuilder extension(
                org.bouncycastle.asn1.ASN1ObjectIdentifier oid,
                boolean critical,
                org.bouncycastle.asn1.ASN1Encodable value) {
            try {
                builder.addExtension(oid, critical, value);
                return this;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Makes this list one of the changes since another. */
        public ListBuilder changesSince(long base) {
            return extension(Extension.deltaCRLIndicator, true, new CRLNumber(BigInteger.valueOf(base)));
        }

        public ListBuilder changesAt(String address) {
            return extension(Extension.freshestCRL, false, points(address));
        }

        public byte[] signedBy(PrivateKey key) {
            try {
                return builder.build(signer(key)).getEncoded();
            } catch (IOException | OperatorCreationException e) {
                throw new IllegalStateException(e);
            }
        }

        public byte[] signedBy(NotationSigner issuer) {
            return signedBy(issuer.key());
        }
    }

    /** The value of the extensions that name where lists are. */
    public static CRLDistPoint points(String... addresses) {
        DistributionPoint[] points = new DistributionPoint[addresses.length];
        for (int i = 0; i < points.length; i++) {
            GeneralName name = new GeneralName(GeneralName.uniformResourceIdentifier, addresses[i]);
            points[i] = new DistributionPoint(new DistributionPointName(new GeneralNames(name)), null, null);
        }
        return new CRLDistPoint(points);
    }
}
