package dev.connaisseur.trust;

import dev.connaisseur.config.ConfigSection;
import dev.connaisseur.trust.TrustRoots.Material;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads one entry of {@code trustRoots} and reports what is wrong with it, in the original's words where it has some. */
final class TrustRootReader {
    private final String validator;
    private final Material material;

    TrustRootReader(String validator, Material material) {
        this.validator = validator;
        this.material = material;
    }

    TrustRoot read(ConfigSection entry) {
        entry.onlyKeys("name", "key", "cert", "tsCert", "keyless", "ca");
        String name = entry.requiredString("name");
        if (material == Material.CERTIFICATE) {
            warnUnused(entry, "key", "keyless");
            refuseAuthority(entry);
            return certificate(name, entry);
        }
        warnUnused(entry, "tsCert");
        List<String> given = given(entry, "key", "cert", "keyless", "ca");
        if (given.size() != 1) {
            reportNotOne(entry, given);
            return new TrustRoot.Unusable(name, "it has not exactly one of key, keyless and ca");
        }
        return switch (given.getFirst()) {
            case "key" -> key(name, entry);
            case "keyless" -> {
                TrustRoot keyless = keyless(name, entry);
                yield material == Material.KEY_OR_KEYLESS ? keyless : noKey(name, entry, "keyless");
            }
            case "ca" -> {
                TrustRoot authority = new AuthorityReader(validator).read(name, entry);
                refuseAuthority(entry);
                yield authority;
            }
            default -> noKey(name, entry, "cert");
        };
    }

    private TrustRoot key(String name, ConfigSection entry) {
        if (material == Material.KEY) {
            return pinnedKey(name, entry);
        }
        String text = entry.string("key").orElse("");
        try {
            return KeyReference.is(text)
                    ? new TrustRoot.Referenced(name, KeyReference.parse(text, Path.of(entry.file())))
                    : new TrustRoot.Key(name, PublicKeys.parsePem(text));
        } catch (UnusableReferenceException e) {
            return unusable(
                    name,
                    entry,
                    "key",
                    "the key of trust root " + name + " of validator " + validator + " cannot be used: "
                            + e.getMessage(),
                    e.remedy());
        } catch (UnusableKeyException e) {
            return unusable(
                    name,
                    entry,
                    "key",
                    "error parsing public key " + name + " of validator " + validator + ": " + e.getMessage(),
                    "Give one PEM block PUBLIC KEY with ECDSA (P-256, P-384, P-521), RSA (2048 to 8192 bits) or Ed25519.");
        }
    }

    /** A root key of a notary: the label of its PEM block does not matter there. */
    private TrustRoot pinnedKey(String name, ConfigSection entry) {
        String text = entry.string("key").orElse("").strip();
        try {
            List<PemBlock> blocks = PemBlock.all(text);
            String label = blocks.getFirst().label();
            if (!label.endsWith("PUBLIC KEY")) {
                return unusablePin(name, entry, text, "the PEM block is a " + label + " where a PUBLIC KEY is needed");
            }
            if (blocks.size() == 1) {
                return new TrustRoot.Key(
                        name, PublicKeys.parseSpki(blocks.getFirst().der()));
            }
            return unusablePin(name, entry, text, blocks.size() + " PEM blocks where one is needed");
        } catch (UnusableKeyException e) {
            return unusablePin(name, entry, text, String.valueOf(e.getMessage()));
        }
    }

    private TrustRoot unusablePin(String name, ConfigSection entry, String text, String cause) {
        String what;
        if (!text.startsWith("-----BEGIN ")) {
            what = "error decoding public key " + name + ": wrong format, provide a PEM encoded public key";
        } else if (extraneous(text)) {
            what = "key material for key " + name + " of validator " + validator + " contains extraneous characters";
        } else {
            what = "error parsing public key " + name + ": " + cause;
        }
        return unusable(
                name,
                entry,
                "key",
                what,
                "Give one PEM block with an ECDSA (P-256, P-384, P-521) or RSA (2048 to 8192 bits) key.");
    }

    /** Whether anything follows the first block. */
    private static boolean extraneous(String text) {
        int end = text.indexOf("-----END ");
        int close = end < 0 ? -1 : text.indexOf("-----", end + "-----END ".length());
        return close >= 0 && close + "-----".length() < text.length();
    }

    private TrustRoot noKey(String name, ConfigSection entry, String given) {
        String what = material == Material.KEY_OR_KEYLESS
                ? "no public key or keyless configuration found for trust root " + name
                : "error decoding public key " + name + ": wrong format, provide a PEM encoded public key";
        return unusable(name, entry, given, what, "This type of validator cannot use " + given + ": give a key.");
    }

    private TrustRoot keyless(String name, ConfigSection entry) {
        Optional<ConfigSection> section = entry.section("keyless");
        if (section.isEmpty()) {
            return new TrustRoot.Unusable(name, "its keyless part cannot be read");
        }
        ConfigSection keyless = section.get();
        keyless.onlyKeys("issuer", "issuerRegex", "subject", "subjectRegex", "claims");
        Optional<IdentityMatcher> issuer = matcher(name, keyless, "issuer", "Issuer");
        Optional<IdentityMatcher> subject = matcher(name, keyless, "subject", "Subject");
        if (issuer.isEmpty() || subject.isEmpty()) {
            return new TrustRoot.Unusable(name, "its keyless part does not name issuer and subject");
        }
        return new TrustRoot.Keyless(name, issuer.get(), subject.get(), claims(keyless));
    }

