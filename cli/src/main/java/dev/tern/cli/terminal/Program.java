package dev.tern.cli.terminal;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** A program beside {@code tern}, such as the benchmarks, which ends as {@code tern} does. */
public final class Program {
  private Program() {}

  /**
   * Runs it.
   *
   * @return 1 for wrong usage, which two lines tell; 2 for a bug; else what the command says
   */
  public static int run(CommandLine commands, String... args) {
    endAsTern(commands);
    commands.getSubcommands().values().forEach(Program::endAsTern);
    return commands.setParameterExceptionHandler((e, _) -> wrongUsage(e)).execute(args);
  }

  private static void endAsTern(CommandLine command) {
    command
        .getCommandSpec()
        .exitCodeOnInvalidInput(ExitCode.WRONG_USAGE)
        .exitCodeOnExecutionException(ExitCode.BUG);
  }

  private static int wrongUsage(ParameterException e) {
    CommandLine command = e.getCommandLine();
    UsageErrors.lines(command.getCommandSpec().qualifiedName(), UsageErrors.message(e))
        .forEach(command.getErr()::println);
    return ExitCode.WRONG_USAGE;
  }
}
