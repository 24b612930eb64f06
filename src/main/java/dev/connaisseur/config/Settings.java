package dev.connaisseur.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The settings of the process, read once at start. What belongs to validators and policy stands in {@code config.yaml} instead.
 *
 * @param port of the HTTPS listener
 * @param podName names this process in alerts, empty if nobody gave it a name
 * @param tlsRequired whether a missing server certificate keeps the process from starting
 * @param policyMatching {@code both}, {@code legacy} or {@code anchored}
 * @param reloadInterval how often mounted files are looked at; zero: never
 * @param serviceAccount directory of the process's token for the Kubernetes API
 * @param webhooks how the API server is watched that asks us
 * @param keyRefresh after what time a public key that is kept elsewhere is asked for again
 * @param warnings sentences about values that were replaced by their fallback
 */
public record Settings(
        Directories directories,
        int port,
        String podName,
        boolean tlsRequired,
        OnProblem onProblem,
        String policyMatching,
        Shutdown shutdown,
        Duration reloadInterval,
        Log log,
        Features features,
        Path serviceAccount,
        Cache cache,
        Redis redis,
        NotaryV1 notaryv1,
        Webhooks webhooks,
        Duration keyRefresh,
        Network network,
        List<String> warnings) {

    public Settings {
        warnings = List.copyOf(warnings);
    }

    /**
     * Reads every setting. The original's variables fall back with a warning as they always did; a bad value of a property that
     * begins with {@code connaisseur.} is an error.
     *
     * @param lookup gives a property's value by name; what it does not have takes the default
     * @throws ConfigException naming every bad property and its allowed values
     */
    public static Settings read(Function<String, Optional<String>> lookup) {
        return new SettingsReader(lookup).read();
    }

    /** The names of all settings, as they stand in {@code META-INF/microprofile-config.properties}. */
    public static SortedSet<String> names() {
        return new TreeSet<>(PropertySource.defaults().keySet());
    }

    /** Where files are looked for. */
    public record Directories(Path config, Path certs, Path secrets, Path alerts, Path redisCerts) {}

    /**
     * How the process ends.
     *
     * @param delay served on after SIGTERM, unready
     * @param grace then waited for requests in flight
     */
    public record Shutdown(Duration delay, Duration grace) {}

    /** What is logged and in which shape. */
    public record Log(Level level, Format format) {
        /** The original's levels. */
        public enum Level {
            DEBUG,
            INFO,
            WARN,
            ERROR,
            FATAL
        }

        /** One line per entry, or indented. */
        public enum Format {
            JSON,
            JSON_PRETTY
        }
    }

    /** The original's feature flags. */
    public record Features(
            boolean automaticChildApproval,
            boolean automaticUnchangedApproval,
            boolean detectionMode,
            ResourceValidation resourceValidation,
            ImageVolumes imageVolumes,
            UnpinnedOwners unpinnedOwners,
            Validating validating) {

        /** What becomes of children whose owner names an image without digest: it predates us, or its rule does not pin. */
        public enum UnpinnedOwners {
            /** They are approved, with a warning. */
            APPROVE,
            /** They are verified. */
            VALIDATE
        }

        /** What the validating phase does about an object that must not be stored. */
        public enum Validating {
            /** It is admitted with a warning. */
            WARN,
            /** It is denied. */
            ENFORCE,
            /** It is not looked at. */
            OFF
        }

        /** What happens with OCI artifacts that are mounted as volumes. */
        public enum ImageVolumes {
            /** They must satisfy the policy like images of containers. */
            VALIDATE,
            /** They are validated, but what would be denied is a warning. */
            AUDIT,
            /** They are not looked at. */
            IGNORE
        }

        /** Which kinds are denied and patched. */
        public enum ResourceValidation {
            ALL,
            PODS_ONLY
        }
    }

    /**
     * What holds for all notary servers.
     *
     * @param rollbackMemory how long a version of a role file that was seen is remembered at most; zero remembers none
     * @param compareLengths whether declared lengths and versions of role files must fit, not only their hashes
     */
    public record NotaryV1(Duration rollbackMemory, boolean compareLengths) {}

    /**
     * The webhook configurations that send reviews to us.
     *
     * @param watched {@code mutating/<name>} or {@code validating/<name>}; empty: none is looked at
     * @param manageCaBundle whether we write into them whose certificates to believe
     * @param interval how often they are looked at
     */
    public record Webhooks(List<String> watched, boolean manageCaBundle, Duration interval) {
        public Webhooks {
            watched = List.copyOf(watched);
        }
    }

    /**
     * How the process reaches the rest of the world.
     *
     * @param allow hosts, patterns and ranges that may be private
     * @param only the only hosts, patterns and ranges to connect to; empty for no such limit
     * @param plainHttp hosts with their ports that have no TLS
     * @param caDirectory of PEM files that are believed beside the runtime's roots; need not exist
     * @param certFile such a file
     * @param certDirectories of such files
     */
    public record Network(
            List<String> allow,
            List<String> only,
            List<String> plainHttp,
            ProxyVariables proxies,
            Path caDirectory,
            Optional<Path> certFile,
            List<Path> certDirectories) {
        public Network {
            allow = List.copyOf(allow);
            only = List.copyOf(only);
            plainHttp = List.copyOf(plainHttp);
            certDirectories = List.copyOf(certDirectories);
        }
    }

    /** The usual variables as they are, empty where unset. They may hold passwords. */
    public record ProxyVariables(String https, String http, String none) {
        @Override
        public String toString() {
            return "ProxyVariables[hidden]";
        }
    }

    /**
     * The Redis that replicas share.
     *
     * @param hosts name or name:port, of one server, of sentinels or of a cluster's nodes; empty for none
     * @param port of hosts that give none
     * @param user of Redis' access control list; empty for the default one
     * @param password empty for none
     * @param master the name that sentinels know the server by
     * @param keys directory of the keys that seal entries
     */
    public record Redis(
            List<String> hosts, int port, Mode mode, String user, String password, String master, Path keys) {
        public Redis {
            hosts = List.copyOf(hosts);
        }

        /** What the hosts are. */
        public enum Mode {
            SINGLE,
            SENTINEL,
            CLUSTER
        }

        @Override
        public String toString() {
            return "Redis[hosts=" + hosts + ", port=" + port + ", mode=" + mode + ", user=" + user + ", master="
                    + master + ", keys=" + keys + "]";
        }
    }

    /**
     * How verdicts are remembered.
     *
     * @param expiry zero or less: not at all
     * @param errors whether denials are remembered too
     * @param stale how long a digest that was verified is admitted if nobody can be asked; zero: it is not
     */
    public record Cache(Duration expiry, boolean errors, Duration stale) {
        public boolean enabled() {
            return expiry.isPositive();
        }
    }
}