    private static Map<Claim, String> claims(ConfigSection keyless) {
        Map<Claim, String> claims = new EnumMap<>(Claim.class);
        keyless.section("claims").ifPresent(section -> {
            section.onlyKeys(Arrays.stream(Claim.values()).map(Claim::key).toArray(String[]::new));
            for (Claim claim : Claim.values()) {
                if (section.has(claim.key())) {
                    claims.put(claim, section.requiredString(claim.key()));
                }
            }
        });
        return claims;
    }

    static Optional<IdentityMatcher> matcher(String name, ConfigSection keyless, String key, String field) {
        String regexKey = key + "Regex";
        Optional<String> exact = keyless.string(key).filter(text -> !text.isEmpty());
        Optional<String> regex = keyless.string(regexKey).filter(text -> !text.isEmpty());
        if (exact.isPresent() == regex.isPresent()) {
            String what = exact.isPresent()
                    ? field + " must not be set if " + field + "Regex is"
                    : field + " must be set if " + field + "Regex isn't";
            keyless.error(key, what, "Give either " + key + " or " + regexKey + ", and not an empty one.");
            return Optional.empty();
        }
        if (exact.isPresent()) {
            return exact.map(IdentityMatcher.Exact::new);
        }
        try {
            IdentityMatcher.Regex compiled = IdentityMatcher.Regex.of(regex.get());
            if (compiled.looksPartial()) {
                keyless.warning(
                        regexKey,
                        "the pattern of trust root " + name + " must match the whole value",
                        "Write .*" + regex.get() + ".* if a part is meant.");
            }
            return Optional.of(compiled);
        } catch (IllegalArgumentException e) {
            keyless.deferred(
                    regexKey,
                    "the pattern of trust root " + name + " is not a regular expression: " + e.getMessage(),
                    "Use RE2 syntax: no look-around, no back references.");
            return Optional.empty();
        }
    }

    private TrustRoot certificate(String name, ConfigSection entry) {
        Optional<X509Certificate> certificate = Optional.empty();
        if (entry.string("cert").orElse("").isEmpty()) {
            entry.error(
                    "cert",
                    "failed to create trust store: no certificate provided for trust root " + name,
                    "Give cert: the PEM of the certificate at the top of the signer's chain.");
        } else {
            certificate = firstOf(name, entry, "cert", "certificate");
        }
        Optional<X509Certificate> timestamps =
                entry.has("tsCert") ? firstOf(name, entry, "tsCert", "timestamp certificate") : Optional.empty();
        if (certificate.isEmpty() || (entry.has("tsCert") && timestamps.isEmpty())) {
            return new TrustRoot.Unusable(name, "its certificate cannot be used");
        }
        return new TrustRoot.Certificate(name, certificate.get(), timestamps);
    }

    /** As in the original only the first certificate counts. */
    private static Optional<X509Certificate> firstOf(String name, ConfigSection entry, String key, String called) {
        try {
            List<X509Certificate> all =
                    CertificateChain.parsePem(entry.string(key).orElse(""));
            if (all.size() > 1) {
                entry.warning(
                        key,
                        "only the first of " + all.size() + " certificates of trust root " + name + " is used",
                        "Make a trust root of each.");
            }
            return Optional.of(all.getFirst());
        } catch (UnusableCertificateException e) {
            entry.error(
                    key,
                    "failed to create trust store: failed to parse " + called + " for trust root " + name + ": "
                            + e.getMessage(),
                    "Give a certificate in PEM.");
            return Optional.empty();
        }
    }

    private static TrustRoot unusable(String name, ConfigSection entry, String key, String what, String remedy) {
        entry.deferred(key, what, remedy);
        return new TrustRoot.Unusable(name, what);
    }

    private static List<String> given(ConfigSection entry, String... keys) {
        List<String> given = new ArrayList<>();
        for (String key : keys) {
            if (entry.has(key)
                    && !(List.of("keyless", "ca").contains(key)
                                    ? "-"
                                    : entry.string(key).orElse("-"))
                            .isEmpty()) {
                given.add(key);
            }
        }
        return given;
    }

    private static void reportNotOne(ConfigSection entry, List<String> given) {
        String what = given.isEmpty()
                ? "Key must be set if [Cert Keyless] isn't"
                : fieldOf(given.getFirst()) + " must not be set if " + others(given.getFirst()) + " is";
        entry.error(given.isEmpty() ? "" : given.getLast(), what, "Give exactly one of key, keyless and ca.");
    }

    private static String others(String key) {
        return Stream.of("key", "cert", "keyless")
                .filter(other -> !other.equals(key))
                .map(TrustRootReader::fieldOf)
                .collect(Collectors.joining(" "));
    }

    private static String fieldOf(String key) {
        return Character.toUpperCase(key.charAt(0)) + key.substring(1);
    }

    /** The original does not know this key: where it has no meaning it is a mistake. */
    private void refuseAuthority(ConfigSection entry) {
        if (entry.has("ca") && material != Material.KEY_OR_KEYLESS) {
            entry.error(
                    "ca",
                    "ca has no meaning for trust roots of validator " + validator,
                    "Only validators of type cosign verify with it: remove it.");
        }
    }

    private void warnUnused(ConfigSection entry, String... keys) {
        for (String key : given(entry, keys)) {
            entry.warning(
                    key,
                    key + " has no meaning for trust roots of validator " + validator,
                    "It is ignored: remove it.");
        }
    }
}
