package dev.connaisseur.validator.cosign;

import dev.connaisseur.config.ConfigSection;
import dev.connaisseur.sigstore.CertificateAuthority;
import dev.connaisseur.sigstore.MalformedEvidenceException;
import dev.connaisseur.sigstore.TransparencyLog;
import dev.connaisseur.sigstore.TrustedRoot;
import dev.connaisseur.sigstore.Window;
import dev.connaisseur.trust.CertificateChain;
import dev.connaisseur.trust.PemBlock;
import dev.connaisseur.trust.PublicKeys;
import dev.connaisseur.trust.UnusableCertificateException;
import dev.connaisseur.trust.UnusableKeyException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * Reads whom of a sigstore deployment a validator believes: {@code trustedRoot} and its sisters, and the parts under {@code host},
 * each of which replaces that part.
 */
final class SigstoreTrust {
    private static final long LARGEST_FILE = 4 << 20;

    private final String validator;
    private final ConfigSection section;

    SigstoreTrust(String validator, ConfigSection section) {
        this.validator = validator;
        this.section = section;
    }

    /** What the configuration says; empty where it says nothing and the public instance is meant. */
    Optional<TrustedRoot> read() {
        Optional<TrustedRoot> whole = whole();
        Optional<ConfigSection> host = section.section("host");
        host.ifPresent(parts -> parts.onlyKeys("rekor", "rekorPubkey", "fulcioCert", "ctLogPubkey", "tsaCert"));
        host.ifPresent(this::checkRekor);
        Optional<List<TransparencyLog>> logs =
                host.flatMap(parts -> keys(parts, "rekorPubkey", "error adding rekor public key: "));
        Optional<List<CertificateAuthority>> authorities =
                host.flatMap(parts -> authorities(parts, "fulcioCert", "invalid fulcio certificate for validator "));
        Optional<List<TransparencyLog>> certificateLogs =
                host.flatMap(parts -> keys(parts, "ctLogPubkey", "error adding ct log public key: "));
        Optional<List<CertificateAuthority>> stamps = host.flatMap(
                parts -> authorities(parts, "tsaCert", "invalid timestamp authority certificate for validator "));
        boolean parts =
                logs.isPresent() || authorities.isPresent() || certificateLogs.isPresent() || stamps.isPresent();
        if (whole.isEmpty() && !parts) {
            return Optional.empty();
        }
        TrustedRoot base = whole.orElse(TrustedRoot.NOBODY);
        return Optional.of(new TrustedRoot(
                logs.orElse(base.logs()),
                authorities.orElse(base.authorities()),
                certificateLogs.orElse(base.certificateLogs()),
                stamps.orElse(base.timestampAuthorities())));
    }

    private Optional<TrustedRoot> whole() {
        Optional<String> inline = section.string("trustedRoot");
        Optional<String> file = section.string("trustedRootFile");
        if (inline.isPresent() && file.isPresent()) {
            section.error(
                    "trustedRootFile", "trustedRootFile must not be set if trustedRoot is", "Keep one of the two.");
            return Optional.empty();
        }
        return inline.flatMap(text -> parse("trustedRoot", text.getBytes(StandardCharsets.UTF_8)))
                .or(() -> file.flatMap(this::readFile));
    }

    private Optional<TrustedRoot> readFile(String name) {
        Path path = Path.of(section.file()).toAbsolutePath().resolveSibling(name);
        try {
            if (Files.size(path) > LARGEST_FILE) {
                throw new IOException("larger than " + LARGEST_FILE + " bytes");
            }
            return parse("trustedRootFile", Files.readAllBytes(path));
        } catch (IOException e) {
            section.error(
                    "trustedRootFile",
                    "the trusted root " + path + " of validator " + validator + " cannot be read",
                    "Mount a trusted_root.json there.");
            return Optional.empty();
        }
    }

    private Optional<TrustedRoot> parse(String key, byte[] json) {
        try {
            return Optional.of(TrustedRoot.parse(json));
        } catch (MalformedEvidenceException e) {
            section.error(
                    key,
                    "the trusted root of validator " + validator + " is malformed: " + e.getMessage(),
                    "Use a trusted_root.json as cosign trusted-root create writes it.");
            return Optional.empty();
        }
    }

    private void checkRekor(ConfigSection host) {
        Optional<String> url = host.string("rekor");
        try {
            new URI(url.orElse(""));
        } catch (URISyntaxException e) {
            host.error(
                    "rekor",
                    "unable to create Rekor client for " + url.orElse("") + ": " + e.getReason(),
                    "Write a URL, https://rekor.example.");
        }
    }

    private static Optional<List<TransparencyLog>> keys(ConfigSection host, String key, String prefix) {
        if (!host.has(key)) {
            return Optional.empty();
        }
        try {
            return Optional.of(PemBlock.all(host.string(key).orElse("")).stream()
                    .map(block -> TransparencyLog.of(PublicKeys.of(block)))
                    .toList());
        } catch (UnusableKeyException e) {
            host.error(key, prefix + e.getMessage(), "Give the log's public key, a PEM block PUBLIC KEY.");
            return Optional.of(List.of());
        }
    }

    /** Self-issued certificates are trusted by themselves, the others may stand between; without any, each is trusted. */
    private Optional<List<CertificateAuthority>> authorities(ConfigSection host, String key, String prefix) {
        if (!host.has(key)) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    authorities(CertificateChain.parsePem(host.string(key).orElse(""))));
        } catch (UnusableCertificateException e) {
            host.error(
                    key, prefix + validator, "Give certificates in PEM, the root among them: " + e.getMessage() + ".");
            return Optional.of(List.of());
        }
    }

    private static List<CertificateAuthority> authorities(List<X509Certificate> certificates) {
        List<X509Certificate> roots = certificates.stream()
                .filter(certificate ->
                        certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal()))
                .toList();
        List<X509Certificate> others = certificates.stream()
                .filter(certificate -> !roots.contains(certificate))
                .toList();
        return (roots.isEmpty() ? others : roots)
                .stream()
                        .map(root ->
                                new CertificateAuthority(root, roots.isEmpty() ? List.of() : others, Window.ALWAYS))
                        .toList();
    }
}
