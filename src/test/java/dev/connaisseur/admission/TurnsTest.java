package dev.connaisseur.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connaisseur.http.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TurnsTest {
    private static final Deadline NOW = Deadline.after(Duration.ZERO);
    private static final Deadline LATER = Deadline.after(Duration.ofMinutes(1));
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void close() {
        threads.shutdownNow();
    }

    private static int takeAll(Turns turns, String side) throws InterruptedException {
        int taken = 0;
        while (turns.enter(side, NOW)) {
            taken++;
        }
        return taken;
    }

    @Test
    void oneSideGetsHalfTheNextHalfOfTheRest() throws Exception {
        Turns turns = new Turns(128);
        List<Integer> taken = new ArrayList<>();
        for (String side : List.of("a", "b", "c", "d", "e", "f", "g", "h", "i")) {
            taken.add(takeAll(turns, side));
        }
        assertThat(taken).containsExactly(64, 32, 16, 8, 4, 2, 1, 1, 0);
        assertThat(turns.sides()).isEqualTo(8);
    }

    @Test
    void asFewAsOneTurnIsGiven() throws Exception {
        Turns turns = new Turns(1);
        assertThat(turns.enter("a", NOW)).isTrue();
        assertThat(turns.enter("b", NOW)).isFalse();
        turns.leave("a");
        assertThat(turns.enter("b", NOW)).isTrue();
    }

    /** What one side gives back goes to who waits, on its own side only if it has not too many. */
    @Test
    void whoWaitsIsServedInTheOrderOfComing() throws Exception {
        Turns turns = new Turns(2);
        assertThat(turns.enter("a", NOW)).isTrue();
        assertThat(turns.enter("b", NOW)).isTrue();
        List<Integer> served = new ArrayList<>();
        List<Future<?>> waiting = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            int number = i;
            waiting.add(threads.submit((Callable<Boolean>) () -> {
                boolean turn = turns.enter("a", LATER);
                synchronized (served) {
                    served.add(number);
                }
                turns.leave("a");
                return turn;
            }));
            while (turns.waiting("a") <= i) {
                Thread.onSpinWait();
            }
        }
        turns.leave("a");
        for (Future<?> future : waiting) {
            assertThat(future.get(30, TimeUnit.SECONDS)).isEqualTo(true);
        }
        assertThat(served).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void nothingIsLostInTheCrowd() throws Exception {
        Turns turns = new Turns(8);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            String side = "side " + i % 7;
            Duration patience = i % 3 == 0 ? Duration.ofMillis(i % 5) : Duration.ofMinutes(1);
            all.add(threads.submit((Callable<Boolean>) () -> {
                if (!turns.enter(side, Deadline.after(patience))) {
                    return false;
                }
                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                TimeUnit.MICROSECONDS.sleep(ThreadLocalRandom.current().nextInt(500));
                inside.decrementAndGet();
                turns.leave(side);
                return true;
            }));
        }
        for (int i = 0; i < all.size(); i++) {
            Object turn = all.get(i).get(50, TimeUnit.SECONDS);
            assertThat(i % 3 == 0 || Boolean.TRUE.equals(turn)).isTrue();
        }
        assertThat(most.get()).isLessThanOrEqualTo(8);
        assertThat(turns.sides()).isZero();
        assertThat(takeAll(turns, "afterwards")).isEqualTo(4);
    }

    @Test
    void onlyATakenTurnIsGivenBack() {
        Turns turns = new Turns(2);
        assertThatThrownBy(() -> turns.leave("nobody")).isInstanceOf(IllegalStateException.class);
    }
}
