package dev.tern.bench.driver;

import dev.tern.bench.driver.Workload.Closed;
import dev.tern.bench.driver.Workload.Fed;
import dev.tern.bench.driver.Workload.Idle;
import dev.tern.bench.driver.Workload.Open;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * How long and how often.
 *
 * @param rounds interleaved runs of each contender in each workload
 * @param courseRounds likewise, of the workloads that show a course rather than a figure: fixed
 *     rates, calls in flight, idle connections
 * @param run how long one takes
 * @param warmUp before the first round, each contender
 * @param jvmFlags of every JVM, on top of those that are fixed
 */
record Settings(
    int rounds, int courseRounds, Duration run, Duration warmUp, List<String> jvmFlags) {

  /** Ends within five minutes. */
  static final Settings QUICK =
      new Settings(3, 1, Duration.ofMillis(400), Duration.ofSeconds(2), List.of());

  /** Ends within an hour. */
  static final Settings FULL =
      new Settings(5, 3, Duration.ofSeconds(3), Duration.ofSeconds(10), List.of());

  int roundsOf(Workload workload) {
    return switch (workload) {
      case Closed closed -> closed.id().startsWith("in-flight-") ? courseRounds : rounds;
      case Open _, Idle _ -> courseRounds;
      case Fed _ -> rounds;
    };
  }

  List<String> allFlags() {
    return Stream.concat(Jvm.FLAGS.stream(), jvmFlags.stream()).toList();
  }

  String inWords() {
    return rounds
        + " rounds of "
        + run.toMillis()
        + " ms each, "
        + courseRounds
        + " at fixed rates, in flight and idle; "
        + warmUp.toMillis()
        + " ms of warm-up for each contender";
  }
}
