package dev.connaisseur.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.http.LookupException.Kind;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every row is a call by somebody to a name with an address; the verdict is where it may connect to. */
class EgressRulesTest {
    private static final String OK = "ok";

    @ParameterizedTest(name = "[{index}] {0} names {1} = {2}: {3}")
    @CsvSource({
        // what an image names: public and private, nothing else
        "IMAGE_REGISTRY, https://r.example/, 93.184.216.34, ok",
        "IMAGE_REGISTRY, https://r.example/, 10.0.0.5, ok",
        "IMAGE_REGISTRY, https://10.0.0.5/, 10.0.0.5, ok",
        "IMAGE_REGISTRY, https://r.example/, 127.0.0.1, FORBIDDEN",
        "IMAGE_REGISTRY, https://r.example/, ::1, FORBIDDEN",
        "IMAGE_REGISTRY, https://r.example/, 169.254.169.254, FORBIDDEN",
        "IMAGE_REGISTRY, https://r.example/, ::ffff:127.0.0.1, FORBIDDEN",
        "IMAGE_REGISTRY, https://r.example/, 64:ff9b::a9fe:a9fe, FORBIDDEN",
        "IMAGE_REGISTRY, https://r.example/, 0.0.0.0, FORBIDDEN",
        "IMAGE_REGISTRY, https://127.0.0.1:6379/, 127.0.0.1, FORBIDDEN",
        "IMAGE_REGISTRY, https://[::1]/, ::1, FORBIDDEN",
        "IMAGE_REGISTRY, https://[::ffff:169.254.169.254]/, 169.254.169.254, FORBIDDEN",
        "IMAGE_REGISTRY, https://localhost:5000/, 127.0.0.1, FORBIDDEN",
        "IMAGE_REGISTRY, http://localhost:5000/, 127.0.0.1, FORBIDDEN",
        "IMAGE_REGISTRY, http://r.example/, 93.184.216.34, FORBIDDEN",
        "IMAGE_REGISTRY, http://10.0.0.5/, 10.0.0.5, FORBIDDEN",
        "IMAGE_REGISTRY, https://kubernetes.default.svc/, 10.96.0.1, FORBIDDEN",
        "IMAGE_REGISTRY, https://kubernetes.default.svc./, 10.96.0.1, FORBIDDEN",
        "IMAGE_REGISTRY, https://Kubernetes/, 10.96.0.1, FORBIDDEN",
        "IMAGE_REGISTRY, https://api.example/, 10.96.0.1, FORBIDDEN",
        "IMAGE_REGISTRY, https://redis.example:6379/, 10.0.0.9, FORBIDDEN",
        // what an answer names: public
        "REFERRED, https://r.example/, 93.184.216.34, ok",
        "REFERRED, https://r.example/, 10.0.0.5, FORBIDDEN",
        "REFERRED, https://10.0.0.5/, 10.0.0.5, FORBIDDEN",
        "REFERRED, https://r.example/, fd12::1, FORBIDDEN",
        "REFERRED, https://r.example/, 100.64.1.1, FORBIDDEN",
        "REFERRED, https://r.example/, 127.0.0.1, FORBIDDEN",
        "REFERRED, https://169.254.169.254/, 169.254.169.254, FORBIDDEN",
        "REFERRED, http://r.example/, 93.184.216.34, FORBIDDEN",
        "REFERRED, http://169.254.169.254/, 169.254.169.254, FORBIDDEN",
        "REFERRED, http://localhost/, 127.0.0.1, FORBIDDEN",
        // what a certificate names: public, by http
        "CERTIFICATE, http://crl.example/x.crl, 93.184.216.34, ok",
        "CERTIFICATE, https://crl.example/x.crl, 93.184.216.34, ok",
        "CERTIFICATE, http://crl.example/x.crl, 10.0.0.5, FORBIDDEN",
        "CERTIFICATE, http://169.254.169.254/, 169.254.169.254, FORBIDDEN",
        "CERTIFICATE, http://localhost:6379/, 127.0.0.1, FORBIDDEN",
        // what the operator wrote, or switched on
        "CONFIGURED, https://r.example/, 10.0.0.5, ok",
        "CONFIGURED, https://r.example/, 127.0.0.1, ok",
        "CONFIGURED, http://localhost:5000/, 127.0.0.1, ok",
        "CONFIGURED, http://127.0.0.1:5000/, 127.0.0.1, ok",
        "CONFIGURED, http://r.example/, 10.0.0.5, FORBIDDEN",
        "CONFIGURED, http://10.0.0.5/, 10.0.0.5, FORBIDDEN",
        "FEATURE, http://169.254.169.254/latest, 169.254.169.254, ok",
        "FEATURE, https://r.example/, 10.0.0.5, ok",
        "FEATURE, http://r.example/, 93.184.216.34, FORBIDDEN",
        "CLUSTER, https://kubernetes.default.svc/, 10.96.0.1, ok"
    })
    void withoutSettings(Purpose purpose, String uri, String address, String verdict) throws Exception {
        EgressRules rules =
                EgressRules.parse(List.of(), List.of(), List.of(), Set.of("10.96.0.1", "redis"), new ArrayList<>());
        assertThat(verdict(rules, purpose, uri, address)).isEqualTo(verdict);
    }

