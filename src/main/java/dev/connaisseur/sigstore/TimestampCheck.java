package dev.connaisseur.sigstore;

import dev.connaisseur.trust.TimestampToken;
import dev.connaisseur.trust.UnusableTimestampException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Checks RFC 3161 timestamps against the authorities that are believed. */
final class TimestampCheck {
    private TimestampCheck() {}

    /** The times of those that hold. */
    static List<Instant> times(Evidence evidence, List<CertificateAuthority> authorities) {
        List<Instant> times = new ArrayList<>();
        if (authorities.isEmpty()) {
            return times;
        }
        for (Bytes response : evidence.timestamps()) {
            try {
                TimestampToken token = TimestampToken.ofResponse(response.toArray());
                if (authorities.stream().anyMatch(authority -> holds(token, evidence.stamped(), authority))) {
                    times.add(token.time());
                }
            } catch (UnusableTimestampException e) {
                // A token that cannot be read proves no time; the others still may.
            }
        }
        return times;
    }

    private static boolean holds(TimestampToken token, Bytes stamped, CertificateAuthority authority) {
        if (!authority.validFor().holds(token.time())) {
            return false;
        }
        try {
            List<X509Certificate> known = authority.others();
            token.verify(stamped.toArray(), known, List.of(authority.root()));
            return true;
        } catch (UnusableTimestampException e) {
            return false;
        }
    }
}
