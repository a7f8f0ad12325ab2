package dev.tern.core.binding.error;

import dev.tern.protocol.value.TooDeepException;
import org.jspecify.annotations.Nullable;

/**
 * A Java value that no encoding has a form for: it refers to itself, holds NaN, half a surrogate
 * pair or what is no data, or one of its accessors threw. A fault of the side that made the value;
 * the message is for its log. Users know it as the IllegalArgumentException that it is: this
 * package is not exported.
 */
public final class EncodingException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** Of what threw by itself. */
  public static final String NO_FORM = "no JSON form";

  private final String reason;
  private String path = "";
  private @Nullable String whole;

  /**
   * @param reason what is wrong with a value
   */
  public EncodingException(String reason, @Nullable Throwable cause) {
    super(reason, cause);
    this.reason = reason;
  }

  /**
   * The failure of a value that is a part of another one.
   *
   * @param step where it stands in that one
   * @param thrown by what wrote it
   */
  public static RuntimeException under(String step, RuntimeException thrown) {
    if (thrown instanceof TooDeepException) {
      return thrown; // the path is as long
    }
    EncodingException failure = of(thrown);
    failure.path = Excerpt.join(step, failure.path);
    return failure;
  }

  /** The failure of a whole value. */
  public static EncodingException of(Object value, RuntimeException thrown) {
    return named(value.getClass().getName(), thrown);
  }

  /**
   * The failure of a whole value.
   *
   * @param whole what it is called, before the path
   */
  public static EncodingException named(String whole, RuntimeException thrown) {
    EncodingException failure = of(thrown);
    failure.whole = whole;
    return failure;
  }

  private static EncodingException of(RuntimeException thrown) {
    return thrown instanceof EncodingException failure
        ? failure
        : new EncodingException(
            thrown instanceof IllegalArgumentException
                ? String.valueOf(thrown.getMessage())
                : NO_FORM,
            thrown);
  }

  @Override
  public String getMessage() {
    return whole == null && path.isEmpty()
        ? reason
        : Excerpt.join(whole == null ? "" : whole, path) + ": " + reason;
  }
}