    @ParameterizedTest(name = "[{index}] allow {0}: {1} names {2} = {3}: {4}")
    @CsvSource({
        "10.0.0.0/8, REFERRED, https://s3.example/, 10.0.0.5, ok",
        "10.0.0.0/8, REFERRED, https://s3.example/, 192.168.0.5, FORBIDDEN",
        "10.0.0.0/8, CERTIFICATE, http://crl.example/, 10.0.0.5, ok",
        "*.example, REFERRED, https://s3.example/, 10.0.0.5, ok",
        "*.example, REFERRED, https://s3.example.evil/, 10.0.0.5, FORBIDDEN",
        "*.example, REFERRED, https://example/, 10.0.0.5, FORBIDDEN",
        "*, REFERRED, https://s3.example/, 10.0.0.5, ok",
        "s3.example:8443, REFERRED, https://s3.example:8443/, 10.0.0.5, ok",
        "s3.example:8443, REFERRED, https://s3.example/, 10.0.0.5, FORBIDDEN",
        // a range or pattern never lifts what is never right
        "127.0.0.0/8, IMAGE_REGISTRY, https://r.example/, 127.0.0.1, FORBIDDEN",
        "0.0.0.0/0, REFERRED, https://r.example/, 169.254.169.254, FORBIDDEN",
        "*, IMAGE_REGISTRY, https://r.example/, 127.0.0.1, FORBIDDEN",
        "*, IMAGE_REGISTRY, https://kubernetes.default.svc/, 10.96.0.1, FORBIDDEN",
        // a host that is written out does
        "r.example, IMAGE_REGISTRY, https://r.example/, 127.0.0.1, ok",
        "localhost, IMAGE_REGISTRY, http://localhost:5000/, 127.0.0.1, ok",
        "localhost:5000, IMAGE_REGISTRY, http://localhost:5000/, 127.0.0.1, ok",
        "localhost:5000, IMAGE_REGISTRY, http://localhost:6379/, 127.0.0.1, FORBIDDEN",
        "169.254.169.254, REFERRED, https://169.254.169.254/, 169.254.169.254, ok"
    })
    void withAllow(String allow, Purpose purpose, String uri, String address, String verdict) throws Exception {
        assertThat(verdict(rules(List.of(allow), List.of(), List.of()), purpose, uri, address))
                .isEqualTo(verdict);
    }

    @ParameterizedTest(name = "[{index}] only {0}: {1} names {2} = {3}: {4}")
    @CsvSource({
        "r.example, IMAGE_REGISTRY, https://r.example/, 93.184.216.34, ok",
        "r.example, IMAGE_REGISTRY, https://other.example/, 93.184.216.34, FORBIDDEN",
        "r.example, CONFIGURED, https://other.example/, 93.184.216.34, FORBIDDEN",
        "r.example, FEATURE, https://other.example/, 93.184.216.34, FORBIDDEN",
        "r.example, CLUSTER, https://kubernetes.default.svc/, 10.96.0.1, ok",
        "r.example, IMAGE_REGISTRY, https://r.example/, 127.0.0.1, FORBIDDEN",
        "*.example, REFERRED, https://a.b.example/, 93.184.216.34, ok",
        "93.184.0.0/16, IMAGE_REGISTRY, https://r.example/, 93.184.216.34, ok",
        "93.184.0.0/16, IMAGE_REGISTRY, https://r.example/, 93.185.216.34, FORBIDDEN"
    })
    void withOnly(String only, Purpose purpose, String uri, String address, String verdict) throws Exception {
        assertThat(verdict(rules(List.of(), List.of(only), List.of()), purpose, uri, address))
                .isEqualTo(verdict);
    }

    @ParameterizedTest(name = "[{index}] plainHttp {0}: {1} names {2} = {3}: {4}")
    @CsvSource({
        "r.example:5000, IMAGE_REGISTRY, http://r.example:5000/, 10.0.0.5, ok",
        "r.example:5000, IMAGE_REGISTRY, http://r.example:5000/, 127.0.0.1, ok",
        "r.example:5000, REFERRED, http://r.example:5000/, 10.0.0.5, ok",
        "r.example:5000, IMAGE_REGISTRY, http://r.example:5001/, 10.0.0.5, FORBIDDEN",
        "r.example:5000, IMAGE_REGISTRY, http://other.example:5000/, 10.0.0.5, FORBIDDEN",
        "10.0.0.5:5000, IMAGE_REGISTRY, http://10.0.0.5:5000/, 10.0.0.5, ok",
        "'[fd12::1]:5000', IMAGE_REGISTRY, 'http://[fd12::1]:5000/', fd12::1, ok"
    })
    void withPlainHttp(String plain, Purpose purpose, String uri, String address, String verdict) throws Exception {
        assertThat(verdict(rules(List.of(), List.of(), List.of(plain)), purpose, uri, address))
                .isEqualTo(verdict);
    }

