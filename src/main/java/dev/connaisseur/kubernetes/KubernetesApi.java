package dev.connaisseur.kubernetes;

import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.FinalException;
import dev.connaisseur.http.HttpAnswer;
import dev.connaisseur.http.HttpCall;
import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.http.LookupException;
import dev.connaisseur.http.LookupException.Kind;
import dev.connaisseur.http.Purpose;
import dev.connaisseur.http.TlsTrust;
import dev.connaisseur.http.UnusableCertificateException;
import dev.connaisseur.json.MalformedJsonException;
import dev.connaisseur.json.StrictJson;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.microprofile.faulttolerance.exceptions.FaultToleranceException;

/** Speaks to the cluster's own API as the service account of this process. Remembers nothing. */
public final class KubernetesApi {
    private static final int LARGEST_OBJECT = 4 << 20;
    private static final int LARGEST_FILE = 1 << 20;
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");
    private static final Pattern VERSION = Pattern.compile("v[0-9]{1,3}((alpha|beta)[0-9]{1,3})?");

    private final HttpTransport transport;
    private final Lookups lookups;
    private final ClusterAccess access;

    public KubernetesApi(HttpTransport transport, Lookups lookups, ClusterAccess access) {
        this.transport = transport;
        this.lookups = lookups;
        this.access = access;
    }

    /**
     * The workload that an owner reference names, as the API server holds it now.
     *
     * @param namespace in which the owner must be
     * @return empty if there is none of that kind, name and uid, or it is being deleted, or it runs no containers
     * @throws LookupException if the API server did not tell
     */
    public Optional<Workload> owner(String namespace, OwnerReference reference, Deadline deadline) {
        Optional<WorkloadKind> kind =
                WorkloadKind.named(reference.kind()).filter(k -> k.group().equals(reference.group()));
        if (kind.isEmpty() || !VERSION.matcher(reference.version()).matches()) {
            return Optional.empty();
        }
        return object(kind.get(), reference.version(), namespace, reference.name(), deadline)
                .flatMap(object -> workload(kind.get(), object, namespace))
                .filter(w -> !w.uid().isEmpty() && w.uid().equals(reference.uid()) && !w.deleting());
    }

    /**
     * One entry of a Secret.
     *
     * @return empty if there is no such Secret, or it has no such entry
     * @throws LookupException if the API server did not tell
     */
    public Optional<byte[]> secret(String namespace, String name, String entry, Deadline deadline) {
        Optional<JsonObject> secret = core(namespace, "secrets", name, deadline);
        try {
            return secret.flatMap(object -> new Fields(object).object("data"))
                    .map(data -> data.string(entry))
                    .filter(text -> !text.isEmpty())
                    .map(Base64.getDecoder()::decode);
        } catch (Fields.WrongTypeException | IllegalArgumentException e) {
            throw new FinalException(
                    Kind.MALFORMED,
                    access.server().getHost(),
                    "the Kubernetes API answered with a Secret that cannot be read",
                    e);
        }
    }

    /**
     * The pull secrets that a service account gives to the pods that name none themselves.
     *
     * @return names; none if there is no such account
     * @throws LookupException if the API server did not tell
     */
    public List<String> pullSecrets(String namespace, String serviceAccount, Deadline deadline) {
        return core(namespace, "serviceaccounts", serviceAccount, deadline).stream()
                .flatMap(account -> objects(account, "imagePullSecrets").stream())
                .map(secret -> secret.string("name"))
                .toList();
    }

    /**
     * The docker configuration of a pull secret.
     *
     * @return JSON with {@code auths}; empty if there is no such secret, or it is of another type
     * @throws LookupException if the API server did not tell
     */
    public Optional<byte[]> dockerConfig(String namespace, String secret, Deadline deadline) {
        return core(namespace, "secrets", secret, deadline).flatMap(PullSecret::dockerConfig);
    }

    /**
     * A webhook configuration.
     *
     * @param object {@code mutating/<name>} or {@code validating/<name>}
     * @return empty if there is none of that name
     * @throws LookupException if the API server did not tell
     */
    public Optional<WebhookConfiguration> webhooks(String object, Deadline deadline) {
        try {
            return get(webhookPath(object), deadline).map(WebhookConfiguration::read);
        } catch (Fields.WrongTypeException e) {
            throw failure(Kind.MALFORMED, access.server().getHost(), "answered with what is no webhook configuration");
        }
    }

