package dev.connaisseur.validator.notation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.EgressRules;
import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.http.Network;
import dev.connaisseur.policy.RuleOptions.VerifyTimestamp;
import dev.connaisseur.registry.Lookups;
import dev.connaisseur.testing.CorpusLedger;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.trust.TimestampToken;
import dev.connaisseur.trust.UnusableTimestampException;
import dev.connaisseur.validator.ValidationException;
import dev.connaisseur.validator.notation.Finding.Step;
import dev.connaisseur.validator.notation.TrustStore.Kind;
import dev.connaisseur.validator.notation.revocation.RevocationChecks;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The envelopes and image layouts of the Notary Project's own tests, as their names label them. */
class NotationCorpusTest {
    @RegisterExtension
    static final CorpusLedger LEDGER = CorpusLedger.of("notation");

    private static final Path VECTORS =
            Path.of(Optional.ofNullable(System.getenv("CONNAISSEUR_VECTORS")).orElse("../shared/vectors"));
    private static final Path TIMESTAMPS = VECTORS.resolve("notation-go/verifier/testdata/truststore/x509/tsa");
    private static final Path END_TO_END = VECTORS.resolve("notation-cli-e2e/test/e2e/testdata");

    /** Nobody may be asked. */
    private static final HttpTransport NOWHERE = new HttpTransport(Network.STANDARD.with(
            EgressRules.parse(List.of(), List.of("nobody.invalid"), List.of(), Set.of(), new ArrayList<>())));

    private static final RevocationChecks OFFLINE =
            new RevocationChecks(NOWHERE, new Lookups(), () -> Instant.parse("2026-11-22T00:00:00Z"));

    @AfterAll
    static void close() {
        NOWHERE.close();
    }

