package dev.connaisseur.threats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.integration.MovingFaultsIT;
import dev.connaisseur.integration.SecretsIT;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Each row of the catalogue of threats that is about references, registries, caches, reviews, alerts or the configuration has a case.
 * That those of the first kinds refuse something, admit something and cost what they may, {@link CoreProcess} sees when they run.
 */
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

    private static final List<Class<?>> SUITES = List.of(
            RegistryRowsTest.class,
            ReferenceRowsTest.class,
            RetagRowsTest.class,
            LoadRowsTest.class,
            ReviewRowsTest.class,
            ConfigurationRowsTest.class,
            PortFloodIT.class);

    private static Stream<Method> marked() {
        return SUITES.stream()
                .flatMap(suite -> Arrays.stream(suite.getDeclaredMethods()))
                .filter(method -> method.isAnnotationPresent(Row.class));
    }

    @Test
    void hasACase() {
        Set<Integer> tried = RegistryRowsTest.attacks().map(Attack::row).collect(Collectors.toCollection(TreeSet::new));
        marked().flatMapToInt(
                        method -> IntStream.of(method.getAnnotation(Row.class).value()))
                .forEach(tried::add);
        Stream.of(
                        CacheThreatsTest.ROWS,
                        AlertRowsTest.ROWS,
                        ExceptionRowsTest.ROWS,
                        UnexpectedRowsTest.ROWS,
                        MovingFaultsIT.ROWS,
                        SecretsIT.ROWS)
                .forEach(tried::addAll);
        assertThat(tried).containsExactlyElementsOf(ROWS);
    }

    @Test
    void isMarkedWhereItIsTried() {
        assertThat(marked()).allMatch(method -> AnnotationSupport.isAnnotated(method, Testable.class));
        assertThat(SUITES.stream().flatMap(suite -> Arrays.stream(suite.getDeclaredMethods())))
                .filteredOn(method -> AnnotationSupport.isAnnotated(method, Testable.class))
                .allMatch(method -> method.isAnnotationPresent(Row.class)
                        || method.getName().equals("isRefusedWhileOthersAreServed"));
    }
}
