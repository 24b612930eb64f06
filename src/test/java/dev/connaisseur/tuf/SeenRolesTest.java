package dev.connaisseur.tuf;

import static dev.connaisseur.tuf.MetadataException.Fault.ROLLBACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.NotaryKey;
import dev.connaisseur.testing.NotaryRepository;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows 52 and 54: what was seen is not undone, and what a thief made too large can be undone by new keys. */
final class SeenRolesTest {
    private static final Instant NOW = Roles.NOW;
    private static final Duration LONGEST = Duration.ofDays(30);
    private static final RoleName ALICE = new RoleName("targets/alice");

    private final NotaryKey root = NotaryKey.ecdsa();
    private final NotaryRepository repository = NotaryRepository.create()
            .keys("root", root)
            .target("v1", new Digest("a".repeat(64)))
            .delegation("targets/alice", NotaryKey.ecdsa())
            .target("targets/alice", "v1", new Digest("a".repeat(64)));

    private record Generation(TrustedRoles trusted, Map<RoleName, RoleVersion> versions) {}

    private Generation offered() {
        Map<String, byte[]> files = repository.publish();
        TrustedRoles trusted = Roles.verify(files, root);
        List<TrustedTargets> read = files.containsKey("targets/alice")
                        && trusted.base().snapshot().entry(ALICE).isPresent()
                ? List.of(trusted.delegated(ALICE, Roles.delegations(files)))
                : List.of();
        return new Generation(trusted, trusted.versions(read));
    }

    private SeenRoles seen() {
        return SeenRoles.NONE.with(offered().versions(), NOW, LONGEST);
    }

    private void check(SeenRoles seen) {
        Generation generation = offered();
        seen.at(NOW).check(generation.trusted(), generation.versions());
    }

    private void refused(SeenRoles seen, String cause) {
        assertThatThrownBy(() -> check(seen))
                .isInstanceOfSatisfying(
                        MetadataException.class, e -> assertThat(e.fault()).isEqualTo(ROLLBACK))
                .hasMessageContaining(cause);
    }

    @ParameterizedTest
    @ValueSource(strings = {"root", "targets", "snapshot", "timestamp", "targets/alice"})
    void noRoleGoesBack(String role) {
        repository.version(role, 10);
        SeenRoles seen = seen();
        check(seen);
        repository.version(role, 11);
        check(seen);

        repository.version(role, 9);
        refused(seen, "the server offers " + role + " version 9, but version 10 was seen at 2026-11-22T12:00:00Z");
    }

    @Test
    void aDelegationCannotLoseItsFile() {
        SeenRoles seen = seen();
        repository.next("snapshot", "timestamp").unlisted("targets/alice");
        refused(
                seen,
                "the server's snapshot no longer lists targets/alice, but it did at 2026-11-22T12:00:00Z with version 1");
    }

    @Test
    void aDelegationThatItsOwnerTookBackMayBeGone() {
        SeenRoles seen = seen();
        repository.next("targets", "snapshot", "timestamp").withoutDelegation("targets/alice");
        check(seen);
    }

    @Test
    void aDelegationGivenToOthersMayHaveNoFileYet() {
        SeenRoles seen = seen();
        repository
                .next("targets", "snapshot", "timestamp")
                .keys("targets/alice", NotaryKey.ecdsa())
                .unlisted("targets/alice");
        check(seen);
    }

    @Test
    void newKeysOfANewerRootRecoverFromAHugeVersion() {
        repository.version("timestamp", Long.MAX_VALUE).version("snapshot", Integer.MAX_VALUE);
        SeenRoles seen = seen();

        repository.version("timestamp", 12).version("snapshot", 12);
        refused(seen, "snapshot version 12, but version 2147483647");

        repository.keys("timestamp", NotaryKey.ecdsa()).keys("snapshot", NotaryKey.ecdsa());
        refused(seen, "snapshot version 12");
        repository.version("root", 2);
        check(seen);
    }

