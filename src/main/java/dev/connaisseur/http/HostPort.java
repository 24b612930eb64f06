package dev.connaisseur.http;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/**
 * A server as a URI names it.
 *
 * @param host lower case, an IPv6 address without its brackets
 * @param port the effective one
 */
public record HostPort(String host, int port) {

    /** Empty for a URI without host or with a scheme other than http and https. */
    public static Optional<HostPort> of(URI uri) {
        String host = uri.getHost();
        String scheme = uri.getScheme();
        if (host == null || host.isEmpty() || scheme == null) {
            return Optional.empty();
        }
        int standard = switch (scheme.toLowerCase(Locale.ROOT)) {
            case "https" -> 443;
            case "http" -> 80;
            default -> 0;
        };
        int port = uri.getPort() == -1 ? standard : uri.getPort();
        if (standard == 0 || port < 1 || port > 65535) {
            return Optional.empty();
        }
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return Optional.of(new HostPort(bare.toLowerCase(Locale.ROOT), port));
    }

    /** Whether the name or literal means this machine, without asking any name server. */
    public boolean loopback() {
        return host.equals("localhost")
                || host.matches("127(\\.[0-9]{1,3}){3}")
                || host.equals("::1")
                || host.equals("0:0:0:0:0:0:0:1");
    }

    /** Whether this is {@link #loopback} or written as an address on this link, where a cloud keeps its metadata. */
    boolean onThisLink() {
        return loopback()
                || AddressRange.literal(host)
                        .filter(address -> AddressClass.of(address) == AddressClass.SPECIAL)
                        .isPresent();
    }

    /** The form that {@code CONNECT} uses. */
    String authority() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    /** Host, and port where the URI writes one. */
    public static String text(URI uri) {
        String host = uri.getHost();
        return host == null ? "an address without host" : uri.getPort() == -1 ? host : host + ":" + uri.getPort();
    }
}
