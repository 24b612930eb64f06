package dev.connaisseur.cloud;

import dev.connaisseur.http.FinalException;
import dev.connaisseur.http.HttpCall;
import dev.connaisseur.http.LookupException.Kind;
import dev.connaisseur.http.Purpose;
import jakarta.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * The keys of this process at Amazon: from variables, by the web identity of its service account, from the container's or else the
 * machine's metadata.
 *
 * @see <a href="https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html">credential providers</a>
 */
public record AwsIdentity(Surroundings surroundings) {
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String MACHINE = "/latest/meta-data/iam/security-credentials/";

    /** Asks one after the other; the first that is set up decides. */
    public AwsKeys keys(String region, Exchange exchange) {
        return fromVariables()
                .or(() -> byWebIdentity(region, exchange))
                .or(() -> fromContainer(exchange))
                .orElseGet(() -> fromMachine(exchange));
    }

    private Optional<AwsKeys> fromVariables() {
        return surroundings
                .variable("AWS_ACCESS_KEY_ID")
                .flatMap(id -> surroundings
                        .variable("AWS_SECRET_ACCESS_KEY")
                        .map(secret -> new AwsKeys(
                                id,
                                secret,
                                surroundings.variable("AWS_SESSION_TOKEN").orElse(""))));
    }

    private Optional<AwsKeys> byWebIdentity(String region, Exchange exchange) {
        Optional<String> role = surroundings.variable("AWS_ROLE_ARN");
        Optional<String> token = surroundings.file("AWS_WEB_IDENTITY_TOKEN_FILE");
        if (role.isEmpty() || token.isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("Action", "AssumeRoleWithWebIdentity");
        fields.put("Version", "2011-06-15");
        fields.put("RoleArn", role.get());
        fields.put(
                "RoleSessionName",
                surroundings.variable("AWS_ROLE_SESSION_NAME").orElse("connaisseur"));
        fields.put("WebIdentityToken", token.get());
        URI sts = surroundings.endpoint("AWS_ENDPOINT_URL_STS", "https://sts." + region + "." + domain(region));
        HttpCall call = HttpCall.post(URI.create(sts + "/"), Purpose.FEATURE, FORM, Exchange.form(fields));
        Map<String, String> answer = elements(exchange.bytes(call), call);
        return Optional.of(new AwsKeys(
                required(answer, "AccessKeyId", call),
                required(answer, "SecretAccessKey", call),
                required(answer, "SessionToken", call)));
    }

    private Optional<AwsKeys> fromContainer(Exchange exchange) {
        Optional<String> address = surroundings
                .variable("AWS_CONTAINER_CREDENTIALS_FULL_URI")
                .or(() -> surroundings
                        .variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
                        .map(path -> "http://169.254.170.2" + path));
        if (address.isEmpty()) {
            return Optional.empty();
        }
        HttpCall call = HttpCall.get(URI.create(address.get()), Purpose.FEATURE);
        Optional<String> authorization = surroundings
                .file("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
                .or(() -> surroundings.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN"));
        if (authorization.isPresent()) {
            call = call.header("Authorization", authorization.get());
        }
        return Optional.of(keys(exchange.json(call), call));
    }

    /** Where this process runs: by variables, or else as the machine says. */
    public String region(Exchange exchange) {
        return surroundings
                .variable("AWS_REGION")
                .or(() -> surroundings.variable("AWS_DEFAULT_REGION"))
                .orElseGet(() -> {
                    HttpCall call = machine(metadata() + "/latest/meta-data/placement/region", session(exchange));
                    return text(exchange.bytes(call));
                });
    }

    private URI metadata() {
        return surroundings.endpoint("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://169.254.169.254");
    }

    private String session(Exchange exchange) {
        if (surroundings
                .variable("AWS_EC2_METADATA_DISABLED")
                .filter("true"::equalsIgnoreCase)
                .isPresent()) {
            throw new FinalException(Kind.UNAUTHORIZED, "AWS", "this process has no identity at AWS");
        }
        HttpCall open = HttpCall.put(URI.create(metadata() + "/latest/api/token"), Purpose.FEATURE)
                .header("X-aws-ec2-metadata-token-ttl-seconds", "300");
        return text(exchange.bytes(open));
    }

    private AwsKeys fromMachine(Exchange exchange) {
        String session = session(exchange);
        HttpCall list = machine(metadata() + MACHINE, session);
        String role = text(exchange.bytes(list)).lines().findFirst().orElse("");
        if (!role.matches("[\\w+=,.@-]{1,128}")) {
            throw new FinalException(Kind.UNAUTHORIZED, list.host(), "this machine has no role at AWS");
        }
        HttpCall call = machine(metadata() + MACHINE + role, session);
        return keys(exchange.json(call), call);
    }

    private static HttpCall machine(String address, String session) {
        return HttpCall.get(URI.create(address), Purpose.FEATURE).header("X-aws-ec2-metadata-token", session);
    }

    private static AwsKeys keys(JsonObject json, HttpCall call) {
        return new AwsKeys(
                Exchange.text(json, "AccessKeyId", call),
                Exchange.text(json, "SecretAccessKey", call),
                Exchange.text(json, "Token", call));
    }

    /** Below which a region's services are. */
    public static String domain(String region) {
        return region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII).strip();
    }

    private static String required(Map<String, String> answer, String element, HttpCall call) {
        return Optional.ofNullable(answer.get(element))
                .orElseThrow(
                        () -> new FinalException(Kind.MALFORMED, call.host(), call.host() + " gave no " + element));
    }

    /** The texts of all elements by their names; no document type, no entities. */
    private static Map<String, String> elements(byte[] xml, HttpCall call) {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        Map<String, String> texts = new HashMap<>();
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(xml));
            String name = "";
            while (reader.hasNext()) {
                switch (reader.next()) {
                    case XMLStreamConstants.START_ELEMENT -> name = reader.getLocalName();
                    case XMLStreamConstants.CHARACTERS ->
                        texts.putIfAbsent(name, reader.getText().strip());
                    default -> name = "";
                }
            }
            return texts;
        } catch (XMLStreamException e) {
            throw new FinalException(
                    Kind.MALFORMED, call.host(), call.host() + " gave credentials that cannot be read", e);
        }
    }
}
