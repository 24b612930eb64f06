package dev.connaisseur.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whole renderings. {@code -Dgolden=write} writes them anew: read the difference before it is committed.
 */
class ChartGoldenIT {
    private static final Path GOLDEN = Path.of("src/test/resources/chart/golden");

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "defaults, 1.34.0, ''",
        "everything, 1.34.0, everything",
        "old-cluster, 1.16.0, team",
        "no-conditions, 1.27.0, enterprise",
        "openshift, 1.30.0, openshift",
        "small, 1.34.0, small"
    })
    void rendersAsBefore(String golden, String version, String values) throws IOException {
        List<Path> files = new ArrayList<>();
        boolean last = values.equals("everything") || values.equals("openshift");
        if (last) {
            files.add(Chart.values("without-cluster"));
        }
        if (!values.isEmpty()) {
            files.add(Chart.values(values));
        }
        if (!last) {
            files.add(Chart.values("without-cluster"));
        }
        String text = Chart.open(directory).text(version, files);
        Path file = GOLDEN.resolve(golden + ".yaml");
        if ("write".equals(System.getProperty("golden"))) {
            Files.writeString(file, text);
        }
        assertThat(text).isEqualTo(Files.readString(file));
    }
}
