package dev.connaisseur.http;

import java.util.Set;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocketFactory;

/** TLS for clients of other protocols than HTTP, as strict as ours: names are verified. */
public final class TlsSockets {
    private TlsSockets() {}

    /** Makes sockets that believe these roots. */
    public static SSLSocketFactory factory(TlsTrust trust) {
        return TlsProfile.context(trust, Set.of()).getSocketFactory();
    }

    /** Versions and the check of names. */
    public static SSLParameters parameters() {
        return TlsProfile.parameters();
    }
}
