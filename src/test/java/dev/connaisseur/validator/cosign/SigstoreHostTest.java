package dev.connaisseur.validator.cosign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.config.Problem;
import dev.connaisseur.testing.Zoo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may stand under {@code host}, as configurations of Connaisseur 3 have it. */
class SigstoreHostTest {
    private static CosignRig rig(String host) {
        return CosignRig.empty().key("default", Zoo.key("alice")).part("host", host);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{rekor: https://rekor.sigstore.dev}",
                "{rekor: rekor.sigstore.dev}",
                "{rekor: 'rekor.sigstore.dev:443/'}",
                "{rekor: 'http://localhost:3000'}",
                "{rekor: ''}",
                "{rekorPubkey: ''}",
                "{fulcioCert: ''}",
                "{ctLogPubkey: ''}",
                "{tsaCert: ''}",
                "{rekor: , rekorPubkey: , fulcioCert: , ctLogPubkey: }"
            })
    void takesWhatTheOriginalTakes(String host) {
        try (CosignRig rig = rig(host)) {
            assertThat(rig.problems()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {rekor: ':\\\\\\'}        | unable to create Rekor client for
            {rekor: 'ftp://rekor'}    | unable to create Rekor client for
            {rekor: 'u:p@rekor'}      | unable to create Rekor client for
            {rekor: 'not a host'}     | unable to create Rekor client for
            {rekor: 'https://'}       | unable to create Rekor client for
            {rekor: {}}               | cannot unmarshal !!map into string
            {rekorPubkey: x}          | error adding rekor public key:
            {fulcioCert: x}           | invalid fulcio certificate for validator v
            {ctLogPubkey: x}          | error adding ct log public key:
            {rekorUrl: x}             | field rekorUrl not found
            """)
    void refusesWhatCannotBe(String host, String what) {
        try (CosignRig rig = rig(host)) {
            assertThat(rig.problems())
                    .extracting(Problem::what)
                    .singleElement()
                    .asString()
                    .contains(what);
        }
    }

    @ParameterizedTest
    @CsvSource({"'', 0", "x, 1"})
    void anEmptyCertificateIsNone(String cert, int problems) {
        try (CosignRig rig = rig("{}").part("cert", "'" + cert + "'")) {
            assertThat(rig.problems()).hasSize(problems);
        }
    }
}
