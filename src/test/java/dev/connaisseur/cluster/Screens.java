package dev.connaisseur.cluster;

/** What people see of us through kubectl, word for word but for the id of a decision, which depends on the registry's port. */
final class Screens {
    private Screens() {}

    /** The screen with {@code (id …)} in place of each id. */
    static String withoutIds(String screen) {
        return screen.replaceAll("\\(id [0-9a-f]{8}\\)", "(id …)");
    }

    /** What kubectl says when an object from its standard input is denied for an unsigned image. */
    static String createDenied(ArmedCluster cluster) {
        return "Error from server: error when creating \"STDIN\": " + denial(cluster);
    }

    /** The denial of {@link ArmedCluster#unsigned()} with the API server's introduction. */
    static String denial(ArmedCluster cluster) {
        return "admission webhook \"%1$s\" denied the request: %2$s".formatted(ArmedCluster.WEBHOOK, reason(cluster));
    }

    /** Why {@link ArmedCluster#unsigned()} is refused. */
    static String reason(ArmedCluster cluster) {
        return """
                error during cosign validation of image %1$s: error validating image: [no signatures found]. \
                Unable to find signed digest for image %1$s. [rule "%2$s/*:*", validator cosign] \
                Sign it with trust root "key". (id …)""".formatted(cluster.unsigned(), cluster.registry().host());
    }

    /** What kubectl says when somebody else wrote {@link ArmedCluster#signed()} by its tag. */
    static String unpinnedDenied(ArmedCluster cluster) {
        return """
                Error from server: error when creating "STDIN": admission webhook "%s" denied the request: \
                image %s names no digest, though its rule pins images: it was written after they were verified \
                [rule "%s/*:*", validator cosign] Have whatever wrote this image run before Connaisseur. (id …)""".formatted(
                ArmedCluster.WEBHOOK, cluster.signed(), cluster.registry().host());
    }
}
