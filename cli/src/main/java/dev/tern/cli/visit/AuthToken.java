package dev.tern.cli.visit;

import dev.tern.core.client.CallOptions;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds a bearer token: never among the arguments, which every user of a machine can read. */
final class AuthToken {
  /** Holds a token; an empty one is none. */
  static final String VARIABLE = "TERN_AUTH";

  /** A token travels in meta, which is shorter: a file that is longer is not read. */
  private static final int MAX_FILE_BYTES = 64 << 10;

  private AuthToken() {}

  /**
   * Options with the token of a file, or else of the environment, if there is one.
   *
   * @param file null for none
   * @throws IllegalArgumentException if there is no token in it; the message does not repeat it
   */
  static CallOptions in(CallOptions options, @Nullable Path file, Map<String, String> environment) {
    String source = file == null ? VARIABLE : "--auth-file " + file;
    String token = cut(file == null ? environment.getOrDefault(VARIABLE, "") : read(file));
    if (token.isEmpty() && file == null) {
      return options;
    }
    if (token.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          source + ": a line break or another control character (expected: one line, the token)");
    }
    try {
      return options.withAuth(token);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(source + ": " + e.getMessage(), e);
    }
  }

  /** Without the line break at its end, which editors and echo put there. */
  private static String cut(String token) {
    String cut = token.endsWith("\n") ? token.substring(0, token.length() - 1) : token;
    return cut.endsWith("\r") ? cut.substring(0, cut.length() - 1) : cut;
  }

  private static String read(Path file) {
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw new IllegalArgumentException(
            "--auth-file %s: %d bytes (expected: a token)".formatted(file, Files.size(file)));
      }
      return Files.readString(file);
    } catch (NoSuchFileException _) {
      throw new IllegalArgumentException(
          "--auth-file: no file " + file + " (expected: a token in it)");
    } catch (CharacterCodingException _) {
      throw new IllegalArgumentException("--auth-file " + file + ": not UTF-8 (expected: a token)");
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "--auth-file: cannot read " + file + ": " + e.getMessage(), e);
    }
  }
}
