package dev.tern.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.protocol.Limits;
import dev.tern.protocol.json.JsonCursor;
import dev.tern.protocol.json.JsonException;
import dev.tern.protocol.json.JsonKind;
import dev.tern.protocol.json.JsonWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes a call's params of what the command line says: strict JSON, or none at all. */
final class CallParams {
  private static final String EXPECTED = "JSON, @file, - or name=value …";

  /** What an argument holds where its bytes were none in the locale's character set. */
  private static final char UNREADABLE = '\uFFFD';

  private CallParams() {}

  /**
   * Reads them.
   *
   * @return encoded JSON, an object or an array; null for none
   * @throws IllegalArgumentException if they are no such thing, saying where
   */
  static byte @Nullable [] read(List<String> arguments, InputStream stdin) {
    arguments.forEach(CallParams::checkReadable);
    if (arguments.isEmpty()) {
      return null;
    }
    String first = arguments.getFirst();
    if (isPair(first)) {
      return ofPairs(arguments);
    }
    if (arguments.size() > 1) {
      throw new IllegalArgumentException(
          "params: "
              + arguments.size()
              + " arguments, the second is \""
              + arguments.get(1)
              + "\" (expected: one of "
              + EXPECTED
              + ")");
    }
    if (first.startsWith("@")) {
      return checked(file(first.substring(1)), "params in " + first.substring(1));
    }
    return first.equals("-")
        ? checked(all(stdin), "params from stdin")
        : checked(first.getBytes(UTF_8), "params");
  }

  private static boolean isPair(String argument) {
    String text = argument.stripLeading();
    return text.indexOf('=') >= 0 && "{[\"-@".indexOf(text.charAt(0)) < 0;
  }

  private static void checkReadable(String argument) {
    if (argument.indexOf(UNREADABLE) >= 0) {
      throw new IllegalArgumentException(
          "params: not readable as "
              + System.getProperty("sun.jnu.encoding")
              + " (expected: a UTF-8 locale and UTF-8, or params from @file or -)");
    }
  }

  private static byte[] file(String name) {
    try {
      return Files.readAllBytes(Path.of(name));
    } catch (NoSuchFileException _) {
      throw new IllegalArgumentException("params: no file " + name + " (expected: @file)");
    } catch (IOException e) {
      throw new IllegalArgumentException("params: cannot read " + name + ": " + e.getMessage(), e);
    }
  }

  private static byte[] all(InputStream stdin) {
    try {
      return stdin.readAllBytes();
    } catch (IOException e) {
      throw new IllegalArgumentException("params: cannot read stdin: " + e.getMessage(), e);
    }
  }

  private static byte @Nullable [] checked(byte[] json, String what) {
    return switch (kindOf(json, what)) {
      case OBJECT, ARRAY -> json;
      case NULL -> null;
      case STRING, NUMBER, BOOLEAN ->
          throw new IllegalArgumentException(
              what + ": neither an object nor an array (expected: " + EXPECTED + ")");
    };
  }

  private static JsonKind kindOf(byte[] json, String what) {
    try {
      return validate(json);
    } catch (JsonException e) {
      throw new IllegalArgumentException(what + ": " + e.getMessage(), e);
    }
  }

  private static JsonKind validate(byte[] json) {
    JsonCursor cursor = new JsonCursor(Limits.DEFAULT);
    cursor.reset(json, 0, json.length);
    JsonKind kind = cursor.peek();
    cursor.skipValue();
    cursor.expectEnd();
    return kind;
  }

  private static byte[] ofPairs(List<String> pairs) {
    Map<String, byte[]> members = new LinkedHashMap<>();
    for (String pair : pairs) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException(
            "params: \"" + pair + "\" (expected: name=value, as the first one)");
      }
      String name = pair.substring(0, equals);
      if (members.putIfAbsent(name, value(name, pair.substring(equals + 1))) != null) {
        throw new IllegalArgumentException(
            "params: " + name + " is there twice (expected: each name once)");
      }
    }
    JsonWriter out = new JsonWriter().beginObject();
    members.forEach((name, value) -> out.name(name).rawValue(value));
    return out.endObject().toByteArray();
  }

  /** A text that begins like JSON with brackets or quotes is meant as such, mistakes and all. */
  private static byte[] value(String name, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    try {
      validate(bytes);
      return bytes;
    } catch (JsonException e) {
      if (!text.isEmpty() && "{[\"".indexOf(text.charAt(0)) >= 0) {
        throw new IllegalArgumentException("params: " + name + ": " + e.getMessage(), e);
      }
      return new JsonWriter().value(text).toByteArray();
    }
  }
}