    /**
     * Lets the API server believe other certificates when it calls the webhooks of a configuration.
     *
     * @param seen what {@link #webhooks} told; if it was changed since, nothing happens and that is a failure
     * @throws LookupException if the API server did not do it
     */
    public void believe(String object, WebhookConfiguration seen, CaBundle bundle, Deadline deadline) {
        byte[] patch = seen.patch(bundle).getBytes(StandardCharsets.UTF_8);
        URI uri = access.server().resolve(webhookPath(object));
        HttpCall call = HttpCall.patch(uri, Purpose.CLUSTER, "application/json-patch+json", patch);
        if (answer(call, deadline).isEmpty()) {
            throw failure(Kind.STATUS, call.host(), "has no " + object + " any more");
        }
    }

    private static String webhookPath(String object) {
        String[] parts = object.split("/", 2);
        if (parts.length != 2 || !NAME.matcher(parts[1]).matches()) {
            throw new IllegalArgumentException(object + " names no webhook configuration");
        }
        return "/apis/admissionregistration.k8s.io/v1/" + parts[0] + "webhookconfigurations/" + parts[1];
    }

    private static List<Fields> objects(JsonObject object, String member) {
        try {
            return new Fields(object).objects(member);
        } catch (Fields.WrongTypeException e) {
            return List.of();
        }
    }

    private static Optional<Workload> workload(WorkloadKind kind, JsonObject object, String namespace) {
        try {
            String lives =
                    new Fields(object).object("metadata").orElse(Fields.NONE).string("namespace");
            return lives.equals(namespace) ? Optional.of(Workload.read(kind.kind(), object)) : Optional.empty();
        } catch (InvalidWorkloadException | Fields.WrongTypeException e) {
            return Optional.empty();
        }
    }

    private Optional<JsonObject> object(
            WorkloadKind kind, String version, String namespace, String name, Deadline deadline) {
        if (!NAME.matcher(namespace).matches() || !NAME.matcher(name).matches()) {
            return Optional.empty();
        }
        String group = kind.group().isEmpty() ? "/api/" : "/apis/" + kind.group() + "/";
        return get(group + version + "/namespaces/" + namespace + "/" + kind.resource() + "/" + name, deadline);
    }

    private Optional<JsonObject> core(String namespace, String resource, String name, Deadline deadline) {
        return NAME.matcher(namespace).matches() && NAME.matcher(name).matches()
                ? get("/api/v1/namespaces/" + namespace + "/" + resource + "/" + name, deadline)
                : Optional.empty();
    }

    /** One object; empty if it is not there. */
    private Optional<JsonObject> get(String path, Deadline deadline) {
        return answer(HttpCall.get(access.server().resolve(path), Purpose.CLUSTER), deadline);
    }

    private Optional<JsonObject> answer(HttpCall request, Deadline deadline) {
        HttpCall call = request.trust(trust())
                .header("Accept", "application/json")
                .header("Authorization", "Bearer " + file(access.token()).strip())
                .limit(LARGEST_OBJECT);
        HttpAnswer answer = fetch(call, deadline);
        return switch (answer.status()) {
            case 200 -> Optional.of(parse(answer.body(), call.host()));
            case 404 -> Optional.empty();
            case 401, 403 -> throw failure(Kind.UNAUTHORIZED, call.host(), "refuses our service account");
            default -> throw failure(Kind.STATUS, call.host(), "answered with status " + answer.status());
        };
    }

    private HttpAnswer fetch(HttpCall call, Deadline deadline) {
        try {
            return lookups.fetch(transport, call, deadline);
        } catch (FaultToleranceException e) {
            throw new FinalException(Kind.TIMED_OUT, call.host(), "the Kubernetes API did not answer in time", e);
        }
    }

    private JsonObject parse(byte[] body, String host) {
        try {
            return StrictJson.parseObject(body);
        } catch (MalformedJsonException e) {
            throw failure(Kind.MALFORMED, host, "answered with what is no object");
        }
    }

    private TlsTrust trust() {
        try {
            return TlsTrust.of(file(access.ca()));
        } catch (UnusableCertificateException e) {
            throw failure(Kind.UNTRUSTED_TLS, access.server().getHost(), "cannot be trusted: " + e.getMessage());
        }
    }

    /** Read again for each request: Kubernetes replaces these files. */
    private String file(Path path) {
        try {
            if (Files.size(path) > LARGEST_FILE) {
                throw new IOException("too large");
            }
            return Files.readString(path);
        } catch (IOException e) {
            throw new FinalException(
                    Kind.UNAUTHORIZED,
                    access.server().getHost(),
                    "the Kubernetes API cannot be asked: " + path.getFileName() + " cannot be read",
                    e);
        }
    }

    private static FinalException failure(Kind kind, String host, String what) {
        return new FinalException(kind, host, "the Kubernetes API " + what);
    }
}
