package dev.connaisseur.validator.notation;

import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;

/**
 * A subject as a set of attributes, each at most once. Values are compared letter by letter: what only looks alike is another name.
 *
 * @param attributes by upper-case short name, e.g. {@code C}, {@code ST}, {@code O}
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4514">RFC 4514</a>
 */
record DistinguishedName(Map<String, String> attributes) {
    private static final int LONGEST = 4096;

    private static final Map<String, String> BY_OID = Map.ofEntries(
            Map.entry("2.5.4.3", "CN"),
            Map.entry("2.5.4.5", "SERIALNUMBER"),
            Map.entry("2.5.4.6", "C"),
            Map.entry("2.5.4.7", "L"),
            Map.entry("2.5.4.8", "ST"),
            Map.entry("2.5.4.9", "STREET"),
            Map.entry("2.5.4.10", "O"),
            Map.entry("2.5.4.11", "OU"),
            Map.entry("2.5.4.17", "POSTALCODE"));

    private static final Set<String> KNOWN = Set.copyOf(BY_OID.values());

    DistinguishedName {
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    }

    /**
     * Reads {@code C=US, ST=WA, O=acme}; {@code S} means {@code ST}.
     *
     * @throws IllegalArgumentException with a sentence that says what is wrong
     */
    static DistinguishedName parse(String text) {
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException("it is longer than " + LONGEST + " characters");
        }
        Map<String, String> attributes = new LinkedHashMap<>();
        int at = 0;
        do {
            int equals = text.indexOf('=', at);
            if (equals < 0) {
                throw new IllegalArgumentException("it is not a list of NAME=value");
            }
            String name = text.substring(at, equals).strip().toUpperCase(Locale.ROOT);
            Value value = Value.read(text, equals + 1);
            String shortName = name.equals("S") ? "ST" : name;
            if (!KNOWN.contains(shortName)) {
                throw new IllegalArgumentException("the attribute \"" + name + "\" is not known");
            }
            if (value.text().isEmpty()) {
                throw new IllegalArgumentException("the attribute " + name + " is empty");
            }
            if (attributes.putIfAbsent(shortName, value.text()) != null) {
                throw new IllegalArgumentException("the attribute " + name + " is given twice");
            }
            at = value.end();
        } while (at <= text.length());
        return new DistinguishedName(attributes);
    }

    /** The subject of a certificate; empty where it has an attribute twice or in a form that cannot be compared or read. */
    static Optional<DistinguishedName> subject(X509Certificate certificate) {
        try {
            return read(
                    X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<DistinguishedName> read(X500Name subject) {
        Map<String, String> attributes = new LinkedHashMap<>();
        for (RDN rdn : subject.getRDNs()) {
            if (rdn.isMultiValued()) {
                return Optional.empty();
            }
            AttributeTypeAndValue attribute = rdn.getFirst();
            String oid = attribute.getType().getId();
            if (!(attribute.getValue() instanceof ASN1String value)
                    || attributes.putIfAbsent(BY_OID.getOrDefault(oid, oid), value.getString()) != null) {
                return Optional.empty();
            }
        }
        return Optional.of(new DistinguishedName(attributes));
    }

    /** Whether every attribute of this name stands in the other with the same value. */
    boolean isPartOf(DistinguishedName other) {
        return other.attributes.entrySet().containsAll(attributes.entrySet());
    }

    /** One attribute's value, and where the next attribute begins: behind the text's end if there is none. */
    private record Value(String text, int end) {
        private static final String ESCAPABLE = ",;\\+\"<>=# ";

        static Value read(String text, int start) {
            int at = start;
            while (at < text.length() && text.charAt(at) == ' ') {
                at++;
            }
            if (at < text.length() && text.charAt(at) == '#') {
                throw new IllegalArgumentException("a value in hexadecimal form is not supported");
            }
            StringBuilder value = new StringBuilder();
            int kept = 0;
            while (at < text.length() && text.charAt(at) != ',') {
                char c = text.charAt(at++);
                if (c == '\\') {
                    if (at == text.length() || ESCAPABLE.indexOf(text.charAt(at)) < 0) {
                        throw new IllegalArgumentException("a backslash stands before a character that needs none");
                    }
                    value.append(text.charAt(at++));
                    kept = value.length();
                } else if ("+;\"<>".indexOf(c) >= 0) {
                    throw new IllegalArgumentException("the character " + c + " must be written with a backslash");
                } else {
                    value.append(c);
                    kept = c == ' ' ? kept : value.length();
                }
            }
            // Blanks at the end count only where they are escaped.
            value.setLength(kept);
            return new Value(value.toString(), at + 1);
        }
    }
}
