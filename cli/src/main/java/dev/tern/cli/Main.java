package dev.tern.cli;

import dev.tern.cli.call.CallCommand;
import dev.tern.cli.certs.CertsCommand;
import dev.tern.cli.describe.DescribeCommand;
import dev.tern.cli.faults.FaultsCommand;
import dev.tern.cli.health.HealthCommand;
import dev.tern.cli.message.DecodeCommand;
import dev.tern.cli.message.EncodeCommand;
import dev.tern.cli.outcome.OutcomeCommand;
import dev.tern.cli.serve.DemoCommand;
import dev.tern.cli.serve.ServeCommand;
import dev.tern.cli.terminal.ExitCode;
import dev.tern.cli.terminal.Printable;
import dev.tern.cli.terminal.Terminal;
import dev.tern.cli.terminal.UsageErrors;
import dev.tern.cli.terminal.Version;
import dev.tern.cli.terminal.WrongUsage;
import dev.tern.cli.token.TokenCommand;
import dev.tern.cli.top.TopCommand;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line: {@code tern demo}, {@code tern serve}, {@code tern call}. */
@Command(
    name = "tern",
    description = "Serves, calls and shows Tern services.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {"", "tern COMMAND --help, or tern help COMMAND, tells more about a command."})
public final class Main implements Runnable {
  /** It is about all commands, so all are made for it. */
  private static final String COMPLETION = "completion";

  private @Nullable @Spec CommandSpec spec;

  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(run(Terminal.ofProcess(), arguments));
  }

  /** Runs one command. That its output was lost counts only if nothing else went wrong. */
  static int run(Terminal terminal, String... arguments) {
    int code = execute(terminal, arguments);
    if (!terminal.out().checkError()) {
      return code;
    }
    terminal.err().println("tern: stdout could not be written; output was lost");
    return code == ExitCode.OK ? ExitCode.OUTPUT_LOST : code;
  }

  private static int execute(Terminal terminal, String... given) {
    String[] arguments = asOptions(given);
    String first = arguments.length == 0 ? "" : arguments[0];
    try {
      CallCommand plain = CallCommand.plain(terminal, arguments);
      if (plain != null) {
        return plain.call();
      }
      boolean isUnknown =
          !first.isEmpty() && !first.startsWith("-") && !commands(terminal).containsKey(first);
      // Of what is no command, --help is the help of nothing.
      return commandLine(terminal, first).execute(isUnknown ? new String[] {first} : arguments);
    } catch (Throwable e) { // picocli passes on an Error, such as a StackOverflowError
      return failed(e, "tern " + first, terminal);
    }
  }

  /** {@code help} and {@code help COMMAND}, as many programs have it, as their options. */
  private static String[] asOptions(String... given) {
    List<String> rest = List.of(given).subList(Math.min(1, given.length), given.length);
    if (given.length == 0 || !given[0].equals("help") || rest.size() > 1) {
      return given;
    }
    return rest.isEmpty() ? new String[] {"--help"} : new String[] {rest.getFirst(), "--help"};
  }

  /**
   * @param first if it names a command, only that one is made: picocli takes long to read what
   *     stands on a command's class, and a call shall start fast
   */
  private static CommandLine commandLine(Terminal terminal, String first) {
    CommandLine root = new CommandLine(new Main());
    Map<String, Supplier<CommandLine>> commands = commands(terminal);
    Supplier<CommandLine> asked = first.equals(COMPLETION) ? null : commands.get(first);
    for (Supplier<CommandLine> one : asked == null ? commands.values() : List.of(asked)) {
      root.addSubcommand(one.get());
    }
    return root.setOut(writer(terminal.out()))
        .setErr(writer(terminal.err()))
        .setColorScheme(
            CommandLine.Help.defaultColorScheme(terminal.isInteractive() ? Ansi.ON : Ansi.OFF))
        .setExpandAtFiles(false) // @file is the params of a call
        .setParameterExceptionHandler((e, _) -> wrongUsage(e, terminal))
        .setExecutionExceptionHandler(
            (e, command, _) -> failed(e, command.getCommandSpec().qualifiedName(), terminal));
  }

  private static Map<String, Supplier<CommandLine>> commands(Terminal terminal) {
    Map<String, Supplier<CommandLine>> commands = new LinkedHashMap<>();
    commands.put("demo", () -> new CommandLine(new DemoCommand(terminal)));
    commands.put("serve", () -> new CommandLine(new ServeCommand(terminal)));
    commands.put(CallCommand.NAME, () -> withExitCodes(new CallCommand(terminal)));
    commands.put("describe", () -> withExitCodes(new DescribeCommand(terminal)));
    commands.put("outcome", () -> withExitCodes(new OutcomeCommand(terminal)));
    commands.put("health", () -> withExitCodes(new HealthCommand(terminal)));
    commands.put("top", () -> withExitCodes(new TopCommand(terminal)));
    commands.put("decode", () -> new CommandLine(new DecodeCommand(terminal)));
    commands.put("encode", () -> new CommandLine(new EncodeCommand(terminal)));
    commands.put("token", () -> new CommandLine(new TokenCommand(terminal)));
    commands.put("certs", () -> new CommandLine(new CertsCommand(terminal)));
    commands.put("faults", () -> new CommandLine(new FaultsCommand(terminal)));
    commands.put("bench", () -> new CommandLine(new OtherProgram.Bench()));
    commands.put("lab", () -> new CommandLine(new OtherProgram.Lab()));
    commands.put(COMPLETION, () -> new CommandLine(new CompletionCommand(terminal)));
    return commands;
  }

  private static CommandLine withExitCodes(Object command) {
    CommandLine line = new CommandLine(command);
    line.getCommandSpec()
        .usageMessage()
        .exitCodeListHeading("%nExit codes:%n")
        .exitCodeList(ExitCode.table());
    return line;
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }

  private static int wrongUsage(ParameterException e, Terminal terminal) {
    CommandSpec spec = e.getCommandLine().getCommandSpec();
    List<String> unmatched = e.getCommandLine().getUnmatchedArguments();
    boolean isOption = !unmatched.isEmpty() && unmatched.getFirst().startsWith("-");
    boolean mayBeParam = isOption && spec.name().equals(CallCommand.NAME);
    String hint = mayBeParam ? "; a param of the method is NAME=VALUE" : "";
    return wrongUsage(spec.qualifiedName(), UsageErrors.message(e) + hint, terminal);
  }

  private static int wrongUsage(String command, String message, Terminal terminal) {
    UsageErrors.lines(command, message).forEach(terminal.err()::println);
    return ExitCode.WRONG_USAGE;
  }

  private static int failed(Throwable e, String command, Terminal terminal) {
    if (e instanceof WrongUsage) {
      return wrongUsage(command, Printable.text(String.valueOf(e.getMessage())), terminal);
    }
    StackTraceElement[] trace = e.getStackTrace();
    String place = trace.length == 0 ? "" : ", at " + trace[0];
    terminal.err().println(Printable.text(command + ": this is a bug in tern: " + e + place));
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
