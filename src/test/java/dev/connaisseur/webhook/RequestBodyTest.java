package dev.connaisseur.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

final class RequestBodyTest {
    private static final int LIMIT = RequestBody.LIMIT;

    @Test
    void readsUpToTheLimitAndNotAByteMore() {
        assertThat(RequestBody.read(new ByteArrayInputStream(new byte[LIMIT]))).hasSize(LIMIT);
        assertThatThrownBy(() -> RequestBody.read(new ByteArrayInputStream(new byte[LIMIT + 1])))
                .asInstanceOf(type(BodyException.class))
                .extracting(BodyException::status)
                .isEqualTo(413);
    }

    @Test
    void aBodyThatBreaksOffIsNamed() {
        assertThatThrownBy(() -> RequestBody.read(failing(new IOException("reset"))))
                .hasMessage("error reading request body: reset")
                .asInstanceOf(type(BodyException.class))
                .extracting(BodyException::status)
                .isEqualTo(500);
    }

    /** The server has a limit of its own, which shows itself by the name of an exception that we cannot see. */
    @Test
    void theServersLimitIsOursToo() {
        assertThatThrownBy(() -> RequestBody.read(failing(new MessageTooLargeException())))
                .asInstanceOf(type(BodyException.class))
                .extracting(BodyException::status)
                .isEqualTo(413);
    }

    private static InputStream failing(IOException failure) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                throw failure;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                throw failure;
            }
        };
    }

    private static final class MessageTooLargeException extends IOException {
        private static final long serialVersionUID = 1L;
    }
}
