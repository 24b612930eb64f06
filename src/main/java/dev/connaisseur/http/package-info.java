/** The only speaker of HTTP and TLS: transport, trust, deadlines and limits. All sockets out are opened here. Start with {@code HttpTransport}. */
@NullMarked
package dev.connaisseur.http;

import org.jspecify.annotations.NullMarked;
