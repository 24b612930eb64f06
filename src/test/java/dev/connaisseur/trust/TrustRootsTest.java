package dev.connaisseur.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.config.ConfigDocument;
import dev.connaisseur.config.ConfigSection;
import dev.connaisseur.config.OnProblem;
import dev.connaisseur.config.Problem;
import dev.connaisseur.config.Problem.Severity;
import dev.connaisseur.config.Problems;
import dev.connaisseur.trust.TrustRoots.Material;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TrustRootsTest {
    private static final String ALICE = resource("/zoo/keys/alice.pub");
    private static final String BOB = resource("/zoo/keys/bob.pub");
    private static final String ACME = resource("/zoo/certs/acme-ca.crt");
    private static final String KEYLESS = "{name: a, keyless: {issuer: https://i, subject: s}}";

    @Test
    void keepsTheConfiguredOrderAndFindsByName() {
        Read read = read(Material.KEY_OR_KEYLESS, key("bob", BOB), key("default", ALICE), KEYLESS);

        assertThat(read.problems).isEmpty();
        assertThat(read.roots.all()).extracting(TrustRoot::name).containsExactly("bob", "default", "a");
        assertThat(read.roots.select("*")).isEqualTo(read.roots.all());
        assertThat(read.roots.select("bob")).singleElement().isInstanceOf(TrustRoot.Key.class);
        assertThat(read.roots.select(""))
                .isEqualTo(read.roots.select("default"))
                .hasSize(1);
        assertThat(read.roots.select("nobody")).isEmpty();
        assertThat(read.roots.named("a"))
                .contains(new TrustRoot.Keyless(
                        "a", new IdentityMatcher.Exact("https://i"), new IdentityMatcher.Exact("s"), Map.of()));
    }

    @Test
    void theFirstOfEqualNamesWins() {
        Read read = read(Material.KEY, key("a", ALICE), key("a", BOB));

        assertThat(read.roots.all()).hasSize(1);
        assertThat(read.roots.named("a"))
                .get()
                .extracting(root -> ((TrustRoot.Key) root).key())
                .isEqualTo(PublicKeys.parsePem(ALICE));
        assertThat(read.problems).singleElement().satisfies(problem -> {
            assertThat(problem.severity()).isEqualTo(Severity.WARNING);
            assertThat(problem.path()).isEqualTo("trustRoots[1].name");
        });
    }

    @Test
    void certificatesForNotation() {
        String both = "{name: a, cert: \"" + escaped(ACME) + "\", tsCert: \"" + escaped(ACME) + "\"}";
        Read read = read(Material.CERTIFICATE, both);

        assertThat(read.problems).isEmpty();
        assertThat(read.roots.all())
                .singleElement()
                .satisfies(root ->
                        assertThat(((TrustRoot.Certificate) root).timestamps()).isPresent());
    }

    @Test
    void ownAuthority() {
        String entry = "{name: a, ca: {certificates: \"" + escaped(ACME) + "\", subjectRegex: '.*@acme'}}";
        Read read = read(Material.KEY_OR_KEYLESS, entry);

        assertThat(read.problems).isEmpty();
        assertThat(read.roots.all()).singleElement().isInstanceOfSatisfying(TrustRoot.Authority.class, authority -> {
            assertThat(authority.roots()).hasSize(1);
            assertThat(authority.intermediates()).isEmpty();
            assertThat(authority.subject().matches("ci@acme")).isTrue();
        });
    }

    static Stream<Arguments> mistakes() {
        Stream.Builder<Arguments> rows = Stream.builder();
        // what, material, entry, severity, path, text
        rows.add(row(
                "no name",
                Material.KEY,
                "{key: \"" + escaped(ALICE) + "\"}",
                Severity.ERROR,
                "name",
                "Name is a required field"));
        rows.add(row(
                "unknown key",
                Material.KEY,
                "{name: a, keys: x, key: \"" + escaped(ALICE) + "\"}",
                Severity.ERROR,
                "keys",
                "field keys not found"));
        rows.add(row(
                "nothing",
                Material.KEY_OR_KEYLESS,
                "{name: a}",
                Severity.ERROR,
                "",
                "Key must be set if [Cert Keyless] isn't"));
        rows.add(row(
                "empty key", Material.KEY_OR_KEYLESS, "{name: a, key: ''}", Severity.ERROR, "", "Key must be set if"));
        rows.add(row(
                "two kinds",
                Material.KEY_OR_KEYLESS,
                "{name: a, key: x, keyless: {issuer: i, subject: s}}",
                Severity.ERROR,
                "keyless",
                "Key must not be set if Cert Keyless is"));
        rows.add(row(
                "certificate for cosign",
                Material.KEY_OR_KEYLESS,
                "{name: a, cert: x}",
                Severity.DEFERRED,
                "cert",
                "no public key or keyless configuration found for trust root a"));
        rows.add(row(
                "keyless for notary",
                Material.KEY,
                KEYLESS,
                Severity.DEFERRED,
                "keyless",
                "wrong format, provide a PEM"));
        rows.add(row(
                "bad key",
                Material.KEY,
                "{name: a, key: x}",
                Severity.DEFERRED,
                "key",
                "error decoding public key a: wrong format, provide a PEM encoded public key"));
        rows.add(row(
                "certificate in place of a key",
                Material.KEY,
                "{name: a, key: \"" + escaped(ACME) + "\"}",
                Severity.DEFERRED,
                "key",
                "a CERTIFICATE where"));
        rows.add(keyless(
                "no issuer", "{subject: s}", Severity.ERROR, "issuer", "Issuer must be set if IssuerRegex isn't"));
        rows.add(keyless("empty issuer", "{issuer: '', subject: s}", Severity.ERROR, "issuer", "Issuer must be set"));
        rows.add(keyless("no subject", "{issuer: i}", Severity.ERROR, "subject", "Subject must be set if"));
        rows.add(keyless(
                "two issuers",
                "{issuer: i, issuerRegex: i, subject: s}",
                Severity.ERROR,
                "issuer",
                "Issuer must not be set if IssuerRegex is"));
        rows.add(keyless(
                "misspelled",
                "{issuer: i, subject: s, subjectRegExp: s}",
                Severity.ERROR,
                "subjectRegExp",
                "not found in type"));
        rows.add(keyless(
                "look-around",
                "{issuer: i, subjectRegex: '(?=a).*'}",
                Severity.DEFERRED,
                "subjectRegex",
                "not a regular"));
        rows.add(keyless(
                "an old partial pattern",
                "{issuer: i, subjectRegex: github}",
                Severity.WARNING,
                "subjectRegex",
                "whole"));
        rows.add(authority(
                "authority without a subject", ACME, "", Severity.ERROR, ".subject", "Subject must be set if"));
        rows.add(authority(
                "authority without PEM", "x", ", subject: s", Severity.DEFERRED, ".certificates", "cannot be used"));
        rows.add(authority(
                "authority with a misspelled key",
                ACME,
                ", subject: s, issuer: i",
                Severity.ERROR,
                ".issuer",
                "not found in type"));
        rows.add(authority(
                "signer in place of an authority",
                resource("/keyless/trust/tsa-chain.pem"),
                ", subject: s",
                Severity.DEFERRED,
                ".certificates",
                "not that of an authority"));
        rows.add(row(
                "authority for notary",
                Material.KEY,
                "{name: a, ca: {certificates: \"" + escaped(ACME) + "\", subject: s}}",
                Severity.ERROR,
                "ca",
                "no meaning"));
        rows.add(row(
                "authority for notation",
                Material.CERTIFICATE,
                "{name: a, cert: \"" + escaped(ACME) + "\", ca: {subject: s}}",
                Severity.ERROR,
                "ca",
                "no meaning"));
        rows.add(row(
                "no certificate",
                Material.CERTIFICATE,
                "{name: a}",
                Severity.ERROR,
                "cert",
                "failed to create trust store: no certificate provided for trust root a"));
        rows.add(row(
                "no PEM",
                Material.CERTIFICATE,
                "{name: a, cert: x}",
                Severity.ERROR,
                "cert",
                "failed to create trust store: failed to parse certificate for trust root a: "));
        rows.add(row(
                "bad tsCert",
                Material.CERTIFICATE,
                "{name: a, cert: \"" + escaped(ACME) + "\", tsCert: x}",
                Severity.ERROR,
                "tsCert",
                "failed to parse timestamp certificate for trust root a"));
        rows.add(row(
                "unused tsCert",
                Material.KEY,
                "{name: a, key: \"" + escaped(ALICE) + "\", tsCert: x}",
                Severity.WARNING,
                "tsCert",
                "no meaning"));
        rows.add(row(
                "unused key",
                Material.CERTIFICATE,
                "{name: a, cert: \"" + escaped(ACME) + "\", key: x}",
                Severity.WARNING,
                "key",
                "no meaning"));
        return rows.build();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void mistakes(String what, Material material, String entry, Severity severity, String key, String text) {
        Read read = read(material, entry);

        assertThat(read.problems).singleElement().satisfies(problem -> {
            assertThat(problem.severity()).isEqualTo(severity);
            assertThat(problem.path()).isEqualTo("trustRoots[0]" + key);
            assertThat(problem.what()).contains(text);
        });
        boolean usable = !(read.roots.all().getFirst() instanceof TrustRoot.Unusable);
        assertThat(usable || severity != Severity.WARNING).isTrue();
        assertThat(usable && severity == Severity.DEFERRED).isFalse();
    }

    @Test
    void noTrustRoots() {
        Read read = read(Material.KEY);

        assertThat(read.problems)
                .singleElement()
                .extracting(Problem::what)
                .isEqualTo("no trust roots provided for validator v");
        assertThat(read.roots.select("*")).isEmpty();
    }

    static Stream<Arguments> identities() {
        return Stream.of(
                Arguments.of("https://github.com/org/.*", "https://github.com/org/x", true),
                Arguments.of("https://github.com/org/.*", "https://evil.example/https://github.com/org/x", false),
                Arguments.of("https://github\\.com/org/.*", "https://github.com/org-evil/x", false),
                Arguments.of("https://github\\.com/org/.*", "https://githubXcom/org/x", false),
                Arguments.of("a", "a\n", false),
                Arguments.of("a.*", "a\nb", true),
                Arguments.of("^a$", "a", true),
                Arguments.of("a|b", "ab", false),
                Arguments.of("(a+)+", "a".repeat(50_000) + "!", false));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void identities(String pattern, String value, boolean matches) {
        assertThat(IdentityMatcher.Regex.of(pattern).matches(value)).isEqualTo(matches);
        assertThat(new IdentityMatcher.Exact(pattern).matches(value)).isFalse();
    }

    @Test
    void anExactIdentityIsThatText() {
        assertThat(new IdentityMatcher.Exact("a.b").matches("a.b")).isTrue();
        assertThat(new IdentityMatcher.Exact("a.b").matches("aXb")).isFalse();
    }

    private record Read(TrustRoots roots, List<Problem> problems) {}

    private static Read read(Material material, String... entries) {
        Problems problems = new Problems(OnProblem.DENY_RULE);
        String yaml = "{trustRoots: [" + String.join(", ", entries) + "]}";
        ConfigSection section = ConfigDocument.parse("config.yaml", yaml.getBytes(StandardCharsets.UTF_8), problems)
                .orElseThrow();
        TrustRoots roots = TrustRoots.parse("v", section, material);
        return new Read(
                roots,
                Stream.concat(problems.errors().stream(), problems.warnings().stream())
                        .toList());
    }

    private static Arguments row(
            String what, Material material, String entry, Severity severity, String key, String text) {
        return Arguments.of(what, material, entry, severity, key.isEmpty() ? "" : "." + key, text);
    }

    private static Arguments keyless(String what, String keyless, Severity severity, String key, String text) {
        String entry = "{name: a, keyless: " + keyless + "}";
        return Arguments.of(what, Material.KEY_OR_KEYLESS, entry, severity, ".keyless." + key, text);
    }

    private static Arguments authority(
            String what, String pem, String more, Severity severity, String key, String text) {
        String entry = "{name: a, ca: {certificates: \"" + escaped(pem) + "\"" + more + "}}";
        return Arguments.of(what, Material.KEY_OR_KEYLESS, entry, severity, ".ca" + key, text);
    }

    private static String key(String name, String pem) {
        return "{name: " + name + ", key: \"" + escaped(pem) + "\"}";
    }

    private static String escaped(String pem) {
        return pem.replace("\n", "\\n");
    }

    private static String resource(String name) {
        try (var in = TrustRootsTest.class.getResourceAsStream(name)) {
            return new String(java.util.Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
