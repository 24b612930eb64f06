package dev.connaisseur.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.connaisseur.image.Digest;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * An OCI distribution registry on a loopback port: the pull half of the API, content in memory, an access log, and faults on
 * demand. Content, log and faults survive {@link #stop()} and {@link #start()}, and the port stays the same.
 */
public final class EmbeddedRegistry implements AutoCloseable {
    static {
        // Without it every small answer waits 40 ms for the other side's delayed acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private static final Pattern CONTENT = Pattern.compile("/v2/(.+)/(manifests|blobs|referrers)/([^/]+)");

    private final RegistryContent content = new RegistryContent();
    private final List<Access> log = new CopyOnWriteArrayList<>();
    private final Map<String, Fault> pathFaults = new ConcurrentHashMap<>();
    private final Map<Digest, Fault> contentFaults = new ConcurrentHashMap<>();
    private final Options options;
    private volatile @Nullable Fault generalFault;
    private volatile @Nullable Running running;
    private volatile int port;

    /**
     * What kind of registry this is.
     *
     * @param port 0 for any free port
     * @param tls the server's certificate; null for plain http
     * @param referrersApi whether {@code /v2/<name>/referrers/<digest>} exists
     * @param pageSize how many referrers one page holds
     */
    public record Options(int port, @Nullable SSLContext tls, RegistryAuth auth, boolean referrersApi, int pageSize) {
        public static final Options PLAIN = new Options(0, null, RegistryAuth.none(), false, 100);

        public Options withPort(int other) {
            return new Options(other, tls, auth, referrersApi, pageSize);
        }

        public Options withTls(SSLContext context) {
            return new Options(port, context, auth, referrersApi, pageSize);
        }

        public Options withAuth(RegistryAuth other) {
            return new Options(port, tls, other, referrersApi, pageSize);
        }

        public Options withReferrersApi(int pages) {
            return new Options(port, tls, auth, true, pages);
        }
    }

    private record Running(HttpServer server, ExecutorService threads, CountDownLatch end) {}

    private EmbeddedRegistry(Options options) {
        this.options = options;
        this.port = options.port();
    }

    /** A running registry: plain http, no authentication, no referrers API, empty. */
    public static EmbeddedRegistry open() {
        return open(Options.PLAIN);
    }

    public static EmbeddedRegistry open(Options options) {
        EmbeddedRegistry registry = new EmbeddedRegistry(options);
        registry.start();
        return registry;
    }

    /** A running registry that holds the zoo. */
    public static EmbeddedRegistry withZoo() {
        return open().load(Zoo.REGISTRY);
    }

    /** Adds a directory laid out like the zoo's: {@code repositories.json} and {@code blobs/sha256/HEX}. */
    public EmbeddedRegistry load(Path directory) {
        content.load(directory);
        return this;
    }

    // ---- life ----

    public synchronized void start() {
        if (running != null) {
            return;
        }
        try {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            HttpServer server;
            if (options.tls() == null) {
                server = HttpServer.create(address, 0);
            } else {
                HttpsServer secure = HttpsServer.create(address, 0);
                secure.setHttpsConfigurator(new HttpsConfigurator(options.tls()));
                server = secure;
            }
            ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
            CountDownLatch end = new CountDownLatch(1);
            server.setExecutor(threads);
            server.createContext("/", exchange -> serve(exchange, end));
            server.start();
            port = server.getAddress().getPort();
            running = new Running(server, threads, end);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Closes the port and every connection. */
    public synchronized void stop() {
        Running current = running;
        if (current != null) {
            current.end().countDown();
            current.server().stop(0);
            current.threads().shutdownNow();
            running = null;
        }
    }

    @Override
    public void close() {
        stop();
    }

    /** {@code localhost:<port>}: what an image reference starts with. */
    public String host() {
        return "localhost:" + port;
    }

    public int port() {
        return port;
    }

    /** Scheme and host, without a slash at the end. */
    public String base() {
        return (options.tls() == null ? "http://" : "https://") + host();
    }

    // ---- content ----

    public Digest putBlob(byte[] bytes) {
        return content.putBlob(bytes);
    }

    public Digest putManifest(String repository, String mediaType, byte[] bytes) {
        return content.putManifest(repository, mediaType, bytes);
    }

    /** Stores a manifest and points a tag at it. */
    public Digest putManifest(String repository, String tag, String mediaType, byte[] bytes) {
        Digest digest = putManifest(repository, mediaType, bytes);
        tag(repository, tag, digest);
        return digest;
    }

    public void tag(String repository, String tag, Digest digest) {
        content.tag(repository, tag, digest);
    }

    public void untag(String repository, String tag) {
        content.untag(repository, tag);
    }

    /** What a tag points at. */
    public Optional<Digest> tagged(String repository, String tag) {
        return content.tagged(repository, tag);
    }

    /** The bytes of a blob or manifest. */
    public byte[] bytes(Digest digest) {
        return content.blob(digest).orElseThrow();
    }

    /** What is said about the referrers of a manifest, on one page; for {@link Fault}s that twist it. */
    public Answer referrersOf(String repository, Digest subject) {
        var manifests = Json.createArrayBuilder();
        content.referrers(repository, subject).forEach(manifests::add);
        return page(manifests);
    }

    // ---- faults ----

    /** Requests for exactly this path (without query) meet the fault, after authentication. */
    public void on(String path, Fault fault) {
        pathFaults.put(path, fault);
    }

    public void onManifest(String repository, String tagOrDigest, Fault fault) {
        on("/v2/" + repository + "/manifests/" + tagOrDigest, fault);
    }

    public void onBlob(String repository, Digest digest, Fault fault) {
        on("/v2/" + repository + "/blobs/" + digest, fault);
    }

    /** Requests that would be answered with this blob or manifest, by whatever path, meet the fault. */
    public void onContent(Digest digest, Fault fault) {
        contentFaults.put(digest, fault);
    }

    /** Requests for any of these paths meet the fault, after authentication; a fault of one path comes first. */
    public void onAll(Predicate<String> paths, Fault fault) {
        generalFault = (exchange, usual, end) -> {
            if (paths.test(exchange.getRequestURI().getPath())) {
                fault.answer(exchange, usual, end);
            } else {
                usual.send(exchange);
            }
        };
    }

    public void clearFaults() {
        generalFault = null;
        pathFaults.clear();
        contentFaults.clear();
    }

    // ---- log ----

    public List<Access> log() {
        return List.copyOf(log);
    }

    /** The log without requests for tokens and without the pings and first tries that were answered 401. */
    public List<Access> contentLog() {
        return log.stream()
                .filter(access -> !access.token()
                        && access.status() != 401
                        && !access.path().equals("/v2/"))
                .toList();
    }

    public void clearLog() {
        log.clear();
    }

    // ---- serving ----

    private void serve(HttpExchange exchange, CountDownLatch end) throws IOException {
        String path = exchange.getRequestURI().getPath();
        Located located = locate(exchange, path);
        Fault fault = located.refused() ? null : pathFaults.get(path);
        if (fault == null && located.content() != null) {
            fault = contentFaults.get(located.content());
        }
        if (fault == null && !located.refused()) {
            fault = generalFault;
        }
        if (fault == null) {
            record(exchange, located.answer().status());
            located.answer().send(exchange);
            return;
        }
        // The status is known when headers go out; a stalled request stays at 0.
        fault.answer(new LoggedExchange(exchange, status -> record(exchange, status)), located.answer(), end);
    }

    private void record(HttpExchange exchange, int status) {
        log.add(new Access(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                status,
                exchange.getRequestHeaders().containsKey("Authorization")));
    }

    private record Located(Answer answer, @Nullable Digest content, boolean refused) {
        static Located plain(Answer answer) {
            return new Located(answer, null, false);
        }
    }

    private Located locate(HttpExchange exchange, String path) throws IOException {
        if (path.equals("/token")) {
            String form = new String(exchange.getRequestBody().readNBytes(1 << 16), StandardCharsets.US_ASCII);
            String scope = form.isEmpty() ? parameter(exchange, "scope") : parameter(form, "scope");
            return Located.plain(options.auth().token(exchange, scope));
        }
        Matcher parts = CONTENT.matcher(path);
        boolean known = parts.matches();
        Optional<Answer> challenge = options.auth().challenge(exchange, known ? parts.group(1) : "", base());
        if (challenge.isPresent()) {
            return new Located(challenge.get(), null, true);
        }
        if (path.equals("/v2/")) {
            return Located.plain(Answer.of(200, "{}"));
        }
        if (!known) {
            return Located.plain(Answer.of(404, "{}"));
        }
        String repository = parts.group(1);
        return switch (parts.group(2)) {
            case "manifests" -> manifest(repository, parts.group(3));
            case "blobs" ->
                Digest.parse(parts.group(3))
                        .flatMap(digest -> content.blob(digest).map(bytes -> found("application/octet-stream", bytes)))
                        .orElse(missing("BLOB_UNKNOWN"));
            default -> referrers(exchange, repository, parts.group(3));
        };
    }

    private Located manifest(String repository, String reference) {
        return Digest.parse(reference)
                .or(() -> content.tagged(repository, reference))
                .flatMap(digest -> content.mediaType(repository, digest)
                        .flatMap(type -> content.blob(digest).map(bytes -> found(type, bytes))))
                .orElse(missing("MANIFEST_UNKNOWN"));
    }

    private Located referrers(HttpExchange exchange, String repository, String reference) {
        Optional<Digest> subject = Digest.parse(reference);
        if (!options.referrersApi() || subject.isEmpty()) {
            return Located.plain(new Answer(404, Map.of("Content-Type", "text/plain"), new byte[0]));
        }
        String type = parameter(exchange, "artifactType");
        String from = parameter(exchange, "from");
        List<JsonObject> all = content.referrers(repository, subject.get()).stream()
                .filter(found ->
                        type.isEmpty() || found.getString("artifactType").equals(type))
                .toList();
        int start = from.isEmpty() ? 0 : Integer.parseInt(from);
        int stop = Math.min(all.size(), start + options.pageSize());
        var manifests = Json.createArrayBuilder();
        all.subList(Math.min(start, stop), stop).forEach(manifests::add);
        Answer answer = page(manifests);
        if (!type.isEmpty()) {
            answer = answer.with("OCI-Filters-Applied", "artifactType");
        }
        if (stop < all.size()) {
            String next = "/v2/" + repository + "/referrers/" + reference + "?from=" + stop
                    + (type.isEmpty() ? "" : "&artifactType=" + type);
            answer = answer.with("Link", "<" + next + ">; rel=\"next\"");
        }
        return Located.plain(answer);
    }

    private static Answer page(JsonArrayBuilder manifests) {
        String index = Json.createObjectBuilder()
                .add("schemaVersion", 2)
                .add("mediaType", TestImage.INDEX)
                .add("manifests", manifests)
                .build()
                .toString();
        return Answer.of(200, index).with("Content-Type", TestImage.INDEX);
    }

    private static Located found(String mediaType, byte[] bytes) {
        Digest digest = Digest.of(bytes);
        return new Located(
                new Answer(200, Map.of("Content-Type", mediaType, "Docker-Content-Digest", digest.toString()), bytes),
                digest,
                false);
    }

    private static Located missing(String code) {
        return Located.plain(Answer.of(404, "{\"errors\":[{\"code\":\"" + code + "\"}]}"));
    }

    static String parameter(HttpExchange exchange, String name) {
        String query = exchange.getRequestURI().getRawQuery();
        return query == null ? "" : parameter(query, name);
    }

    private static String parameter(String query, String name) {
        for (String pair : query.split("&", -1)) {
            if (pair.startsWith(name + "=")) {
                return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
            }
        }
        return "";
    }
}
