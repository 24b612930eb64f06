package dev.connaisseur.boot;

import dev.connaisseur.cache.Seal;
import dev.connaisseur.cache.SharedLevel;
import dev.connaisseur.config.Settings;
import dev.connaisseur.http.RootFiles;
import dev.connaisseur.http.TlsTrust;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The certificates that Redis is believed by, and the keys that seal what is shared. */
record RedisFiles(Settings settings) {

    /**
     * Connects with what the files hold now. What was in use before stays where they cannot be used.
     *
     * @param mistakes takes a sentence for everything that is missing or wrong
     */
    void connect(SharedLevel level, List<String> mistakes) {
        if (settings.redis().hosts().isEmpty()) {
            return;
        }
        Set<X509Certificate> roots =
                RootFiles.read(settings.directories().redisCerts(), Optional.empty(), List.of(), mistakes);
        Optional<Seal> seal = Seal.read(settings.redis().keys(), mistakes);
        if (roots.isEmpty()) {
            mistakes.add(
                    "no certificate to trust lies in " + settings.directories().redisCerts());
        }
        if (seal.isEmpty()) {
            mistakes.add("no key lies in " + settings.redis().keys()
                    + ", so nobody could tell our entries from forged ones");
        }
        if (mistakes.isEmpty() && seal.isPresent()) {
            level.connect(settings.redis(), new TlsTrust(roots), seal.get());
        }
    }
}
