package dev.tern.core.binding.type;

import java.util.IllformedLocaleException;
import java.util.Locale;
import java.util.UUID;

/**
 * How values of the JDK are read from a text, and written, where its own ways take or lose more.
 */
public final class TextForms {
  private static final int UUID_LENGTH = 36;

  private TextForms() {}

  /**
   * A UUID with all its digits.
   *
   * @throws IllegalArgumentException if the text is none
   */
  public static UUID uuid(String text) {
    if (text.length() != UUID_LENGTH) {
      throw new IllegalArgumentException("length");
    }
    return UUID.fromString(text);
  }

  /**
   * The locale of a tag; with underscores, too, as {@link Locale#toString} writes some.
   *
   * @throws IllegalArgumentException if the text is none
   */
  public static Locale locale(String tag) {
    try {
      return tag.isEmpty()
          ? Locale.ROOT
          : new Locale.Builder().setLanguageTag(tag.replace('_', '-')).build();
    } catch (IllformedLocaleException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /**
   * The tag of a locale.
   *
   * @throws IllegalArgumentException if it would be read as another one, as of some of old
   */
  public static String tagOf(Locale locale) {
    String tag = locale.equals(Locale.ROOT) ? "" : locale.toLanguageTag();
    if (!locale(tag).equals(locale)) {
      throw new IllegalArgumentException(
          "the locale " + locale + ", read as " + locale(tag) + " (expected: a tag of its own)");
    }
    return tag;
  }
}
