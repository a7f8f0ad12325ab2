package dev.tern.bench.driver;

import dev.tern.bench.report.Results;
import dev.tern.bench.report.Terminal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tern bench compare}: Tern beside its rivals. */
@Command(
    name = "compare",
    description = {
      "Measures Tern beside its rivals: each with a server and a client JVM of its own, with the same",
      "flags, in interleaved rounds. The full run takes most of an hour. See bench/README.md."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class CompareCommand implements Callable<Integer> {
  @SuppressWarnings("NullAway") // picocli sets it before it calls
  @Spec
  private CommandSpec spec;

  @Option(names = "--quick", description = "shorter and fewer runs: within five minutes")
  private boolean quick;

  @Mixin private final Common common = new Common();

  @Option(
      names = "--workloads",
      split = ",",
      paramLabel = "ID",
      description = "only these, a list, such as add-512,echo-1m (default: all)")
  private List<String> ids = List.of();

  @Option(names = "--rounds", description = "interleaved runs of each contender (default: 5)")
  private int rounds;

  @Option(names = "--millis", description = "how long a run takes (default: 3000; 400 if quick)")
  private int millis;

  @Option(
      names = "--warm-up",
      description = "seconds before the first round, each contender (default: 10; 2 if quick)")
  private int warmUp;

  @Override
  public Integer call() throws Exception {
    var commands = spec.commandLine();
    Path root = Common.root();
    Rivals rivals =
        common.chosen(
            Rivals.own().with(root.resolve("bench/rivals"), root.resolve("dist/rivals")), commands);
    List<Workload> all = Workloads.comparison();
    List<Workload> workloads =
        ids.isEmpty() ? all : Common.named(ids, all, Workload::id, "--workloads", commands);
    Settings settings = settings();
    Progress progress = Common.progress(Comparison.steps(rivals, workloads, settings));
    rivals.missing().forEach((folder, reason) -> progress.say(folder + ": " + reason));
    Results results = new Comparison(rivals, workloads, settings, Common.logs(), progress).run();
    progress.end();
    new Terminal(System.out).print(results);
    return 0;
  }

  private Settings settings() {
    Settings given = quick ? Settings.QUICK : Settings.FULL;
    return new Settings(
        rounds > 0 ? rounds : given.rounds(),
        rounds > 0 ? rounds : given.courseRounds(),
        millis > 0 ? Duration.ofMillis(millis) : given.run(),
        warmUp > 0 ? Duration.ofSeconds(warmUp) : given.warmUp(),
        common.jvmFlags());
  }
}
