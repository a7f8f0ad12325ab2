package dev.tern.bench.report;

import java.util.Locale;

/** Text for HTML and SVG. */
final class Markup {
  private Markup() {}

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** A format without a locale. */
  @SuppressWarnings("AnnotateFormatMethod") // that annotation would be a library more
  static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
