package dev.connaisseur.http;

import dev.connaisseur.http.LookupException.Kind;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Turns what the JDK's client throws into a {@link LookupException}. Whoever reads the sentence must not learn more about our
 * network than that a host could not be reached: closed, filtered and unknown read the same.
 */
final class Failures {
    private Failures() {}

    static LookupException of(Throwable thrown, String host, Duration waited) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            LookupException known = known(cause, host, waited);
            if (known != null) {
                return known;
            }
        }
        return new TransientException(Kind.UNREACHABLE, host, "the connection to " + host + " broke", thrown);
    }

    static FinalException timedOut(String host, Duration waited) {
        return new FinalException(
                Kind.TIMED_OUT, host, host + " did not answer within " + Math.max(1, waited.toSeconds()) + " s");
    }

    private static @Nullable LookupException known(Throwable cause, String host, Duration waited) {
        return switch (cause) {
            case BoundedBody.RefusedException e ->
                new FinalException(e.kind(), host, host + " sent " + e.getMessage(), e);
            case HttpConnectTimeoutException e -> silent(host, e);
            case HttpTimeoutException e -> timedOut(host, waited);
            case ConnectException e -> unreachable(host, e);
            case UnknownHostException e -> unreachable(host, e);
            case UnresolvedAddressException e -> unreachable(host, e);
            case SSLException e -> tls(e, host);
            case ProtocolException e ->
                new FinalException(Kind.MALFORMED, host, host + " sent an answer that is not HTTP", e);
            default -> null;
        };
    }

    /** What the gate noted when it could not connect; null if it could. */
    static @Nullable LookupException of(Passage.Outcome outcome, String host, Throwable cause) {
        return switch (outcome) {
            case UNTRIED, CONNECTED -> null;
            case REFUSED -> unreachable(host, cause);
            case TIMED_OUT -> silent(host, cause);
            case REFUSED_BY_PROXY ->
                new FinalException(Kind.UNREACHABLE, host, "the proxy does not let us through to " + host, cause);
        };
    }

    /** Nobody answers at all, and will not in the next seconds. Reads like a closed port. */
    private static FinalException silent(String host, Throwable cause) {
        return new FinalException(Kind.UNREACHABLE, host, host + " could not be reached", cause);
    }

    private static TransientException unreachable(String host, Throwable cause) {
        return new TransientException(Kind.UNREACHABLE, host, host + " could not be reached", cause);
    }

    private static LookupException tls(SSLException failure, String host) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException || cause instanceof CertPathValidatorException) {
                return new FinalException(
                        Kind.UNTRUSTED_TLS, host, "the certificate of " + host + " is not trusted for it", failure);
            }
            if (cause instanceof java.io.EOFException || cause instanceof java.net.SocketException) {
                return unreachable(host, failure);
            }
        }
        return new FinalException(Kind.UNTRUSTED_TLS, host, "no TLS connection with " + host + " came about", failure);
    }
}