    @ParameterizedTest(name = "{0} with {1} at {2}: {3}")
    @CsvSource({
        "notation-go/internal/mock/testdata/ca_valid_sig_env.json, -, 2026-11-22, VALID",
        "notation-go/internal/mock/testdata/sa_valid_sig_env.json, -, 2026-11-22, VALID",
        "notation-go/internal/mock/testdata/ca_expired_sig_env.json, -, 2026-11-22, EXPIRED",
        "notation-go/internal/mock/testdata/sa_expired_sig_env.json, -, 2026-11-22, EXPIRED",
        "notation-go/internal/mock/testdata/ca_invalid_sig_env.json, -, 2026-11-22, MALFORMED",
        "notation-go/internal/mock/testdata/sa_invalid_sig_env.json, -, 2026-11-22, MALFORMED",
        "notation-go/internal/mock/testdata/ca_plugin_sig_env.json, -, 2026-11-22, MALFORMED",
        "notation-go/internal/mock/testdata/sa_plugin_sig_env.json, -, 2026-11-22, MALFORMED",
        "notation-go/internal/mock/testdata/ca_compatible_pluginver_sig_env_0.0.9.json, -, 2026-11-22, MALFORMED",
        "notation-go/internal/mock/testdata/ca_compatible_pluginver_sig_env_1.0.0.json, -, 2026-11-22, MALFORMED",
        "notation-go/internal/mock/testdata/ca_compatible_pluginver_sig_env_1.0.0-alpha.json, -, 2026-11-22, MALFORMED",
        "notation-go/internal/mock/testdata/ca_compatible_pluginver_sig_env_1.0.0-alpha.beta.json, -, 2026-11-22, MALFORMED",
        "notation-go/internal/mock/testdata/ca_incompatible_pluginver_sig_env_1.0.1.json, -, 2026-11-22, MALFORMED",
        "notation-go/internal/mock/testdata/ca_incompatible_pluginver_sig_env_1.0.9.json, -, 2026-11-22, MALFORMED",
        "notation-go/internal/mock/testdata/ca_incompatible_pluginver_sig_env_1.1.0-alpha.json, -, 2026-11-22, MALFORMED",
        "notation-go/internal/mock/testdata/ca_incompatible_pluginver_sig_env_1.2.3.json, -, 2026-11-22, MALFORMED",
        "notation-go/internal/mock/testdata/sig_env_with_metadata.json, -, 2023-01-12, VALID",
        "notation-go/internal/mock/testdata/sig_env_with_metadata.json, -, 2026-11-22, CERTIFICATE_EXPIRED",
        "notation-go/internal/testdata/jws_signature.sig, -, 2026-11-22, VALID",
        "notation-go/internal/testdata/cose_signature.sig, -, 2026-11-22, VALID",
        // This authority's certificates name where they may be revoked, which is all that is wrong with them here.
        "notation-go/verifier/testdata/timestamp/sigEnv/jwsWithTimestamp.sig, test-timestamp/globalsignRoot.cer, 2026-11-22, REVOCATION_UNKNOWN",
        "notation-go/verifier/testdata/timestamp/sigEnv/coseWithTimestamp.sig, test-timestamp/globalsignRoot.cer, 2026-11-22, REVOCATION_UNKNOWN",
        "notation-go/verifier/testdata/timestamp/sigEnv/jwsExpiredWithTimestamp.sig, test-timestamp/globalsignRoot.cer, 2026-11-22, REVOCATION_UNKNOWN",
        "notation-go/verifier/testdata/timestamp/sigEnv/coseExpiredWithTimestamp.sig, test-timestamp/globalsignRoot.cer, 2026-11-22, REVOCATION_UNKNOWN",
        "notation-go/verifier/testdata/timestamp/sigEnv/jwsWithTimestamp.sig, test-mismatch/DigiCertTSARootSHA384.cer, 2026-11-22, TIMESTAMP",
        "notation-go/verifier/testdata/timestamp/sigEnv/coseWithTimestamp.sig, test-mismatch/DigiCertTSARootSHA384.cer, 2026-11-22, TIMESTAMP",
        "notation-go/verifier/testdata/timestamp/sigEnv/jwsWithTimestamp.sig, test-timestamp/globalsignRoot.cer, 2024-06-01, TIMESTAMP",
        "notation-go/verifier/testdata/timestamp/sigEnv/timestampAfterNotAfter.sig, test-timestamp/globalsignRoot.cer, 2026-11-22, TIMESTAMP",
        "notation-go/verifier/testdata/timestamp/sigEnv/timestampBeforeNotBefore.sig, test-timestamp/globalsignRoot.cer, 2026-11-22, TIMESTAMP",
        "notation-go/verifier/testdata/timestamp/sigEnv/withoutTimestamp.sig, test-timestamp/globalsignRoot.cer, 2026-11-22, TIMESTAMP",
        "notation-go/verifier/testdata/timestamp/sigEnv/withoutTimestamp.sig, -, 2026-11-22, VALID",
        "notation-cli-e2e/test/e2e/testdata/signatures/blob.jws.sig, -, 2024-12-31T12:00:00Z, VALID",
        "notation-cli-e2e/test/e2e/testdata/signatures/blob.cose.sig, -, 2025-01-08, VALID",
        "notation-cli-e2e/test/e2e/testdata/signatures/malformed.jws.sig, -, 2026-11-22, MALFORMED",
        "notation-core-go/signature/jws/testdata/conformance.json, -, 2026-11-22, MALFORMED",
    })
    void envelopesAreJudgedAsLabelled(String file, String authority, String at, String label) throws IOException {
        assumeTrue(Files.isRegularFile(VECTORS.resolve(file)), "no " + file + " at " + VECTORS);

        String verdict = verdict(Files.readAllBytes(VECTORS.resolve(file)), authority, time(at));

        LEDGER.count(verdict.equals("VALID"));
        assertThat(verdict).isEqualTo(label);
    }

    private static Instant time(String at) {
        return Instant.parse(at.contains("T") ? at : at + "T00:00:00Z");
    }

