package dev.tern.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line: {@code tern demo}, {@code tern serve}, {@code tern call}. */
@Command(
    name = "tern",
    description = "Serves, calls and shows Tern services.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {"", "tern COMMAND --help tells more about a command."})
public final class Main implements Runnable {
  private @Nullable @Spec CommandSpec spec;

  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(run(Terminal.ofProcess(), arguments));
  }

  /** Runs one command. That its output was lost counts only if nothing else went wrong. */
  static int run(Terminal terminal, String... arguments) {
    String first = arguments.length == 0 ? "" : arguments[0];
    int code = commandLine(terminal, first).execute(arguments);
    if (!terminal.out().checkError()) {
      return code;
    }
    terminal.err().println("tern: stdout could not be written; output was lost");
    return code == ExitCode.OK ? ExitCode.OUTPUT_LOST : code;
  }

  /**
   * @param first if it names a command, only that one is made: picocli takes long to read what
   *     stands on a command's class, and a call shall start fast
   */
  private static CommandLine commandLine(Terminal terminal, String first) {
    CommandLine root = new CommandLine(new Main());
    Map<String, Supplier<CommandLine>> commands = commands(terminal);
    Supplier<CommandLine> asked = commands.get(first);
    for (Supplier<CommandLine> one : asked == null ? commands.values() : List.of(asked)) {
      root.addSubcommand(one.get());
    }
    return root.setOut(writer(terminal.out()))
        .setErr(writer(terminal.err()))
        .setColorScheme(
            CommandLine.Help.defaultColorScheme(terminal.isInteractive() ? Ansi.ON : Ansi.OFF))
        .setExpandAtFiles(false) // @file is the params of a call
        .setParameterExceptionHandler((e, _) -> wrongUsage(e, terminal))
        .setExecutionExceptionHandler((e, command, _) -> bug(e, command, terminal));
  }

  private static Map<String, Supplier<CommandLine>> commands(Terminal terminal) {
    Map<String, Supplier<CommandLine>> commands = new LinkedHashMap<>();
    commands.put("demo", () -> new CommandLine(new DemoCommand(terminal)));
    commands.put("serve", () -> new CommandLine(new ServeCommand(terminal)));
    commands.put("call", () -> call(terminal));
    commands.put("bench", () -> new CommandLine(new BenchCommand()));
    return commands;
  }

  private static CommandLine call(Terminal terminal) {
    CommandLine call = new CommandLine(new CallCommand(terminal));
    call.getCommandSpec()
        .usageMessage()
        .exitCodeListHeading("%nExit codes:%n")
        .exitCodeList(ExitCode.table());
    return call;
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }

  private static int wrongUsage(ParameterException e, Terminal terminal) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    String message = String.valueOf(e.getMessage());
    if (e instanceof UnmatchedArgumentException unmatched) {
      message += expected(unmatched);
    }
    terminal.err().println(command + ": " + Printable.text(message));
    terminal.err().println("See " + command + " --help.");
    return ExitCode.WRONG_USAGE;
  }

  /** What is allowed where an argument was not understood, for the message. */
  private static String expected(UnmatchedArgumentException e) {
    CommandSpec spec = e.getCommandLine().getCommandSpec();
    if (!spec.subcommands().isEmpty() && !e.isUnknownOption()) {
      return " (expected: one of " + commands(spec) + ")";
    }
    return spec.options().stream()
        .map(OptionSpec::longestName)
        .sorted()
        .collect(Collectors.joining(", ", " (expected: one of ", ")"));
  }

  @SuppressWarnings("PrintStackTrace") // for the bug's report
  private static int bug(Exception e, CommandLine command, Terminal terminal) {
    terminal.err().println(command.getCommandSpec().qualifiedName() + ": this is a bug in tern:");
    e.printStackTrace(terminal.err());
    return ExitCode.BUG;
  }

  /** What {@code tern} does without a command. */
  @Override
  public void run() {
    CommandSpec own = Objects.requireNonNull(spec);
    throw new ParameterException(
        own.commandLine(), "no command (expected: one of " + commands(own) + ")");
  }

  private static String commands(CommandSpec spec) {
    return String.join(", ", spec.subcommands().keySet());
  }
}
