package dev.connaisseur.trust;

import dev.connaisseur.trust.KeyReference.Aws;
import dev.connaisseur.trust.KeyReference.Azure;
import dev.connaisseur.trust.KeyReference.Google;
import dev.connaisseur.trust.KeyReference.Secret;
import dev.connaisseur.trust.KeyReference.Variable;
import dev.connaisseur.trust.KeyReference.Vault;
import dev.connaisseur.trust.KeyReference.Web;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The forms of references with a scheme, as cosign writes them. Nothing but these characters gets into an address or a path. */
final class KeyReferenceReader {
    private static final String LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
    private static final String NAME = "[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?";
    private static final Pattern SECRET = Pattern.compile("k8s://(" + LABEL + ")/(" + NAME + ")");
    private static final Pattern VARIABLE = Pattern.compile("env://([A-Za-z_][A-Za-z0-9_]{0,127})");

    /** No user, no fragment: neither would be sent. */
    private static final Pattern WEB =
            Pattern.compile("https://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?(/[!-~&&[^#@]]{0,2000})?");

    private static final String UUID = "(mrk-[0-9A-Fa-f]{32}|[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})";
    private static final String ALIAS = "alias/[A-Za-z0-9/_-]{1,250}";
    private static final Pattern AWS = Pattern.compile("awskms://(?<host>[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?)?/(?<key>"
            + "arn:aws[a-z-]{0,20}:kms:(?<region>[a-z0-9-]{1,32}):[0-9]{12}:(key/" + UUID + "|" + ALIAS + ")|" + UUID
            + "|" + ALIAS + ")");

    /** The token of this process must not go anywhere else. */
    private static final Pattern AZURE = Pattern.compile("azurekms://(?<host>[a-z0-9-]{1,127}"
            + "\\.(vault\\.azure\\.(net|cn)|vault\\.usgovcloudapi\\.net|managedhsm\\.azure\\.(net|cn)|managedhsm\\.usgovcloudapi\\.net))"
            + "/(?<name>[0-9A-Za-z-]{1,127})(/(?<version>[0-9a-f]{32})?)?");

    private static final String PART = "[A-Za-z0-9._:-]{1,100}";
    private static final Pattern GOOGLE =
            Pattern.compile("gcpkms://(?<key>projects/" + PART + "/locations/" + PART + "/keyRings/" + PART
                    + "/cryptoKeys/" + PART + ")(/(cryptoKeyVersions|versions)/(?<version>[0-9]{1,12}))?");
    private static final Pattern VAULT = Pattern.compile("hashivault://(\\w([\\w.-]{0,200}\\w)?)");

    private KeyReferenceReader() {}

    static KeyReference read(String scheme, String text) {
        return switch (scheme) {
            case "k8s" -> {
                Matcher form = form(SECRET, text, "k8s://namespace/secret");
                yield new Secret(text, form.group(1), form.group(3));
            }
            case "env" -> new Variable(text, form(VARIABLE, text, "env://NAME").group(1));
            case "https" -> {
                form(WEB, text, "https://host/path");
                yield new Web(text);
            }
            case "awskms" -> aws(text);
            case "azurekms" -> azure(text);
            case "gcpkms" -> google(text);
            case "hashivault" ->
                new Vault(text, form(VAULT, text, "hashivault://KEY").group(1));
            case "pkcs11" ->
                throw new UnusableReferenceException(
                        "keys in PKCS #11 modules are not fetched",
                        "Write the public key itself: verifying needs no module.");
            case "http" ->
                throw new UnusableReferenceException(
                        "a key that comes by http could be anybody's", "Serve it by https.");
            default ->
                throw new UnusableReferenceException(
                        "keys are not fetched by " + scheme + ":",
                        "Use a path, or one of k8s, env, https, awskms, azurekms, gcpkms, hashivault with ://.");
        };
    }

    private static KeyReference aws(String text) {
        Matcher form = form(AWS, text, "awskms://[host]/KEY, KEY being an id, an ARN or alias/NAME");
        return new Aws(text, optional(form, "host"), optional(form, "region"), form.group("key"));
    }

    private static KeyReference azure(String text) {
        Matcher form = form(AZURE, text, "azurekms://NAME.vault.azure.net/KEY or …/KEY/VERSION");
        return new Azure(text, form.group("host"), form.group("name"), optional(form, "version"));
    }

    private static KeyReference google(String text) {
        Matcher form = form(
                GOOGLE,
                text,
                "gcpkms://projects/P/locations/L/keyRings/R/cryptoKeys/K, perhaps with /cryptoKeyVersions/V");
        return new Google(text, form.group("key"), optional(form, "version"));
    }

    private static String optional(Matcher form, String group) {
        return Optional.ofNullable(form.group(group)).orElse("");
    }

    private static Matcher form(Pattern pattern, String text, String wanted) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.matches()) {
            throw new UnusableReferenceException("it is not of the form " + wanted, "Write it like that.");
        }
        return matcher;
    }
}