    @Test
    void onlyThePermittedOfSeveralAddressesAreTaken() throws Exception {
        Network network = Network.STANDARD.with(names("127.0.0.1", "93.184.216.34", "10.0.0.1"));
        try (RouteFinder finder = new RouteFinder(network)) {
            assertThat(find(finder, Purpose.IMAGE_REGISTRY).addresses())
                    .extracting(InetAddress::getHostAddress)
                    .containsExactly("93.184.216.34", "10.0.0.1");
            assertThat(find(finder, Purpose.REFERRED).addresses())
                    .extracting(InetAddress::getHostAddress)
                    .containsExactly("93.184.216.34");
        }
    }

    @Test
    void aProxyResolvesTheNameSoThatOnlyTheNameIsJudged() throws Exception {
        Proxies proxies = Proxies.parse("http://proxy.example:3128", "", "", new ArrayList<>());
        Network network = Network.STANDARD.with(names("10.9.9.9")).with(proxies);
        try (RouteFinder finder = new RouteFinder(network)) {
            Route route = find(finder, Purpose.REFERRED);
            assertThat(route.first().toString()).isEqualTo("/10.9.9.9:3128");
            assertThat(route.server().authority()).isEqualTo("r.example:443");
        }
        for (String forbidden : List.of("https://10.0.0.1/", "https://127.0.0.1/", "https://kubernetes.default.svc/")) {
            assertThat(verdict(network, Purpose.REFERRED, forbidden)).isEqualTo("FORBIDDEN");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", " ", "http://r.example", "r.example/path", "*x.example", "a.*.example", "-x", "r.example:",
                        "r.example:99999",
                "10.0.0.1/8", "10.0.0.0/99", "1.2.3", "999.1.1.1", "[::1", "::x", "a b", "räder.example", "**"
            })
    void mistakesAreNamed(String entry) {
        List<String> mistakes = new ArrayList<>();
        EgressRules.parse(List.of(entry), List.of(entry), List.of(entry), Set.of(), mistakes);
        assertThat(mistakes).hasSize(3).allMatch(mistake -> mistake.contains("\"" + entry + "\""));
    }

    @Test
    void plainHttpWantsAPort() {
        List<String> mistakes = new ArrayList<>();
        EgressRules.parse(List.of(), List.of(), List.of("r.example", "*.example:80", "10.0.0.0/8"), Set.of(), mistakes);
        assertThat(mistakes).hasSize(3);
    }

    private static EgressRules rules(List<String> allow, List<String> only, List<String> plain) {
        List<String> mistakes = new ArrayList<>();
        EgressRules rules = EgressRules.parse(allow, only, plain, Set.of(), mistakes);
        assertThat(mistakes).isEmpty();
        return rules;
    }

    private static String verdict(EgressRules rules, Purpose purpose, String uri, String address) throws Exception {
        return verdict(Network.STANDARD.with(rules).with(names(address)), purpose, uri);
    }

    private static String verdict(Network network, Purpose purpose, String uri) throws Exception {
        try (RouteFinder finder = new RouteFinder(network)) {
            HttpCall call = HttpCall.get(URI.create(uri), purpose);
            HostPort server = HostPort.of(call.uri()).orElseThrow();
            EgressRules.Reach reach = network.egress().reach(server, purpose);
            try {
                finder.find(server, uri.startsWith("https"), call, reach, Duration.ofSeconds(1));
                return OK;
            } catch (FinalException e) {
                assertThat(e.kind()).isEqualTo(Kind.FORBIDDEN);
                return e.kind().name();
            }
        }
    }

    private static Route find(RouteFinder finder, Purpose purpose) throws InterruptedException {
        HttpCall call = HttpCall.get(URI.create("https://r.example/"), purpose);
        HostPort server = HostPort.of(call.uri()).orElseThrow();
        return finder.find(server, true, call, EgressRules.STANDARD.reach(server, purpose), Duration.ofSeconds(1));
    }

    private static Resolver names(String... addresses) {
        return host -> Arrays.stream(host.equals("redis") ? new String[] {"10.0.0.9"} : addresses)
                .map(address -> {
                    try {
                        return InetAddress.getByName(address);
                    } catch (UnknownHostException e) {
                        throw new IllegalArgumentException(e);
                    }
                })
                .toList();
    }
}
