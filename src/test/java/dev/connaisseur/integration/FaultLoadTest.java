package dev.connaisseur.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.KnownImage;
import dev.connaisseur.testing.Sample;
import dev.connaisseur.testing.Samples;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whoever counts must be able to see what must never be. */
class FaultLoadTest {
    private static final Digest GOOD = Digest.of(new byte[] {1});
    private static final Digest EVIL = Digest.of(new byte[] {2});
    private static final KnownImage SIGNED = new KnownImage("a.test/b:c", Optional.of(GOOD));
    private static final KnownImage UNSIGNED = new KnownImage("a.test/b:c", Optional.empty());

    @Test
    void seesFalseAdmissions() {
        assertThat(admitted(SIGNED, "@" + GOOD).right()).isTrue();
        assertThat(admitted(SIGNED, "@" + EVIL).falselyAdmitted()).isTrue();
        assertThat(admitted(SIGNED, "").falselyAdmitted()).as("not pinned").isTrue();
        assertThat(admitted(UNSIGNED, "@" + GOOD).falselyAdmitted()).isTrue();
    }

    @Test
    void countsWhatIsWrong() {
        Sample lost = Sample.judged(SIGNED, "u", System.nanoTime(), 500, "");
        Samples samples = new Samples(List.of(admitted(SIGNED, "@" + GOOD), admitted(SIGNED, "@" + EVIL), lost));
        assertThat(samples.falselyAdmitted()).isEqualTo(1);
        assertThat(samples.falselyDenied()).isEqualTo(2);
        assertThat(samples.unanswered()).isEqualTo(1);
        assertThat(samples.wrong()).hasSize(2);
    }

    private static Sample admitted(KnownImage image, String pin) {
        String patch = "[{\"op\":\"replace\",\"path\":\"/spec/containers/0/image\",\"value\":\"" + image.reference()
                + pin + "\"}]";
        String answer = "{\"response\":{\"uid\":\"u\",\"allowed\":true,\"patch\":\""
                + Base64.getEncoder().encodeToString(patch.getBytes(StandardCharsets.UTF_8)) + "\"}}";
        return Sample.judged(image, "u", System.nanoTime(), 200, answer);
    }
}
