package dev.connaisseur.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connaisseur.config.ConfigException;
import dev.connaisseur.config.OnProblem;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One mistake in an otherwise right file: what is said about it, in the original's words where it has some. */
class ConfigurationTextsTest {
    private static final String KEY = """
            |
                    -----BEGIN PUBLIC KEY-----
                    MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEvtc/qpHtx7iUUj+rRHR99a8mnGni
                    qiGkmUb9YpWWTS4YwlvwdmMDiGzcsHiDOYz6f88u2hCRF5GUCvyiZAKrsA==
                    -----END PUBLIC KEY-----""";

    private static final String RIGHT = """
            validators:
            - name: default
              type: static
            - name: signed
              type: cosign
              trustRoots:
              - name: default
                key: %s
              - name: other
                key: %s
            policy:
            - pattern: "*:*"
            - pattern: "acme/*:*"
              validator: signed
              with: {trustRoot: default}
            """.formatted(KEY, KEY);

    @TempDir
    private Path directory;

    @Test
    void theRightFileLoads() throws IOException {
        Loading loading = Loading.of(directory, RIGHT, OnProblem.REFUSE);
        assertThat(loading.errors()).isEmpty();
    }

    /** What is replaced, by what, and what is said: line, path, text. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'name: default\n  type: static' | 'type: static' | 2 validators[0]: validator is missing a name",
                "'name: default\n  type: static' | 'name: ''''\n  type: static' | 2 validators[0].name: Name is a required field",
                "'name: default\n  type: static' | 'name: 12\n  type: static' | 2 validators[0].name: cannot unmarshal !!int `12` into string",
                "'name: default\n  type: static' | 'name: default' | 2 validators[0]: validator is missing a type",
                "type: static    | type: stati | 3 validators[0].type: unsupported type \"stati\" for validator",
                "type: static    | type: [static] | 3 validators[0].type: cannot unmarshal !!seq into string",
                "type: static    | 'type: static\n  host: x' | 4 validators[0].host: field host not found in type validators[*]",
                "type: static    | 'type: static\n  approve: yes' | 4 validators[0].approve: cannot unmarshal !!str `yes` into bool",
                "type: cosign    | 'type: cosign\n  isAcr: true' | 6 validators[1].isAcr: field isAcr not found in type validators[*]",
                "type: cosign    | 'type: cosign\n  host: rekor.example' | 6 validators[1].host: cannot unmarshal !!str `rekor.e...` into map",
                "type: cosign    | 'type: cosign\n  host: {rekr: x}' | 6 validators[1].host.rekr: field rekr not found in type validators[*].host",
                "type: cosign    | 'type: cosign\n  host: {rekor: \":\\\\\"}' | 6 validators[1].host.rekor: unable to create Rekor client for :",
                "type: cosign    | 'type: cosign\n  host: {rekorPubkey: x}' | 6 validators[1].host.rekorPubkey: error adding rekor public key: ",
                "type: cosign    | 'type: cosign\n  host: {ctLogPubkey: x}' | 6 validators[1].host.ctLogPubkey: error adding ct log public key: ",
                "type: cosign    | 'type: cosign\n  host: {fulcioCert: x}' | 6 validators[1].host.fulcioCert: invalid fulcio certificate for validator signed",
                "type: cosign    | 'type: cosign\n  cert: x' | 6 validators[1].cert: invalid certificate for validator signed",
                "type: cosign    | 'type: cosign\n  auth: {}' | 6 validators[1].auth: neither secretName nor useKeychain defined",
                "type: cosign    | 'type: cosign\n  auth: {secretName: none}' | 6 validators[1].auth.secretName: no authentication file for secret none",
                "'- name: other' | '- nam: other' | 13 validators[1].trustRoots[1].nam: field nam not found in type validators[*].trustRoots[*]",
                "'- name: other' | '- tsCert: x' | 13 validators[1].trustRoots[1].name: Name is a required field",
                "'- name: other' | '- name: other\n    cert: x' | Key must not be set if Cert Keyless is",
                "'- name: other\n    key' | '- name: other\n    wrong' | Key must be set if [Cert Keyless] isn't",
                "'- name: other' | '- name: more\n    keyless: {subject: a@b}\n  - name: other' | Issuer must be set if IssuerRegex isn't",
                "'- name: other' | '- name: more\n    keyless: {issuer: a, subjct: b}\n  - name: other' | field subjct not found in type validators[*].trustRoots[*].keyless",
                "'- name: other' | '- name: more\n    keyless: {issuer: a, subject: b, subjectRegex: c}\n  - name: other' | Subject must not be set if SubjectRegex is",
                "'- pattern: \"*:*\"' | '- validator: default' | 20 policy[0].pattern: Pattern is a required field",
                "'- pattern: \"*:*\"' | '- pattern: \"\"' | 20 policy[0].pattern: Pattern is a required field",
                "'- pattern: \"*:*\"' | '- patern: \"*:*\"' | 20 policy[0].patern: field patern not found in type policy[*]",
                "'- pattern: \"*:*\"' | '- pattern: \"[a\"' | 20 policy[0].pattern: ",
                "validator: signed | validator: sign | 22 policy[1].validator: validator \"sign\" not found",
                "'name: default\n  type: static' | 'name: standard\n  type: static' | 20 policy[0]: validator \"default\" not found",
                "trustRoot: default | trustRoot: none | 23 policy[1].with.trustRoot: error getting verifiers: error getting trust roots for validator signed: unable to find trust root none",
                "trustRoot: default | key: default | 23 policy[1].with.key: field key not found in type policy[*].with",
                "trustRoot: default | mode: enforce | 23 policy[1].with.mode: ValidationMode must be one of [mutate insecureValidateOnly",
                "trustRoot: default | verifySCT: 1 | 23 policy[1].with.verifySCT: cannot unmarshal !!int `1` into bool",
                "trustRoot: default | verifyInTransparencyLog: no | 23 policy[1].with.verifyInTransparencyLog: cannot unmarshal !!str `no` into bool",
                "trustRoot: default | threshold: -1 | 23 policy[1].with.threshold: Threshold must be 0 or greater",
                "trustRoot: default | 'trustRoot: \"*\", threshold: 3' | 23 policy[1].with.threshold: ",
                "trustRoot: default | required: [] | 23 policy[1].with.required: Required must contain at least 1 item",
                "trustRoot: default | 'required: ['''']' | 23 policy[1].with.required[0]: Required[0] is a required field",
                "trustRoot: default | 'required: [default], delegations: [a]' | 23 policy[1].with.required: Required must not be set if Delegations is",
                "trustRoot: default | delegations: a | 23 policy[1].with.delegations: cannot unmarshal !!str `a` into list",
                "trustRoot: default | verificationLevel: skip | 23 policy[1].with.verificationLevel: VerificationLevel must be one of [strict permissive audit]",
                "trustRoot: default | verifyTimestamp: never | 23 policy[1].with.verifyTimestamp: VerifyTimestamp must be one of [always afterCertExpiry]",
                "type: cosign | 'type: cosign\n  trustedRoot: x' | 6 validators[1].trustedRoot: the trusted root of validator signed is malformed",
                "type: cosign | 'type: cosign\n  trustedRootFile: none' | 6 validators[1].trustedRootFile: the trusted root",
                "type: cosign | 'type: cosign\n  trustedRoot: x\n  trustedRootFile: none' | validators[1].trustedRootFile: trustedRootFile must not be set if trustedRoot is",
                "type: cosign | 'type: cosign\n  trustedRootTuf: {url: https://tuf.example}' | 6 validators[1].trustedRootTuf.root: Root is a required field",
                "type: cosign | 'type: cosign\n  trustedRootTuf: {root: x}' | 6 validators[1].trustedRootTuf.url: Url is a required field",
                "type: cosign | 'type: cosign\n  trustedRootTuf: {url: tuf.example, root: x}' | 6 validators[1].trustedRootTuf.url: no TUF repository can be at tuf.example",
                "type: cosign | 'type: cosign\n  trustedRootTuf: {url: https://tuf.example, root: x}' | 6 validators[1].trustedRootTuf.root: the root of the TUF repository of validator signed cannot be used",
                "type: cosign | 'type: cosign\n  trustedRootTuf: {uri: https://tuf.example, root: x}' | 6 validators[1].trustedRootTuf.uri: field uri not found",
                "'- name: other' | '- name: more\n    ca: {subject: a}\n  - name: other' | Certificates is a required field",
                "trustRoot: default | 'trustRoot: default, requireSignature: false' | 23 policy[1].with.requireSignature: requireSignature must not be false without attestations",
                "trustRoot: default | 'attestations: [{predicateType: x, condition: \"1 +\"}]' | 23 policy[1].with.attestations: the condition on x is not usable",
                "trustRoot: default | 'attestations: [{predicateType: x, condition: \"a\"}]' | 23 policy[1].with.attestations: the condition on x is not usable"
            })
    void saysWhatIsWrong(String right, String wrong, String said) throws IOException {
        assertThat(RIGHT).contains(right);
        Loading loading = Loading.of(directory, RIGHT.replace(right, wrong), OnProblem.REFUSE);
        assertThat(loading.errors()).anyMatch(error -> error.contains(said));
    }

    /** What the original would only find at the first image keeps the process from starting, or becomes a warning. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "validator: signed   | validator: sign | validator \"sign\" not found",
                "trustRoot: default  | trustRoot: none | unable to find trust root none",
                "'- pattern: \"*:*\"'| '- pattern: \"[a\"' | policy[0].pattern: ",
                "trustRoot: default  | 'trustRoot: \"*\", threshold: 3' | policy[1].with.threshold: ",
                "-----BEGIN PUBLIC KEY----- | -----BEGIN RSA PUBLIC KEY----- | error parsing public key default of validator signed"
            })
    void whatCanOnlyDenyIsAnErrorUnlessItIsAskedToDeny(String right, String wrong, String said) throws IOException {
        String yaml = RIGHT.replace(right, wrong);
        assertThat(Loading.of(directory, yaml, OnProblem.REFUSE).errors()).anyMatch(error -> error.contains(said));
        Loading lenient = Loading.of(directory, yaml, OnProblem.DENY_RULE);
        assertThat(lenient.errors()).isEmpty();
        assertThat(lenient.warnings()).anyMatch(warning -> warning.contains(said));
    }

    /** What is ignored on purpose. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'- name: signed' | '- name: default' | another validator is called default already",
                "'- name: other'  | '- name: default' | another trust root of validator signed is called default already",
                "type: cosign     | 'type: cosign\n  auth: {useKeychain: false, isAcr: true}' | field isAcr is ignored",
                "'- pattern: \"*:*\"' | '- pattern: \"*:*\"\n- pattern: \"*:*\"' | identical rules",
                "'- pattern: \"*:*\"' | '- pattern: \"registry.k8s.io/*:*\"' | registry.k8s.io/*:*",
                "'- pattern: \"*:*\"' | '- pattern: \"*:*\"\n  with: {threshold: 2}' | threshold has no meaning for validators of type static",
                "trustRoot: default | 'trustRoot: default, verificationLevel: audit' | verificationLevel has no meaning for validators of type cosign",
                "trustRoot: default | 'trustRoot: default, delegations: [a]' | delegations has no meaning for validators of type cosign"
            })
    void warnsOfWhatIsIgnored(String right, String wrong, String said) throws IOException {
        String yaml = RIGHT.replace(right, wrong);
        if (said.startsWith("another validator")) {
            yaml = yaml.replace("validator: signed", "validator: default");
        }
        Loading loading = Loading.of(directory, yaml, OnProblem.REFUSE);
        assertThat(loading.errors()).isEmpty();
        assertThat(loading.warnings()).anyMatch(warning -> warning.contains(said));
    }

    /** Options that the original does not know are mistakes where they mean nothing. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "requireTimestamp: true",
                "annotations: {a: b}",
                "dockerReference: true",
                "attestations: [{predicateType: x}]"
            })
    void refusesNewOptionsOfOtherValidators(String option) throws IOException {
        String yaml = RIGHT.replace("- pattern: \"*:*\"", "- pattern: \"*:*\"\n  with: {" + option + "}");
        String key = option.substring(0, option.indexOf(':'));
        assertThat(Loading.of(directory, yaml, OnProblem.REFUSE).errors())
                .containsExactly(
                        "21 policy[0].with." + key + ": " + key + " has no meaning for validators of type static");
        String fitting = RIGHT.replace("trustRoot: default", option);
        assertThat(Loading.of(directory, fitting, OnProblem.REFUSE).errors()).isEmpty();
    }

    @Test
    void namesFiveMistakesOfOneFileAtOnce() throws IOException {
        Loading loading = Loading.of(directory, """
                validators:
                - name: allow
                  type: static
                  aprove: true
                - type: static
                - name: signed
                  type: cosign
                policy:
                - pattern: "*:*"
                  validator: alow
                - pattern: "acme/*"
                  validator: allow
                  with:
                    mode: enforce
                """, OnProblem.REFUSE);
        assertThatThrownBy(loading.problems()::throwIfErrors)
                .isInstanceOf(ConfigException.class)
                .extracting(e -> String.valueOf(e.getMessage()).replace(directory.toString(), ""))
                .asString()
                .startsWith(
                        "Config has 5 errors:\n/config.yaml:4 validators[0].aprove: field aprove not found in type validators[*]."
                                + " Did you mean approve?\n")
                .contains("\n/config.yaml:5 validators[1]: validator is missing a name. ")
                .contains("\n/config.yaml:6 validators[2].trustRoots: no trust roots provided for validator signed. ")
                .contains("\n/config.yaml:10 policy[0].validator: validator \"alow\" not found. Name one of: allow, ")
                .contains(
                        "\n/config.yaml:14 policy[1].with.mode: ValidationMode must be one of [mutate insecureValidateOnly");
    }
}
