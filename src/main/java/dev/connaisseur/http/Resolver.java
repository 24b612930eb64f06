package dev.connaisseur.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Asks for the addresses of a host. Tests answer in place of name servers. */
@FunctionalInterface
public interface Resolver {
    /** All addresses, at least one, in the order in which they should be tried. */
    List<InetAddress> resolve(String host) throws UnknownHostException;

    /** The platform's. */
    Resolver SYSTEM = host -> List.of(InetAddress.getAllByName(host));
}
