package dev.connaisseur.testing;

import dev.connaisseur.trust.Hash;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cmp.PKIStatus;
import org.bouncycastle.asn1.cmp.PKIStatusInfo;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.tsp.TimeStampResp;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.DigestCalculator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.bc.BcDigestCalculatorProvider;
import org.bouncycastle.tsp.TSPException;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.bouncycastle.tsp.TimeStampTokenGenerator;

/** A timestamp authority of the test's own. */
public final class TestTimestamps {
    private TestTimestamps() {}

    /** A DER-encoded RFC 3161 token for these bytes at this time, with the authority's certificates inside. */
    public static byte[] token(NotationSigner authority, byte[] stamped, Instant at) {
        try {
            X509Certificate own = authority.chain().getFirst();
            DigestCalculator digest =
                    new BcDigestCalculatorProvider().get(new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256));
            TimeStampTokenGenerator generator = new TimeStampTokenGenerator(
                    new JcaSimpleSignerInfoGeneratorBuilder().build("SHA256withECDSA", authority.key(), own),
                    digest,
                    new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1"));
            generator.addCertificates(new JcaCertStore(List.copyOf(authority.chain())));
            TimeStampRequestGenerator request = new TimeStampRequestGenerator();
            request.setCertReq(true);
            return generator
                    .generate(
                            request.generate(NISTObjectIdentifiers.id_sha256, Hash.SHA_256.of(stamped)),
                            BigInteger.ONE,
                            Date.from(at))
                    .getEncoded();
        } catch (TSPException | IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The token with something among its certificates that is none; no signature is over them. */
    public static byte[] spoiled(byte[] token) {
        try {
            ContentInfo whole = ContentInfo.getInstance(token);
            SignedData data = SignedData.getInstance(whole.getContent());
            ASN1EncodableVector certificates = new ASN1EncodableVector();
            data.getCertificates().forEach(certificates::add);
            certificates.add(new DERSequence());
            SignedData spoiled = new SignedData(
                    data.getDigestAlgorithms(),
                    data.getEncapContentInfo(),
                    new DERSet(certificates),
                    data.getCRLs(),
                    data.getSignerInfos());
            return new ContentInfo(whole.getContentType(), spoiled).getEncoded("DER");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The authority's whole response, as cosign keeps it. */
    public static byte[] response(byte[] token) {
        try {
            return new TimeStampResp(new PKIStatusInfo(PKIStatus.granted), ContentInfo.getInstance(token))
                    .getEncoded("DER");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
