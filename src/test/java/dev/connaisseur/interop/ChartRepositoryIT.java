package dev.connaisseur.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chart as people get it: packaged, listed in an index, added from a static server. */
class ChartRepositoryIT {
    @TempDir
    Path directory;

    @Test
    void isAddedAndRenderedFromAStaticServer() throws IOException {
        Path files = Files.createDirectory(directory.resolve("repository"));
        HttpServer server = SimpleFileServer.createFileServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), files, SimpleFileServer.OutputLevel.NONE);
        server.start();
        try {
            String address = "http://127.0.0.1:" + server.getAddress().getPort();
            Chart chart = Chart.open(directory);
            chart.helm(List.of("package", Chart.DIRECTORY.toString(), "--destination", files.toString()));
            chart.helm(List.of("repo", "index", files.toString(), "--url", address));
            chart.helm(List.of("repo", "add", "connaisseur", address));

            assertThat(chart.helm(List.of("search", "repo", "connaisseur/connaisseur")))
                    .contains("1.0.0");
            String fromServer = chart.helm(List.of(
                    "template",
                    "connaisseur",
                    "connaisseur/connaisseur",
                    "--namespace=connaisseur",
                    "--kube-version=" + Chart.NEWEST,
                    "--values=" + Chart.values("without-cluster")));
            assertThat(fromServer).isEqualTo(chart.text(Chart.NEWEST, List.of(Chart.values("without-cluster"))));
        } finally {
            server.stop(0);
        }
    }

    @Test
    void isPackagedWithoutAnythingElse() throws IOException {
        Chart chart = Chart.open(directory);
        chart.helm(List.of("package", Chart.DIRECTORY.toString(), "--destination", directory.toString()));
        Tool.find("tar").orElseThrow().run(directory, Map.of(), List.of("xzf", "connaisseur-1.0.0.tgz"));
        try (Stream<Path> packaged = Files.walk(directory.resolve("connaisseur"))) {
            assertThat(packaged.filter(Files::isRegularFile).map(Path::toString))
                    .allMatch(name -> name.matches(".*\\.(yaml|tpl|txt|json)$"));
        }
    }
}
