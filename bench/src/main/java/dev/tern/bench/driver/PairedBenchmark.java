package dev.tern.bench.driver;

import dev.tern.bench.driver.MicroBenchmarks.Listed;
import dev.tern.bench.driver.MicroBenchmarks.Score;
import dev.tern.bench.pairs.Figure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A micro-benchmark, run by the JMH of each build in a process of its own.
 *
 * @param name class and method, with the package
 * @param before the parameters in the build before
 * @param after those in the build after
 */
record PairedBenchmark(String name, Map<String, String> before, Map<String, String> after)
    implements Paired {

  /**
   * One for each combination of the values that both builds have. A parameter that only one build
   * has stays at its first value, which is how it was measured when there was none.
   *
   * @param fixed parameters that have one value only
   * @param fixedBefore those that have another value in the build before
   */
  static List<Paired> of(
      Listed before, Listed after, Map<String, String> fixed, Map<String, String> fixedBefore) {
    List<Map<String, String>> combinations = List.of(Map.of());
    for (var parameter : after.parameters().entrySet()) {
      String name = parameter.getKey();
      List<String> values = parameter.getValue();
      List<String> others = before.parameters().get(name);
      List<String> chosen;
      if (fixed.containsKey(name)) {
        chosen = List.of(fixed.get(name));
      } else if (others == null) {
        chosen = List.of(values.getFirst());
      } else if (fixedBefore.containsKey(name)) {
        chosen = values;
      } else {
        chosen = values.stream().filter(others::contains).toList();
      }
      combinations = times(combinations, name, chosen);
    }
    List<Paired> all = new ArrayList<>();
    for (Map<String, String> combination : combinations) {
      Map<String, String> earlier = new TreeMap<>();
      before
          .parameters()
          .forEach(
              (name, values) ->
                  earlier.put(name, combination.getOrDefault(name, values.getFirst())));
      earlier.replaceAll((name, value) -> fixedBefore.getOrDefault(name, value));
      all.add(new PairedBenchmark(after.name(), earlier, combination));
    }
    return all;
  }

  private static List<Map<String, String>> times(
      List<Map<String, String>> combinations, String name, List<String> values) {
    List<Map<String, String>> all = new ArrayList<>();
    for (Map<String, String> combination : combinations) {
      for (String value : values) {
        Map<String, String> longer = new TreeMap<>(combination);
        longer.put(name, value);
        all.add(longer);
      }
    }
    return all;
  }

  /** The class and the method, and what distinguishes it from others of this name. */
  @Override
  public String id() {
    int method = name.lastIndexOf('.');
    String last = name.substring(name.lastIndexOf('.', method - 1) + 1);
    return after.isEmpty() ? last : last + after;
  }

  @Override
  public String title() {
    return before.isEmpty() || before.equals(after) ? name : name + ", before with " + before;
  }

  @Override
  public List<Figure> figures() {
    return List.of(Figure.CPU_NANOS, Figure.NANOS, Figure.BYTES);
  }

  @Override
  public int pairsAStart(int asked) {
    return 1;
  }

  @Override
  public Subject start(Build build, PairsSettings settings, Path logs) {
    Map<String, String> parameters = build.role().equals(Role.BEFORE) ? before : after;
    return new Subject() {
      @Override
      public boolean warmUp() {
        return true; // JMH does it, in the process that it measures
      }

      @Override
      public List<Double> slice() throws IOException, FailedException {
        Score score = MicroBenchmarks.run(build, name, parameters, settings, logs);
        return List.of(score.cpuNanos(), score.nanos(), score.bytes());
      }

      @Override
      public void close() {
        // The process has ended.
      }
    };
  }
}
