package dev.connaisseur.testing;

import java.time.Duration;
import java.util.List;

/** What became of many. */
public record Samples(List<Sample> all) {
    public Samples {
        all = List.copyOf(all);
    }

    public long falselyAdmitted() {
        return all.stream().filter(Sample::falselyAdmitted).count();
    }

    public long signed() {
        return all.stream()
                .filter(sample -> sample.image().signed().isPresent())
                .count();
    }

    public long falselyDenied() {
        return signed()
                - all.stream().filter(Sample::right).filter(Sample::admitted).count();
    }

    public long unanswered() {
        return all.stream().filter(sample -> !sample.answered()).count();
    }

    public Duration percentile(int percent) {
        List<Duration> times = all.stream().map(Sample::time).sorted().toList();
        return times.get(Math.min(times.size() - 1, times.size() * percent / 100));
    }

    /** What the verdicts said that were not as they should be. */
    public List<String> wrong() {
        return all.stream()
                .filter(sample -> !sample.right())
                .map(sample -> sample.image() + ": " + sample.message())
                .toList();
    }

    /** What was said where an image was refused, right or wrong. */
    public List<String> denials() {
        return all.stream()
                .filter(sample -> !sample.admitted())
                .map(Sample::message)
                .toList();
    }

    @Override
    public String toString() {
        return "n=%d FA=%d FD=%d NA=%d min/p50/p99 %d/%d/%d ms"
                .formatted(
                        all.size(),
                        falselyAdmitted(),
                        falselyDenied(),
                        unanswered(),
                        percentile(0).toMillis(),
                        percentile(50).toMillis(),
                        percentile(99).toMillis());
    }
}
