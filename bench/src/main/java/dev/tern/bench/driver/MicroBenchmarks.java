package dev.tern.bench.driver;

import dev.tern.bench.draw.Spread;
import dev.tern.bench.worker.CpuProfiler;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JMH, as it lies in a build: a process for each run. */
final class MicroBenchmarks {
  /** Of one run; its figure is their median, so that a disturbed one does not count. */
  private static final int ITERATIONS = 5;

  /** What a run may take on top of its iterations. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** JMH writes that many bytes a call as a fraction; below this it is nothing. */
  private static final double LEAST_BYTES = 0.01;

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private static final Pattern NAME = Pattern.compile("[\\w$]+(\\.[\\w$]+)+");

  private static final Pattern PARAMETER =
      Pattern.compile("\\s*param \"(?<name>.+)\" = \\{(?<values>.*)}");

  /**
   * A benchmark.
   *
   * @param name class and method, with the package
   * @param parameters the values of each, in their order
   */
  record Listed(String name, Map<String, List<String>> parameters) {}

  /**
   * One run.
   *
   * @param cpuNanos processor time of the process, a call
   * @param nanos by the clock, a call
   * @param bytes allocated for it
   */
  record Score(double cpuNanos, double nanos, double bytes) {}

  private MicroBenchmarks() {}

  /** Those that match JMH's pattern; empty if none does. */
  static List<Listed> list(Build build, String pattern, Path logs)
      throws IOException, FailedException {
    Path log = logs.resolve("jmh.log");
    await(start(build, List.of(), List.of("-lp", pattern), logs, log), PATIENCE, log);
    return listed(Files.readAllLines(log));
  }

  /** Reads JMH's list of benchmarks with their parameters. */
  static List<Listed> listed(List<String> lines) {
    List<Listed> all = new ArrayList<>();
    for (String line : lines) {
      Matcher parameter = PARAMETER.matcher(line);
      if (parameter.matches() && !all.isEmpty()) {
        List<String> values = List.of(parameter.group("values").split(", "));
        all.getLast().parameters().put(parameter.group("name"), values);
      } else if (NAME.matcher(line.strip()).matches()) {
        all.add(new Listed(line.strip(), new TreeMap<>()));
      }
    }
    return all;
  }

  /** Runs one in a process of its own. */
  static Score run(
      Build build, String name, Map<String, String> parameters, PairsSettings settings, Path logs)
      throws IOException, FailedException {
    Path log = logs.resolve("jmh.log");
    Path result = logs.resolve("jmh.json");
    Files.deleteIfExists(result);
    long warmUps = Math.max(1, settings.warmUp().toSeconds());
    List<String> arguments = new ArrayList<>(List.of("^" + name.replace(".", "\\.") + "$"));
    arguments.addAll(List.of("-f", "1", "-bm", "avgt", "-tu", "ns", "-prof", "gc", "-foe", "true"));
    arguments.addAll(List.of("-prof", CpuProfiler.class.getName()));
    arguments.addAll(List.of("-wi", String.valueOf(warmUps), "-w", "1s"));
    arguments.addAll(List.of("-i", String.valueOf(ITERATIONS)));
    arguments.addAll(List.of("-r", settings.slice().toMillis() + "ms"));
    parameters.forEach((key, value) -> arguments.addAll(List.of("-p", key + "=" + value)));
    arguments.addAll(List.of("-rf", "json", "-rff", result.toString()));
    Process process = start(build, settings.jvmFlags(), arguments, logs, log);
    await(
        process,
        PATIENCE.plusSeconds(warmUps).plus(settings.slice().multipliedBy(ITERATIONS)),
        log);
    if (!Files.exists(result)) {
      throw new FailedException(name + " has no result, see " + log.getFileName(), null);
    }
    return score(Files.readString(result));
  }

  /** Reads JMH's JSON of one benchmark. */
  static Score score(String json) throws FailedException {
    JsonNode all = MAPPER.readTree(json);
    if (all.size() != 1) {
      throw new FailedException(all.size() + " results (expected: 1)", null);
    }
    JsonNode one = all.get(0);
    JsonNode others = one.get("secondaryMetrics");
    return new Score(
        median(others, CpuProfiler.FIGURE),
        median(one, "primaryMetric"),
        Math.max(median(others, "gc.alloc.rate.norm"), LEAST_BYTES));
  }

  private static double median(JsonNode metrics, String name) throws FailedException {
    JsonNode metric = metrics.get(name);
    if (metric == null) {
      throw new FailedException("JMH's result has no " + name, null);
    }
    List<Double> iterations = new ArrayList<>();
    for (JsonNode fork : metric.get("rawData")) {
      fork.forEach(iteration -> iterations.add(iteration.asDouble()));
    }
    return Spread.of(iterations, Double::doubleValue).median();
  }

  /** The folder of a class path on which the profiler lies alone: an older build has none. */
  private static Path profiler(Path logs) throws IOException {
    Path folder = logs.resolve("profiler");
    String name = CpuProfiler.class.getName().replace('.', '/') + ".class";
    try (InputStream in =
        Objects.requireNonNull(CpuProfiler.class.getClassLoader().getResourceAsStream(name))) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    }
    return folder;
  }

  private static Process start(
      Build build, List<String> flags, List<String> arguments, Path logs, Path log)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(Jvm.FLAGS);
    command.addAll(flags);
    // Without this JMH refuses to run while another one does, on whatever it works.
    command.add("-Djmh.ignoreLock=true");
    String classPath = build.classPath() + File.pathSeparator + profiler(logs);
    command.addAll(List.of("-cp", classPath, org.openjdk.jmh.Main.class.getName()));
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private static void await(Process process, Duration patience, Path log) throws FailedException {
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroy();
        throw new FailedException("JMH did not end within " + patience.toSeconds() + " s", null);
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new FailedException("interrupted", e);
    }
    if (process.exitValue() != 0) {
      throw new FailedException(
          "JMH ended with exit code " + process.exitValue() + ", see " + log.getFileName(), null);
    }
  }
}
