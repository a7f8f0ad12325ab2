package dev.tern.cli.terminal;

import java.util.Locale;

/** Makes a peer's text harmless to a terminal, which obeys control characters. */
public final class Printable {
  // Of the format characters, which can reorder a line, the two that scripts and emoji need.
  private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
  private static final int ZERO_WIDTH_JOINER = 0x200D;

  private Printable() {}

  /** The text with control characters and half surrogate pairs written as escapes. */
  public static String text(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints().forEach(c -> append(out, c));
    return out.toString();
  }

  private static void append(StringBuilder out, int c) {
    boolean harmless =
        switch (Character.getType(c)) {
          case Character.CONTROL, Character.SURROGATE -> false;
          case Character.FORMAT -> c == ZERO_WIDTH_NON_JOINER || c == ZERO_WIDTH_JOINER;
          case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
          default -> true;
        };
    if (harmless) {
      out.appendCodePoint(c);
    } else {
      for (char unit : Character.toChars(c)) {
        out.append(String.format(Locale.ROOT, "\\u%04x", (int) unit));
      }
    }
  }
}
