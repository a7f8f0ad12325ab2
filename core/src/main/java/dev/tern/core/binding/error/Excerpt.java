package dev.tern.core.binding.error;

import dev.tern.protocol.value.ValueReader;

/** What stands at some place of a peer's value, in a few harmless words; and the place itself. */
public final class Excerpt {
  /** The longest piece of the peer's text in a message. */
  private static final int MAX_EXCERPT = 32;

  private Excerpt() {}

  /** The value that comes next, which is passed over. */
  public static String of(ValueReader in) {
    return switch (in.peek()) {
      case OBJECT -> "an object";
      case ARRAY -> "an array";
      case NULL -> "null";
      case BINARY -> in.isMessage() ? "a message of protobuf" : "bytes";
      case BOOLEAN -> String.valueOf(in.readBoolean());
      case STRING -> quote(in.readString());
      case NUMBER -> cut(in.readNumber());
    };
  }

  private static String cut(String text) {
    return text.length() <= MAX_EXCERPT ? text : text.substring(0, MAX_EXCERPT - 1) + "…";
  }

  /** A text in quotes, cut off, with nothing in it but visible ASCII. */
  public static String quote(String text) {
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

  /** The step of a path to a member: its name, in brackets and quotes if it is a strange one. */
  public static String member(String name) {
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
    return plain ? name : "[" + quote(name) + "]";
  }

  /** The step of a path to an element. */
  public static String element(int index) {
    return "[" + index + "]";
  }

  /** A path that goes on: {@code items[2].name}. */
  public static String join(String path, String rest) {
    return path.isEmpty() || rest.isEmpty() || rest.startsWith("[")
        ? path + rest
        : path + "." + rest;
  }
}