    /** The envelope's own root is trusted and its own target asked for: the question is whether it is right in itself. */
    private static String verdict(byte[] bytes, String authority, Instant at) throws IOException {
        try {
            Envelope envelope = bytes[0] == '{' ? JwsEnvelope.parse(bytes) : CoseEnvelope.parse(bytes);
            TrustStore store = new TrustStore(
                    "own",
                    envelope.attributes().scheme() == SigningScheme.X509 ? Kind.CA : Kind.SIGNING_AUTHORITY,
                    List.of(envelope.chain().getLast()),
                    authority.equals("-") ? List.of() : List.of(certificate(TIMESTAMPS.resolve(authority))),
                    List.of(new TrustedIdentity.Anybody()));
            return new Verification(
                            TargetArtifact.parse(envelope.payload()),
                            List.of(store),
                            VerificationLevel.STRICT,
                            VerifyTimestamp.ALWAYS,
                            (chain, signed) -> OFFLINE.of(chain, signed, Deadline.after(Duration.ofSeconds(20))),
                            at)
                    .judge(envelope)
                    .refusal()
                    .map(Finding::step)
                    .map(Step::name)
                    .orElse("VALID");
        } catch (MalformedEnvelopeException e) {
            return "MALFORMED";
        }
    }

    private static X509Certificate certificate(Path der) throws IOException {
        return dev.connaisseur.trust.CertificateChain.parseDer(Files.readAllBytes(der));
    }

    @ParameterizedTest(name = "{0} at {1}: {2}")
    @CsvSource({
        "e2e, 2026-11-22, NO_SIGNATURE",
        "e2e-valid-signature, 2026-11-22, VALID",
        "e2e-valid-multiple-signatures, 2026-11-22, VALID",
        "e2e-expired-signature, 2026-11-22, EXPIRED",
        "e2e-expired-signature, 2023-06-27T05:21:00Z, VALID",
        "e2e-invalid-signature, 2026-11-22, MALFORMED_SIGNATURE",
    })
    void layoutsAreJudgedAsLabelled(String layout, String at, String label) throws IOException {
        Path directory = END_TO_END.resolve("registry/oci_layout").resolve(layout);
        assumeTrue(Files.isDirectory(directory), "no " + layout + " at " + VECTORS);
        try (NotationRig rig =
                NotationRig.of(EmbeddedRegistry.open(EmbeddedRegistry.Options.PLAIN.withReferrersApi(10)))) {
            push(rig.registry, directory);
            rig.root("default", Files.readString(END_TO_END.resolve("config/localkeys/e2e.crt")))
                    .at(time(at));

            String verdict = verdict(rig);

            LEDGER.count(verdict.equals("VALID"));
            assertThat(verdict).isEqualTo(label);
        }
    }

    private static String verdict(NotationRig rig) {
        try {
            rig.verdict("e2e:v1", NotationRig.by("default"));
            return "VALID";
        } catch (ValidationException e) {
            return e.reason().name();
        }
    }

    private static void push(EmbeddedRegistry registry, Path layout) throws IOException {
        try (Stream<Path> blobs = Files.list(layout.resolve("blobs/sha256"))) {
            for (Path blob : blobs.toList()) {
                registry.putBlob(Files.readAllBytes(blob));
            }
        }
        JsonArray manifests;
        try (var reader = Json.createReader(Files.newBufferedReader(layout.resolve("index.json")))) {
            manifests = reader.readObject().getJsonArray("manifests");
        }
        for (JsonObject manifest : manifests.getValuesAs(JsonObject.class)) {
            byte[] bytes = Files.readAllBytes(layout.resolve("blobs/sha256")
                    .resolve(manifest.getString("digest").substring("sha256:".length())));
            String tag = manifest.containsKey("annotations")
                    ? manifest.getJsonObject("annotations").getString("org.opencontainers.image.ref.name", "")
                    : "";
            if (tag.isEmpty()) {
                registry.putManifest("e2e", manifest.getString("mediaType"), bytes);
            } else {
                registry.putManifest("e2e", tag, manifest.getString("mediaType"), bytes);
            }
        }
    }

