package dev.connaisseur.admission;

import dev.connaisseur.config.Login;
import dev.connaisseur.config.Logins;
import dev.connaisseur.config.PulledLogins;
import dev.connaisseur.config.Secrets;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.LookupException;
import dev.connaisseur.kubernetes.AdmissionReview;
import dev.connaisseur.kubernetes.Workload;
import dev.connaisseur.validator.PullSecrets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The pull secrets of one object, as its pods get them: those that it names, else those of its service account, all of its own
 * namespace. Read once, when the first validator wants them.
 */
final class ObjectSecrets implements PullSecrets {
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int MOST = 10;
    private static final String STANDARD_ACCOUNT = "default";

    private final AdmissionReview review;
    private final Workload workload;
    private final Cluster cluster;
    private final Deadline deadline;
    private final ReentrantLock reading = new ReentrantLock();
    private Optional<PulledLogins> read = Optional.empty();

    ObjectSecrets(AdmissionReview review, Workload workload, Cluster cluster, Deadline deadline) {
        this.review = review;
        this.workload = workload;
        this.cluster = cluster;
        this.deadline = deadline;
    }

    @Override
    public String scope() {
        String secrets = workload.pullSecrets().isEmpty()
                ? "account " + account()
                : "secrets " + String.join(",", workload.pullSecrets());
        return review.namespace() + " " + secrets;
    }

    @Override
    public PulledLogins logins() {
        reading.lock();
        try {
            if (read.isEmpty()) {
                read = Optional.of(read(deadline.within(PATIENCE)));
            }
            return read.get();
        } finally {
            reading.unlock();
        }
    }

    /** What cannot be read is not used; whoever is refused by a registry for lack of it is told. */
    private PulledLogins read(Deadline patience) {
        Map<String, Login> all = new LinkedHashMap<>();
        try {
            for (String name : names(patience)) {
                cluster.secrets()
                        .dockerConfig(review.namespace(), name, patience)
                        .map(Secrets::dockerConfig)
                        .ifPresent(found -> found.byPrefix().forEach(all::putIfAbsent));
            }
            return new PulledLogins(new Logins(all), Optional.empty());
        } catch (LookupException e) {
            DecisionLog.noSecrets(review, e);
            return new PulledLogins(new Logins(all), Optional.of("the pull secrets of the object could not be read"));
        }
    }

    private List<String> names(Deadline patience) {
        List<String> named = workload.pullSecrets().isEmpty()
                ? cluster.accounts().pullSecrets(review.namespace(), account(), patience)
                : workload.pullSecrets();
        return named.stream().distinct().limit(MOST).toList();
    }

    private String account() {
        return workload.serviceAccount().isEmpty() ? STANDARD_ACCOUNT : workload.serviceAccount();
    }
}
