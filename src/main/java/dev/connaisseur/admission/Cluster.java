package dev.connaisseur.admission;

import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.LookupException;
import java.util.List;
import java.util.Optional;

/**
 * The cluster around us, as far as a decision depends on it.
 *
 * @param owners knows the live objects
 * @param accounts knows what service accounts give to pods that name no pull secrets
 * @param secrets reads pull secrets
 */
public record Cluster(Owners owners, ServiceAccounts accounts, DockerConfigs secrets) {
    /** There is none. */
    public static final Cluster NONE = new Cluster(
            Owners.UNKNOWN,
            (namespace, serviceAccount, deadline) -> List.of(),
            (namespace, secret, deadline) -> Optional.empty());

    /** Tells the pull secrets of service accounts. */
    @FunctionalInterface
    public interface ServiceAccounts {
        /**
         * Names of Secrets in the account's namespace; none if there is no such account.
         *
         * @throws LookupException if nobody told
         */
        List<String> pullSecrets(String namespace, String serviceAccount, Deadline deadline);
    }

    /** Reads pull secrets. */
    @FunctionalInterface
    public interface DockerConfigs {
        /**
         * A pull secret as docker's configuration, JSON with {@code auths}; empty if there is none.
         *
         * @throws LookupException if nobody told
         */
        Optional<byte[]> dockerConfig(String namespace, String secret, Deadline deadline);
    }
}
