package dev.connaisseur.http;

import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Optional;

/** A complete answer, of whatever status. */
public final class HttpAnswer {
    private final int status;
    private final HttpHeaders headers;
    private final byte[] body;

    HttpAnswer(int status, HttpHeaders headers, byte[] body) {
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    public int status() {
        return status;
    }

    /** The header's first value. */
    public Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    /** All values of the header, in the order received. */
    public List<String> headers(String name) {
        return headers.allValues(name);
    }

    /** The bytes as received: content encodings are neither asked for nor decoded. */
    public byte[] body() {
        return body.clone();
    }

    /** The size of the body, in bytes. */
    public int size() {
        return body.length;
    }

    @Override
    public String toString() {
        return "status " + status + ", " + body.length + " bytes";
    }
}
