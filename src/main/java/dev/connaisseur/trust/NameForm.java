package dev.connaisseur.trust;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.x509.GeneralName;

/**
 * What names in certificates look like, and the limits that are set for them. Kinds that are compared as a whole have no form here.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.6">RFC 5280, 4.2.1.6</a> and 4.2.1.10
 */
final class NameForm {
    private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    private static final Pattern HOST = Pattern.compile(LABEL + "(?:\\." + LABEL + "){0,126}");
    private static final int IPV4 = 4;
    private static final int IPV6 = 16;

    private NameForm() {}

    static boolean isName(GeneralName name) {
        return switch (name.getTagNo()) {
            case GeneralName.dNSName -> {
                String host = text(name);
                yield isHost(host.startsWith("*.") ? host.substring(2) : host);
            }
            case GeneralName.rfc822Name -> isMailbox(text(name));
            case GeneralName.iPAddress -> isLength(address(name).length, 1);
            default -> true;
        };
    }

    static boolean isLimit(GeneralName base) {
        return switch (base.getTagNo()) {
            case GeneralName.dNSName -> text(base).isEmpty() || isHost(text(base));
            case GeneralName.rfc822Name -> {
                String mail = text(base);
                yield mail.indexOf('@') >= 0
                        ? isMailbox(mail)
                        : isHost(mail.startsWith(".") ? mail.substring(1) : mail);
            }
            case GeneralName.iPAddress -> isNetwork(address(base));
            default -> true;
        };
    }

    private static boolean isHost(String text) {
        return text.length() <= 253 && HOST.matcher(text).matches();
    }

    private static boolean isMailbox(String text) {
        int at = text.indexOf('@');
        return at > 0 && isHost(text.substring(at + 1));
    }

    /** An address and the mask of as many leading bits. */
    private static boolean isNetwork(byte[] network) {
        if (!isLength(network.length, 2)) {
            return false;
        }
        int length = network.length / 2;
        BigInteger mask = new BigInteger(1, Arrays.copyOfRange(network, length, network.length));
        BigInteger rest =
                BigInteger.ONE.shiftLeft(length * 8).subtract(BigInteger.ONE).xor(mask);
        return rest.and(rest.add(BigInteger.ONE)).signum() == 0;
    }

    private static boolean isLength(int length, int times) {
        return length == IPV4 * times || length == IPV6 * times;
    }

    private static String text(GeneralName name) {
        return ((ASN1String) name.getName()).getString();
    }

    private static byte[] address(GeneralName name) {
        return ((ASN1OctetString) name.getName()).getOctets();
    }
}
