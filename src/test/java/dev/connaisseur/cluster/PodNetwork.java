package dev.connaisseur.cluster;

import java.util.List;

/** Where the pods are that {@link PlayedNode} runs, and how a process of this machine gets there. */
interface PodNetwork extends AutoCloseable {
    /** Where pods find the API server and what else a test serves. */
    String host();

    /** The first three numbers of every pod's address, with the dot behind. */
    String prefix();

    /**
     * The address of a pod.
     *
     * @param pod 1 to 99
     */
    default String address(int pod) {
        return prefix() + pod;
    }

    /** The range of the pods that nobody runs. */
    default String others() {
        return prefix() + "128/25";
    }

    /** What a command begins with whose process shall be at this address. */
    List<String> at(String address);

    /** Whether pods find the chart's Redis by the name of its Service. */
    boolean namesRedis();

    /** Lets pods find it here from now on. */
    void redisIsAt(String address);

    @Override
    void close();
}
