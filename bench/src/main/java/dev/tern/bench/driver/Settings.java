package dev.tern.bench.driver;

import dev.tern.bench.driver.workload.Workload;
import dev.tern.bench.driver.workload.Workload.Closed;
import dev.tern.bench.driver.workload.Workload.Fed;
import dev.tern.bench.driver.workload.Workload.Idle;
import dev.tern.bench.driver.workload.Workload.Open;
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
 * @param workWarmUp before the first round of a workload that does another work than those before
 * @param budget once so much time has gone, each workload that is left gets one round
 * @param limit once so much time has gone, the workloads that are left are left out
 * @param jvmFlags of every JVM, on top of those that are fixed
 */
record Settings(
    int rounds,
    int courseRounds,
    Duration run,
    Duration warmUp,
    Duration workWarmUp,
    Duration budget,
    Duration limit,
    List<String> jvmFlags) {

  /** Ends within five minutes. */
  static final Settings QUICK =
      new Settings(
          3,
          1,
          Duration.ofMillis(300),
          Duration.ofSeconds(4),
          Duration.ofMillis(1_200),
          Duration.ofSeconds(200),
          Duration.ofSeconds(285),
          List.of());

  /** Ends within an hour. */
  static final Settings FULL =
      new Settings(
          5,
          3,
          Duration.ofSeconds(3),
          Duration.ofSeconds(15),
          Duration.ofSeconds(10),
          Duration.ofMinutes(45),
          Duration.ofMinutes(57),
          List.of());

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
        + " ms of warm-up for each contender, "
        + workWarmUp.toMillis()
        + " ms for each kind of work";
  }
}
