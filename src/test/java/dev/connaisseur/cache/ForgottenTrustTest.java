package dev.connaisseur.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.tuf.Forgotten;
import dev.connaisseur.tuf.RoleName;
import dev.connaisseur.tuf.RollbackMemory.Repository;
import dev.connaisseur.tuf.SeenRoles;
import dev.connaisseur.tuf.SeenRoles.Seen;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForgottenTrustTest {
    private static final Instant NOW = Instant.parse("2026-01-31T13:45:00Z");
    private static final Repository APP = new Repository("https://notary.example", "docker.io/acme/app", "pins");
    private static final SeenRoles SEEN = new SeenRoles(Map.of(
            RoleName.TIMESTAMP, new Seen(7, "k", NOW, NOW.plusSeconds(60)),
            RoleName.TARGETS, new Seen(3, "k", NOW.minusSeconds(60), NOW.plusSeconds(60))));

    private static ForgottenTrust forgotten(String server, String name, Instant until) {
        return ForgottenTrust.NOTHING.with(new Forgotten(server, name, until));
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "'', '', true",
                "https://notary.example, '', true",
                "https://NOTARY.example, docker.io/acme/app, true",
                "'', docker.io/acme/app, true",
                "https://other.example, '', false",
                "https://notary.example, docker.io/acme/app2, false",
                "https://notary.example, acme, false"
            })
    void isAboutOneRepositoryOrManyOrAll(String server, String name, boolean covered) {
        assertThat(forgotten(server, name, NOW).left(APP, SEEN, NOW)).isEqualTo(covered ? SeenRoles.NONE : SEEN);
    }

    @Test
    void whatWasSeenLaterCounts() {
        SeenRoles left = forgotten("", "", NOW.minusSeconds(1)).left(APP, SEEN, NOW);
        assertThat(left.roles()).containsOnlyKeys(RoleName.TIMESTAMP);
    }

    /** A clock that is wrong shall not make replicas blind until it is right. */
    @Test
    void aMomentThatIsYetToComeSaysNothing() {
        ForgottenTrust early = forgotten("", "", NOW.plusSeconds(1));
        assertThat(early.left(APP, SEEN, NOW)).isEqualTo(SEEN);
        assertThat(early.left(APP, SEEN, NOW.plusSeconds(1))).isEqualTo(SeenRoles.NONE);
    }

    @Test
    void staysSmall() {
        ForgottenTrust some = forgotten("https://a", "x", NOW.minusSeconds(9))
                .with(new Forgotten("https://a", "y", NOW.minusSeconds(5)))
                .with(new Forgotten("https://b", "x", NOW));
        assertThat(some.with(new Forgotten("https://a", "x", NOW)).all()).hasSize(3);
        assertThat(some.with(new Forgotten("https://a", "", NOW)).all()).hasSize(2);
        assertThat(some.with(new Forgotten("", "", NOW)).all()).hasSize(1);
        assertThat(some.since(NOW.minusSeconds(5)).all()).containsExactly(new Forgotten("https://b", "x", NOW));
    }

    @Test
    void isReadAsItWasWritten() {
        ForgottenTrust some = forgotten("https://a", "", NOW).with(new Forgotten("", "x", NOW.plusNanos(1)));
        assertThat(ForgottenTrust.parse(some.toJson())).contains(some);
    }

    /** A member that is missing must not become "everything". */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"forgotten\":7}",
                "{\"forgotten\":[7]}",
                "{\"forgotten\":[{}]}",
                "{\"forgotten\":[{\"name\":\"\",\"until\":\"2026-01-31T13:45:00Z\"}]}",
                "{\"forgotten\":[{\"server\":\"\",\"name\":7,\"until\":\"2026-01-31T13:45:00Z\"}]}",
                "{\"forgotten\":[{\"server\":\"\",\"name\":\"\",\"until\":\"soon\"}]}"
            })
    void whatIsNoSuchEntryIsNothing(String text) {
        assertThat(ForgottenTrust.parse(text.getBytes(StandardCharsets.UTF_8))).isEmpty();
    }
}
