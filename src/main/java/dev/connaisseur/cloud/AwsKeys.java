package dev.connaisseur.cloud;

/**
 * Keys of Amazon.
 *
 * @param session token of temporary keys, empty for lasting ones
 */
public record AwsKeys(String id, String secret, String session) {
    @Override
    public String toString() {
        return "AwsKeys[hidden]";
    }
}
