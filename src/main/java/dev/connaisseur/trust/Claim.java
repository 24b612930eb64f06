package dev.connaisseur.trust;

import java.util.Arrays;
import java.util.Optional;

/**
 * What an identity provider said about a signer.
 *
 * @see <a href="https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md">Fulcio's extensions</a>
 */
public enum Claim {
    GITHUB_WORKFLOW_TRIGGER("githubWorkflowTrigger", 2),
    GITHUB_WORKFLOW_SHA("githubWorkflowSha", 3),
    GITHUB_WORKFLOW_NAME("githubWorkflowName", 4),
    GITHUB_WORKFLOW_REPOSITORY("githubWorkflowRepository", 5),
    GITHUB_WORKFLOW_REF("githubWorkflowRef", 6),
    BUILD_SIGNER_URI("buildSignerUri", 9),
    BUILD_SIGNER_DIGEST("buildSignerDigest", 10),
    RUNNER_ENVIRONMENT("runnerEnvironment", 11),
    SOURCE_REPOSITORY_URI("sourceRepositoryUri", 12),
    SOURCE_REPOSITORY_DIGEST("sourceRepositoryDigest", 13),
    SOURCE_REPOSITORY_REF("sourceRepositoryRef", 14),
    SOURCE_REPOSITORY_IDENTIFIER("sourceRepositoryIdentifier", 15),
    SOURCE_REPOSITORY_OWNER_URI("sourceRepositoryOwnerUri", 16),
    SOURCE_REPOSITORY_OWNER_IDENTIFIER("sourceRepositoryOwnerIdentifier", 17),
    BUILD_CONFIG_URI("buildConfigUri", 18),
    BUILD_CONFIG_DIGEST("buildConfigDigest", 19),
    BUILD_TRIGGER("buildTrigger", 20),
    RUN_INVOCATION_URI("runInvocationUri", 21),
    SOURCE_REPOSITORY_VISIBILITY("sourceRepositoryVisibility", 22);

    private final String key;
    private final int arc;

    Claim(String key, int arc) {
        this.key = key;
        this.arc = arc;
    }

    /** As it is written in the configuration. */
    public String key() {
        return key;
    }

    /** The last number of the extension's identifier, after 1.3.6.1.4.1.57264.1. */
    public int arc() {
        return arc;
    }

    /** The claim of this configuration key. */
    public static Optional<Claim> ofKey(String key) {
        return Arrays.stream(values()).filter(claim -> claim.key.equals(key)).findFirst();
    }
}
