package dev.connaisseur.boot;

import dev.connaisseur.config.ConfigException;
import dev.connaisseur.config.Problem;
import dev.connaisseur.config.Problem.Severity;
import dev.connaisseur.config.Settings;
import dev.connaisseur.http.EgressRules;
import dev.connaisseur.http.Network;
import dev.connaisseur.http.Proxies;
import dev.connaisseur.http.RootFiles;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** How the process reaches the rest of the world, by its settings. */
final class OutgoingNetwork {
    /** What Kubernetes tells every container, and the chart the one of the server: services that no image may point at. */
    private static final Set<String> INTERNAL_VARIABLES = Set.of("KUBERNETES_SERVICE_HOST", "REDIS_HOST");

    private OutgoingNetwork() {}

    /**
     * Reads what the settings name.
     *
     * @param environment of the process, for the cluster's own services
     * @throws ConfigException naming every entry and file that cannot be used
     */
    static Network of(Settings.Network settings, Map<String, String> environment) {
        List<String> mistakes = new ArrayList<>();
        Set<String> internal = new HashSet<>();
        for (String name : INTERNAL_VARIABLES) {
            for (String host : environment.getOrDefault(name, "").split(",", -1)) {
                internal.add(host.strip().replaceFirst(":[0-9]+$", "").toLowerCase(Locale.ROOT));
            }
        }
        internal.remove("");
        EgressRules rules =
                EgressRules.parse(settings.allow(), settings.only(), settings.plainHttp(), internal, mistakes);
        Proxies proxies = Proxies.parse(
                settings.proxies().https(),
                settings.proxies().http(),
                settings.proxies().none(),
                mistakes);
        Set<X509Certificate> roots =
                RootFiles.read(settings.caDirectory(), settings.certFile(), settings.certDirectories(), mistakes);
        if (!mistakes.isEmpty()) {
            throw new ConfigException(mistakes.stream()
                    .map(mistake -> new Problem(Severity.ERROR, "settings", "", 0, mistake, ""))
                    .toList());
        }
        return Network.STANDARD.with(rules).with(proxies).with(roots);
    }
}
