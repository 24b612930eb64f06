package dev.connaisseur.sigstore;

import dev.connaisseur.json.Limits;
import dev.connaisseur.trust.CertificateChain;
import dev.connaisseur.trust.PublicKeys;
import dev.connaisseur.trust.UnusableCertificateException;
import dev.connaisseur.trust.UnusableKeyException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whom of a sigstore deployment we believe.
 *
 * @param logs Rekor
 * @param authorities Fulcio
 * @param certificateLogs logs of Fulcio's certificates
 * @param timestampAuthorities RFC 3161
 * @see <a href="https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_trustroot.proto">TrustedRoot</a>
 */
public record TrustedRoot(
        List<TransparencyLog> logs,
        List<CertificateAuthority> authorities,
        List<TransparencyLog> certificateLogs,
        List<CertificateAuthority> timestampAuthorities) {
    public static final TrustedRoot NOBODY = new TrustedRoot(List.of(), List.of(), List.of(), List.of());

    private static final Pattern MEDIA_TYPE = Pattern.compile(
            "application/vnd\\.dev\\.sigstore\\.trustedroot(\\+json;version=0\\.1|\\.v0\\.[12]\\+json)");
    private static final Limits LIMITS = new Limits(4 << 20, 20, 1 << 20);
    private static final int MOST = 100;

    public TrustedRoot {
        logs = List.copyOf(logs);
        authorities = List.copyOf(authorities);
        certificateLogs = List.copyOf(certificateLogs);
        timestampAuthorities = List.copyOf(timestampAuthorities);
    }

    /**
     * Reads {@code trusted_root.json}. Keys and certificates that cannot be used are left out, as newer deployments may hold kinds
     * that we do not know; so whoever is left out is believed by nobody.
     *
     * @throws MalformedEvidenceException if it is not a trusted root
     */
    public static TrustedRoot parse(byte[] json) {
        ProtoJson root = ProtoJson.parse(json, LIMITS);
        if (!MEDIA_TYPE.matcher(root.requiredText("mediaType")).matches()) {
            throw root.wrong("mediaType", "that of a trusted root");
        }
        return new TrustedRoot(
                logs(root, "tlogs"),
                authorities(root, "certificateAuthorities"),
                logs(root, "ctlogs"),
                authorities(root, "timestampAuthorities"));
    }

    private static List<TransparencyLog> logs(ProtoJson root, String name) {
        List<TransparencyLog> logs = new ArrayList<>();
        for (ProtoJson log : root.objects(name, MOST)) {
            ProtoJson key = log.required("publicKey");
            Bytes der = key.requiredBytes("rawBytes");
            Bytes id = log.required("logId").requiredBytes("keyId");
            Bytes checkpointId = log.object("checkpointKeyId")
                    .map(holder -> holder.requiredBytes("keyId"))
                    .orElse(id);
            try {
                logs.add(new TransparencyLog(
                        id,
                        checkpointId,
                        PublicKeys.parseSpki(der.toArray()),
                        window(key.object("validFor")),
                        TransparencyLog.hostOf(log.text("baseUrl"))));
            } catch (UnusableKeyException e) {
                // A log whose key we cannot use proves nothing; the others still do.
            }
        }
        return logs;
    }

    private static List<CertificateAuthority> authorities(ProtoJson root, String name) {
        List<CertificateAuthority> authorities = new ArrayList<>();
        for (ProtoJson authority : root.objects(name, MOST)) {
            List<X509Certificate> chain = new ArrayList<>();
            try {
                for (ProtoJson certificate : authority.required("certChain").objects("certificates", 10)) {
                    chain.add(CertificateChain.parseDer(
                            certificate.requiredBytes("rawBytes").toArray()));
                }
            } catch (UnusableCertificateException e) {
                continue;
            }
            if (!chain.isEmpty()) {
                authorities.add(new CertificateAuthority(
                        chain.getLast(), chain.subList(0, chain.size() - 1), window(authority.object("validFor"))));
            }
        }
        return authorities;
    }

    private static Window window(Optional<ProtoJson> range) {
        return new Window(range.flatMap(r -> r.time("start")), range.flatMap(r -> r.time("end")));
    }
}
