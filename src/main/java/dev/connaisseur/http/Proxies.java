package dev.connaisseur.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which proxy stands before a server, as {@code HTTPS_PROXY}, {@code HTTP_PROXY} and {@code NO_PROXY} say. This machine and its link
 * are never reached through one.
 *
 * @param secure for https
 * @param plain for http
 * @param bypassed servers that are reached directly
 */
public record Proxies(Optional<Server> secure, Optional<Server> plain, List<Bypass> bypassed) {
    public static final Proxies NONE = new Proxies(Optional.empty(), Optional.empty(), List.of());

    public Proxies {
        bypassed = List.copyOf(bypassed);
    }

    /**
     * A proxy.
     *
     * @param authorization the {@code Proxy-Authorization} it wants; never shown
     */
    public record Server(HostPort address, Optional<String> authorization) {
        @Override
        public String toString() {
            return address.authority();
        }
    }

    /**
     * One entry of {@code NO_PROXY}.
     *
     * @param name a host, with a leading dot only the hosts below it, {@code *} for all; empty for a range
     * @param port 0 for any
     */
    public record Bypass(String name, int port, Optional<String> range) {
        boolean covers(HostPort server) {
            if (range.isPresent()) {
                return AddressRange.parse(range.get())
                        .flatMap(
                                addresses -> AddressRange.literal(server.host()).filter(addresses::contains))
                        .isPresent();
            }
            boolean host = name.equals("*")
                    || server.host().equals(name)
                    || server.host().endsWith(name.startsWith(".") ? name : "." + name);
            return host && (port == 0 || port == server.port());
        }
    }

    /**
     * Reads the three variables; empty texts stand for unset ones.
     *
     * @param mistakes takes a sentence for each that cannot be read; it never quotes the value, which may hold a password
     */
    public static Proxies parse(String httpsProxy, String httpProxy, String noProxy, List<String> mistakes) {
        List<Bypass> bypassed = new ArrayList<>();
        Arrays.stream(noProxy.split("[,\\s]+"))
                .filter(entry -> !entry.isEmpty())
                .forEach(entry -> bypassed.add(bypass(entry.toLowerCase(Locale.ROOT))));
        return new Proxies(
                server("HTTPS_PROXY", httpsProxy, mistakes), server("HTTP_PROXY", httpProxy, mistakes), bypassed);
    }

    private static Bypass bypass(String entry) {
        if (AddressRange.parse(entry).isPresent()) {
            return new Bypass("", 0, Optional.of(entry));
        }
        String name = entry.startsWith("*.") ? entry.substring(1) : entry;
        int colon = name.lastIndexOf(':');
        boolean literal = AddressRange.literal(name).isPresent();
        if (!literal && colon > 0 && name.substring(colon + 1).matches("[0-9]{1,5}")) {
            return new Bypass(
                    bare(name.substring(0, colon)), Integer.parseInt(name.substring(colon + 1)), Optional.empty());
        }
        return new Bypass(bare(name), 0, Optional.empty());
    }

    private static String bare(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    private static Optional<Server> server(String variable, String value, List<String> mistakes) {
        if (value.isBlank()) {
            return Optional.empty();
        }
        try {
            URI uri = new URI(value.contains("://") ? value.strip() : "http://" + value.strip());
            Optional<HostPort> address = HostPort.of(uri);
            if ("http".equalsIgnoreCase(uri.getScheme()) && address.isPresent()) {
                return Optional.of(new Server(
                        address.get(), Optional.ofNullable(uri.getRawUserInfo()).map(Proxies::basic)));
            }
        } catch (URISyntaxException | IllegalArgumentException e) {
            mistakes.add(
                    variable + " is not the address of a proxy: " + e.getClass().getSimpleName());
            return Optional.empty();
        }
        mistakes.add(variable + " is not the address of a proxy, such as http://user:password@proxy.example:3128");
        return Optional.empty();
    }

    private static String basic(String rawUserInfo) {
        int colon = rawUserInfo.indexOf(':');
        String user = colon < 0 ? rawUserInfo : rawUserInfo.substring(0, colon);
        String password = colon < 0 ? "" : rawUserInfo.substring(colon + 1);
        byte[] pair = (decoded(user) + ":" + decoded(password)).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** The proxy before a server; empty where it is reached directly. */
    Optional<Server> before(HostPort server, boolean tls) {
        if (server.onThisLink() || bypassed.stream().anyMatch(entry -> entry.covers(server))) {
            return Optional.empty();
        }
        return tls ? secure : plain;
    }
}
