package dev.tern.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;

/** One run of the program in this process, and what a user sees of it. */
record Run(int code, String out, String err) {

  static Run tern(String... arguments) {
    return tern("", false, arguments);
  }

  static Run tern(String stdin, boolean isInteractive, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            new ByteArrayInputStream(stdin.getBytes(UTF_8)),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            isInteractive);
    int code = Main.run(terminal, arguments);
    return new Run(code, out.toString(UTF_8), err.toString(UTF_8));
  }
}
