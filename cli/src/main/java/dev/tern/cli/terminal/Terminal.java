package dev.tern.cli.terminal;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a command reads and writes: handed in, so that tests see what a user sees.
 *
 * @param isInteractive whether a person looks at stdout: then it is coloured and spaced out
 * @param environment the variables of the environment
 */
public record Terminal(
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean isInteractive,
    Map<String, String> environment) {

  /** The streams of the process, in UTF-8 whatever the locale says, because JSON is UTF-8. */
  public static Terminal ofProcess() {
    return new Terminal(
        System.in,
        utf8(FileDescriptor.out),
        utf8(FileDescriptor.err),
        isTerminal(System.getProperty("tern.terminal.out")),
        System.getenv());
  }

  /**
   * Whether stdout is a terminal.
   *
   * @param said by the script, which can ask of each stream by itself; null if it is not what
   *     started the program: then it counts only while stdin is a terminal as well
   */
  @SuppressWarnings("SystemConsoleNull") // JDK 25's own console is null where there is no terminal
  static boolean isTerminal(@Nullable String said) {
    if (said != null) {
      return Boolean.parseBoolean(said);
    }
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  /** A text in a colour, if a person looks at it and has not asked for none. */
  public String colored(Color color, String text) {
    boolean wanted = isInteractive && !environment.containsKey("NO_COLOR");
    return wanted ? "\u001b[" + color.code + "m" + text + "\u001b[0m" : text;
  }

  /** What a colour is for. */
  public enum Color {
    GOOD(32),
    BAD(31),
    TITLE(1),
    ASIDE(2);

    private final int code;

    Color(int code) {
      this.code = code;
    }
  }
}
