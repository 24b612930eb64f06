package dev.connaisseur.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connaisseur.trust.KeyReference.Aws;
import dev.connaisseur.trust.KeyReference.Azure;
import dev.connaisseur.trust.KeyReference.Google;
import dev.connaisseur.trust.KeyReference.LocalFile;
import dev.connaisseur.trust.KeyReference.Secret;
import dev.connaisseur.trust.KeyReference.Variable;
import dev.connaisseur.trust.KeyReference.Vault;
import dev.connaisseur.trust.KeyReference.Web;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyReferenceTest {
    private static final Path FILE = Path.of("/app/config/config.yaml");
    private static final String ID = "1234abcd-12ab-34cd-56ef-1234567890ab";
    private static final String KEY = "projects/p/locations/global/keyRings/r/cryptoKeys/k";

    static Stream<Arguments> references() {
        return Stream.of(
                row("cosign.pub", text -> new LocalFile(text, Path.of("/app/config/cosign.pub"))),
                row("../keys/a.pub", text -> new LocalFile(text, Path.of("/app/keys/a.pub"))),
                row("/keys/a.pub", text -> new LocalFile(text, Path.of("/keys/a.pub"))),
                row("k8s://shop/release-key", text -> new Secret(text, "shop", "release-key")),
                row("env://COSIGN_PUB", text -> new Variable(text, "COSIGN_PUB")),
                row("https://keys.example/a.pub", Web::new),
                row("https://keys.example:8443/a?b=c", Web::new),
                row("awskms:///alias/release", text -> new Aws(text, "", "", "alias/release")),
                row("awskms:///" + ID, text -> new Aws(text, "", "", ID)),
                row(
                        "awskms:///mrk-1234abcd12ab34cd56ef1234567890ab",
                        text -> new Aws(text, "", "", "mrk-1234abcd12ab34cd56ef1234567890ab")),
                row("awskms://kms.example:4566/" + ID, text -> new Aws(text, "kms.example:4566", "", ID)),
                row(
                        "awskms:///arn:aws:kms:eu-west-1:123456789012:key/" + ID,
                        text -> new Aws(text, "", "eu-west-1", "arn:aws:kms:eu-west-1:123456789012:key/" + ID)),
                row(
                        "awskms:///arn:aws-cn:kms:cn-north-1:123456789012:alias/a/b",
                        text -> new Aws(text, "", "cn-north-1", "arn:aws-cn:kms:cn-north-1:123456789012:alias/a/b")),
                row(
                        "azurekms://acme.vault.azure.net/release",
                        text -> new Azure(text, "acme.vault.azure.net", "release", "")),
                row(
                        "azurekms://acme.managedhsm.azure.net/release/0123456789abcdef0123456789abcdef",
                        text -> new Azure(
                                text, "acme.managedhsm.azure.net", "release", "0123456789abcdef0123456789abcdef")),
                row("gcpkms://" + KEY, text -> new Google(text, KEY, "")),
                row("gcpkms://" + KEY + "/versions/3", text -> new Google(text, KEY, "3")),
                row("gcpkms://" + KEY + "/cryptoKeyVersions/12", text -> new Google(text, KEY, "12")),
                row("hashivault://release", text -> new Vault(text, "release")),
                row("hashivault://team.release-1", text -> new Vault(text, "team.release-1")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("references")
    void isRead(String text, KeyReference expected) {
        assertThat(KeyReference.is(text)).isTrue();
        assertThat(KeyReference.parse(text, FILE)).isEqualTo(expected);
        assertThat(KeyReference.parse(" " + text + "\n", FILE)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "gitlab://acme/app, GitLab",
        "gitlab, GitLab",
        "GitLab://12, GitLab",
        "pkcs11:token=t;id=1, PKCS #11",
        "PKCS11:token=t, PKCS #11",
        "http://keys.example/a.pub, anybody's",
        "file:///a.pub, not fetched by file:",
        "s3://bucket/a.pub, not fetched by s3:",
        "awskms:alias/a, not of the form",
        "awskms://alias/a/b, not of the form",
        "awskms:///alias/a?b, not of the form",
        "awskms:///key/x, not of the form",
        "awskms://user@host/alias/a, not of the form",
        "awskms:///arn:aws:s3:eu-west-1:123456789012:alias/a, not of the form",
        "azurekms://vault.azure.net/a, not of the form",
        "azurekms://acme.vault.azure.net.evil.example/a, not of the form",
        "azurekms://evil.example/a, not of the form",
        "azurekms://evil.example#.vault.azure.net/a, not of the form",
        "azurekms://acme.vault.azure.net/, not of the form",
        "azurekms://acme.vault.azure.net/a/b/c, not of the form",
        "gcpkms://projects/p/locations/l/keyRings/r, not of the form",
        "gcpkms://projects/../locations/l/keyRings/r/cryptoKeys/k?x=y, not of the form",
        "gcpkms://projects/p/locations/l/keyRings/r/cryptoKeys/k/versions/latest, not of the form",
        "hashivault://a/b, not of the form",
        "hashivault://../../sys, not of the form",
        "hashivault://, not of the form",
        "k8s://shop, not of the form",
        "k8s://shop/a/b, not of the form",
        "k8s://Shop/a, not of the form",
        "k8s://../a, not of the form",
        "env://, not of the form",
        "env://A-B, not of the form",
        "https://, not of the form",
        "https://user:secret@keys.example/a, not of the form",
        "https://keys.example/a#b, not of the form"
    })
    void isRefusedByName(String text, String why) {
        assertThatThrownBy(() -> KeyReference.parse(text, FILE))
                .isInstanceOfSatisfying(UnusableReferenceException.class, e -> {
                    assertThat(e.getMessage()).contains(why).doesNotContain("secret@");
                    assertThat(e.remedy()).isNotBlank();
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "-----BEGIN PUBLIC KEY-----\nx", "\n-----BEGIN PUBLIC KEY-----", "a\nb"})
    void isNoReference(String text) {
        assertThat(KeyReference.is(text)).isFalse();
    }

    @Test
    void aPathThatCannotBeIsRefused() {
        assertThatThrownBy(() -> KeyReference.parse("a\0b", FILE)).isInstanceOf(UnusableReferenceException.class);
    }

    private static Arguments row(String text, java.util.function.Function<String, KeyReference> expected) {
        return Arguments.of(text, expected.apply(text));
    }
}
