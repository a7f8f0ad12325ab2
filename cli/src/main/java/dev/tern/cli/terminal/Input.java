package dev.tern.cli.terminal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads what a command is told to read. */
public final class Input {
  private Input() {}

  /**
   * All of a file.
   *
   * @param what is read, for the message
   * @throws IllegalArgumentException if it cannot be read, saying why
   */
  public static byte[] file(String name, String what) {
    try {
      return Files.readAllBytes(Path.of(name));
    } catch (NoSuchFileException _) {
      throw new IllegalArgumentException(
          what + ": no file " + name + " (expected: one that is there)");
    } catch (IOException e) {
      throw new IllegalArgumentException(what + ": cannot read " + name + ": " + e.getMessage(), e);
    }
  }

  /**
   * All of the standard input.
   *
   * @param what is read, for the message
   * @throws IllegalArgumentException if it cannot be read, saying why
   */
  public static byte[] all(InputStream stdin, String what) {
    try {
      return stdin.readAllBytes();
    } catch (IOException e) {
      throw new IllegalArgumentException(what + ": cannot read stdin: " + e.getMessage(), e);
    }
  }
}
