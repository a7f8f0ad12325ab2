package dev.tern.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Contenders side by side: rounds are interleaved, so that a noisy minute hits all of them, and
 * figures are compared within a round.
 */
final class Loopback {
  private final List<Contender> contenders;
  private final List<Integer> callers;
  private final Duration warmUp;
  private final Duration run;
  private final int rounds;
  private final List<String> jvmFlags;
  private final PrintStream progress;

  Loopback(
      List<Contender> contenders,
      List<Integer> callers,
      Duration warmUp,
      Duration run,
      int rounds,
      List<String> jvmFlags,
      PrintStream progress) {
    this.contenders = contenders;
    this.callers = callers;
    this.warmUp = warmUp;
    this.run = run;
    this.rounds = rounds;
    this.jvmFlags = jvmFlags;
    this.progress = progress;
  }

  /** Samples by number of callers, then by contender, in the order of the rounds. */
  Map<Integer, Map<String, List<Sample>>> measure() throws IOException {
    Map<Integer, Map<String, List<Sample>>> samples = new LinkedHashMap<>();
    List<Pair> pairs = new ArrayList<>();
    try {
      for (Contender contender : contenders) {
        pairs.add(new Pair(contender, jvmFlags));
      }
      int most = callers.stream().mapToInt(Integer::intValue).max().orElse(1);
      int done = 0;
      int all = pairs.size() * (1 + callers.size() * rounds);
      for (Pair pair : pairs) {
        show(done++, all, pair.name() + ", warming up");
        pair.run(most, warmUp);
      }
      for (int number : callers) {
        Map<String, List<Sample>> ofNumber = new LinkedHashMap<>();
        samples.put(number, ofNumber);
        for (int round = 0; round < rounds; round++) {
          for (Pair pair : pairs) {
            show(done++, all, pair.name() + ", callers: " + number);
            ofNumber
                .computeIfAbsent(pair.name(), _ -> new ArrayList<>())
                .add(pair.run(number, run));
          }
        }
      }
      show(all, all, "done");
      progress.println();
    } finally {
      pairs.forEach(Pair::close);
    }
    return samples;
  }

  private void show(int done, int all, String what) {
    int width = 30;
    int filled = done * width / all;
    progress.printf(
        "\r[%s%s] %d/%d %-40s", "#".repeat(filled), ".".repeat(width - filled), done, all, what);
    progress.flush();
  }
}
