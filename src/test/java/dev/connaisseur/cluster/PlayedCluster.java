package dev.connaisseur.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.cluster.Terminal.Screen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A control plane, a node that is played, and the network between them. */
final class PlayedCluster implements AutoCloseable {
    private final Path directory;
    private final PodNetwork network;
    private final ControlPlane plane;
    private final PlayedNode node;
    private final Kubectl kubectl;

    private PlayedCluster(Path directory, PodNetwork network, ControlPlane plane) throws IOException {
        this.directory = directory;
        this.network = network;
        this.plane = plane;
        kubectl = plane.kubectl();
        node = PlayedNode.join(plane, network, Files.createDirectories(directory.resolve("node")));
    }

    /**
     * Starts it; it ends the network, too.
     *
     * @param directory of the test
     */
    static PlayedCluster start(Path directory, PodNetwork network) throws IOException {
        try {
            ControlPlane plane =
                    ControlPlane.startForNodes(Files.createDirectories(directory.resolve("plane")), network.host());
            try {
                return new PlayedCluster(directory, network, plane);
            } catch (IOException | AssertionError e) {
                plane.close();
                throw e;
            }
        } catch (IOException | AssertionError e) {
            network.close();
            throw e;
        }
    }

    ControlPlane plane() {
        return plane;
    }

    PlayedNode node() {
        return node;
    }

    Kubectl kubectl() {
        return kubectl;
    }

    /** Helm as an administrator. */
    Helm helm() throws IOException {
        return Helm.of(3, directory, plane.administrator());
    }

    /** Fails with all that pods and events say unless a command of Helm succeeded. */
    void deployed(Screen screen) {
        assertThat(screen.exit())
                .as(() -> screen.text() + "\n"
                        + kubectl.run("get", "events", "--all-namespaces").text() + "\n" + node.consoles())
                .isZero();
    }

    @Override
    public void close() {
        node.close();
        plane.close();
        network.close();
    }
}
