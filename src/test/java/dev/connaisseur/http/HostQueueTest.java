package dev.connaisseur.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class HostQueueTest {
    private static final HostPort SICK = new HostPort("sick.example", 443);
    private static final HostPort HONEST = new HostPort("honest.example", 443);

    @Test
    void aFullHostHoldsUpNobodyElse() throws Exception {
        HostQueue queue = new HostQueue(2);
        try (var first = queue.enter(SICK, Duration.ofSeconds(1));
                var second = queue.enter(SICK, Duration.ofSeconds(1))) {
            assertThat(first.granted()).isTrue();
            assertThat(second.granted()).isTrue();
            try (var third = queue.enter(SICK, Duration.ofMillis(50));
                    var other = queue.enter(HONEST, Duration.ofMillis(50))) {
                assertThat(third.granted()).isFalse();
                assertThat(other.granted()).isTrue();
            }
        }
        try (var again = queue.enter(SICK, Duration.ofMillis(50))) {
            assertThat(again.granted()).isTrue();
        }
        assertThat(queue.hosts()).isZero();
    }

    @Test
    void turnsComeInTheOrderOfAsking() throws Exception {
        HostQueue queue = new HostQueue(1);
        List<Integer> order = new CopyOnWriteArrayList<>();
        List<Thread> waiting = new ArrayList<>();
        try (var held = queue.enter(SICK, Duration.ofSeconds(1))) {
            assertThat(held.granted()).isTrue();
            for (int i = 0; i < 5; i++) {
                int number = i;
                Thread thread = Thread.ofVirtual().start(() -> {
                    try (var turn = queue.enter(SICK, Duration.ofSeconds(5))) {
                        if (turn.granted()) {
                            order.add(number);
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
                waiting.add(thread);
                while (thread.getState() != Thread.State.TIMED_WAITING) {
                    Thread.onSpinWait();
                }
            }
        }
        for (Thread thread : waiting) {
            thread.join();
        }
        assertThat(order).containsExactly(0, 1, 2, 3, 4);
        assertThat(queue.hosts()).isZero();
    }
}
