package dev.connaisseur.webhook;

import java.io.IOException;
import java.io.InputStream;

/** Reads the body of a review, bounded whether or not its length was announced. */
final class RequestBody {
    /** Several times what the API server takes for an object; {@code liberty/server.xml} has more. */
    static final int LIMIT = 8 << 20;

    private static final String TOO_LARGE = "request body is larger than " + LIMIT + " bytes";

    private RequestBody() {}

    /** @throws BodyException 413 if there is more than the limit, 500 if it does not come */
    static byte[] read(InputStream body) {
        try {
            byte[] content = body.readNBytes(LIMIT + 1);
            if (content.length > LIMIT) {
                throw new BodyException(413, TOO_LARGE);
            }
            return content;
        } catch (IOException e) {
            // The server's own limit, where the body came in chunks.
            if (e.getClass().getSimpleName().equals("MessageTooLargeException")) {
                throw new BodyException(413, TOO_LARGE);
            }
            throw new BodyException(500, "error reading request body: " + e.getMessage());
        }
    }
}
