package dev.tern.cli.terminal;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * What is said of arguments that cannot be followed: two lines that name the argument and what was
 * expected, instead of the whole help. The same for all programs of Tern's.
 */
public final class UsageErrors {
  private UsageErrors() {}

  /** Which argument it is, and what was expected; harmless to a terminal. */
  public static String message(ParameterException e) {
    List<String> unmatched = e.getCommandLine().getUnmatchedArguments();
    String message =
        unmatched.isEmpty()
            ? String.valueOf(e.getMessage())
            : unknown(unmatched.getFirst(), e.getCommandLine().getCommandSpec());
    return Printable.text(message);
  }

  /** The two lines. */
  public static List<String> lines(String command, String message) {
    return List.of(command + ": " + message, "See " + command + " --help.");
  }

  /** What is said of an argument that was not understood. */
  private static String unknown(String argument, CommandSpec spec) {
    boolean isOption = argument.startsWith("-");
    boolean isCommand = !isOption && !spec.subcommands().isEmpty();
    List<String> known =
        isCommand
            ? List.copyOf(spec.subcommands().keySet())
            : spec.options().stream().map(OptionSpec::longestName).sorted().toList();
    String kind =
        isOption ? "unknown option" : isCommand ? "unknown command" : "unexpected argument";
    String word = isOption ? argument.split("=", 2)[0] : argument;
    String meant = isOption || isCommand ? Similar.question(word, known) : "";
    return "%s '%s'%s (expected: one of %s)".formatted(kind, word, meant, String.join(", ", known));
  }
}
