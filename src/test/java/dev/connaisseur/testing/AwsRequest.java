package dev.connaisseur.testing;

import com.sun.net.httpserver.Headers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Checks a request's Signature Version 4 as a service of Amazon does: from what arrived, step by step. */
public final class AwsRequest {
    private static final Pattern AUTHORIZATION =
            Pattern.compile("AWS4-HMAC-SHA256 Credential=([^/]+)/([0-9]{8})/([^/]+)"
                    + "/([^/]+)/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})");

    private AwsRequest() {}

    /**
     * What is wrong with it.
     *
     * @param secret of the key with this id
     * @param session the token that goes with it, empty for none
     * @return empty if nothing is
     */
    public static Optional<String> flaw(
            String method,
            String path,
            Headers headers,
            byte[] body,
            String region,
            String id,
            String secret,
            String session) {
        Matcher said = AUTHORIZATION.matcher(String.valueOf(headers.getFirst("Authorization")));
        if (!said.matches()) {
            return Optional.of("IncompleteSignature");
        }
        String date = String.valueOf(headers.getFirst("X-Amz-Date"));
        Instant when = LocalDateTime.parse(date, DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT))
                .toInstant(ZoneOffset.UTC);
        if (Duration.between(when, Instant.now()).abs().compareTo(Duration.ofMinutes(5)) > 0) {
            return Optional.of("RequestExpired");
        }
        if (!said.group(1).equals(id)
                || !date.startsWith(said.group(2))
                || !said.group(3).equals(region)
                || !said.group(4).equals("kms")) {
            return Optional.of("InvalidScope");
        }
        if (!session.equals(
                Optional.ofNullable(headers.getFirst("X-Amz-Security-Token")).orElse(""))) {
            return Optional.of("InvalidClientTokenId");
        }
        List<String> signed = Arrays.asList(said.group(5).split(";", -1));
        boolean all = headers.keySet().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .filter(name -> name.startsWith("x-amz-") || name.equals("host") || name.equals("content-type"))
                .allMatch(signed::contains);
        if (!all || !signed.equals(signed.stream().sorted().toList())) {
            return Optional.of("MissingSignedHeader");
        }
        StringBuilder canonical =
                new StringBuilder(method).append('\n').append(path).append("\n\n");
        signed.forEach(name -> canonical
                .append(name)
                .append(':')
                .append(headers.getFirst(name).strip())
                .append('\n'));
        canonical.append('\n').append(said.group(5)).append('\n').append(hash(body));
        String scope = said.group(2) + "/" + region + "/kms/aws4_request";
        String text = "AWS4-HMAC-SHA256\n" + date + "\n" + scope + "\n"
                + hash(canonical.toString().getBytes(StandardCharsets.UTF_8));
        byte[] key = mac(
                mac(mac(mac(("AWS4" + secret).getBytes(StandardCharsets.UTF_8), said.group(2)), region), "kms"),
                "aws4_request");
        return HexFormat.of().formatHex(mac(key, text)).equals(said.group(6))
                ? Optional.empty()
                : Optional.of("SignatureDoesNotMatch");
    }

    private static byte[] mac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String hash(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
