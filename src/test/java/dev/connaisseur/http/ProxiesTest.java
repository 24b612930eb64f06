package dev.connaisseur.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxiesTest {
    @ParameterizedTest(name = "[{index}] NO_PROXY={0}: {1}:{2} direct {3}")
    @CsvSource({
        "'', r.example, 443, false",
        "r.example, r.example, 443, true",
        "R.Example, r.example, 443, true",
        "r.example, a.r.example, 443, true",
        "r.example, ar.example, 443, false",
        "r.example, r.example.evil, 443, false",
        ".r.example, a.r.example, 443, true",
        ".r.example, r.example, 443, false",
        "*.r.example, a.r.example, 443, true",
        "*.r.example, r.example, 443, false",
        "*, anything, 443, true",
        "r.example:8443, r.example, 8443, true",
        "r.example:8443, r.example, 443, false",
        "10.0.0.0/8, 10.1.2.3, 443, true",
        "10.0.0.0/8, 11.1.2.3, 443, false",
        "10.0.0.0/8, r.example, 443, false",
        "10.1.2.3, 10.1.2.3, 443, true",
        "fd00::/8, fd12::1, 443, true",
        "fd12::1, fd12::1, 443, true",
        "'[fd12::1]', fd12::1, 443, true",
        "'a, b ,c', b, 443, true",
        "'a b c', b, 443, true",
        "'', localhost, 443, true",
        "'', 127.0.0.1, 443, true",
        "'', ::1, 443, true",
        "'', 169.254.169.254, 80, true"
    })
    void knowsWhatIsReachedDirectly(String none, String host, int port, boolean direct) {
        Proxies proxies = Proxies.parse("http://p.example:3128", "http://p.example:3128", none, new ArrayList<>());
        assertThat(proxies.before(new HostPort(host, port), true).isEmpty()).isEqualTo(direct);
        assertThat(proxies.before(new HostPort(host, port), false).isEmpty()).isEqualTo(direct);
    }

    @ParameterizedTest
    @CsvSource({
        "http://p.example:3128, p.example:3128, ",
        "p.example:3128, p.example:3128, ",
        "http://p.example, p.example:80, ",
        "http://p.example:3128/, p.example:3128, ",
        "http://user:secret@p.example:3128, p.example:3128, Basic dXNlcjpzZWNyZXQ=",
        "user:secret@p.example:3128, p.example:3128, Basic dXNlcjpzZWNyZXQ=",
        "http://user:s%40c+r@p.example:3128, p.example:3128, Basic dXNlcjpzQGMrcg==",
        "http://user@p.example:3128, p.example:3128, Basic dXNlcjo=",
        "http://[fd12::1]:3128, '[fd12::1]:3128', "
    })
    void readsTheAddress(String value, String address, String authorization) {
        List<String> mistakes = new ArrayList<>();
        Proxies proxies = Proxies.parse(value, "", "", mistakes);
        assertThat(mistakes).isEmpty();
        Proxies.Server server = proxies.secure().orElseThrow();
        assertThat(server.address().authority()).isEqualTo(address);
        assertThat(server.authorization().orElse(null)).isEqualTo(authorization);
        assertThat(proxies.plain()).isEmpty();
        assertThat(proxies.toString()).doesNotContain("secret").doesNotContain("Basic");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "socks5://p.example:1080",
                "https://p.example",
                "http://",
                "http://a b:secret",
                "http://p:secret@:1",
                "p.example:99999"
            })
    void mistakesAreNamedWithoutTheValue(String value) {
        List<String> mistakes = new ArrayList<>();
        assertThat(Proxies.parse(value, value, "", mistakes).secure()).isEmpty();
        assertThat(mistakes)
                .hasSize(2)
                .allMatch(mistake -> mistake.contains("_PROXY") && !mistake.contains("secret@:1"));
    }

    @Test
    void noneByDefault() {
        assertThat(Proxies.parse("", " ", "", new ArrayList<>())).isEqualTo(Proxies.NONE);
    }
}
