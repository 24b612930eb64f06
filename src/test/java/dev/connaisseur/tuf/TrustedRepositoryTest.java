package dev.connaisseur.tuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.connaisseur.testing.TufRepository;
import dev.connaisseur.tuf.MetadataException.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client workflow of TUF, step by step: what a good repository gives, and one change that spoils it. */
class TrustedRepositoryTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final String CONTENT = "{\"the\": \"target\"}";
    private static final int LARGE = 1 << 20;
    private static final Path VECTORS =
            Path.of(Optional.ofNullable(System.getenv("CONNAISSEUR_VECTORS")).orElse("../shared/vectors"));

    private final TufRepository published = TufRepository.serve(CONTENT, NOW);
    /** What is published, without the network. */
    private final RepositoryFiles files = (path, limit) -> published.find(path);

    @AfterEach
    void close() {
        published.close();
    }

    private TrustedRepository pinned() {
        return TrustedRepository.pinned(published.root(1));
    }

    @Test
    void aGoodRepositoryGivesItsTarget() {
        TrustedRepository trusted = pinned().refreshed(files, NOW);

        assertThat(trusted.target(TufRepository.TARGET, files, LARGE))
                .asString()
                .isEqualTo(CONTENT);
        assertThat(trusted.expires()).contains(NOW.plus(Duration.ofDays(1)));
        assertThat(pinned().expires()).isEmpty();
    }

    @Test
    void rotatedRootsAreFollowedFromThePinnedOne() {
        published.rotate();
        published.rotate();
        TrustedRepository trusted = pinned().refreshed(files, NOW);

        assertThat(trusted.rootVersion()).isEqualTo(3);
        assertThat(trusted.target(TufRepository.TARGET, files, LARGE))
                .asString()
                .isEqualTo(CONTENT);
    }

    @Test
    void aThiefsHugeVersionIsForgottenAfterARotation() {
        published.publish(1_000_000);
        TrustedRepository robbed = pinned().refreshed(files, NOW);
        published.rotate();

        assertThat(robbed.refreshed(files, NOW).rootVersion()).isEqualTo(2);
    }

    @Test
    void anExpiredPinnedRootLeadsToAYoungOne() {
        published.life("root", Duration.ofDays(-1)).publish();
        TrustedRepository old = pinned();
        assertFault(() -> old.refreshed(files, NOW), Fault.EXPIRED);
        published.life("root", Duration.ofDays(1)).rotate();

        assertThat(old.refreshed(files, NOW).rootVersion()).isEqualTo(2);
    }

    static Stream<Arguments> spoilt() {
        return Stream.of(
                spoil("a root by its own new keys only", TufRepository::seize, Fault.UNTRUSTED),
                spoil(
                        "a root under another version",
                        repository -> {
                            repository.rotate();
                            repository.rotate();
                            repository.put("2.root.json", repository.root(3));
                        },
                        Fault.THRESHOLD),
                spoil(
                        "a root twice",
                        repository -> repository.put("2.root.json", repository.root(1)),
                        Fault.INCONSISTENT),
                spoil("an expired timestamp", expired("timestamp"), Fault.EXPIRED),
                spoil("an expired snapshot", expired("snapshot"), Fault.EXPIRED),
                spoil("expired targets", expired("targets"), Fault.EXPIRED),
                spoil(
                        "an unsigned timestamp",
                        changed("timestamp.json", "\"sig\":\"", "\"sig\":\"00"),
                        Fault.UNTRUSTED),
                spoil("no timestamp", repository -> repository.remove("timestamp.json"), Fault.NO_SUCH_ROLE),
                spoil("no snapshot", repository -> repository.remove("1.snapshot.json"), Fault.NO_SUCH_ROLE),
                spoil(
                        "a changed snapshot",
                        changed("1.snapshot.json", "\"version\":1", "\"version\":2"),
                        Fault.UNTRUSTED),
                spoil(
                        "targets of another generation",
                        repository -> {
                            byte[] first = repository.file("1.targets.json");
                            repository.publish();
                            repository.put("2.targets.json", first);
                        },
                        Fault.INCONSISTENT),
                spoil(
                        "a snapshot in place of the timestamp",
                        repository -> repository.put("timestamp.json", repository.file("1.snapshot.json")),
                        Fault.MALFORMED),
                spoil(
                        "a text for a version",
                        changed("timestamp.json", "\"version\":1", "\"version\":\"1\""),
                        Fault.MALFORMED),
                spoil(
                        "a huge version",
                        changed("timestamp.json", "\"version\":1", "\"version\":9223372036854775808"),
                        Fault.MALFORMED));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void spoilt(String what, Consumer<TufRepository> spoil, Fault fault) {
        TrustedRepository before = pinned();
        assertThat(before.refreshed(files, NOW).rootVersion()).isEqualTo(1);
        spoil.accept(published);

        assertFault(() -> before.refreshed(files, NOW), fault);
    }

    @Test
    void nothingGoesBack() {
        byte[] timestamp = published.file("timestamp.json");
        published.publish();
        TrustedRepository second = pinned().refreshed(files, NOW);
        published.put("timestamp.json", timestamp);

        assertFault(() -> second.refreshed(files, NOW), Fault.ROLLBACK);
        assertThat(pinned().refreshed(files, NOW).rootVersion()).isEqualTo(1);
    }

    @Test
    void aTargetOfOtherBytesIsRefused() {
        TrustedRepository trusted = pinned().refreshed(files, NOW);
        RepositoryFiles other = (path, limit) -> Optional.of("{\"the\": \"tarGet\"}".getBytes(StandardCharsets.UTF_8));
        RepositoryFiles longer = (path, limit) -> Optional.of((CONTENT + " ").getBytes(StandardCharsets.UTF_8));

        assertFault(() -> trusted.target(TufRepository.TARGET, other, LARGE), Fault.INCONSISTENT);
        assertFault(() -> trusted.target(TufRepository.TARGET, longer, LARGE), Fault.INCONSISTENT);
        assertFault(() -> trusted.target("another.json", files, LARGE), Fault.NO_SUCH_ROLE);
    }

    /** The repository of the public instance as it was on 2026-08-21, from each of its roots that this format can hold. */
    @ParameterizedTest
    @ValueSource(ints = {5, 10, 14, 15})
    void thePublicRepositoryIsRead(int version) {
        Path repository = VECTORS.resolve("sigstore-root-signing");
        assumeThat(repository).isDirectory();
        byte[] root = read(repository.resolve("metadata/root_history/" + version + ".root.json"));
        RepositoryFiles mirror = new Mirror(repository);
        Instant then = Instant.parse("2026-08-22T00:00:00Z");
        TrustedRepository trusted = TrustedRepository.pinned(root).refreshed(mirror, then);

        assertThat(trusted.rootVersion()).isEqualTo(15);
        assertThat(trusted.expires()).contains(Instant.parse("2026-08-28T19:25:56Z"));
        assertThat(trusted.target("trusted_root.json", mirror, LARGE))
                .isEqualTo(read(repository.resolve("targets/trusted_root.json")));
        assertFault(
                () -> TrustedRepository.pinned(root).refreshed(mirror, Instant.parse("2026-08-29T00:00:00Z")),
                Fault.EXPIRED);
    }

    /** The shipped root is the one of that repository, and the directory's names are those of a server. */
    private record Mirror(Path repository) implements RepositoryFiles {
        private static final Map<String, String> NAMES = Map.of(
                "165.snapshot.json",
                "snapshot.json",
                "14.targets.json",
                "targets.json",
                "timestamp.json",
                "timestamp.json");

        @Override
        public Optional<byte[]> file(String path, int limit) {
            Path file = path.endsWith(".root.json")
                    ? repository.resolve("metadata/root_history").resolve(path)
                    : path.startsWith("targets/")
                            ? repository.resolve(path.replaceFirst("[0-9a-f]{64}\\.", ""))
                            : repository.resolve("metadata").resolve(NAMES.getOrDefault(path, path));
            return Files.exists(file) ? Optional.of(read(file)) : Optional.empty();
        }
    }

    private static Arguments spoil(String what, Consumer<TufRepository> spoil, Fault fault) {
        return Arguments.of(what, spoil, fault);
    }

    private static Consumer<TufRepository> expired(String role) {
        return repository -> repository.life(role, Duration.ofSeconds(-1)).publish();
    }

    private static Consumer<TufRepository> changed(String path, String from, String to) {
        return repository -> repository.put(
                path,
                new String(repository.file(path), StandardCharsets.UTF_8)
                        .replace(from, to)
                        .getBytes(StandardCharsets.UTF_8));
    }

    private static void assertFault(Runnable refused, Fault fault) {
        MetadataException refusal = Assertions.catchThrowableOfType(MetadataException.class, refused::run);
        assertThat(refusal).isNotNull();
        assertThat(refusal.fault()).as("%s", refusal.getMessage()).isEqualTo(fault);
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
