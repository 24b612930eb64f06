package dev.connaisseur.http;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One entry of {@code network.allow} or {@code network.only}. */
sealed interface Destination {

    /**
     * A host by name or address.
     *
     * @param name lower case; with a leading {@code *.} every name below it; {@code *} every name
     * @param port 0 for any
     */
    record Host(String name, int port) implements Destination {
        boolean matches(HostPort server) {
            if (port != 0 && port != server.port()) {
                return false;
            }
            return name.equals("*")
                    || (name.startsWith("*.")
                            ? server.host().endsWith(name.substring(1))
                            : server.host().equals(name));
        }

        /** Whether this names one host, as opposed to describing many. */
        boolean literal() {
            return !name.startsWith("*");
        }
    }

    /** Every address of a range, whatever its name. */
    record Range(AddressRange addresses) implements Destination {}

    Pattern HOST = Pattern.compile(
            "(?<host>\\*|(\\*\\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*"
                    + "|\\[(?<six>[0-9a-f:.]+)])(:(?<port>[0-9]{1,5}))?");

    /** Reads a host, a pattern like {@code *.example.com}, either with a port or without, or a range; empty for anything else. */
    static Optional<Destination> parse(String entry) {
        String text = entry.strip().toLowerCase(Locale.ROOT);
        Optional<AddressRange> range = AddressRange.parse(text);
        if (range.isPresent()) {
            return Optional.of(new Range(range.get()));
        }
        if (AddressRange.literal(text).isPresent()) {
            return Optional.of(new Host(text, 0));
        }
        Matcher matcher = HOST.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String host = Optional.ofNullable(matcher.group("six")).orElse(matcher.group("host"));
        int port = Optional.ofNullable(matcher.group("port"))
                .map(Integer::parseInt)
                .orElse(0);
        boolean number = host.matches("[0-9.]+") && AddressRange.literal(host).isEmpty();
        return port > 65_535 || number ? Optional.empty() : Optional.of(new Host(host, port));
    }

    /** Whether the server is meant by its name or, if that is known, by its address. */
    default boolean matches(HostPort server, Optional<InetAddress> address) {
        return switch (this) {
            case Host host -> host.matches(server);
            case Range range ->
                address.or(() -> AddressRange.literal(server.host()))
                        .filter(range.addresses()::contains)
                        .isPresent();
        };
    }
}
