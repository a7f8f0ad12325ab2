package dev.tern.bench;

import ch.qos.logback.classic.Level;
import dev.tern.bench.driver.CompareCommand;
import dev.tern.bench.driver.LoopbackCommand;
import dev.tern.bench.driver.PairsCommand;
import dev.tern.bench.link.BombCommand;
import dev.tern.bench.link.LinkCommand;
import dev.tern.bench.soak.SoakCommand;
import dev.tern.cli.terminal.LogSetup;
import dev.tern.cli.terminal.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The command line of the benchmarks. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    LogSetup.level(Level.ERROR); // calls that fail are part of what is measured
    CommandLine commands = new CommandLine(new LoopbackCommand());
    commands.addSubcommand(new CompareCommand());
    commands.addSubcommand(new PairsCommand());
    commands.addSubcommand(new SoakCommand());
    commands.addSubcommand(new LinkCommand());
    commands.addSubcommand(new BombCommand());
    commands.addSubcommand(new Jmh());
    System.exit(Program.run(commands, args));
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
