package dev.connaisseur.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.FinalException;
import dev.connaisseur.http.LookupException;
import dev.connaisseur.http.LookupException.Kind;
import dev.connaisseur.http.TransientException;
import dev.connaisseur.trust.UnusableKeyException;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class HeldKeyTest {
    private static final PublicKey FIRST = key();
    private static final PublicKey SECOND = key();

    private final AtomicLong time = new AtomicLong();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicReference<Supplier<PublicKey>> answer = new AtomicReference<>(() -> FIRST);
    private final HeldKey held = new HeldKey(
            "kms:x",
            exchange -> {
                asked.incrementAndGet();
                return Objects.requireNonNull(answer.get()).get();
            },
            (call, deadline) -> {
                throw new AssertionError("nobody is asked");
            },
            Duration.ofMinutes(10),
            time::get);

    @Test
    void isAskedForAgainWhenItIsTime() {
        assertThat(get()).isEqualTo(FIRST);
        answer.set(() -> SECOND);
        time.addAndGet(Duration.ofMinutes(10).toNanos() - 1);
        assertThat(get()).isEqualTo(FIRST);
        assertThat(asked).hasValue(1);
        time.addAndGet(1);
        assertThat(get()).isEqualTo(SECOND);
        assertThat(asked).hasValue(2);
    }

    @Test
    void manyWhoAskAtOnceShareOneAnswer() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        answer.set(() -> {
            begun.countDown();
            await(gate);
            return FIRST;
        });
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<PublicKey>> all = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                all.add(threads.submit(this::get));
            }
            await(begun);
            gate.countDown();
            for (Future<PublicKey> one : all) {
                assertThat(one.get(60, TimeUnit.SECONDS)).isEqualTo(FIRST);
            }
        }
        assertThat(asked).hasValue(1);
    }

    @Test
    void aFailureIsNotHandedToThoseWhoComeLater() {
        answer.set(() -> {
            throw unreachable();
        });
        assertThatThrownBy(this::get).isInstanceOf(TransientException.class);
        answer.set(() -> FIRST);
        assertThat(get()).isEqualTo(FIRST);
    }

    @Test
    void whoeverDoesNotAnswerIsBelievedForAnHourToHaveTheOldKey() {
        assertThat(get()).isEqualTo(FIRST);
        time.addAndGet(Duration.ofMinutes(10).toNanos());
        answer.set(() -> {
            throw unreachable();
        });
        assertThat(get()).isEqualTo(FIRST);
        assertThat(get()).isEqualTo(FIRST);
        assertThat(asked).as("not again within half a minute").hasValue(2);
        time.addAndGet(Duration.ofSeconds(31).toNanos());
        assertThat(get()).isEqualTo(FIRST);
        assertThat(asked).hasValue(3);
        time.addAndGet(Duration.ofHours(1).toNanos());
        assertThatThrownBy(this::get).isInstanceOf(TransientException.class);
        answer.set(() -> SECOND);
        assertThat(get()).isEqualTo(SECOND);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"NOT_FOUND", "UNAUTHORIZED", "TOO_LARGE", "MALFORMED"})
    void whoeverSaysNoIsBelievedAtOnce(Kind kind) {
        refusal(new FinalException(kind, "kms", "no"));
    }

    @Test
    void aKeyThatNobodyShouldTrustEndsTheOldOne() {
        refusal(new UnusableKeyException("weak"));
    }

    private void refusal(RuntimeException no) {
        assertThat(get()).isEqualTo(FIRST);
        time.addAndGet(Duration.ofMinutes(10).toNanos());
        answer.set(() -> {
            throw no;
        });
        assertThatThrownBy(this::get).isSameAs(no);
        answer.set(() -> {
            throw unreachable();
        });
        assertThatThrownBy(this::get).isInstanceOf(TransientException.class);
    }

    @Test
    void anAddressThatCannotBeIsSaid() {
        answer.set(() -> {
            throw new IllegalArgumentException("a header value is visible ASCII");
        });
        assertThatThrownBy(this::get)
                .isInstanceOfSatisfying(
                        LookupException.class, e -> assertThat(e.kind()).isEqualTo(Kind.MALFORMED));
    }

    @Test
    void whoeverCannotWaitLeavesTheWorkToTheNext() {
        CountDownLatch gate = new CountDownLatch(1);
        answer.set(() -> {
            await(gate);
            return FIRST;
        });
        held.prepare();
        assertThatThrownBy(() -> held.get(Deadline.after(Duration.ofMillis(20))))
                .isInstanceOfSatisfying(
                        LookupException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TIMED_OUT));
        gate.countDown();
        assertThat(get()).isEqualTo(FIRST);
        assertThat(asked).hasValue(1);
    }

    private PublicKey get() {
        return held.get(Deadline.after(Duration.ofSeconds(60)));
    }

    private static TransientException unreachable() {
        return new TransientException(Kind.UNREACHABLE, "kms", "kms cannot be reached");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static PublicKey key() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
