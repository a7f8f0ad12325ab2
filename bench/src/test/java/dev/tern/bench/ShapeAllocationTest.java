package dev.tern.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Guards what each shape of a request costs in garbage: at the server above the transport, and when
 * the client writes it. Without a socket, so the figures do not depend on what else runs.
 */
class ShapeAllocationTest {
  private static final int CALLS = 20_000;

  /** The compiler removes allocations as it goes, sooner or later as the machine is busy. */
  private static final int MOST_ROUNDS = 50;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @ParameterizedTest
  @CsvSource({"PLAIN, 560", "SPACED, 560", "TRACED, 715", "KEYED, 700", "FULL, 890"})
  void aCallAtTheServerAllocatesNoMoreThanPromised(Shape shape, long promised) throws Exception {
    ServerBenchmark server = new ServerBenchmark();
    ServerBenchmark.Answered calls = new ServerBenchmark.Answered();
    calls.shape = shape;
    calls.start();
    try {
      assertThat(leastBytes(() -> server.inlineCall(calls), ServerBenchmark.CALLS, promised))
          .isLessThanOrEqualTo(promised);
    } finally {
      calls.stop();
    }
  }

  /** A flood of calls that are refused must cost less than if they were served. */
  @ParameterizedTest
  @CsvSource({"BUSY, 536", "GATE, 536", "STRANGER, 536"})
  void aRefusalAllocatesNoMoreThanAnAnswer(Refusal kind, long promised) throws Exception {
    ServerBenchmark server = new ServerBenchmark();
    ServerBenchmark.Refused calls = new ServerBenchmark.Refused();
    calls.kind = kind;
    calls.start();
    try {
      assertThat(leastBytes(() -> server.refusal(calls), ServerBenchmark.CALLS, promised))
          .isLessThanOrEqualTo(promised);
    } finally {
      calls.stop();
    }
  }

  @ParameterizedTest
  @CsvSource({"PLAIN, 136", "TRACED, 280", "KEYED, 248", "FULL, 512"})
  void aRequestIsWrittenWithNoMoreThanPromised(Shape shape, long promised) {
    EnvelopeBenchmark.Request request = new EnvelopeBenchmark.Request();
    request.shape = shape;
    request.make();
    assertThat(leastBytes(request::write, 1, promised)).isLessThanOrEqualTo(promised);
  }

  /** The bytes that one call allocates, rounded; the least of some rounds. */
  private static long leastBytes(Runnable calls, int count, long promised) {
    long least = Long.MAX_VALUE;
    for (int round = 0; round < MOST_ROUNDS && least > promised; round++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < CALLS / count; i++) {
        calls.run();
      }
      long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
      least = Math.min(least, Math.round((double) bytes / (CALLS / count * count)));
    }
    return least;
  }
}
