package dev.connaisseur.validator.notation;

import dev.connaisseur.config.ConfigSection;
import dev.connaisseur.trust.CertificateChain;
import dev.connaisseur.trust.UnusableCertificateException;
import dev.connaisseur.validator.notation.TrustStore.Kind;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The trust roots of one Notation validator, in configured order.
 *
 * @param byName the first of each name
 */
record TrustStores(Map<String, TrustStore> byName) {
    static final String DEFAULT = "default";
    static final String ALL = "*";

    TrustStores {
        byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
    }

    /** Reads {@code trustRoots} and reports to the section whatever is wrong. */
    static TrustStores parse(String validator, ConfigSection section) {
        List<ConfigSection> entries = section.sections("trustRoots");
        if (entries.isEmpty()) {
            section.error(
                    "trustRoots",
                    "no trust roots provided for validator " + validator,
                    "List at least one trust root with a name and its cert.");
        }
        Map<String, TrustStore> stores = new LinkedHashMap<>();
        for (ConfigSection entry : entries) {
            TrustStore store = read(validator, entry);
            if (stores.putIfAbsent(store.name(), store) != null && !store.name().isEmpty()) {
                entry.warning(
                        "name",
                        "another trust root of validator " + validator + " is called " + store.name() + " already",
                        "The first one is used: rename or remove this one.");
            }
        }
        return new TrustStores(stores);
    }

    /** What a rule's {@code trustRoot} means; empty if there is no such trust root. */
    List<TrustStore> select(String reference) {
        if (reference.equals(ALL)) {
            return List.copyOf(byName.values());
        }
        TrustStore store = byName.get(reference.isEmpty() ? DEFAULT : reference);
        return store == null ? List.of() : List.of(store);
    }

    private static TrustStore read(String validator, ConfigSection entry) {
        entry.onlyKeys("name", "key", "cert", "tsCert", "keyless", "store", "trustedIdentities");
        String name = entry.requiredString("name");
        for (String key : List.of("key", "keyless")) {
            if (entry.has(key)) {
                entry.warning(
                        key,
                        key + " has no meaning for trust roots of validator " + validator,
                        "It is ignored: remove it.");
            }
        }
        if (entry.string("cert").orElse("").isEmpty()) {
            entry.error(
                    "cert",
                    "failed to create trust store: no certificate provided for trust root " + name,
                    "Give cert: the PEM of the certificate at the top of the signer's chain.");
        }
        return new TrustStore(
                name,
                kind(entry),
                certificates(name, entry, "cert", "certificate"),
                certificates(name, entry, "tsCert", "timestamp certificate"),
                identities(entry));
    }

    private static Kind kind(ConfigSection entry) {
        String written = entry.string("store").orElse("ca");
        return Kind.of(written).orElseGet(() -> {
            entry.error("store", "\"" + written + "\" is not a kind of trust store", "Use ca or signingAuthority.");
            return Kind.CA;
        });
    }

    private static List<X509Certificate> certificates(String name, ConfigSection entry, String key, String called) {
        String pem = entry.string(key).orElse("");
        if (pem.isEmpty()) {
            return List.of();
        }
        String failed = "failed to create trust store: failed to parse " + called + " for trust root " + name + ": ";
        try {
            List<X509Certificate> certificates = CertificateChain.parsePem(pem);
            certificates.stream()
                    .flatMap(certificate -> flaw(certificate, key).stream())
                    .forEach(flaw ->
                            entry.error(key, failed + flaw, "Give the certificate of the authority that issued it."));
            return certificates;
        } catch (UnusableCertificateException e) {
            entry.error(key, failed + e.getMessage(), "Give certificates in PEM.");
            return List.of();
        }
    }

    private static Optional<String> flaw(X509Certificate certificate, String key) {
        boolean authority = certificate.getBasicConstraints() >= 0;
        boolean selfSigned = SigningChain.signed(certificate, certificate);
        if (key.equals("tsCert")) {
            return authority && selfSigned
                    ? Optional.empty()
                    : Optional.of("a certificate is not the root of a timestamp authority");
        }
        // A signer's own certificate would vouch for itself only where it signed itself.
        return authority || selfSigned
                ? Optional.empty()
                : Optional.of("a certificate is neither one of an authority nor self-signed");
    }

    private static List<TrustedIdentity> identities(ConfigSection entry) {
        if (!entry.has("trustedIdentities")) {
            return List.of(new TrustedIdentity.Anybody());
        }
        List<TrustedIdentity> identities = new ArrayList<>();
        List<String> texts = entry.strings("trustedIdentities");
        for (int i = 0; i < texts.size(); i++) {
            String key = "trustedIdentities[" + i + "]";
            try {
                TrustedIdentity identity = TrustedIdentity.parse(texts.get(i));
                if (identities.stream().anyMatch(identity::overlaps)) {
                    entry.error(
                            key,
                            "the trusted identity covers another one, or another one covers it",
                            "Keep the one that is meant.");
                }
                identities.add(identity);
            } catch (IllegalArgumentException e) {
                entry.error(
                        key,
                        "the trusted identity cannot be used: " + e.getMessage(),
                        "Write * or x509.subject: C=…, ST=…, O=… with further attributes as needed.");
            }
        }
        if (texts.isEmpty()) {
            entry.error("trustedIdentities", "nobody is trusted", "Name at least one identity, or leave it out for *.");
        }
        return identities;
    }
}
