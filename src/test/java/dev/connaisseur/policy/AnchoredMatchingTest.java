package dev.connaisseur.policy;

import static dev.connaisseur.policy.MatchingMode.ANCHORED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.image.ImageReference;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnchoredMatchingTest {
    private static final String H = "91ac9b26df583762234c1cdb2fc930364754ccc59bc752a2bfe298d2ea68f9ff";

    @ParameterizedTest(name = "{0} | {1} | {2}")
    @CsvSource({
        // a look-alike never passes
        "evil.com/registry.k8s.io/x:1, registry.k8s.io/*:*, none",
        "my.registry.k8s.io/pause:1, registry.k8s.io/*:*, none",
        "registry.k8s.io.evil.com/pause:1, registry.k8s.io/*:*, none",
        "registry.k8s.io/pause:1, registry.k8s.io/*:*, match",
        "registry.k8s.io/deep/er/pause:1, registry.k8s.io/*:*, match",
        "docker.io/evil/securesystemsengineering/x, docker.io/securesystemsengineering/*:*, none",
        "docker.io/securesystemsengineering/x, docker.io/securesystemsengineering/*:*, match",
        "evil.io/bitnami/x:16, bitnami/*:*, none",
        "bitnami/x:16, bitnami/*:*, match",
        "acme.io/app-evil:1, acme.io/app, none",
        "acme.io/evil/app:1, acme.io/app, none",
        "acme.io/app/evil:1, acme.io/app, none",
        "acme.io/app:1, acme.io/app, match",
        "acme.io/app:v10, acme.io/app:v1, none",
        "acme.io/app:v1, acme.io/app:v1, match",
        "acme.io/app:v1, acme.io/ap?:v[0-9], match",
        "acme.io/app:v1, acme.io/ap?:v[!0-9], none",
        // one Docker Hub, however it is written
        "nginx, docker.io/library/*:*, match",
        "docker.io/nginx, docker.io/library/*:*, match",
        "index.docker.io/library/nginx:1, docker.io/library/*:*, match",
        "registry-1.docker.io/library/nginx, docker.io/library/*:*, match",
        "registry-1.docker.io/nginx, docker.io/library/*:*, match",
        "DOCKER.IO/library/nginx, docker.io/library/*:*, match",
        "Index.Docker.io:443/library/nginx, docker.io/library/*:*, match",
        "docker.io:444/library/nginx, docker.io/library/*:*, none",
        "nginx, library/nginx, match",
        "nginx, nginx, match",
        "nginx, docker.io/nginx, match",
        "nginx, registry-1.docker.io/library/nginx, match",
        "docker.io/acme/nginx, docker.io/*, match",
        "docker.io/acme/nginx, docker.io/library/*, none",
        "docker.io/acme/nginx, registry-*.docker.io/acme/*, match",
        "nginx.evil.com/nginx, docker.io/*, none",
        "docker.io.evil.com/nginx, docker.io/*, none",
        "docker.io/test:1, docker.io/test:*, match",
        "redislabs/foo:1, redis, none",
        "my/redis-clone:1, redis, none",
        "redislabs/foo:1, redis*, none",
        "redis-stack:1, redis*, match",
        "redis:7@sha256:" + H + ", redis, match",
        // the registry is one
        "registry.internal:443/x, registry.internal/*, none",
        "registry.internal/x, registry.internal:443/*, none",
        "registry.internal:443/x, registry.internal:443/*, match",
        "registry.internal:443/x, registry.internal:*/*, match",
        "REGISTRY.internal/x, registry.Internal/*, match",
        "localhost/x, localhost/*, match",
        "localhost:5000/x, localhost/*, none",
        "localhost:5000/x, localhost:5000/*, match",
        "'[::1]:5000/x', '\\[::1\\]:5000/*', match",
        "ghcr.io/acme/app, *.io/acme/*, match",
        "docker.io/acme/app, *.io/acme/*, match",
        "evil.com/ghcr.io/acme/app, *.io/acme/*, none",
        "ghcr.io/acme/app, */acme/*, match",
        "ghcr.io/acme/app, */app, none",
        "ghcr.io/acme/app, g*/acme/app, none",
        "g-1/acme/app, g*/acme/app, match",
        "g-1/acme/app, acme/app, none",
        // tag and digest
        "acme.io/app@sha256:" + H + ", acme.io/app:*, match",
        "acme.io/app@sha256:" + H + ", acme.io/app, match",
        "acme.io/app@sha256:" + H + ", acme.io/app:?*, none",
        "acme.io/app@sha256:" + H + ", acme.io/app:, none",
        "acme.io/app:v1@sha256:" + H + ", acme.io/app:v1, match",
        "acme.io/app:v1@sha256:" + H + ", acme.io/app@sha256:" + H + ", match",
        "acme.io/app:v2@sha256:" + H + ", acme.io/app:v1@sha256:" + H + ", none",
        "acme.io/app:v1, acme.io/app@sha256:*, none",
        "acme.io/app:v1, acme.io/app@*, none",
        "acme.io/app:v1@sha256:" + H + ", acme.io/app@*, match",
        "acme.io/app, acme.io/app:latest, match",
        // everything
        "evil.com:1/a/b/c:d@sha256:" + H + ", *, match",
        "evil.com:1/a/b/c:d@sha256:" + H + ", **, match",
        "evil.com:1/a/b/c:d@sha256:" + H + ", *:*, match",
        "evil.com:1/a/b/c@sha256:" + H + ", *:*, match",
        "evil.com:1/a/b/c@sha256:" + H + ", */*:*, match",
        "nginx, */*, match",
        "nginx, *:*, match",
        "evil.com/a:latest, *:latest, match",
        "evil.com/a:1, *:latest, none",
        "evil.com/a@sha256:" + H + ", *@sha256:*, match",
        "evil.com/a:1, *@sha256:*, none",
        // alternatives are as many patterns
        "'quay.io/acme/app', '{ghcr,quay}.io/acme/*', match",
        "'quay.io/acme/app', '{ghcr.io/acme,quay.io/acme}/*', match",
        "'evil.io/quay.io/acme/app', '{ghcr.io/acme,quay.io/acme}/*', none",
        "'redis', '{nginx,redis}', match",
        "'acme/redis', '{nginx,acme/redis}', match",
        "'evil.io/redis', '{nginx,redis}', none",
        "'acme.io/app@sha256:" + H + "', 'acme.io/app{:v1,@*}', match",
        "'acme.io/app:v2', 'acme.io/app{:v1,@*}', none",
    })
    void matches(String image, String pattern, String expected) {
        assertThat(Pattern.of(pattern).fault()).isEmpty();
        assertThat(Pattern.of(pattern).matches(ImageReference.parse(image), ANCHORED))
                .isEqualTo(expected.equals("match"));
        // the index must not hide what the pattern matches
        assertThat(Rules.winner(ANCHORED, image, pattern)).isEqualTo(expected.equals("match") ? pattern : null);
    }

    @ParameterizedTest(name = "{0} | {1}")
    @CsvSource({
        "docker.io/myrepo/myimg:v1, index.docker.io/*/*:* docker.io/myrepo/*:*, docker.io/myrepo/*:*",
        "docker.io/myrepo/myimg:v1, docker.io/myrepo/*:* index.docker.io/*/*:*, docker.io/myrepo/*:*",
        "docker.io/test:tag, docker.io/*:* docker.io/test:*, docker.io/test:*",
        "redis, docker.io/library/*:* redis, redis",
        "redis, redis docker.io/library/*:*, redis",
        "bitnami/postgresql:16, *:* docker.io/*:* bitnami/*:*, bitnami/*:*",
        "REG.io/acme/app:1, reg.io/*:* Reg.io/acme/*:*, Reg.io/acme/*:*",
        "registry-1.docker.io/acme/x, *:* docker.io/*, docker.io/*",
        "reg.io/aa:1, reg.io/*:1 reg.io/*:*, reg.io/*:*",
        "reg.io/aa:1, reg.io/*:* reg.io/*:1, reg.io/*:1",
        "reg.io/aa:1, ** *, **",
        "reg.io/aa:1, *:* nothing/else, *:*",
    })
    void chooses(String image, String patterns, String winner) {
        assertThat(Rules.winner(ANCHORED, image, patterns.split(" "))).isEqualTo(winner);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil/x",
                "docker.io/evil/x",
                "index.docker.io/evil/x",
                "registry-1.docker.io/evil/x",
                "registry-1.docker.io:443/evil/x",
                "Docker.Io/evil/x",
                "INDEX.DOCKER.IO:443/evil/x",
            })
    void noSpellingEscapesADenyOfDockerHub(String image) {
        for (String deny : List.of("docker.io/*", "index.docker.io/*:*", "registry-1.docker.io/*", "evil/*")) {
            assertThat(Rules.winner(ANCHORED, image, "*:*", deny, "docker.io/library/*"))
                    .isEqualTo(deny);
        }
    }

    @Test
    void aTieGoesToTheLaterRuleWithAWarning() {
        Match match = Rules.policy(ANCHORED, "reg.io/a?:1", "*:*", "reg.io/a*:1")
                .rulesFor(ImageReference.parse("reg.io/aa:1"));
        assertThat(match)
                .isInstanceOfSatisfying(
                        Match.One.class, one -> assertThat(one.rule().index()).isEqualTo(2));
        assertThat(match.warnings())
                .containsExactly("identical rules: \"reg.io/a*:1\", \"reg.io/a?:1\": the later one is used");
    }
}
