package dev.connaisseur.testing;

import dev.connaisseur.http.EgressRules;
import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.http.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A network whose servers run on this machine: what the rules forbid everybody else, tests are allowed. */
public final class Loopback {
    private Loopback() {}

    /** Standard but for {@code network.allow=localhost,127.0.0.1}. */
    public static Network network() {
        List<String> mistakes = new ArrayList<>();
        EgressRules rules =
                EgressRules.parse(List.of("localhost", "127.0.0.1"), List.of(), List.of(), Set.of(), mistakes);
        if (!mistakes.isEmpty()) {
            throw new IllegalStateException(String.join(", ", mistakes));
        }
        return Network.STANDARD.with(rules);
    }

    public static HttpTransport transport() {
        return new HttpTransport(network());
    }
}
