package dev.connaisseur.benchmark;

import dev.connaisseur.admission.AdmissionDecision;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One admission of a Pod with one image, from the review's bytes to the response, without the server's HTTPS. No verdict is remembered,
 * so each is a cold verification with its requests to a registry; of a notary server's files only the newest timestamp is fetched each
 * time. Look at {@code cpu}, which is per admission: the other score is the clock's over all that are counted, and depends on whatever
 * else the machine does. So does what time would make of a warm-up, which is therefore a number of admissions.
 *
 * <p>All kinds run in one process, as in a server that meets all of them: what they share is compiled and warm for each, so that they
 * differ in what is their own.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1, batchSize = AdmissionBenchmark.WARM)
@Measurement(iterations = 6, batchSize = AdmissionBenchmark.COUNTED)
@Fork(0)
public class AdmissionBenchmark {
    static final int WARM = 150;
    static final int COUNTED = 150;

    /** What decides about the image. The first is the unit. */
    @Param({
        "cosign-ecdsa-p256",
        "cosign-ecdsa-p384",
        "cosign-ecdsa-p521",
        "cosign-ed25519",
        "cosign-rsa-2048",
        "cosign-rsa-3072",
        "cosign-rsa-4096",
        "cosign-key-log",
        "keyless-sig",
        "keyless-sig-tsa",
        "keyless-bundle",
        "keyless-bundle-log2",
        "notaryv1-ecdsa-p256",
        "notaryv1-ecdsa-p384",
        "notaryv1-ecdsa-p521",
        "notaryv1-ecdsa-x509",
        "notaryv1-ed25519",
        "notaryv1-rsapss",
        "notaryv1-rsapkcs1v15",
        "notaryv1-pycrypto-pss",
        "notaryv1-rsa-x509",
        "notation-jws-es256",
        "notation-jws-es384",
        "notation-jws-es512",
        "notation-jws-ps256",
        "notation-jws-ps384",
        "notation-jws-ps512",
        "notation-jws-es256-tsa",
        "notation-cose-es256",
        "notation-cose-es384",
        "notation-cose-es512",
        "notation-cose-ps256",
        "notation-cose-ps384",
        "notation-cose-ps512",
        "notation-cose-es256-tsa",
        "static"
    })
    public String kind = "";

    private Controller controller;
    private byte[] review = new byte[0];

    /** All of them. */
    static List<String> kinds() {
        try {
            return List.of(AdmissionBenchmark.class
                    .getField("kind")
                    .getAnnotation(Param.class)
                    .value());
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Tells what is asked for this kind. */
    @Setup
    public void open() {
        controller = Controller.shared();
        review = controller.review(kind);
        System.out.println("# requests: " + controller.requests(kind));
    }

    /** One admission. */
    @Benchmark
    public AdmissionDecision admit() {
        return controller.admit(review);
    }
}
