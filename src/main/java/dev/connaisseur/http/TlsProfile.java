package dev.connaisseur.http;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** TLS as we speak it: 1.2 or newer, names always verified, roots by {@link TlsTrust}. */
final class TlsProfile {
    private TlsProfile() {}

    static SSLParameters parameters() {
        SSLParameters parameters = new SSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        return parameters;
    }

    static SSLContext context(TlsTrust trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trustManagers(trust), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the platform cannot set up TLS", e);
        }
    }

    private static TrustManager[] trustManagers(TlsTrust trust) throws GeneralSecurityException, IOException {
        KeyStore roots = null; // the factory then takes the platform's
        if (!trust.isSystem()) {
            roots = KeyStore.getInstance("PKCS12");
            roots.load(null, null);
            int number = 0;
            for (X509Certificate root : trust.roots()) {
                roots.setCertificateEntry("root-" + number++, root);
            }
        }
        return factory(roots).getTrustManagers();
    }

    private static TrustManagerFactory factory(@Nullable KeyStore roots) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(roots);
        return factory;
    }
}
