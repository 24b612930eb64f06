package dev.connaisseur.registry.keychain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.connaisseur.cloud.AwsKeys;
import dev.connaisseur.cloud.AwsSignature;
import dev.connaisseur.cloud.Surroundings;
import dev.connaisseur.config.Login;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.HttpAnswer;
import dev.connaisseur.http.HttpCall;
import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.testing.Answer;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.Fault;
import dev.connaisseur.testing.Loopback;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each provider against a local server that answers as the platform's does. */
class KeychainsTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final String ECR = "123456789012.dkr.ecr.eu-central-1.amazonaws.com";
    private static final String ACR = "acme.azurecr.io";
    private static final String GAR = "europe-docker.pkg.dev";

    private final HttpTransport transport = Loopback.transport();
    private final EmbeddedRegistry platform = EmbeddedRegistry.open();
    private final Map<String, String> environment = new HashMap<>();
    private final AtomicLong time = new AtomicLong();
    private final List<String> said = new ArrayList<>();

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        transport.close();
        platform.close();
    }

    // ---- GitHub, docker ----

    @Test
    void githubByItsToken() {
        assertThat(find("ghcr.io").login()).isEmpty();
        environment.put("GITHUB_TOKEN", "ghp_x");
        assertThat(find("ghcr.io").login()).hasValue(new Login("unset", "ghp_x", ""));
        assertThat(find("ghcr.io.evil.example").login()).isEmpty();
    }

    @Test
    void dockersConfigurationGoesFirst() throws IOException {
        environment.put("GITHUB_TOKEN", "ghp_x");
        environment.put("DOCKER_CONFIG", directory.toString());
        String pair = Base64.getEncoder().encodeToString("user:secret".getBytes(UTF_8));
        Files.writeString(
                directory.resolve("config.json"),
                "{\"auths\":{\"ghcr.io/acme\":{\"auth\":\"" + pair + "\"}},\"credsStore\":\"desktop\"}");
        assertThat(find("ghcr.io", "acme/app").login()).hasValue(new Login("user", "secret", ""));
        assertThat(find("ghcr.io", "other/app").login()).hasValue(new Login("unset", "ghp_x", ""));
        environment.remove("DOCKER_CONFIG");
        Files.createDirectory(directory.resolve(".docker"));
        Files.move(directory.resolve("config.json"), directory.resolve(".docker/config.json"));
        environment.put("HOME", directory.toString());
        assertThat(find("ghcr.io", "acme/app").login()).hasValue(new Login("user", "secret", ""));
    }

    // ---- which registry is whose ----

    @ParameterizedTest
    @CsvSource({
        "123456789012.dkr.ecr.eu-central-1.amazonaws.com, AwsRegistries",
        "123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com, AwsRegistries",
        "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn, AwsRegistries",
        "public.ecr.aws, AwsRegistries",
        "acme.azurecr.io, AzureRegistries",
        "acme.azurecr.cn, AzureRegistries",
        "gcr.io, GoogleRegistries",
        "eu.gcr.io, GoogleRegistries",
        "europe-docker.pkg.dev, GoogleRegistries",
        "ghcr.io, GitHubTokens",
        "123456789012.dkr.ecr.eu-central-1.amazonaws.com.evil.example, ",
        "evil.example/123456789012.dkr.ecr.eu-central-1.amazonaws.com, ",
        "x123456789012.dkr.ecr.eu-central-1.amazonaws.com, ",
        "123456789012.dkr.ecr.eu.evil.amazonaws.com, ",
        "azurecr.io.evil.example, ",
        "evilazurecr.io, ",
        "evilgcr.io, ",
        "pkg.dev.evil.example, ",
        "ghcr.io:443, ",
        "acme.azurecr.io:5000, ",
        "index.docker.io, "
    })
    void aProviderIsAskedForItsOwnRegistriesOnly(String registry, String provider) {
        assertThat(providers().stream()
                        .filter(found -> found.covers(registry))
                        .map(found -> found.getClass().getSimpleName())
                        .toList())
                .isEqualTo(provider == null ? List.of() : List.of(provider));
    }

    // ---- Google ----

    @Test
    void googleByTheMetadataServer() {
        environment.put("GCE_METADATA_HOST", platform.host());
        answer(
                "/computeMetadata/v1/instance/service-accounts/default/token",
                "{\"access_token\":\"ya29\",\"expires_in\":1000}");
        Keychains keychains = keychains();
        assertThat(find(keychains, GAR).login()).hasValue(new Login("oauth2accesstoken", "ya29", ""));
        assertThat(said).singleElement().asString().contains("Metadata-flavor=[Google]");

        time.addAndGet(Duration.ofSeconds(899).toNanos());
        find(keychains, GAR);
        assertThat(said).hasSize(1);
        time.addAndGet(Duration.ofSeconds(2).toNanos()); // before it expires
        find(keychains, GAR);
        assertThat(said).hasSize(2);
    }

    @Test
    void aSilentPlatformIsToldAndNotAskedAgainAtOnce() {
        environment.put("GCE_METADATA_HOST", platform.host());
        platform.on("/computeMetadata/v1/instance/service-accounts/default/token", Fault.status(404));
        Keychains keychains = keychains();
        Keychains.Found none = find(keychains, GAR);
        assertThat(none.login()).isEmpty();
        assertThat(none.trouble()).hasValue(platform.host() + " gave no credentials (status 404)");
        find(keychains, GAR);
        assertThat(platform.log()).hasSize(1);
        time.addAndGet(Duration.ofSeconds(6).toNanos());
        find(keychains, GAR);
        assertThat(platform.log()).hasSize(2);
    }

    // ---- Azure ----

    @Test
    void azureByWorkloadIdentity() throws IOException {
        environment.put("AZURE_TENANT_ID", "tenant");
        environment.put("AZURE_CLIENT_ID", "client");
        environment.put("AZURE_AUTHORITY_HOST", platform.base() + "/");
        environment.put(
                "AZURE_FEDERATED_TOKEN_FILE",
                Files.writeString(directory.resolve("token"), "jwt\n").toString());
        answer("/tenant/oauth2/v2.0/token", "{\"access_token\":\"aad\",\"expires_in\":3599}");
        answer("/oauth2/exchange", "{\"refresh_token\":\"acr\"}");
        assertThat(find(ACR).login()).hasValue(new Login("", "", "acr"));
        assertThat(said.getFirst())
                .contains("grant_type=client_credentials")
                .contains("client_assertion=jwt")
                .contains("scope=https%3A%2F%2Fcontainerregistry.azure.net%2F.default");
        assertThat(said.getLast())
                .contains("grant_type=access_token")
                .contains("service=acme.azurecr.io")
                .contains("tenant=tenant")
                .contains("access_token=aad");
    }

    @Test
    void azureByTheMachinesIdentity() {
        environment.put("AZURE_POD_IDENTITY_AUTHORITY_HOST", platform.base());
        answer("/metadata/identity/oauth2/token", "{\"access_token\":\"aad\",\"expires_on\":\"1\"}");
        answer("/oauth2/exchange", "{\"refresh_token\":\"acr\"}");
        assertThat(find(ACR).login()).hasValue(new Login("", "", "acr"));
        assertThat(said.getFirst()).contains("Metadata=[true]").contains("api-version=2018-02-01");
    }

    @Test
    void azureWithASecret() {
        environment.put("AZURE_TENANT_ID", "tenant");
        environment.put("AZURE_CLIENT_ID", "client");
        environment.put("AZURE_CLIENT_SECRET", "s&cret");
        environment.put("AZURE_AUTHORITY_HOST", platform.base());
        answer("/tenant/oauth2/v2.0/token", "{\"access_token\":\"aad\"}");
        platform.on("/oauth2/exchange", Fault.status(401));
        Keychains.Found none = find(ACR);
        assertThat(none.login()).isEmpty();
        assertThat(none.trouble()).isPresent();
        assertThat(said.getFirst()).contains("client_secret=s%26cret");
    }

    // ---- Amazon ----

    @Test
    void amazonByWebIdentity() throws IOException {
        environment.put("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/x");
        environment.put(
                "AWS_WEB_IDENTITY_TOKEN_FILE",
                Files.writeString(directory.resolve("token"), "jwt").toString());
        environment.put("AWS_ENDPOINT_URL_STS", platform.base() + "/sts");
        environment.put("AWS_ENDPOINT_URL_ECR", platform.base() + "/ecr");
        answer("/sts/", """
                <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
                  <AssumeRoleWithWebIdentityResult><Credentials>
                    <AccessKeyId>AKID</AccessKeyId><SecretAccessKey>a/b+c&amp;d</SecretAccessKey>
                    <SessionToken>session</SessionToken><Expiration>2026-11-22T13:00:00Z</Expiration>
                  </Credentials></AssumeRoleWithWebIdentityResult>
                </AssumeRoleWithWebIdentityResponse>""");
        ecrAnswers("/ecr/");
        assertThat(find(ECR).login()).hasValue(new Login("AWS", "password", ""));
        assertThat(said.getFirst()).contains("Action=AssumeRoleWithWebIdentity").contains("WebIdentityToken=jwt");
        assertThat(said.getLast())
                .contains("X-amz-target=[AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken]")
                .contains("X-amz-security-token=[session]")
                .contains("Credential=AKID/20261122/eu-central-1/ecr/aws4_request, SignedHeaders=content-type;host;"
                        + "x-amz-date;x-amz-security-token;x-amz-target, Signature=")
                .contains("{\"registryIds\":[\"123456789012\"]}");
    }

    @Test
    void amazonByTheContainerAndByTheMachine() throws IOException {
        environment.put("AWS_ENDPOINT_URL_ECR", platform.base() + "/ecr");
        environment.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", platform.base());
        ecrAnswers("/ecr/");
        String keys = "{\"AccessKeyId\":\"%s\",\"SecretAccessKey\":\"s\",\"Token\":\"t\"}";
        answer("/latest/api/token", "imds");
        answer("/latest/meta-data/iam/security-credentials/", "node-role\n");
        answer("/latest/meta-data/iam/security-credentials/node-role", keys.formatted("MACHINE"));
        find(ECR);
        assertThat(said.getFirst()).startsWith("PUT ").contains("X-aws-ec2-metadata-token-ttl-seconds=[300]");
        assertThat(said.get(2)).contains("X-aws-ec2-metadata-token=[imds]");
        assertThat(said.getLast()).contains("Credential=MACHINE/");

        said.clear();
        environment.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", platform.base() + "/v1/credentials");
        environment.put(
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
                Files.writeString(directory.resolve("pod"), "pod-token").toString());
        answer("/v1/credentials", keys.formatted("CONTAINER"));
        find(ECR);
        assertThat(said.getFirst()).contains("Authorization=[pod-token]");
        assertThat(said.getLast()).contains("Credential=CONTAINER/");
    }

    @Test
    void amazonsPublicRegistry() {
        environment.put("AWS_ACCESS_KEY_ID", "AKID");
        environment.put("AWS_SECRET_ACCESS_KEY", "s");
        environment.put("AWS_ENDPOINT_URL_ECR_PUBLIC", platform.base());
        String token = Base64.getEncoder().encodeToString("AWS:public".getBytes(UTF_8));
        answer("/", "{\"authorizationData\":{\"authorizationToken\":\"" + token + "\",\"expiresAt\":1795000000.1}}");
        assertThat(find("public.ecr.aws").login()).hasValue(new Login("AWS", "public", ""));
        assertThat(said.getFirst()).contains("us-east-1/ecr-public/aws4_request");
    }

    /** The published example of Signature Version 4, as far as it fits a POST to the root. */
    @Test
    void signsAsDocumented() {
        AwsSignature signature = new AwsSignature("us-east-1", "service", Instant.parse("2015-08-30T12:36:00Z"));
        HttpCall call = HttpCall.post(
                java.net.URI.create("https://example.amazonaws.com/"),
                dev.connaisseur.http.Purpose.FEATURE,
                "application/x-www-form-urlencoded",
                "Param1=value1".getBytes(UTF_8));
        assertThat(signature
                        .signed(call, new AwsKeys("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", ""))
                        .headers()
                        .get("Authorization"))
                .isEqualTo("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
                        + "SignedHeaders=content-type;host;x-amz-date, "
                        + "Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a");
    }

    @Test
    void hostileXmlIsNoAnswer() throws IOException {
        environment.put("AWS_ROLE_ARN", "arn");
        environment.put(
                "AWS_WEB_IDENTITY_TOKEN_FILE",
                Files.writeString(directory.resolve("token"), "jwt").toString());
        environment.put("AWS_ENDPOINT_URL_STS", platform.base());
        for (String xml : List.of(
                "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><x><AccessKeyId>&e;</AccessKeyId></x>",
                "<x>",
                "",
                "{}",
                "<x><AccessKeyId>a</AccessKeyId></x>")) {
            answer("/", xml);
            Keychains.Found none = find(ECR);
            assertThat(none.login()).as(xml).isEmpty();
            assertThat(none.trouble()).as(xml).isPresent();
        }
    }

    // ---- helpers ----

    private void ecrAnswers(String path) {
        String token = Base64.getEncoder().encodeToString("AWS:password".getBytes(UTF_8));
        answer(
                path,
                "{\"authorizationData\":[{\"authorizationToken\":\"" + token + "\",\"expiresAt\":"
                        + NOW.plus(Duration.ofHours(12)).getEpochSecond() + ",\"proxyEndpoint\":\"https://x\"}]}");
    }

    private void answer(String path, String body) {
        platform.on(path, (exchange, usual, end) -> {
            said.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + heads(exchange) + " "
                    + new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            Answer.of(200, body).send(exchange);
        });
    }

    private static String heads(HttpExchange exchange) {
        return exchange.getRequestHeaders().entrySet().toString();
    }

    private List<Provider> providers() {
        Surroundings surroundings = new Surroundings(environment, InstantSource.fixed(NOW));
        return List.of(
                new AwsRegistries(surroundings),
                new AzureRegistries(surroundings, registry -> platform.base()),
                new GoogleRegistries(surroundings),
                new GitHubTokens(surroundings));
    }

    private Keychains keychains() {
        return new Keychains(new Surroundings(environment, InstantSource.fixed(NOW)), providers(), time::get);
    }

    private Keychains.Found find(String registry) {
        return find(registry, "acme/app");
    }

    private Keychains.Found find(String registry, String repository) {
        return keychains().find(registry, repository, this::fetch, Deadline.after(Duration.ofSeconds(10)));
    }

    private Keychains.Found find(Keychains keychains, String registry) {
        return keychains.find(registry, "acme/app", this::fetch, Deadline.after(Duration.ofSeconds(10)));
    }

    private HttpAnswer fetch(HttpCall call, Deadline deadline) {
        return transport.send(call, deadline);
    }
}
