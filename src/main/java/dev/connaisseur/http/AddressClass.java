package dev.connaisseur.http;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What kind of place an address is. An IPv6 address that carries an IPv4 address counts as the worse of the two.
 *
 * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry">IANA special-purpose addresses</a>
 */
enum AddressClass {
    /** Anywhere on the Internet. */
    PUBLIC,
    /** A private network: ours, most likely. */
    PRIVATE,
    /** This machine, its link (where clouds keep their metadata), multicast, and addresses that mean nothing. */
    SPECIAL;

    private static final List<AddressRange> SPECIAL_RANGES = ranges(
            "0.0.0.0/8", // this network
            "127.0.0.0/8",
            "169.254.0.0/16",
            "168.63.129.16/32", // Azure's wire server
            "100.100.100.200/32", // Alibaba's metadata
            "192.0.0.0/24", // protocol assignments, Oracle's metadata among them
            "224.0.0.0/3", // multicast, reserved, broadcast
            "::/127", // unspecified and loopback
            "fe80::/10",
            "fd00:ec2::/32", // Amazon's metadata
            "fd20:ce::/32", // Google's metadata
            "ff00::/8");

    private static final List<AddressRange> PRIVATE_RANGES = ranges(
            "10.0.0.0/8",
            "100.64.0.0/10",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "192.0.2.0/24",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "64:ff9b:1::/48",
            "100::/64",
            "2001:db8::/32",
            "fc00::/7",
            "fec0::/10");

    /** How many leading bytes precede an embedded IPv4 address: NAT64, 6to4, IPv4-compatible and -translated. */
    private static final List<Embedding> EMBEDDINGS = List.of(
            new Embedding(range("64:ff9b::/96"), 12),
            new Embedding(range("2002::/16"), 2),
            new Embedding(range("::/96"), 12),
            new Embedding(range("::ffff:0:0:0/96"), 12));

    private record Embedding(AddressRange range, int offset) {}

    static AddressClass of(InetAddress address) {
        AddressClass own = in(SPECIAL_RANGES, address) ? SPECIAL : in(PRIVATE_RANGES, address) ? PRIVATE : PUBLIC;
        AddressClass inner = embedded(address).map(AddressClass::of).orElse(PUBLIC);
        return own.compareTo(inner) >= 0 ? own : inner;
    }

    /** Java itself turns an IPv4-mapped address ({@code ::ffff:a.b.c.d}) into an IPv4 one. */
    private static Optional<Inet4Address> embedded(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return Optional.empty();
        }
        byte[] bytes = address.getAddress();
        return EMBEDDINGS.stream()
                .filter(embedding -> embedding.range.contains(address))
                .findFirst()
                .flatMap(embedding ->
                        AddressRange.address(Arrays.copyOfRange(bytes, embedding.offset, embedding.offset + 4)))
                .map(Inet4Address.class::cast);
    }

    private static boolean in(List<AddressRange> ranges, InetAddress address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }

    private static List<AddressRange> ranges(String... texts) {
        return Arrays.stream(texts).map(AddressClass::range).toList();
    }

    private static AddressRange range(String text) {
        return AddressRange.parse(text).orElseThrow();
    }
}
