package dev.connaisseur.registry;

import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.HttpAnswer;
import java.net.URI;

/**
 * Speaks to one configured server that is no registry but authenticates like one, as notary servers do. Made by
 * {@link RegistryClients}.
 */
public final class ServerClient {
    private final RegistryClient client;
    private final URI address;
    private final RegistryHost host;

    /** @param address scheme and host, perhaps a path, without a slash at the end */
    ServerClient(RegistryClient client, URI address) {
        this.client = client;
        this.address = address;
        this.host = new RegistryHost(address.getRawAuthority(), address.resolve("/"));
    }

    /** Scheme, host and whatever else was configured. */
    public String address() {
        return address.toString();
    }

    /** Begins a number of requests about one repository; what the server demands for it is found out once. */
    public Session session(String repository, Deadline deadline) {
        return new Session(new RepositoryRequests(client, host, repository, deadline));
    }

    /** Requests about one repository. */
    public final class Session {
        private final RepositoryRequests requests;

        private Session(RepositoryRequests requests) {
            this.requests = requests;
        }

        /**
         * Gets what is below the server's address.
         *
         * @param path begins with a slash
         * @return an answer of any status that is not a passing trouble
         * @throws dev.connaisseur.http.LookupException if there is none, or the server refuses our credentials
         */
        public HttpAnswer get(String path, String accept, int limit) {
            return requests.answer(URI.create(address + path), accept, limit);
        }
    }
}
