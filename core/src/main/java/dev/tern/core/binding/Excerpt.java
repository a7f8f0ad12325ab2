package dev.tern.core.binding;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.protocol.Limits;
import dev.tern.protocol.json.JsonCursor;
import dev.tern.protocol.json.JsonKind;
import java.util.List;
import tools.jackson.core.JacksonException.Reference;

/** What stands in a JSON text at some place, in a few harmless words; and the place itself. */
final class Excerpt {
  /** The longest piece of the peer's text in a message. */
  private static final int MAX_EXCERPT = 32;

  private Excerpt() {}

  /** The value that starts at an offset of a validated text. */
  static String at(byte[] json, int offset) {
    JsonCursor cursor = new JsonCursor(Limits.DEFAULT);
    cursor.resetTrusted(json, offset, json.length - offset);
    return next(cursor, json);
  }

  /** The value at the end of a path in a validated text. */
  static String at(byte[] json, List<Reference> path) {
    JsonCursor cursor = new JsonCursor(Limits.DEFAULT);
    cursor.resetTrusted(json, 0, json.length);
    for (Reference step : path) {
      boolean there =
          step.getPropertyName() != null
              ? moveTo(cursor, step.getPropertyName())
              : moveTo(cursor, step.getIndex());
      if (!there) {
        return "missing";
      }
    }
    return next(cursor, json);
  }

  /** A path as a reader of the message would write it: {@code items[2].name}. */
  static String path(List<Reference> path) {
    StringBuilder out = new StringBuilder();
    for (Reference step : path) {
      if (step.getPropertyName() != null) {
        append(out, step.getPropertyName());
      } else {
        out.append('[').append(step.getIndex()).append(']');
      }
    }
    return out.toString();
  }

  /** A path of one name. */
  static String path(String name) {
    StringBuilder out = new StringBuilder();
    append(out, name);
    return out.toString();
  }

  /** A text in quotes, cut off, with nothing in it but visible ASCII. */
  static String quote(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      String piece =
          switch (c) {
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            default -> c >= ' ' && c < 0x7F ? String.valueOf(c) : String.format("\\u%04x", (int) c);
          };
      if (out.length() + piece.length() > MAX_EXCERPT) {
        return out.append("\"…").toString();
      }
      out.append(piece);
    }
    return out.append('"').toString();
  }

  private static void append(StringBuilder out, String name) {
    boolean plain = !name.isEmpty() && name.length() <= MAX_EXCERPT;
    for (int i = 0; plain && i < name.length(); i++) {
      char c = name.charAt(i);
      plain =
          c == '_'
              || c == '$'
              || c == '@'
              || c == '-'
              || (c < 0x7F && Character.isLetterOrDigit(c));
    }
    if (plain) {
      out.append(out.isEmpty() ? "" : ".").append(name);
    } else {
      out.append('[').append(quote(name)).append(']');
    }
  }

  private static boolean moveTo(JsonCursor cursor, String name) {
    if (cursor.peek() != JsonKind.OBJECT) {
      return false;
    }
    cursor.beginObject();
    while (cursor.nextName()) {
      if (cursor.name().equals(name)) {
        return true;
      }
      cursor.skipValue();
    }
    return false;
  }

  private static boolean moveTo(JsonCursor cursor, int index) {
    if (cursor.peek() != JsonKind.ARRAY) {
      return false;
    }
    cursor.beginArray();
    for (int i = 0; cursor.nextElement(); i++) {
      if (i == index) {
        return true;
      }
      cursor.skipValue();
    }
    return false;
  }

  private static String next(JsonCursor cursor, byte[] json) {
    JsonKind kind = cursor.peek();
    cursor.skipValue();
    int start = cursor.valueStart();
    int length = cursor.valueEnd() - start;
    return switch (kind) {
      case OBJECT -> "an object";
      case ARRAY -> "an array";
      case NULL, BOOLEAN -> new String(json, start, length, UTF_8);
      case NUMBER ->
          length <= MAX_EXCERPT
              ? new String(json, start, length, UTF_8)
              : new String(json, start, MAX_EXCERPT - 1, UTF_8) + "…";
      case STRING -> quote(string(json, start));
    };
  }

  private static String string(byte[] json, int start) {
    JsonCursor cursor = new JsonCursor(Limits.DEFAULT);
    cursor.resetTrusted(json, start, json.length - start);
    return cursor.readString();
  }
}
