package dev.tern.bench.draw;

import java.util.Locale;

/** Text for HTML and SVG. */
public final class Markup {
  private Markup() {}

  /** Text as it stands in an element or an attribute. */
  public static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** A format without a locale. */
  @SuppressWarnings("AnnotateFormatMethod") // that annotation would be a library more
  public static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
