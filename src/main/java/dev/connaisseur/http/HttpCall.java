package dev.connaisseur.http;

import java.net.URI;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One request, and what its answer may cost. Immutable. */
public final class HttpCall {
    /** What an answer's body may hold where the caller sets nothing else: 4 MiB. */
    public static final int DEFAULT_LIMIT = 4 << 20;

    /** What no answer's body may exceed: 16 MiB. */
    public static final int MAX_LIMIT = 16 << 20;

    private final String method;
    private final URI uri;
    private final Purpose purpose;
    private final Map<String, String> headers;
    private final byte @Nullable [] body;
    private final TlsTrust trust;
    private final int bodyLimit;

    private HttpCall(
            String method,
            URI uri,
            Purpose purpose,
            Map<String, String> headers,
            byte @Nullable [] body,
            TlsTrust trust,
            int bodyLimit) {
        this.method = method;
        this.uri = uri;
        this.purpose = purpose;
        this.headers = headers;
        this.body = body;
        this.trust = trust;
        this.bodyLimit = bodyLimit;
    }

    /** A GET with system roots, no headers and {@link #DEFAULT_LIMIT}. */
    public static HttpCall get(URI uri, Purpose purpose) {
        return new HttpCall("GET", uri, purpose, Map.of(), null, TlsTrust.system(), DEFAULT_LIMIT);
    }

    /** A POST of these bytes. */
    public static HttpCall post(URI uri, Purpose purpose, String contentType, byte[] body) {
        return new HttpCall("POST", uri, purpose, Map.of(), body.clone(), TlsTrust.system(), DEFAULT_LIMIT)
                .header("Content-Type", contentType);
    }

    /** A PATCH by these bytes. */
    public static HttpCall patch(URI uri, Purpose purpose, String contentType, byte[] body) {
        return new HttpCall("PATCH", uri, purpose, Map.of(), body.clone(), TlsTrust.system(), DEFAULT_LIMIT)
                .header("Content-Type", contentType);
    }

    /** A PUT without a body. */
    public static HttpCall put(URI uri, Purpose purpose) {
        return new HttpCall("PUT", uri, purpose, Map.of(), null, TlsTrust.system(), DEFAULT_LIMIT);
    }

    /**
     * Sets a header; one that is set already is replaced.
     *
     * @throws IllegalArgumentException if the value holds anything but visible ASCII and blanks: nothing may inject a header
     */
    public HttpCall header(String name, String value) {
        if (!value.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
            throw new IllegalArgumentException("a header value is visible ASCII");
        }
        Map<String, String> more = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        more.putAll(headers);
        more.put(name, value);
        return new HttpCall(method, uri, purpose, Collections.unmodifiableMap(more), body, trust, bodyLimit);
    }

    /** Whose certificates are believed. */
    public HttpCall trust(TlsTrust other) {
        return new HttpCall(method, uri, purpose, headers, body, other, bodyLimit);
    }

    /** The most bytes the answer's body may have; more is a failure. */
    public HttpCall limit(int bytes) {
        if (bytes < 0 || bytes > MAX_LIMIT) {
            throw new IllegalArgumentException("an answer has 0 to " + MAX_LIMIT + " bytes");
        }
        return new HttpCall(method, uri, purpose, headers, body, trust, bytes);
    }

    public String method() {
        return method;
    }

    public URI uri() {
        return uri;
    }

    public Purpose purpose() {
        return purpose;
    }

    public Map<String, String> headers() {
        return headers;
    }

    public Optional<byte[]> body() {
        return Optional.ofNullable(body).map(byte[]::clone);
    }

    public TlsTrust trust() {
        return trust;
    }

    public int bodyLimit() {
        return bodyLimit;
    }

    /** Host, and port where the URI has one: what messages may name. */
    public String host() {
        return HostPort.text(uri);
    }

    /** Method and host only: the rest may hold what no log should show. */
    @Override
    public String toString() {
        return method + " " + host();
    }
}
