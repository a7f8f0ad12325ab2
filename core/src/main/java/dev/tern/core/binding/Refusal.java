package dev.tern.core.binding;

import java.time.DateTimeException;
import java.util.regex.Pattern;

/**
 * What may be said to the peer about an exception that a constructor threw to refuse its values.
 */
final class Refusal {
  private static final int MAX_LENGTH = 200;
  private static final String UNSAID = "not valid";

  /** A qualified name, as in "No enum constant com.example.Color.RED". */
  private static final Pattern QUALIFIED =
      Pattern.compile("[\\p{L}_$][\\w$]*\\.[\\p{L}_$][\\w$]*[.$(]");

  private Refusal() {}

  static String reason(Throwable thrown) {
    String message = thrown.getMessage();
    boolean deliberate =
        thrown instanceof IllegalArgumentException
            || thrown instanceof NullPointerException
            || thrown instanceof DateTimeException;
    return deliberate && message != null && isHarmless(message) ? message : UNSAID;
  }

  private static boolean isHarmless(String message) {
    return !message.isBlank()
        && message.length() <= MAX_LENGTH
        && message.chars().noneMatch(Character::isISOControl)
        // What the JVM says about a null that nobody expected names classes and methods.
        && !message.startsWith("Cannot ")
        && !QUALIFIED.matcher(message).find();
  }
}
