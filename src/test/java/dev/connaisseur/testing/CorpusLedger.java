package dev.connaisseur.testing;

import jakarta.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Counts what a test did with a corpus and leaves the figures in {@code target/ledger}, where {@code .ci/run} adds them up and
 * compares them with the checked-in numbers. A static field of the test class:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final CorpusLedger LEDGER = CorpusLedger.of("references");
 * }</pre>
 */
public final class CorpusLedger implements AfterAllCallback {
    private static final Path DIRECTORY = Path.of("target/ledger");

    private final String corpus;
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();

    private CorpusLedger(String corpus) {
        this.corpus = corpus;
    }

    /**
     * Opens the count of one class.
     *
     * @param corpus its name in {@code .ci/corpora.json}; several classes may count into one
     */
    public static CorpusLedger of(String corpus) {
        return new CorpusLedger(corpus);
    }

    /** One more case that the code under test took. */
    public void accepted() {
        accepted.incrementAndGet();
    }

    /** One more case that the code under test refused. */
    public void refused() {
        refused.incrementAndGet();
    }

    /** One more case, by what the code under test said to it. */
    public void count(boolean wasAccepted) {
        (wasAccepted ? accepted : refused).incrementAndGet();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        String suite = context.getRequiredTestClass().getName();
        String row = Json.createObjectBuilder()
                .add("corpus", corpus)
                .add("suite", suite)
                .add("executed", accepted.get() + refused.get())
                .add("accepted", accepted.get())
                .add("refused", refused.get())
                .build()
                .toString();
        try {
            Files.createDirectories(DIRECTORY);
            Files.writeString(DIRECTORY.resolve(corpus + "-" + suite + ".json"), row + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
