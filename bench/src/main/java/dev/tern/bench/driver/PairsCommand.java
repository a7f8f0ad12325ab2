package dev.tern.bench.driver;

import dev.tern.bench.contender.Contender;
import dev.tern.bench.contender.Served;
import dev.tern.bench.draw.Machine;
import dev.tern.bench.driver.MicroBenchmarks.Listed;
import dev.tern.bench.driver.workload.Workload;
import dev.tern.bench.driver.workload.Workload.Closed;
import dev.tern.bench.driver.workload.Workloads;
import dev.tern.bench.own.Tern;
import dev.tern.bench.pairs.PairsJson;
import dev.tern.bench.pairs.PairsResults;
import dev.tern.bench.pairs.PairsResults.Measured;
import dev.tern.bench.pairs.PairsResults.Row;
import dev.tern.bench.pairs.PairsTable;
import dev.tern.bench.pairs.Rule;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tern bench pairs}: two builds of Tern beside each other. */
@Command(
    name = "pairs",
    description = {
      "Compares this build with another one.",
      "Measures both in turns, pair by pair, until the 95 %% interval of the ratio",
      "after/before is narrow enough. Processes are started anew every few pairs.",
      "See bench/README.md."
    },
    footer = {"", "Exit code: 0, or 1 if something could not be measured."},
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class PairsCommand implements Callable<Integer> {
  /** What runs if nothing is chosen. */
  private static final List<String> USUAL =
      List.of("add-1", "add-64", "add-512", "order-64", "command");

  private static final Duration FOREVER = Duration.ofDays(1);

  @SuppressWarnings("NullAway") // picocli sets it before it calls
  @Spec
  private CommandSpec spec;

  @SuppressWarnings("NullAway") // picocli sets it before it calls
  @Option(
      names = "--before",
      required = true,
      paramLabel = "DIR",
      description =
          "the other build: a checkout of Tern, which its own script brings up to date, or "
              + "the dist folder of one, which is taken as it is")
  private Path before;

  @Option(
      names = "--workloads",
      split = ",",
      paramLabel = "ID",
      description = "only these, a list (default: add-1,add-64,add-512,order-64,command)")
  private List<String> ids = List.of();

  @Option(
      names = "--jmh",
      paramLabel = "PATTERN",
      description =
          "the micro-benchmarks whose names match, such as ServerBenchmark.inlineCall, each "
              + "run in a process of its own; without --workloads nothing else")
  private @Nullable String jmh;

  @Option(
      names = "--param",
      paramLabel = "NAME=VALUE",
      description = "of a micro-benchmark, only this value of a parameter (default: each)")
  private Map<String, String> fixed = Map.of();

  @Option(
      names = "--before-param",
      paramLabel = "NAME=VALUE",
      description =
          "the value in the build before, whatever it is in the build after: with --before "
              + ". it compares one value with another")
  private Map<String, String> fixedBefore = Map.of();

  @Option(
      names = "--contender",
      paramLabel = "NAME",
      defaultValue = "netty-inline",
      description =
          "transport, lane and methods of the calls: netty-inline-once, for example, makes each "
              + "an operation that happens once (default: ${DEFAULT-VALUE})")
  private String contender = "";

  @Option(
      names = "--before-contender",
      paramLabel = "NAME",
      description =
          "those of the build before, if they are others: with --before . it compares one with "
              + "another")
  private @Nullable String contenderBefore;

  @Option(
      names = "--at-most",
      paramLabel = "PERCENT",
      description =
          "say whether at most so much more holds: of processor time a call, for command of "
              + "wall time")
  private @Nullable Double atMost;

  @Option(
      names = "--pairs",
      defaultValue = "100",
      description = "at most so many, of each workload (default: ${DEFAULT-VALUE})")
  private int pairs;

  @Option(
      names = "--width",
      paramLabel = "PERCENT",
      defaultValue = "2",
      description = "narrow enough is ± so much (default: ${DEFAULT-VALUE})")
  private double width;

  @Option(
      names = "--pairs-a-start",
      paramLabel = "PAIRS",
      defaultValue = "5",
      description = "so many before all JVMs are started anew (default: ${DEFAULT-VALUE})")
  private int pairsAStart;

  @Option(
      names = "--millis",
      defaultValue = "1000",
      description =
          "how long a measurement takes, for JMH an iteration (default: ${DEFAULT-VALUE})")
  private int millis;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description =
          "of processor time, of each build after each start; for JMH seconds"
              + " (default: ${DEFAULT-VALUE})")
  private int warmUp;

  @Option(
      names = "--minutes",
      description = "start nothing more after so many, whatever the interval (default: no end)")
  private @Nullable Integer minutes;

  @Mixin private final JvmFlags jvmFlags = new JvmFlags();

  @Option(
      names = "--save",
      description = "keep the results in bench/results/ as well, to be committed")
  private boolean save;

  @Override
  public Integer call() throws Exception {
    CommandLine commands = spec.commandLine();
    PairsSettings settings = settings(commands);
    List<Paired> chosen = workloads(commands);
    if (jmh == null) {
      known("--param", fixed, List.of());
      known("--before-param", fixedBefore, List.of());
    }
    Build other = Build.at(Role.BEFORE, before, "--before", commands);
    Build own = Build.at(Role.AFTER, Common.root(), "tern.root", commands);
    List<Row> rows = new ArrayList<>();
    addBenchmarks(chosen, rows, other, own);
    String started = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    Machine machine = Machine.describe(String.join(" ", settings.allFlags()));
    rows.addAll(0, measure(chosen, other, own, settings));
    PairsResults results =
        new PairsResults(
            started,
            machine,
            settings.inWords(),
            other.words(),
            own.words(),
            settings.rule(),
            atMost,
            List.copyOf(rows));
    new PairsTable(System.out).print(results);
    Path folder = Common.root().resolve("target/bench");
    write(results, folder, "pairs");
    if (save) {
      String day = started.substring(0, 10);
      write(
          results,
          Common.root().resolve("bench/results"),
          (day + "-pairs-" + other.words() + "-" + own.words()).replaceAll("[^\\w.-]+", "-"));
    }
    return rows.stream().anyMatch(row -> row.failure() != null) ? 1 : 0;
  }

  private PairsSettings settings(CommandLine commands) {
    String before = contenderBefore == null ? contender : contenderBefore;
    List<Contender> ways = Build.ways(new Tern());
    Common.named(List.of(contender), ways, Served::name, "--contender", commands);
    Common.named(List.of(before), ways, Served::name, "--before-contender", commands);
    if (!(width > 0)) {
      throw new ParameterException(commands, "--width: " + width + " (expected: more than 0)");
    }
    if (atMost != null && !Double.isFinite(atMost)) {
      throw new ParameterException(commands, "--at-most: " + atMost + " (expected: a number)");
    }
    Integer longest = minutes;
    return new PairsSettings(
        before,
        contender,
        new Rule(Common.positive("--pairs", pairs, commands), width / 100),
        Common.positive("--pairs-a-start", pairsAStart, commands),
        Duration.ofMillis(Common.positive("--millis", millis, commands)),
        Duration.ofSeconds(Common.positive("--warm-up", warmUp, commands)),
        longest == null
            ? FOREVER
            : Duration.ofMinutes(Common.positive("--minutes", longest, commands)),
        jvmFlags.flags());
  }

  private List<Paired> workloads(CommandLine commands) {
    List<String> wanted = ids.isEmpty() && jmh == null ? USUAL : ids;
    return new ArrayList<>(Common.named(wanted, all(), Paired::id, "--workloads", commands));
  }

  /** All that can be chosen by its id. */
  static List<Paired> all() {
    List<Paired> all = new ArrayList<>();
    for (Workload workload : Workloads.comparison(0)) {
      if (workload instanceof Closed closed && !closed.id().startsWith("in-flight-")) {
        all.add(new PairedCalls(closed));
      }
    }
    all.add(new PairedCommand());
    return all;
  }

  /** Those that only one of the builds has become rows that say so. */
  private void addBenchmarks(List<Paired> chosen, List<Row> rows, Build other, Build own)
      throws IOException, FailedException {
    if (jmh == null) {
      return;
    }
    List<Listed> earlier = MicroBenchmarks.list(other, jmh, Common.logs());
    List<Listed> later = MicroBenchmarks.list(own, jmh, Common.logs());
    List<String> both = names(earlier);
    both.retainAll(names(later));
    if (both.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "--jmh: "
              + jmh
              + " (expected: what matches a benchmark of both builds, such as inlineCall)");
    }
    known("--param", fixed, later);
    known("--before-param", fixedBefore, earlier);
    both.forEach(
        name ->
            chosen.addAll(
                PairedBenchmark.of(named(name, earlier), named(name, later), fixed, fixedBefore)));
    List<String> single = names(earlier);
    single.addAll(names(later));
    single.removeAll(both);
    for (String name : single) {
      String where = names(earlier).contains(name) ? "before" : "after";
      rows.add(
          missing(new PairedBenchmark(name, Map.of(), Map.of()), "it is in " + where + " alone"));
    }
  }

  /** A misspelt parameter would go unnoticed. */
  private void known(String option, Map<String, String> given, List<Listed> benchmarks) {
    List<String> names =
        benchmarks.stream()
            .flatMap(one -> one.parameters().keySet().stream())
            .distinct()
            .sorted()
            .toList();
    for (String name : given.keySet()) {
      if (!names.contains(name)) {
        throw new ParameterException(
            spec.commandLine(),
            option
                + ": "
                + name
                + " (expected: of the parameters of what --jmh matches: "
                + names
                + ")");
      }
    }
  }

  private static List<String> names(List<Listed> benchmarks) {
    return new ArrayList<>(benchmarks.stream().map(Listed::name).toList());
  }

  private static Listed named(String name, List<Listed> benchmarks) {
    return benchmarks.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
  }

  private static Row missing(Paired one, String reason) {
    Measured nothing = new Measured(one.figures().getFirst(), List.of());
    return new Row(one.id(), one.title(), reason, List.of(nothing));
  }

  /** One start of each, then of each again: a noisy minute hits all of them. */
  private static List<Row> measure(
      List<Paired> chosen, Build other, Build own, PairsSettings settings) throws IOException {
    PairsProgress progress = new PairsProgress(System.err, Boolean.getBoolean("tern.terminal.err"));
    Path logs = Common.logs();
    List<Course> courses =
        chosen.stream().map(one -> new Course(one, other, own, settings, logs, progress)).toList();
    long began = System.nanoTime();
    while (courses.stream().anyMatch(course -> !course.isOver())) {
      for (Course course : courses) {
        if (System.nanoTime() - began > settings.limit().toNanos()) {
          progress.end();
          return courses.stream().map(Course::row).toList();
        }
        if (!course.isOver()) {
          course.start();
        }
      }
    }
    progress.end();
    return courses.stream().map(Course::row).toList();
  }

  private static void write(PairsResults results, Path folder, String name) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(name + ".json"), PairsJson.of(results));
    ByteArrayOutputStream table = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(table, false, StandardCharsets.UTF_8)) {
      new PairsTable(out).print(results);
    }
    Files.write(folder.resolve(name + ".txt"), table.toByteArray());
    System.out.printf("%nwrote %s.{json,txt}%n", folder.resolve(name));
  }
}
