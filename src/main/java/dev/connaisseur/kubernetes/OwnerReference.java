package dev.connaisseur.kubernetes;

/**
 * What an object says about who made it. Users write it too: it proves nothing by itself.
 *
 * @param controller whether this owner is the one that manages the object
 */
public record OwnerReference(String apiVersion, String kind, String name, String uid, boolean controller) {
    /** The API group, empty for the core group. */
    public String group() {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }

    /** The version of the API group. */
    public String version() {
        return apiVersion.substring(apiVersion.indexOf('/') + 1);
    }
}
