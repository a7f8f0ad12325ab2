package dev.tern.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
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

  /** Runs one command. */
  static int run(Terminal terminal, String... arguments) {
    return commandLine(terminal).execute(arguments);
  }

  private static CommandLine commandLine(Terminal terminal) {
    CommandLine root = new CommandLine(new Main());
    root.addSubcommand(new DemoCommand(terminal));
    root.addSubcommand(new ServeCommand(terminal));
    CommandLine call = new CommandLine(new CallCommand(terminal));
    call.getCommandSpec()
        .usageMessage()
        .exitCodeListHeading("%nExit codes:%n")
        .exitCodeList(ExitCode.table());
    root.addSubcommand(call);
    root.addSubcommand(new BenchCommand());
    return root.setOut(writer(terminal.out()))
        .setErr(writer(terminal.err()))
        .setColorScheme(
            CommandLine.Help.defaultColorScheme(terminal.isInteractive() ? Ansi.ON : Ansi.OFF))
        .setExpandAtFiles(false) // @file is the params of a call
        .setParameterExceptionHandler((e, _) -> wrongUsage(e, terminal))
        .setExecutionExceptionHandler((e, command, _) -> bug(e, command, terminal));
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }

  private static int wrongUsage(ParameterException e, Terminal terminal) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    String message = e.getMessage() + (e instanceof UnmatchedArgumentException ? options(e) : "");
    terminal.err().println(command + ": " + Printable.text(message));
    terminal.err().println("See " + command + " --help.");
    return ExitCode.WRONG_USAGE;
  }

  private static String options(ParameterException e) {
    return e.getCommandLine().getCommandSpec().options().stream()
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

  /** Without a command. */
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
