package dev.tern.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.cli.terminal.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Map;

/** One run of the program in this process, and what a user sees of it. */
public record Run(int code, String out, String err) {

  public static Run tern(String... arguments) {
    return tern("", false, arguments);
  }

  public static Run tern(String stdin, boolean isInteractive, String... arguments) {
    return tern(stdin, isInteractive, new ByteArrayOutputStream(), Map.of(), arguments);
  }

  /** With a variable in the environment, which has no others. */
  public static Run ternWith(String variable, String value, String... arguments) {
    return tern("", false, new ByteArrayOutputStream(), Map.of(variable, value), arguments);
  }

  /** With a stdout that takes nothing. */
  public static Run ternOnAFullDisk(String... arguments) {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    return tern("", false, full, Map.of(), arguments);
  }

  private static Run tern(
      String stdin,
      boolean isInteractive,
      OutputStream out,
      Map<String, String> environment,
      String... arguments) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            new ByteArrayInputStream(stdin.getBytes(UTF_8)),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            isInteractive,
            environment);
    int code = Main.run(terminal, arguments);
    String written = out instanceof ByteArrayOutputStream bytes ? bytes.toString(UTF_8) : "";
    return new Run(code, written, err.toString(UTF_8));
  }
}
