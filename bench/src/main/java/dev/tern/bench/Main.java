package dev.tern.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command line of the benchmarks. */
@Command(
    name = "tern bench",
    description = {
      "Measures calls of add(1, 2) over loopback, client and server each in a JVM of its own,",
      "beside a bare Netty echo of the same bytes, in the same run. Only the ratios are worth quoting."
    },
    subcommands = Main.Jmh.class,
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class Main implements Callable<Integer> {
  @SuppressWarnings("NullAway") // picocli sets it before it calls
  @Spec
  private CommandSpec spec;

  @Option(
      names = "--callers",
      split = ",",
      defaultValue = "1,64,512",
      description = "virtual threads that call at once, a list (default: ${DEFAULT-VALUE})")
  private List<Integer> callers = List.of();

  @Option(
      names = "--contenders",
      split = ",",
      description =
          "of echo,netty-inline,netty-virtual,threads-inline,threads-virtual (default: all)")
  private List<String> names = List.of();

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

  @Option(
      names = "--jvm-flags",
      split = " ",
      paramLabel = "FLAGS",
      description = {
        "further flags for every JVM, in one argument, such as",
        "\"-XX:+UseSerialGC -Djdk.virtualThreadScheduler.parallelism=1\""
      })
  private List<String> jvmFlags = List.of();

  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    positive("--rounds", rounds);
    positive("--seconds", seconds);
    positive("--warm-up", warmUp);
    callers.forEach(number -> positive("--callers", number));
    Loopback loopback =
        new Loopback(
            contenders(),
            callers,
            Duration.ofSeconds(warmUp),
            Duration.ofSeconds(seconds),
            rounds,
            jvmFlags,
            System.err);
    Report.print(loopback.measure(), System.out);
    return 0;
  }

  private List<Contender> contenders() {
    if (names.isEmpty()) {
      return Contenders.ALL;
    }
    List<Contender> chosen = new ArrayList<>();
    for (String name : names) {
      try {
        chosen.add(Contenders.named(name));
      } catch (IllegalArgumentException e) {
        throw new ParameterException(spec.commandLine(), e.getMessage(), e);
      }
    }
    return chosen;
  }

  private void positive(String option, int value) {
    if (value < 1) {
      throw new ParameterException(
          spec.commandLine(), option + ": " + value + " (expected: at least 1)");
    }
  }

  /** JMH, for the parts that are too small for a socket. */
  @Command(
      name = "jmh",
      description = "Runs the micro-benchmarks; arguments after -- go to JMH.",
      mixinStandardHelpOptions = true)
  static final class Jmh implements Callable<Integer> {
    @Parameters(arity = "0..*", description = "JMH's own arguments, such as -f 3 or a pattern")
    private final List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
      List<String> all = arguments.isEmpty() ? List.of("-prof", "gc") : arguments;
      org.openjdk.jmh.Main.main(all.toArray(String[]::new));
      return 0;
    }
  }
}
