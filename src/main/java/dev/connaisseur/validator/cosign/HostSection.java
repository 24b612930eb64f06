package dev.connaisseur.validator.cosign;

import dev.connaisseur.config.ConfigSection;
import dev.connaisseur.trust.CertificateChain;
import dev.connaisseur.trust.PublicKeys;
import dev.connaisseur.trust.UnusableCertificateException;
import dev.connaisseur.trust.UnusableKeyException;
import java.net.URI;
import java.net.URISyntaxException;

/** The {@code host} of a cosign validator. It is checked as in the original and asked for nothing: rules that need a log deny. */
final class HostSection {
    private static final String PEM = "Give it in PEM form, without anything around.";

    private HostSection() {}

    static void check(String validator, ConfigSection host) {
        host.onlyKeys("rekor", "rekorPubkey", "fulcioCert", "ctLogPubkey");
        host.string("rekor").ifPresent(url -> checkUrl(host, url));
        checkKey(host, "rekorPubkey", "error adding rekor public key: ");
        checkKey(host, "ctLogPubkey", "error adding ct log public key: ");
        try {
            host.string("fulcioCert").ifPresent(CertificateChain::parsePem);
        } catch (UnusableCertificateException e) {
            host.error("fulcioCert", "invalid fulcio certificate for validator " + validator, PEM);
        }
        host.warning("", "host is ignored: no transparency log is asked", "");
    }

    private static void checkUrl(ConfigSection host, String url) {
        try {
            new URI(url);
        } catch (URISyntaxException e) {
            String what = "unable to create Rekor client for " + url + ": " + e.getReason();
            host.error("rekor", what, "Write a URL, https://rekor.example.");
        }
    }

    private static void checkKey(ConfigSection host, String key, String prefix) {
        try {
            host.string(key).ifPresent(PublicKeys::parsePem);
        } catch (UnusableKeyException e) {
            host.error(key, prefix + e.getMessage(), PEM);
        }
    }
}
