package dev.tern.core.binding.error;

import java.time.DateTimeException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells a constructor that refuses its values, which is the caller's fault, from one that fails,
 * which is our own; and what may be said to the peer about the former.
 */
public final class Refusal {
  private static final int MAX_LENGTH = 200;

  /** The reason where there is none to tell. */
  public static final String UNSAID = "not valid";

  /** A qualified name, as in "No enum constant com.example.Color.RED". */
  private static final Pattern QUALIFIED =
      Pattern.compile("[\\p{L}_$][\\w$]*\\.[\\p{L}_$][\\w$]*[.$(]");

  private Refusal() {}

  /**
   * The refusal of the value at that path. Anything that was not thrown to refuse is thrown on.
   *
   * @param thrown by the constructor of the value's type
   */
  public static BindingException of(String path, Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown instanceof RuntimeException failure && !isDeliberate(failure)) {
      throw failure;
    }
    String message = thrown.getMessage();
    if (message == null || !(thrown instanceof RuntimeException) || !isHarmless(message)) {
      return BindingException.refused(path, UNSAID);
    }
    return BindingException.refused(path, message);
  }

  private static boolean isDeliberate(RuntimeException thrown) {
    return thrown instanceof IllegalArgumentException
        || thrown instanceof DateTimeException
        || (thrown instanceof NullPointerException && !isOfTheJvm(thrown.getMessage()));
  }

  /** Whether it speaks of a null that nobody expected; then it names classes and methods. */
  private static boolean isOfTheJvm(@Nullable String message) {
    return message != null && message.startsWith("Cannot ");
  }

  private static boolean isHarmless(String message) {
    return !message.isBlank()
        && message.length() <= MAX_LENGTH
        && message.chars().noneMatch(Character::isISOControl)
        && !QUALIFIED.matcher(message).find();
  }
}
