package dev.connaisseur.alert;

import dev.connaisseur.alert.AlertEvent.Category;
import dev.connaisseur.http.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The receivers of one configuration. */
public final class Alerts {
    /** Nobody is told. */
    public static final Alerts NONE = new Alerts(
            (receiver, event, cluster) -> {
                throw new IllegalStateException("there is no receiver");
            },
            "",
            List.of(),
            List.of());

    private final Sending sender;
    private final String cluster;
    private final List<Receiver> admit;
    private final List<Receiver> reject;

    Alerts(Sending sender, String cluster, List<Receiver> admit, List<Receiver> reject) {
        this.sender = sender;
        this.cluster = cluster;
        this.admit = List.copyOf(admit);
        this.reject = List.copyOf(reject);
    }

    /** Whether {@link #tell} waits for an answer, because a request must not be admitted that a receiver has not heard of. */
    public boolean waits(Category category) {
        return receivers(category).stream().anyMatch(Receiver::mustBeTold);
    }

    /**
     * Tells all receivers of the event's category at once. Those that must be told are waited for, the others are told in the
     * background: whether they hear of it changes nothing.
     *
     * @return why somebody who must be told was not, in one printable line
     * @throws InterruptedException if the process ends meanwhile
     */
    public Optional<String> tell(AlertEvent event, Deadline deadline) throws InterruptedException {
        List<Receiver> receivers = receivers(event.category());
        List<Waiting> waiting = new ArrayList<>();
        for (int i = 0; i < receivers.size(); i++) {
            Receiver receiver = receivers.get(i);
            Future<?> sending = sender.send(receiver, event, cluster);
            if (receiver.mustBeTold()) {
                waiting.add(new Waiting(receiver.name(), i + 1, sending));
            }
        }
        for (Waiting each : waiting) {
            try {
                each.sending().get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                return Optional.of("timeout during handling of receiver " + each.position() + "/" + receivers.size()
                        + " of " + event.category().word() + " alerts");
            } catch (ExecutionException e) {
                String cause = e.getCause() instanceof AlertException known ? known.getMessage() : "unexpected failure";
                return Optional.of("failed sending a notification for receiver " + each.receiver()
                        + " with FailOnError set: " + cause);
            }
        }
        return Optional.empty();
    }

    private List<Receiver> receivers(Category category) {
        return switch (category) {
            case ADMIT -> admit;
            case REJECT -> reject;
        };
    }

    /** How one receiver is told. */
    interface Sending {
        /** Starts to tell; the future fails with an {@link AlertException} if the receiver was not told. */
        Future<?> send(Receiver receiver, AlertEvent event, String cluster);
    }

    private record Waiting(String receiver, int position, Future<?> sending) {}
}
