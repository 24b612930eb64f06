package dev.connaisseur.testing;

/**
 * One line of a test server's access log.
 *
 * @param path path and query as received
 * @param status what was answered; 0 while a stalled request has no answer
 * @param authorized whether the request carried an {@code Authorization} header
 */
public record Access(String method, String path, int status, boolean authorized) {
    /** Whether this was a request for a token, not for content. */
    public boolean token() {
        return path.startsWith("/token");
    }

    @Override
    public String toString() {
        return method + " " + path + " " + status + (authorized ? " authorized" : "");
    }
}
