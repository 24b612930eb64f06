package dev.connaisseur.threats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.integration.MovingFaultsIT;
import dev.connaisseur.integration.SecretsIT;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each row of the catalogue of threats that is about references, registries, caches, reviews, alerts or the configuration has a case. */
class EveryRowTest {
    private static final Set<Integer> ROWS = Stream.of(
                    IntStream.rangeClosed(1, 20),
                    IntStream.of(22, 23),
                    IntStream.rangeClosed(60, 75),
                    IntStream.rangeClosed(76, 82),
                    IntStream.of(91, 94, 95, 96),
                    IntStream.rangeClosed(100, 102),
                    IntStream.rangeClosed(104, 109))
            .flatMap(IntStream::boxed)
            .collect(Collectors.toCollection(TreeSet::new));

    @Test
    void hasACase() {
        Set<Integer> tried = RegistryRowsTest.attacks().map(Attack::row).collect(Collectors.toCollection(TreeSet::new));
        Stream.of(
                        ReferenceRowsTest.ROWS,
                        RetagRowsTest.ROWS,
                        LoadRowsTest.ROWS,
                        ReviewRowsTest.ROWS,
                        ConfigurationRowsTest.ROWS,
                        PortFloodIT.ROWS,
                        CacheThreatsTest.ROWS,
                        AlertRowsTest.ROWS,
                        ExceptionRowsTest.ROWS,
                        UnexpectedRowsTest.ROWS,
                        MovingFaultsIT.ROWS,
                        SecretsIT.ROWS,
                        Set.of(RegistryRowsTest.TOKENS))
                .forEach(tried::addAll);
        assertThat(tried).containsExactlyElementsOf(ROWS);
    }
}
