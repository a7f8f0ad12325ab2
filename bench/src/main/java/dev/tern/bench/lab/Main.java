package dev.tern.bench.lab;

import ch.qos.logback.classic.Level;
import dev.tern.cli.terminal.LogSetup;
import dev.tern.cli.terminal.Program;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of the laboratory. */
@Command(
    name = "tern lab",
    description = "Experiments that show how Tern behaves, with pages to look at.",
    mixinStandardHelpOptions = true)
public final class Main implements Runnable {
  @SuppressWarnings("NullAway") // picocli sets it before it calls
  @Spec
  private CommandSpec spec;

  Main() {}

  public static void main(String[] args) {
    LogSetup.level(Level.ERROR); // calls that fail are what is looked at here
    System.exit(Program.run(commands(), args));
  }

  static CommandLine commands() {
    CommandLine commands = new CommandLine(new Main());
    commands.addSubcommand(new RetriesCommand());
    commands.addSubcommand(new OverloadCommand());
    return commands;
  }

  /** What {@code tern lab} does without a command. */
  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "no command (expected: one of " + String.join(", ", spec.subcommands().keySet()) + ")");
  }
}
