package dev.tern.bench.worker;

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

/**
 * Has JMH measure processor time: on a machine that does other things as well, the clock says how
 * long a call waited for a processor. Uses JMH and the JDK alone, because it is lent to other
 * builds.
 */
public final class CpuProfiler implements InternalProfiler {
  /** The name of the figure, in nanoseconds of the whole process, a call. */
  public static final String FIGURE = "cpu.norm";

  private long before;

  @Override
  public String getDescription() {
    return "processor time of the process, a call";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    before = cpuNanos();
  }

  @Override
  public Collection<? extends Result<?>> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    long calls = Math.max(1, result.getMetadata().getAllOps());
    double nanos = (double) (cpuNanos() - before) / calls;
    return List.of(new ScalarResult(FIGURE, nanos, "ns/op", AggregationPolicy.AVG));
  }

  private static long cpuNanos() {
    var os =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return os.getProcessCpuTime();
  }
}
