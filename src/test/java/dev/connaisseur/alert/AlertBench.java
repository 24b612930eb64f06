package dev.connaisseur.alert;

import dev.connaisseur.alert.AlertEvent.Category;
import dev.connaisseur.config.AlertFiles;
import dev.connaisseur.config.ConfigFile;
import dev.connaisseur.config.OnProblem;
import dev.connaisseur.config.Problems;
import dev.connaisseur.config.Settings;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.HttpTransport;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Alerts read from files of one test, and sent for real. */
final class AlertBench implements AutoCloseable {
    static final Instant NOW = Instant.parse("2026-01-31T13:45:01.1234Z");

    final Problems problems;
    private final Path root;
    private final HttpTransport transport = new HttpTransport();
    private final PrometheusRegistry metrics = new PrometheusRegistry();
    private final AlertSender sender = new AlertSender(transport, () -> NOW, "pod-0", metrics);

    AlertBench(Path root) {
        this(root, OnProblem.REFUSE);
    }

    AlertBench(Path root, OnProblem onProblem) {
        this.root = root;
        problems = new Problems(onProblem);
        write(
                "config/config.yaml",
                "validators: [{name: v, type: static, approve: true}]\npolicy: [{pattern: '*:*'}]\n");
        template("small", "{\"message\": \"{{ alert_message }}\", \"cluster\": \"{{ cluster }}\"}");
    }

    AlertBench template(String name, String text) {
        write("alerts/templates/" + name + ".json", text);
        return this;
    }

    AlertBench secret(String name, String key, String value) {
        write("secrets/" + name + "/" + key, value);
        return this;
    }

    Alerts read(String yaml) {
        write("alerts/config.yaml", yaml);
        Settings.Directories directories = new Settings.Directories(
                root.resolve("config"), root, root.resolve("secrets"), root.resolve("alerts"), root);
        ConfigFile file = ConfigFile.load(directories, problems);
        return new AlertReader(
                        new AlertFiles(directories), server -> server.host().equals("localhost"))
                .read(file.alerts(), sender);
    }

    /** One receiver of refusals; more of its keys in {@code more}, comma first. */
    Alerts oneReceiver(String template, String url, String more) {
        return read(
                "rejectRequest: {receivers: [{template: " + template + ", receiverUrl: '" + url + "'" + more + "}]}");
    }

    static AlertEvent refusal(String error) {
        return new AlertEvent(
                Category.REJECT,
                "error",
                "CONNAISSEUR rejected a request: " + error,
                error,
                "shop",
                "uid-1",
                List.of("reg.io/a:1", "reg.io/b:1"));
    }

    static Optional<String> tell(Alerts alerts, AlertEvent event) throws InterruptedException {
        return alerts.tell(event, Deadline.after(Duration.ofSeconds(60)));
    }

    double counted(String receiver, String result) {
        return metrics.scrape().stream()
                .filter(CounterSnapshot.class::isInstance)
                .flatMap(family -> ((CounterSnapshot) family).getDataPoints().stream())
                .filter(point -> point.getLabels().get("receiver").equals(receiver)
                        && point.getLabels().get("result").equals(result))
                .mapToDouble(CounterDataPointSnapshot::getValue)
                .sum();
    }

    private void write(String file, String text) {
        try {
            Path path = root.resolve(file);
            Path parent = path.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.writeString(path, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        sender.close();
        transport.close();
    }
}