    @Test
    void whatWasSeenLapsesAfterTheLongestTime() {
        repository.version("targets", 10);
        SeenRoles seen = seen();
        repository.version("targets", 9);

        assertThat(seen.at(NOW.plus(LONGEST)).roles()).containsKey(RoleName.TARGETS);
        assertThat(seen.at(NOW.plus(LONGEST).plusNanos(1)).roles()).isEmpty();
    }

    @Test
    void whatWasSeenLapsesWithItsOwnExpiry() {
        Instant soon = NOW.plus(Duration.ofDays(14));
        repository.expires("timestamp", soon);
        SeenRoles seen = seen();

        assertThat(seen.at(soon).roles()).containsKey(RoleName.TIMESTAMP);
        assertThat(seen.at(soon.plusNanos(1)).roles())
                .doesNotContainKey(RoleName.TIMESTAMP)
                .containsKey(RoleName.TARGETS);
    }

    @Test
    void seeingAVersionAgainRenewsIt() {
        SeenRoles seen = seen();
        SeenRoles later = seen.with(offered().versions(), NOW.plus(Duration.ofDays(20)), LONGEST);
        assertThat(later.at(NOW.plus(Duration.ofDays(45))).roles()).containsKey(RoleName.TARGETS);
    }

    @Test
    void aDelegationThatIsNotReadThisTimeStaysRemembered() {
        repository.version("targets/alice", 10);
        SeenRoles seen = seen();
        TrustedRoles trusted = offered().trusted();
        SeenRoles after = seen.with(trusted.versions(List.of()), NOW, LONGEST);

        repository.version("targets/alice", 9);
        refused(after, "targets/alice version 9, but version 10");
    }

    // ---- the memory in this process ----

    private static RollbackMemory.Repository named(String name, String pins) {
        return new RollbackMemory.Repository("https://notary.example", name, pins);
    }

    @Test
    void repositoriesAndPinsAreKeptApart() {
        LocalRollbackMemory memory = new LocalRollbackMemory(10);
        memory.remember(named("a", "1"), seen());

        assertThat(memory.seen(named("a", "1")).roles()).isNotEmpty();
        assertThat(memory.seen(named("a", "2")).roles()).isEmpty();
        assertThat(memory.seen(named("b", "1")).roles()).isEmpty();
    }

    @Test
    void forgetsOnDemand() {
        LocalRollbackMemory memory = new LocalRollbackMemory(10);
        memory.remember(named("a", "1"), seen());
        memory.remember(named("a", "2"), seen());
        memory.remember(named("b", "1"), seen());

        assertThat(memory.forget(new Forgotten("https://notary.example", "a", NOW.minusNanos(1))))
                .as("it was seen later")
                .isZero();
        assertThat(memory.forget(new Forgotten("https://other.example", "", NOW)))
                .isZero();
        assertThat(memory.forget(new Forgotten("https://notary.example", "a", NOW)))
                .isEqualTo(2);
        assertThat(memory.seen(named("a", "1")).roles()).isEmpty();
        assertThat(memory.seen(named("b", "1")).roles()).isNotEmpty();
        assertThat(memory.forget(new Forgotten("", "", NOW))).isEqualTo(1);
        assertThat(memory.seen(named("b", "1")).roles()).isEmpty();
    }

    @Test
    void isBounded() {
        LocalRollbackMemory memory = new LocalRollbackMemory(2);
        SeenRoles seen = seen();
        memory.remember(named("a", "1"), seen);
        memory.remember(named("b", "1"), seen);
        assertThat(memory.seen(named("a", "1")).roles()).isNotEmpty();
        memory.remember(named("c", "1"), seen);

        assertThat(memory.seen(named("a", "1")).roles()).isNotEmpty();
        assertThat(memory.seen(named("b", "1")).roles()).isEmpty();
    }

    @Test
    void aLateRequestDoesNotUndoANewerOne() {
        LocalRollbackMemory memory = new LocalRollbackMemory(2);
        SeenRoles older = seen();
        repository.version("targets", 2);
        memory.remember(named("a", "1"), seen());
        memory.remember(named("a", "1"), older);

        refusedAfter(memory);
    }

    private void refusedAfter(LocalRollbackMemory memory) {
        repository.version("targets", 1);
        refused(memory.seen(named("a", "1")), "targets version 1, but version 2");
    }
}
