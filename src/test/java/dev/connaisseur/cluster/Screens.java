package dev.connaisseur.cluster;

import java.util.regex.Pattern;

/** What people see of us through kubectl, as patterns that leave only the decision's id open. */
final class Screens {
    private static final String ID = "[0-9a-f]{12}";

    private Screens() {}

    /** The denial of an unsigned image in an object that was sent from standard input. */
    static Pattern denied(String image, ArmedCluster cluster) {
        return denied("error when creating \"STDIN\"", image, cluster);
    }

    /**
     * The denial of an unsigned image.
     *
     * @param about what kubectl says first
     */
    static Pattern denied(String about, String image, ArmedCluster cluster) {
        return Pattern.compile(Pattern.quote(about) + ".*" + Pattern.quote(image) + "(id " + ID + ")");
    }

    static String unpinnedChild(String image) {
        return image;
    }
}
