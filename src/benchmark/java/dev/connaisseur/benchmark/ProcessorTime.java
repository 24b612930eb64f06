package dev.connaisseur.benchmark;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/** Adds what the whole process spent per operation, on all its threads: whatever else the machine does hardly changes it.
 * Of several rounds the least counts. */
public final class ProcessorTime implements InternalProfiler {
    private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private long begun;

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        begun = system.getProcessCpuTime();
    }

    @Override
    public Collection<? extends Result> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        double spent = system.getProcessCpuTime() - begun;
        long operations = Math.max(1, result.getMetadata().getAllOps()) * iteration.getBatchSize();
        return List.of(new ScalarResult("cpu", spent / operations / 1_000_000, "ms/op", AggregationPolicy.MIN));
    }

    @Override
    public String getDescription() {
        return "processor time of the process per operation";
    }
}
