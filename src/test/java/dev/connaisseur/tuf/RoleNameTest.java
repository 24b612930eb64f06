package dev.connaisseur.tuf;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RoleNameTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "root",
                "targets",
                "snapshot",
                "timestamp",
                "targets/releases",
                "targets/a-b_c/0",
                "targets/a/b/c/d/e/f/g/h"
            })
    void accepts(String name) {
        assertThat(RoleName.parse(name))
                .hasValueSatisfying(role -> assertThat(role).hasToString(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "mirror",
                "Root",
                "root/a",
                "targets/",
                "targets//a",
                "targets/a/",
                "targets/a//b",
                "targets/../root",
                "targets/.",
                "targets/A",
                "targets/ä",
                "targets/a b",
                "targets/a%2fb",
                "targets/a\n",
                "targets/a?x",
                "/targets/a",
                "targets/a/b/c/d/e/f/g/h/i"
            })
    void refuses(String name) {
        assertThat(RoleName.parse(name)).isEmpty();
    }

    @Test
    void refusesLongNames() {
        String longest = "targets/" + "a".repeat(247);
        assertThat(RoleName.parse(longest)).isPresent();
        assertThat(RoleName.parse(longest + "a")).isEmpty();
    }

    /** Row 45: the pattern of the original's version 3.3.0 took exponential time for such a name. */
    @Test
    void decidesInLinearTime() {
        String hostile = "targets/" + "a".repeat(50_000_000) + "!";
        long start = System.nanoTime();
        assertThat(RoleName.parse(hostile)).isEmpty();
        assertThat(RoleName.parse("a".repeat(50_000) + "!")).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void readsDelegationsAsPoliciesNameThem() {
        assertThat(RoleName.delegation("alice")).contains(new RoleName("targets/alice"));
        assertThat(RoleName.delegation("targets/alice")).contains(new RoleName("targets/alice"));
        assertThat(RoleName.delegation("alice/laptop")).contains(new RoleName("targets/alice/laptop"));
        assertThat(RoleName.delegation("../root")).isEmpty();
    }

    @Test
    void knowsItsPlace() {
        RoleName nested = new RoleName("targets/a/b");
        assertThat(nested.way()).isEqualTo(List.of(new RoleName("targets/a"), nested));
        assertThat(nested.parent()).isEqualTo(new RoleName("targets/a"));
        assertThat(new RoleName("targets/a").isParentOf(nested)).isTrue();
        assertThat(RoleName.TARGETS.isParentOf(nested)).isFalse();
        assertThat(RoleName.TARGETS.isParentOf(new RoleName("targets/a"))).isTrue();
        assertThat(new RoleName("targets/aa").isParentOf(nested)).isFalse();
        assertThat(nested.isParentOf(nested)).isFalse();
    }
}
