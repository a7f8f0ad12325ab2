package dev.tern.core.log;

import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Texts of strangers for a line of the log that consists of {@code name=value} pairs: whatever they
 * hold, the line parses back into the same pairs, and stays one line.
 *
 * <p>A value that has only letters, digits and {@code _ - . : / @ + % #} stands for itself. Any
 * other stands in quotes, with a backslash before quotes and backslashes, and all but letters,
 * digits and visible ASCII characters as an escape of a backslash, a {@code u} and four hexadecimal
 * digits, as in JSON.
 */
public final class LogText {
  private static final String PLAIN = "_-.:/@+%#";

  private LogText() {}

  /** A value that is quoted where it must be. */
  public static String of(String text) {
    boolean isPlain =
        !text.isEmpty()
            && text.chars().allMatch(c -> isAsciiLetterOrDigit(c) || PLAIN.indexOf(c) >= 0);
    return isPlain ? text : quoted(text);
  }

  /** A value in quotes, whatever it is: so a text that looks like a number is told from one. */
  public static String quoted(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if ((c >= ' ' && c <= '~') || (c > '~' && Character.isLetterOrDigit(c))) {
        out.append(c);
      } else {
        out.append("\\u%04x".formatted((int) c));
      }
    }
    return out.append('"').toString();
  }

  private static boolean isAsciiLetterOrDigit(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  /**
   * What was thrown, as it is if none of its messages could break a line or change how it reads;
   * else a copy with such messages quoted. Code that fails often repeats what a peer has sent.
   */
  public static Throwable of(Throwable thrown) {
    return isPlain(thrown, new IdentityHashMap<>())
        ? thrown
        : new Quoted(thrown, new IdentityHashMap<>());
  }

  private static boolean isPlain(@Nullable Throwable thrown, Map<Throwable, Boolean> seen) {
    if (thrown == null || seen.put(thrown, true) != null) {
      return true;
    }
    boolean isPlain = isOneLine(String.valueOf(thrown)) && isPlain(thrown.getCause(), seen);
    for (Throwable suppressed : thrown.getSuppressed()) {
      isPlain &= isPlain(suppressed, seen);
    }
    return isPlain;
  }

  private static boolean isOneLine(String text) {
    return text.chars()
        .allMatch(
            c ->
                (c >= ' ' && c <= '~')
                    || (c > '~' && (Character.isLetterOrDigit(c) || isVisible(c))));
  }

  /** Punctuation and symbols of other scripts: they neither break a line nor turn it around. */
  private static boolean isVisible(int c) {
    return switch (Character.getType(c)) {
      case Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION,
          Character.MATH_SYMBOL,
          Character.CURRENCY_SYMBOL,
          Character.OTHER_SYMBOL ->
          true;
      default -> false;
    };
  }

  /** What was thrown, with its messages quoted. Its text begins with the class that it was of. */
  private static final class Quoted extends Throwable {
    private static final long serialVersionUID = 1L;

    Quoted(Throwable thrown, Map<Throwable, Boolean> seen) {
      super(isOneLine(thrown.toString()) ? thrown.toString() : quoted(thrown.toString()));
      seen.put(thrown, true);
      setStackTrace(thrown.getStackTrace());
      Throwable cause = thrown.getCause();
      if (cause != null && !seen.containsKey(cause)) {
        initCause(new Quoted(cause, seen));
      }
      for (Throwable suppressed : thrown.getSuppressed()) {
        if (!seen.containsKey(suppressed)) {
          addSuppressed(new Quoted(suppressed, seen));
        }
      }
    }
  }
}
