package dev.tern.bench.driver;

import dev.tern.bench.draw.Progress;
import dev.tern.bench.driver.workload.Workload;
import dev.tern.bench.driver.workload.Workloads;
import dev.tern.bench.report.Results;
import dev.tern.bench.report.Results.CommandTime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tern bench compare}: Tern beside its rivals. */
@Command(
    name = "compare",
    description = {
      "Measures Tern beside its rivals.",
      "Each has a server and a client JVM of its own, with the same flags, in interleaved",
      "rounds. The full run takes most of an hour. See bench/README.md."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class CompareCommand implements Callable<Integer> {
  /** The workload that is none of the {@link Workloads}: {@code ./tern call} at the shell. */
  private static final String COMMAND = "command";

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
      description =
          "only these, a list, such as add-512,echo-1m,command (default: all but fresh-8, which opens"
              + " a connection for each call)")
  private List<String> ids = List.of();

  @Option(names = "--rounds", description = "interleaved runs of each contender (default: 5)")
  private @Nullable Integer rounds;

  @Option(names = "--millis", description = "how long a run takes (default: 3000; 300 if quick)")
  private @Nullable Integer millis;

  @Option(
      names = "--warm-up",
      description =
          "seconds before the first round, each contender, and before each new kind of work"
              + " (default: 15 and 10; 4 and 1.2 if quick)")
  private @Nullable Integer warmUp;

  @Option(
      names = "--save",
      description = "keep the results in bench/results/ as well, to be committed")
  private boolean save;

  @Override
  public Integer call() throws Exception {
    var commands = spec.commandLine();
    Path root = Common.root();
    // The rivals that are missing have rows in the table, which say why.
    Rivals all =
        common.chosen(
            Rivals.own().with(root.resolve("bench/rivals"), root.resolve("dist/rivals")), commands);
    List<Workload> workloads = workloads(commands);
    Rivals rivals = workloads.isEmpty() ? all.only(List.of()) : all; // the command line alone
    Settings settings = settings(commands);
    Progress progress = Progress.onStderr(1 + Comparison.steps(rivals, workloads, settings));
    progress.step("./tern call", "wall time");
    List<CommandTime> times = commandTimes(rivals, settings, root);
    Results results =
        new Comparison(rivals, workloads, settings, Common.logs(), progress).run(times);
    progress.end();
    Output.print(results, System.out);
    write(results, root);
    return 0;
  }

  private List<Workload> workloads(CommandLine commands) {
    List<Workload> usual = Workloads.comparison(quick ? 2_000 : 10_000);
    List<Workload> all = Stream.concat(usual.stream(), Workloads.further().stream()).toList();
    List<String> chosen = ids.stream().filter(id -> !id.equals(COMMAND)).toList();
    return ids.isEmpty() ? usual : Common.named(chosen, all, Workload::id, "--workloads", commands);
  }

  private List<CommandTime> commandTimes(Rivals rivals, Settings settings, Path root)
      throws IOException {
    if (!ids.isEmpty() && !ids.contains(COMMAND)) {
      return List.of();
    }
    Participant server =
        rivals.servers().stream()
            .filter(one -> one.name().equals("serve-inline"))
            .findFirst()
            .orElseThrow();
    return new CommandTimes(root, settings.rounds(), Common.logs()).measure(server);
  }

  private void write(Results results, Path root) throws IOException {
    Path folder = root.resolve("target/bench");
    Output.write(results, folder, "compare");
    System.out.printf("%nwrote %s.{html,json,txt}%n", folder.resolve("compare"));
    if (save) {
      Path kept = root.resolve("bench/results");
      String name = Output.nameOf(results);
      Output.write(results, kept, name);
      System.out.printf("wrote %s.{html,json,txt}%n", kept.resolve(name));
    }
  }

  private Settings settings(CommandLine commands) {
    Settings given = quick ? Settings.QUICK : Settings.FULL;
    Integer runs = rounds;
    Integer length = millis;
    Integer seconds = warmUp;
    return new Settings(
        runs == null ? given.rounds() : Common.positive("--rounds", runs, commands),
        runs == null ? given.courseRounds() : runs,
        length == null
            ? given.run()
            : Duration.ofMillis(Common.positive("--millis", length, commands)),
        seconds == null
            ? given.warmUp()
            : Duration.ofSeconds(Common.positive("--warm-up", seconds, commands)),
        seconds == null ? given.workWarmUp() : Duration.ofSeconds(seconds),
        given.budget(),
        given.limit(),
        common.jvmFlags());
  }
}
