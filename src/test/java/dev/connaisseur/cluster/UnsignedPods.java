package dev.connaisseur.cluster;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Creates one pod with an unsigned image after the other, and keeps count of what the API server says to it. */
final class UnsignedPods implements AutoCloseable {
    /** Counted where no controller answered and the webhook's failurePolicy refused. */
    static final String NOBODY = "nobody answered";

    private static final String POD = """
            {"metadata": {"generateName": "unsigned-"},
             "spec": {"containers": [{"name": "app", "image": "example.com/unsigned:1"}]}}""";

    /** A refusal names the rule that governs. */
    private static final Pattern DENIED =
            Pattern.compile("denied the request: static deny for image.*\\[rule \\\\\"([^\\\\]+)\\\\\"");

    private static final String PODS = "/api/v1/namespaces/default/pods";

    private final ApiClient api;
    private final String path;
    private final Map<String, Integer> refused = new ConcurrentHashMap<>();
    private final List<String> others = new CopyOnWriteArrayList<>();
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private volatile boolean closed;

    private UnsignedPods(ApiClient api, String path) {
        this.api = api;
        this.path = path;
    }

    static UnsignedPods begin(ApiClient api) {
        return begin(api, PODS);
    }

    /** Stores no pod if it is let in. */
    static UnsignedPods rehearse(ApiClient api) {
        return begin(api, PODS + "?dryRun=All");
    }

    private static UnsignedPods begin(ApiClient api, String path) {
        UnsignedPods pods = new UnsignedPods(api, path);
        pods.thread.execute(pods::create);
        return pods;
    }

    private void create() {
        try {
            while (!closed) {
                HttpResponse<String> answer = api.attempt(path, POD);
                Matcher denied = DENIED.matcher(answer.body());
                if (answer.statusCode() != 201 && denied.find()) {
                    refused.merge(denied.group(1), 1, Integer::sum);
                } else if (answer.statusCode() == 500 && answer.body().contains("failed calling webhook")) {
                    refused.merge(NOBODY, 1, Integer::sum);
                } else {
                    others.add(answer.statusCode() + " " + answer.body());
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (AssertionError e) {
            others.add(e.toString());
        }
    }

    /** Waits until one more is refused by this rule, or by {@link #NOBODY}. */
    void awaitRefusalBy(String rule) {
        int before = refused.getOrDefault(rule, 0);
        Until.within(Until.AMPLE, "a refusal by " + rule, () -> refused.getOrDefault(rule, 0) > before);
    }

    /** How many were refused, by what. */
    Map<String, Integer> refused() {
        return Map.copyOf(refused);
    }

    /** Whatever was no refusal: pods that came in, above all. */
    List<String> others() {
        return List.copyOf(others);
    }

    @Override
    public void close() {
        closed = true;
        thread.shutdownNow();
    }
}