    /** What a trust root may consist of, in the form of our configuration: the files' certificates as PEM. */
    @ParameterizedTest(name = "{0} as {1}: {2}")
    @CsvSource({
        "ca/valid-trust-store/GlobalSign.der, cert, true",
        "ca/valid-trust-store/GlobalSignRootCA.crt, cert, true",
        "ca/valid-trust-store/NotationTestRoot.pem, cert, true",
        "ca/valid-trust-store/TestTimestamp.crt, cert, true",
        "ca/valid-trust-store/TestTimestampNotYetValid.crt, cert, true",
        "ca/valid-trust-store/wabbit-networks.io.crt, cert, true",
        "ca/valid-trust-store-2/GlobalSign.der, cert, true",
        "ca/valid-trust-store-2/GlobalSignRootCA.crt, cert, true",
        "ca/valid-trust-store-self-signed/openssl-minimum-self-signed.pem, cert, true",
        "signingAuthority/valid-trust-store/GlobalSign.der, cert, true",
        "signingAuthority/valid-trust-store/GlobalSignRootCA.crt, cert, true",
        "signingAuthority/valid-trust-store/NotationTestRoot.pem, cert, true",
        "signingAuthority/valid-trust-store-2/GlobalSign.der, cert, true",
        "signingAuthority/valid-trust-store-2/GlobalSignRootCA.crt, cert, true",
        "ca/trust-store-with-invalid-certs/invalid, cert, false",
        "ca/trust-store-with-leaf-certs/non-ca.crt, cert, false",
        "ca/trust-store-with-leaf-certs/GlobalSignRootCA.crt, cert, true",
        "ca/trust-store-with-leaf-certs-in-single-file/RootAndLeafCerts.crt, cert, false",
        "tsa/test-timestamp/globalsignRoot.cer, tsCert, true",
        "tsa/test-mismatch/DigiCertTSARootSHA384.cer, tsCert, true",
        "tsa/test-nonCA/wabbit-networks.io.crt, tsCert, false",
        "tsa/test-nonSelfIssued/nonSelfIssued.crt, tsCert, false",
    })
    void trustStoresAreReadAsLabelled(String file, String key, boolean usable) throws IOException {
        Path path = TIMESTAMPS.resolveSibling(file);
        assumeTrue(Files.isRegularFile(path), "no " + file + " at " + VECTORS);
        try (NotationRig rig = NotationRig.of(EmbeddedRegistry.open())) {
            String pem = pem(Files.readAllBytes(path));
            rig.root(
                    "default",
                    key.equals("cert") ? pem : Files.readString(END_TO_END.resolve("config/localkeys/e2e.crt")));
            if (!key.equals("cert")) {
                rig.root(
                        "default",
                        Files.readString(END_TO_END.resolve("config/localkeys/e2e.crt")),
                        key + ": " + NotationRig.quoted(pem));
            }

            boolean taken = rig.errors().isEmpty();

            LEDGER.count(taken);
            assertThat(taken).as("%s", rig.errors()).isEqualTo(usable);
        }
    }

    private static String pem(byte[] file) {
        String text = new String(file, StandardCharsets.US_ASCII);
        return file.length == 0 || file[0] != 0x30
                ? text
                : "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder().encodeToString(file).replace("\r", "")
                        + "\n-----END CERTIFICATE-----\n";
    }

    /** Bare timestamp tokens over the word "notation", by an authority whose root stands beside them. */
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "notation-go/verifier/testdata/timestamp/countersignature/TimeStampToken.p7s, true",
        "notation-go/verifier/testdata/timestamp/countersignature/TimeStampTokenWithoutCertificate.p7s, false",
        "notation-go/verifier/testdata/timestamp/countersignature/TimeStampTokenWithInvalideContentType.p7s, false",
        "notation-go/verifier/testdata/timestamp/countersignature/TimeStampTokenWithInvalidTSTInfo.p7s, false",
        "notation-core-go/internal/timestamp/testdata/TimeStampTokenWithInvalidSignature.p7s, false",
    })
    void tokensAreReadAsLabelled(String file, boolean good) throws IOException {
        assumeTrue(Files.isRegularFile(VECTORS.resolve(file)), "no " + file + " at " + VECTORS);
        List<X509Certificate> roots = List.of(certificate(TIMESTAMPS.resolve("test-timestamp/globalsignRoot.cer")));

        boolean accepted;
        try {
            TimestampToken.of(Files.readAllBytes(VECTORS.resolve(file)))
                    .verify("notation".getBytes(StandardCharsets.UTF_8), List.of(), roots);
            accepted = true;
        } catch (UnusableTimestampException e) {
            accepted = false;
        }

        LEDGER.count(accepted);
        assertThat(accepted).isEqualTo(good);
    }
}
