package dev.tern.bench.driver;

import dev.tern.bench.draw.Progress;
import dev.tern.bench.driver.workload.Workload;
import dev.tern.bench.driver.workload.Workloads;
import dev.tern.bench.report.Results;
import dev.tern.bench.report.Terminal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tern bench}: Tern beside the echo. */
@Command(
    name = "tern bench",
    description = {
      "Measures calls of add(1, 2) over loopback, client and server each in a JVM of its own,",
      "beside a bare Netty echo of the same bytes, in the same run. Only the ratios are worth quoting."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class LoopbackCommand implements Callable<Integer> {
  @SuppressWarnings("NullAway") // picocli sets it before it calls
  @Spec
  private CommandSpec spec;

  @Option(
      names = "--callers",
      split = ",",
      defaultValue = "1,64,512",
      description = "virtual threads that call at once, a list (default: ${DEFAULT-VALUE})")
  private List<Integer> callers = List.of();

  @Mixin private final Common common = new Common();

  @Option(
      names = "--rounds",
      defaultValue = "5",
      description = "interleaved runs of each contender (default: ${DEFAULT-VALUE})")
  private int rounds;

  @Option(
      names = "--seconds",
      defaultValue = "2",
      description = "how long a run takes (default: ${DEFAULT-VALUE})")
  private int seconds;

  @Option(
      names = "--warm-up",
      defaultValue = "10",
      description = "seconds before the first round, each contender (default: ${DEFAULT-VALUE})")
  private int warmUp;

  @Override
  public Integer call() throws Exception {
    var commands = spec.commandLine();
    callers.forEach(number -> Common.positive("--callers", number, commands));
    Settings settings =
        new Settings(
            Common.positive("--rounds", rounds, commands),
            rounds,
            Duration.ofSeconds(Common.positive("--seconds", seconds, commands)),
            Duration.ofSeconds(Common.positive("--warm-up", warmUp, commands)),
            Duration.ofSeconds(warmUp),
            Duration.ofDays(1),
            Duration.ofDays(1),
            common.jvmFlags());
    Rivals rivals = common.chosen(Rivals.own(), commands);
    List<Workload> workloads = callers.stream().map(Workloads::add).toList();
    Progress progress = Progress.onStderr(Comparison.steps(rivals, workloads, settings));
    Results results =
        new Comparison(rivals, workloads, settings, Common.logs(), progress).run(List.of());
    progress.end();
    new Terminal(System.out).print(results);
    return 0;
  }
}
