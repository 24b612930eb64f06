package dev.connaisseur.boot;

import dev.connaisseur.config.Problem;
import dev.connaisseur.config.Problem.Severity;
import dev.connaisseur.config.Problems;
import dev.connaisseur.http.UnusableCertificateException;
import dev.connaisseur.kubernetes.CaBundle;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** {@code tls.crt} and {@code tls.key} as a Kubernetes TLS Secret is mounted: a certificate chain and its key in PEM. */
record CertificateFiles(Path directory, boolean required) {
    /** A file beyond this is neither. */
    private static final long LIMIT = 256 * 1024;

    /**
     * Reads the pair; where there is none, and none is required, makes a self-signed one.
     *
     * @param problems takes what is wrong
     * @return empty if there is an error
     */
    Optional<ServingCertificate> read(InstantSource clock, Problems problems) {
        Path certificate = directory.resolve("tls.crt");
        Path key = directory.resolve("tls.key");
        if (!Files.exists(certificate) && !Files.exists(key)) {
            return selfSigned(certificate, clock, problems);
        }
        try {
            ServingCertificate read = ServingCertificate.parse(text(certificate), text(key));
            Instant end = read.leaf().getNotAfter().toInstant();
            if (end.isBefore(clock.instant())) {
                String what = "the certificate ended on " + end;
                report(problems, Severity.WARNING, certificate, what, "The API server will not connect: renew it.");
            }
            return Optional.of(read);
        } catch (ServingCertificateException e) {
            String remedy = "Put a PEM certificate chain and its PEM key into tls.crt and tls.key of that directory.";
            report(problems, Severity.ERROR, directory, String.valueOf(e.getMessage()), remedy);
            return Optional.empty();
        }
    }

    /**
     * Who vouches for a certificate of this directory: {@code ca.crt} beside it, else the certificate itself where it is its own issuer.
     *
     * @return nobody if {@code ca.crt} is not there, cannot be read or does not vouch for it
     */
    CaBundle authority(ServingCertificate shown, Instant now) {
        Path file = directory.resolve("ca.crt");
        if (Files.exists(file)) {
            try {
                CaBundle authority = CaBundle.parse(text(file));
                return authority.believes(shown.chain(), now) ? authority : CaBundle.NONE;
            } catch (ServingCertificateException | UnusableCertificateException e) {
                return CaBundle.NONE;
            }
        }
        X509Certificate leaf = shown.leaf();
        boolean own = leaf.getIssuerX500Principal().equals(leaf.getSubjectX500Principal());
        return own ? new CaBundle(List.of(leaf)) : CaBundle.NONE;
    }

    private Optional<ServingCertificate> selfSigned(Path certificate, InstantSource clock, Problems problems) {
        if (required) {
            String remedy =
                    "Mount the TLS Secret there, or set connaisseur.tls.required=false for a self-signed certificate.";
            report(problems, Severity.ERROR, certificate, "the server certificate is missing", remedy);
            return Optional.empty();
        }
        String what = "the server certificate is missing, a self-signed one is served";
        report(
                problems,
                Severity.WARNING,
                certificate,
                what,
                "No API server trusts it: mount tls.crt and tls.key there.");
        return Optional.of(SelfSigned.create(clock));
    }

    private static String text(Path file) {
        try {
            if (Files.size(file) > LIMIT) {
                throw new ServingCertificateException(file.getFileName() + " is larger than " + LIMIT + " bytes");
            }
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new ServingCertificateException(file.getFileName() + " is not PEM", e);
        } catch (IOException e) {
            throw new ServingCertificateException(file.getFileName() + " cannot be read", e);
        }
    }

    private static void report(Problems problems, Severity severity, Path file, String what, String remedy) {
        problems.add(new Problem(severity, file.toString(), "", 0, what, remedy));
    }
}
