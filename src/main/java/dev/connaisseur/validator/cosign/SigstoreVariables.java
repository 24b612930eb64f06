package dev.connaisseur.validator.cosign;

import dev.connaisseur.cloud.Surroundings;
import dev.connaisseur.config.ConfigSection;
import dev.connaisseur.http.LookupException;
import dev.connaisseur.sigstore.CertificateAuthority;
import dev.connaisseur.sigstore.TransparencyLog;
import dev.connaisseur.trust.CertificateChain;
import dev.connaisseur.trust.PemBlock;
import dev.connaisseur.trust.PublicKeys;
import dev.connaisseur.trust.UnusableCertificateException;
import dev.connaisseur.trust.UnusableKeyException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Variables that cosign reads. Those that name files with trust material keep their meaning for validators whose configuration leaves
 * that part open; those that would change what is verified in another way are refused by name, so that nobody relies on them in vain.
 */
record SigstoreVariables(Surroundings surroundings) {
    static final String LOG = "SIGSTORE_REKOR_PUBLIC_KEY";
    static final String AUTHORITY = "SIGSTORE_ROOT_FILE";
    static final String CERTIFICATE_LOG = "SIGSTORE_CT_LOG_PUBLIC_KEY_FILE";
    static final String TIMESTAMPS = "SIGSTORE_TSA_CERTIFICATE_FILE";

    private static final Map<String, String> REFUSED = Map.of(
            "TUF_ROOT", "Nothing is kept on disk: remove it.",
            "TUF_MIRROR", "Write trustedRootTuf with url and root at the validator.",
            "TUF_ROOT_JSON", "Write trustedRootTuf with url and root at the validator.",
            "COSIGN_REPOSITORY", "Signatures are looked for beside their image: remove it.",
            "COSIGN_MAX_ATTACHMENT_SIZE", "The limits are fixed: remove it.",
            "COSIGN_EXPERIMENTAL", "Every format is looked for without it: remove it.",
            "COSIGN_DOCKER_MEDIA_TYPES", "Both kinds of media types are read: remove it.",
            "COSIGN_PKCS11_MODULE_PATH", "Keys in PKCS #11 modules are not fetched: remove it.",
            "VAULT_SKIP_VERIFY", "Certificates are always verified: name the authority with VAULT_CACERT.");

    /** Reports each variable that is set and has no meaning here. */
    void report(ConfigSection validator) {
        REFUSED.keySet().stream()
                .sorted()
                .filter(name -> surroundings.variable(name).isPresent())
                .forEach(name -> validator.error(
                        "",
                        "the variable " + name + " is set, which validators of type cosign do not follow",
                        String.valueOf(REFUSED.get(name))));
    }

    /** The logs whose keys a variable's file holds. */
    Optional<List<TransparencyLog>> logs(String name, ConfigSection validator) {
        try {
            return surroundings
                    .file(name)
                    .map(pem -> PemBlock.all(pem).stream()
                            .map(block -> TransparencyLog.of(PublicKeys.of(block)))
                            .toList());
        } catch (UnusableKeyException | LookupException e) {
            return unusable(name, e, validator);
        }
    }

    /** The authorities whose certificates a variable's file holds. */
    Optional<List<CertificateAuthority>> authorities(String name, ConfigSection validator) {
        try {
            return surroundings.file(name).map(CertificateChain::parsePem).map(SigstoreTrust::authorities);
        } catch (UnusableCertificateException | LookupException e) {
            return unusable(name, e, validator);
        }
    }

    private static <T> Optional<List<T>> unusable(String name, RuntimeException why, ConfigSection validator) {
        validator.error(
                "",
                "the variable " + name + " names a file that cannot be used: " + why.getMessage(),
                "Name a PEM file, or remove the variable.");
        return Optional.of(List.of());
    }
}
