package dev.connaisseur.config;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The keys of docker's {@code auths} and the {@code registry} of a {@code secret.yaml}, brought to one form: {@code host[:port]} or
 * {@code host[:port]/path}.
 */
final class RegistryKey {
    private static final String DOCKER_HUB = "index.docker.io";
    private static final Set<String> DOCKER_HUB_NAMES = Set.of("docker.io", DOCKER_HUB, "registry-1.docker.io");
    private static final Pattern HOST =
            Pattern.compile("([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\\[[0-9a-f:.]+\\])(:[0-9]{1,5})?");
    private static final Pattern SEGMENT = Pattern.compile("[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*");

    private RegistryKey() {}

    /**
     * {@code https://index.docker.io/v1/} becomes {@code index.docker.io}, {@code registry.io/team/} becomes {@code registry.io/team}.
     *
     * @throws IllegalArgumentException with the original's words if it names no registry
     */
    static String normalise(String key) {
        String rest = key;
        for (String scheme : new String[] {"https://", "http://"}) {
            if (key.startsWith(scheme)) {
                rest = key.substring(scheme.length());
            }
        }
        int slash = rest.indexOf('/');
        String host = withPlainHost(slash < 0 ? rest : rest.substring(0, slash));
        String path = slash < 0 ? "" : withoutEnd(rest.substring(slash + 1));
        if (!HOST.matcher(host).matches()) {
            throw new IllegalArgumentException("unable to parse registry " + key + ": not a host name");
        }
        if (path.isEmpty()) {
            return host;
        }
        for (String segment : path.split("/", -1)) {
            if (!SEGMENT.matcher(segment).matches()) {
                throw new IllegalArgumentException("unable to parse repository " + key + ": not a repository path");
            }
        }
        return host + "/" + path;
    }

    /** Where a registry's API begins is no part of its repositories' names, as for docker and kubelets. */
    private static String withoutEnd(String path) {
        if (path.equals("v1/") || path.equals("v2/")) {
            return "";
        }
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    /** Host names know no case, and Docker Hub has one name. */
    static String withPlainHost(String repository) {
        int slash = repository.indexOf('/');
        String host = (slash < 0 ? repository : repository.substring(0, slash)).toLowerCase(Locale.ROOT);
        return (DOCKER_HUB_NAMES.contains(host) ? DOCKER_HUB : host) + (slash < 0 ? "" : repository.substring(slash));
    }
}
