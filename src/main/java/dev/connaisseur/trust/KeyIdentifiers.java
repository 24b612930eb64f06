package dev.connaisseur.trust;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;

/**
 * What a certificate says about its own key and about the one that signed it.
 *
 * @param own the subject key identifier in hex
 * @param authority the authority's; empty, too, where there is an authority key identifier without a key's
 * @param identified whether there is an authority key identifier at all
 * @param issuers who issued the authority's certificate; empty where that is not said
 * @param serial that certificate's serial number
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.1">RFC 5280, 4.2.1.1 and 4.2.1.2</a>
 */
record KeyIdentifiers(
        Optional<String> own,
        Optional<String> authority,
        boolean identified,
        List<X500Principal> issuers,
        Optional<BigInteger> serial) {
    private static final String OWN = "2.5.29.14";
    private static final String AUTHORITY = "2.5.29.35";
    private static final int KEY = 0x80;
    private static final int ISSUER = 0xa1;
    private static final int SERIAL = 0x82;
    private static final int DIRECTORY_NAME = 0xa4;

    /**
     * Reads both.
     *
     * @throws MalformedDerException if one is not what the RFC says
     */
    static KeyIdentifiers of(X509Certificate certificate) {
        Optional<String> own = extension(certificate, OWN).map(reader -> {
            String key = HexFormat.of().formatHex(reader.octets());
            reader.end();
            return key;
        });
        Optional<DerReader> authority = extension(certificate, AUTHORITY);
        if (authority.isEmpty()) {
            return new KeyIdentifiers(own, Optional.empty(), false, List.of(), Optional.empty());
        }
        DerReader fields = authority.get().sequence();
        authority.get().end();
        Optional<String> key = Optional.empty();
        if (fields.peek() == KEY) {
            key = Optional.of(HexFormat.of().formatHex(fields.content(KEY)));
        }
        if (fields.atEnd()) {
            return new KeyIdentifiers(own, key, true, List.of(), Optional.empty());
        }
        // Both or none.
        List<X500Principal> issuers = directoryNames(fields.enter(ISSUER));
        BigInteger serial = serial(fields.content(SERIAL));
        fields.end();
        return new KeyIdentifiers(own, key, true, issuers, Optional.of(serial));
    }

    /** What no certificate may have: identifiers that are malformed or, where it signed itself, name another. */
    static Optional<String> flaw(X509Certificate certificate) {
        try {
            if (of(certificate).nameAnother(certificate) && signedItself(certificate)) {
                return Optional.of("a certificate of the chain signed itself, yet names another as its authority");
            }
            return Optional.empty();
        } catch (MalformedDerException e) {
            return Optional.of("a certificate of the chain has a malformed key identifier: " + e.getMessage());
        }
    }

    /** One name and two keys are no contradiction where an authority's new key is signed by its old one. */
    private boolean nameAnother(X509Certificate certificate) {
        X500Principal name = certificate.getIssuerX500Principal();
        if (!certificate.getSubjectX500Principal().equals(name)) {
            return false;
        }
        boolean key = authority.isPresent() && own.isPresent() && !authority.equals(own);
        boolean issuer = !issuers.isEmpty() && !issuers.contains(name);
        return key
                || issuer
                || serial.filter(it -> !it.equals(certificate.getSerialNumber()))
                        .isPresent();
    }

    private static boolean signedItself(X509Certificate certificate) {
        try {
            certificate.verify(certificate.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static Optional<DerReader> extension(X509Certificate certificate, String oid) {
        return Optional.ofNullable(certificate.getExtensionValue(oid))
                .map(value -> new DerReader(new DerReader(value).octets()));
    }

    private static List<X500Principal> directoryNames(DerReader names) {
        List<X500Principal> found = new ArrayList<>();
        while (!names.atEnd()) {
            if (names.peek() != DIRECTORY_NAME) {
                names.encoding();
                continue;
            }
            DerReader name = names.enter(DIRECTORY_NAME);
            try {
                found.add(new X500Principal(name.encoding()));
            } catch (IllegalArgumentException e) {
                throw new MalformedDerException("a name that cannot be read");
            }
            name.end();
        }
        return List.copyOf(found);
    }

    private static BigInteger serial(byte[] content) {
        if (content.length == 0) {
            throw new MalformedDerException("an integer without digits");
        }
        return new BigInteger(content);
    }
}
