package dev.connaisseur.trust;

import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * Where a certificate says that more is found about its authority. A chain does not ask there; but what is malformed is not accepted.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5280#section-4.2.2.1">RFC 5280, 4.2.2.1</a>
 */
final class AuthorityAccess {
    private static final String AUTHORITY_INFORMATION_ACCESS = "1.3.6.1.5.5.7.1.1";
    private static final int CONTEXT = 0x80;

    private AuthorityAccess() {}

    static Optional<String> flaw(X509Certificate certificate) {
        byte[] extension = certificate.getExtensionValue(AUTHORITY_INFORMATION_ACCESS);
        if (extension == null) {
            return Optional.empty();
        }
        try {
            DerReader whole = new DerReader(new DerReader(extension).octets());
            DerReader descriptions = whole.sequence();
            whole.end();
            do {
                DerReader description = descriptions.sequence();
                description.oid();
                if ((description.peek() & 0xc0) != CONTEXT) {
                    throw new MalformedDerException("a location that is no name");
                }
                description.encoding();
                description.end();
            } while (!descriptions.atEnd());
            return Optional.empty();
        } catch (MalformedDerException e) {
            return Optional.of("a certificate of the chain has malformed authority information: " + e.getMessage());
        }
    }
}
