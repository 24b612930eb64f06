package dev.connaisseur.threats;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.Answer;
import dev.connaisseur.testing.Fault;
import dev.connaisseur.testing.HostileTls;
import dev.connaisseur.testing.TestImage;
import dev.connaisseur.validator.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/** Answers that are too large, too many, packed, or never come to an end. */
final class EndlessAttacks {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Type: " + TestImage.MANIFEST + "\r\n";

    private EndlessAttacks() {}

    static Stream<Attack> all() {
        return Stream.of(bodies(), lists(), packed(), handshakes()).flatMap(s -> s);
    }

    private static Stream<Attack> bodies() {
        return Stream.of(
                large(60, "an endless manifest", s -> s.onTag(Fault.endlessBody())),
                large(60, "an endless list of signatures", s -> s.onSignatures(Fault.endlessBody())),
                large(60, "an endless payload", s -> s.onPayload(Fault.endlessBody())),
                large(60, "10 TB announced", s -> s.raw(OK + "Content-Length: 10995116277760\r\n\r\n{")),
                large(60, "a length of 40 digits", s -> s.raw(OK + "Content-Length: " + "9".repeat(40) + "\r\n\r\n{")),
                large(60, "a header of 200 KB", s -> s.raw(OK + "X-A: " + "a".repeat(200_000) + "\r\n\r\n")),
                large(60, "10,000 headers", s -> s.raw(OK + "X-A: b\r\n".repeat(10_000) + "Content-Length: 0\r\n\r\n")),
                Attack.of(
                        60,
                        "less announced than sent",
                        Reason.MALFORMED_IMAGE,
                        "",
                        s -> s.raw(OK + "Content-Length: 20\r\n\r\n" + s.text(s.image))),
                Attack.of(60, "more announced than sent", Reason.INCONCLUSIVE, "", s -> s.onTag(Fault.truncated(20))),
                Attack.stalling(60, "no headers", s -> s.onTag(Fault.stallBeforeHeaders())),
                Attack.stalling(60, "a body that stops", s -> s.onTag(Fault.stallInBody(10))),
                Attack.stalling(60, "signatures that stop", s -> s.onSignatures(Fault.stallInBody(10))),
                Attack.stalling(60, "a payload that stops", s -> s.onPayload(Fault.stallInBody(10))),
                Attack.stalling(
                        60,
                        "a byte now and then",
                        s -> s.raw((socket, out) -> {
                            out.write((OK + "Content-Length: 4000\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                            drip(out, " ");
                        })),
                Attack.stalling(
                        60,
                        "headers now and then",
                        s -> s.raw((socket, out) -> {
                            out.write(OK.getBytes(StandardCharsets.US_ASCII));
                            drip(out, "X-A: b\r\n");
                        })),
                new Attack(
                        60,
                        "interim answers without end",
                        s -> s.raw((socket, out) -> {
                            while (!socket.isClosed()) {
                                out.write("HTTP/1.1 102 Processing\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                            }
                        }),
                        Set.of(Reason.TIMED_OUT, Reason.INCONCLUSIVE, Reason.MALFORMED_IMAGE),
                        "",
                        Duration.ofSeconds(4)));
    }

    private static Stream<Attack> lists() {
        return Stream.of(
                new Attack(
                        61,
                        "10,000 signatures by a stranger",
                        s -> s.strangers(10_000),
                        Set.of(Reason.MALFORMED_IMAGE, Reason.MALFORMED_SIGNATURE, Reason.UNTRUSTED_SIGNER),
                        "",
                        Duration.ofSeconds(25)),
                pages("referrers on endless pages", "more referrers than we read", s -> ""),
                pages("referrers that go on elsewhere", "somewhere else", s -> s.elsewhere.base()));
    }

    /** Every page of the referrers says that one more follows. */
    private static Attack pages(String what, String text, Function<Stage, String> where) {
        return Attack.of(61, what, Reason.MALFORMED_SIGNATURE, text, s -> {
            String repository = s.bundles();
            Digest signed = s.hostile.tagged(repository, "v1").orElseThrow();
            String path = "/v2/" + repository + "/referrers/" + signed;
            Answer page = s.hostile
                    .referrersOf(repository, s.unsigned)
                    .with("Link", "<" + where.apply(s) + path + "?from=1>; rel=\"next\"");
            s.hostile.on(path, Fault.instead(page));
            return s.hostile.host() + "/" + repository + ":v1";
        });
    }

    private static Stream<Attack> packed() {
        byte[] zstd = HexFormat.of().parseHex("28b52ffd00f8"); // a window of 2 TB
        return Stream.of(
                packed("a manifest in gzip that unpacks to the signed one", "gzip", EndlessAttacks::gzip),
                packed("a bomb in gzip", "gzip", bytes -> gzip(new byte[64 << 20])),
                packed("a bomb in a bomb", "gzip, gzip", bytes -> gzip(gzip(new byte[64 << 20]))),
                packed("zstd with a huge window", "zstd", bytes -> zstd));
    }

    private static Attack packed(String what, String encoding, UnaryOperator<byte[]> pack) {
        return Attack.of(
                62,
                what,
                Reason.MALFORMED_IMAGE,
                "cannot be read|another digest",
                s -> s.onTag(Fault.changed(
                        usual -> usual.with(pack.apply(usual.body())).with("Content-Encoding", encoding))));
    }

    private static Stream<Attack> handshakes() {
        return Stream.of(
                tls("a handshake that never ends", HostileTls::silent),
                tls("a chain of 1 MB", s -> HostileTls.longChain(s, 2600)),
                tls("HTTP/2 pings without end", s -> HostileTls.flooding(s, HostileTls.PING)),
                tls("HTTP/2 settings without end", s -> HostileTls.flooding(s, HostileTls.SETTINGS)),
                tls("HTTP/2 headers that always continue", s -> HostileTls.flooding(s, HostileTls.CONTINUATION)),
                tls("HTTP/2 streams opened and reset", s -> HostileTls.flooding(s, HostileTls.RESET)),
                tls("HTTP/2 windows without end", s -> HostileTls.flooding(s, HostileTls.WINDOW)));
    }

    private static Attack tls(String what, Function<dev.connaisseur.testing.TestAuthority, HostileTls> server) {
        return new Attack(
                63,
                what,
                s -> s.with(server.apply(s.authority)),
                Set.of(Reason.TIMED_OUT, Reason.INCONCLUSIVE, Reason.MALFORMED_IMAGE),
                "",
                Duration.ofSeconds(4));
    }

    private static Attack large(int row, String what, Attack.Arm arm) {
        return new Attack(
                row,
                what,
                arm,
                Set.of(Reason.MALFORMED_IMAGE, Reason.MALFORMED_SIGNATURE, Reason.INCONCLUSIVE),
                "more than [0-9]+ bytes|more headers|not HTTP|broke|unclear",
                Duration.ofSeconds(25));
    }

    private static void drip(OutputStream out, String drop) throws IOException, InterruptedException {
        while (true) {
            out.write(drop.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    private static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
