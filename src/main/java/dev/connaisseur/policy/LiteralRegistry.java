package dev.connaisseur.policy;

import dev.connaisseur.image.ImageReference;
import java.util.Optional;
import java.util.regex.Pattern;

/** The registry that a pattern names without any wildcard: whoever wrote the pattern meant us to go there. */
final class LiteralRegistry {
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.-]+(:[0-9]{1,5})?");

    private LiteralRegistry() {}

    /** Host and port as image references have them; empty if the pattern begins with a path or a wildcard. */
    static Optional<String> of(String pattern) {
        int slash = pattern.indexOf('/');
        String first = slash < 0 ? "" : pattern.substring(0, slash);
        boolean registry = first.contains(".") || first.contains(":") || first.equals("localhost");
        if (!registry || !HOST.matcher(first).matches()) {
            return Optional.empty();
        }
        return Optional.of(MatchName.DOCKER_HUB.contains(first) ? ImageReference.DOCKER_HUB : first);
    }
}
