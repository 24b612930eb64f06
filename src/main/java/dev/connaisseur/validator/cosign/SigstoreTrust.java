package dev.connaisseur.validator.cosign;

import dev.connaisseur.config.ConfigSection;
import dev.connaisseur.http.HostPort;
import dev.connaisseur.json.MalformedJsonException;
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
import dev.connaisseur.tuf.MetadataException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads whom of a sigstore deployment a validator believes: {@code trustedRoot} and its sisters, and the parts under {@code host},
 * each of which replaces that part.
 */
final class SigstoreTrust {
    private static final long LARGEST_FILE = 4 << 20;
    private static final List<String> WHOLE = List.of("trustedRoot", "trustedRootFile", "trustedRootTuf");

    private final String validator;
    private final ConfigSection section;
    private final TrustRepositories repositories;
    private final SigstoreVariables variables;

    SigstoreTrust(
            String validator, ConfigSection section, TrustRepositories repositories, SigstoreVariables variables) {
        this.variables = variables;
        this.repositories = repositories;
        this.validator = validator;
        this.section = section;
    }

    /** What the configuration says; the public instance where it says nothing. */
    TrustSource read() {
        Optional<ConfigSection> host = section.section("host");
        host.ifPresent(parts -> parts.onlyKeys("rekor", "rekorPubkey", "fulcioCert", "ctLogPubkey", "tsaCert"));
        Optional<List<TransparencyLog>> logs = host.flatMap(
                        parts -> keys(parts, "rekorPubkey", "error adding rekor public key: "))
                .or(() -> ofVariable(owner -> variables.logs(SigstoreVariables.LOG, owner)));
        Optional<List<CertificateAuthority>> authorities = host.flatMap(
                        parts -> authorities(parts, "fulcioCert", "invalid fulcio certificate for validator "))
                .or(() -> ofVariable(owner -> variables.authorities(SigstoreVariables.AUTHORITY, owner)));
        Optional<List<TransparencyLog>> certificateLogs = host.flatMap(
                        parts -> keys(parts, "ctLogPubkey", "error adding ct log public key: "))
                .or(() -> ofVariable(owner -> variables.logs(SigstoreVariables.CERTIFICATE_LOG, owner)));
        Optional<List<CertificateAuthority>> stamps = host.flatMap(parts ->
                        authorities(parts, "tsaCert", "invalid timestamp authority certificate for validator "))
                .or(() -> ofVariable(owner -> variables.authorities(SigstoreVariables.TIMESTAMPS, owner)));
        boolean parts =
                logs.isPresent() || authorities.isPresent() || certificateLogs.isPresent() || stamps.isPresent();
        return whole().orElseGet(
                        () -> parts ? TrustSource.of(TrustedRoot.NOBODY) : TrustSource.of(repositories.publicGood()))
                .with(base -> new TrustedRoot(
                        logs.orElse(base.logs()),
                        authorities.orElse(base.authorities()),
                        certificateLogs.orElse(base.certificateLogs()),
                        stamps.orElse(base.timestampAuthorities())));
    }

    /** The configuration goes first: a trusted root is whole. */
    private <T> Optional<T> ofVariable(Function<ConfigSection, Optional<T>> read) {
        return WHOLE.stream().anyMatch(section::has) ? Optional.empty() : read.apply(section);
    }

    /** The log that is asked for entries that are missing, if one is named. */
    Optional<RekorLookup> rekor() {
        Optional<ConfigSection> host = section.section("host").filter(parts -> parts.has("rekor"));
        return host.flatMap(parts -> address(
                        parts,
                        "rekor",
                        "unable to create Rekor client for ",
                        "Write a URL, https://rekor.example.",
                        "https://"))
                .map(address -> new RekorLookup(repositories.transport(), address));
    }

    private Optional<TrustSource> whole() {
        List<String> given = WHOLE.stream().filter(section::has).toList();
        if (given.isEmpty()) {
            return Optional.empty();
        }
        String key = given.getFirst();
        if (given.size() > 1) {
            section.error(given.get(1), given.get(1) + " must not be set if " + key + " is", "Keep one of them.");
        }
        Optional<TrustSource> source = switch (key) {
            case "trustedRoot" ->
                section.string(key)
                        .flatMap(text -> parse(key, text.getBytes(StandardCharsets.UTF_8)))
                        .map(TrustSource::of);
            case "trustedRootFile" ->
                section.string(key).flatMap(this::readFile).map(TrustSource::of);
            default -> section.section(key).flatMap(this::repository).map(TrustSource::of);
        };
        return Optional.of(source.orElse(TrustSource.of(TrustedRoot.NOBODY)));
    }

    private Optional<RefreshedTrust> repository(ConfigSection tuf) {
        tuf.onlyKeys("url", "root");
        tuf.requiredString("url");
        String root = tuf.requiredString("root");
        Optional<URI> base = address(
                tuf,
                "url",
                "no TUF repository can be at ",
                "Write the URL under which its timestamp.json lies, https://tuf.example.",
                "");
        if (base.isEmpty() || root.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(repositories.at(base.get(), root.getBytes(StandardCharsets.UTF_8)));
        } catch (MetadataException | MalformedJsonException e) {
            tuf.error(
                    "root",
                    "the root of the TUF repository of validator " + validator + " cannot be used: " + e.getMessage(),
                    "Give a root.json of the repository as it is, any version.");
            return Optional.empty();
        }
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

    /** @param standard what is meant to stand before a host without a scheme; empty where it must have one */
    private static Optional<URI> address(
            ConfigSection holder, String key, String what, String remedy, String standard) {
        String written = holder.string(key).orElse("");
        if (written.isEmpty()) {
            return Optional.empty();
        }
        String why = "it is no address of an http or https server";
        try {
            boolean bare = Character.isLetterOrDigit(written.charAt(0)) && !written.contains("://");
            URI address = new URI((bare ? standard : "") + written.replaceFirst("/+$", ""));
            if (HostPort.of(address).isPresent()
                    && address.getRawUserInfo() == null
                    && address.getRawQuery() == null
                    && address.getRawFragment() == null) {
                return Optional.of(address);
            }
        } catch (URISyntaxException e) {
            why = e.getReason();
        }
        holder.error(key, what + written + ": " + why, remedy);
        return Optional.empty();
    }

    private static Optional<List<TransparencyLog>> keys(ConfigSection host, String key, String prefix) {
        if (isLeftOut(host, key)) {
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

    /** An empty text says as little as none; one of a wrong type is reported, and is not nothing. */
    private static boolean isLeftOut(ConfigSection host, String key) {
        return !host.has(key) || host.string(key).filter(String::isEmpty).isPresent();
    }

    /** Self-issued certificates are trusted by themselves, the others may stand between; without any, each is trusted. */
    private Optional<List<CertificateAuthority>> authorities(ConfigSection host, String key, String prefix) {
        if (isLeftOut(host, key)) {
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

    static List<CertificateAuthority> authorities(List<X509Certificate> certificates) {
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
