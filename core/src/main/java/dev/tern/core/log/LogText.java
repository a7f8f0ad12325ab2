package dev.tern.core.log;

import java.util.Arrays;
import java.util.IdentityHashMap;
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

  /** Letters by their class, which show nothing: fillers of Hangul. */
  private static final String BLANK_LETTERS = "\u115f\u1160\u3164\uffa0";

  /** So long is a text, or are all texts of one exception and its causes; more is cut off. */
  static final int MAX_CHARS = 8_192;

  /** So many frames has one exception with its causes: one of the JVM's has up to 1,024. */
  static final int MAX_FRAMES = 2_048;

  /** What each exception costs beside its text, in characters. */
  private static final int EACH_CHARS = 64;

  /** What a frame costs, its names apart, which it shares. */
  private static final int FRAME_BYTES = 48;

  private LogText() {}

  /** A value that is quoted where it must be. */
  public static String of(String text) {
    boolean isPlain =
        !text.isEmpty()
            && text.length() <= MAX_CHARS
            && text.chars().allMatch(c -> isAsciiLetterOrDigit(c) || PLAIN.indexOf(c) >= 0);
    return isPlain ? text : quoted(text);
  }

  /** A value in quotes, whatever it is: so a text that looks like a number is told from one. */
  public static String quoted(String all) {
    String text = cut(all, MAX_CHARS);
    StringBuilder out = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if ((c >= ' ' && c <= '~') || isForeignLetterOrDigit(c)) {
        out.append(c);
      } else {
        out.append("\\u%04x".formatted((int) c));
      }
    }
    return out.append('"').toString();
  }

  private static boolean isForeignLetterOrDigit(int c) {
    return c > '~' && Character.isLetterOrDigit(c) && BLANK_LETTERS.indexOf(c) < 0;
  }

  private static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, Math.max(0, length)) + "…";
  }

  private static boolean isAsciiLetterOrDigit(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  /**
   * What was thrown, as it is if it is not too long and none of its messages could break a line or
   * change how it reads; else a copy with such messages quoted, and cut. Code that fails often
   * repeats what a peer has sent.
   */
  static Throwable of(Throwable thrown) {
    try {
      return new Room().isPlain(thrown) ? thrown : new Quoted(thrown, new Room());
    } catch (RuntimeException | StackOverflowError e) { // of code of the user's
      return new Throwable(thrown.getClass().getName() + ": cannot say what it is");
    }
  }

  /** About how many bytes it takes to hold what {@link #of} has given. */
  static int bytes(Throwable bounded) {
    Room room = new Room();
    room.isPlain(bounded);
    return Character.BYTES * (MAX_CHARS - room.chars) + FRAME_BYTES * (MAX_FRAMES - room.frames);
  }

  /** What one line may still hold. */
  private static final class Room {
    private final IdentityHashMap<Throwable, Boolean> seen = new IdentityHashMap<>();
    private int chars = MAX_CHARS;
    private int frames = MAX_FRAMES;

    boolean isPlain(@Nullable Throwable thrown) {
      if (thrown == null || seen.put(thrown, true) != null) {
        return true;
      }
      String text = String.valueOf(thrown);
      take(text, thrown.getStackTrace().length);
      boolean isPlain = chars >= 0 && frames >= 0 && isOneLine(text) && isPlain(thrown.getCause());
      for (Throwable suppressed : thrown.getSuppressed()) {
        isPlain = isPlain && isPlain(suppressed);
      }
      return isPlain;
    }

    void take(String text, int depth) {
      chars -= text.length() + EACH_CHARS;
      frames -= depth;
    }

    boolean takes(Throwable thrown) {
      return chars > 0 && seen.put(thrown, true) == null;
    }
  }

  private static boolean isOneLine(String text) {
    return text.chars()
        .allMatch(
            c -> (c >= ' ' && c <= '~') || isForeignLetterOrDigit(c) || (c > '~' && isVisible(c)));
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

    Quoted(Throwable thrown, Room room) {
      super(text(cut(String.valueOf(thrown), room.chars)));
      StackTraceElement[] trace = thrown.getStackTrace();
      setStackTrace(Arrays.copyOf(trace, Math.min(trace.length, Math.max(0, room.frames))));
      room.seen.put(thrown, true);
      room.take(String.valueOf(getMessage()), trace.length);
      Throwable cause = thrown.getCause();
      if (cause != null && room.takes(cause)) {
        initCause(new Quoted(cause, room));
      }
      for (Throwable suppressed : thrown.getSuppressed()) {
        if (room.takes(suppressed)) {
          addSuppressed(new Quoted(suppressed, room));
        }
      }
    }

    private static String text(String said) {
      return isOneLine(said) ? said : quoted(said);
    }
  }
}
