package dev.connaisseur.keys;

import dev.connaisseur.cloud.Exchange;
import dev.connaisseur.http.FinalException;
import dev.connaisseur.http.LookupException.Kind;
import dev.connaisseur.kubernetes.KubernetesApi;
import dev.connaisseur.trust.KeyReference;
import dev.connaisseur.trust.PublicKeys;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.Optional;

/** Keys in Secrets of the cluster around us. */
record SecretKeys(Optional<KubernetesApi> cluster) {
    private static final String ENTRY = "cosign.pub";

    PublicKey read(KeyReference.Secret reference, Exchange exchange) {
        KubernetesApi api = cluster.orElseThrow(() -> new FinalException(
                Kind.NOT_FOUND, reference.text(), "this process runs in no cluster that could hold Secrets"));
        byte[] pem = api.secret(reference.namespace(), reference.name(), ENTRY, exchange.deadline())
                .orElseThrow(() -> new FinalException(
                        Kind.NOT_FOUND,
                        reference.text(),
                        "there is no Secret " + reference.namespace() + "/" + reference.name() + " with an entry "
                                + ENTRY));
        return PublicKeys.parsePem(new String(pem, StandardCharsets.UTF_8));
    }
}
