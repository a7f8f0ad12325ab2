package dev.tern.core.binding.error;

/**
 * A well-formed value that does not fit the declared type. Becomes INVALID_PARAMS with the path in
 * its details. The message is made for the peer: it names neither Java types nor a library, and
 * shows at most a short, escaped excerpt of the value.
 */
public final class BindingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private String path;
  private final boolean refused;
  private final String reason;

  private BindingException(String path, boolean refused, String reason) {
    // Without a stack trace: the peer decides how often this is thrown.
    super(reason, null, false, false);
    this.path = path;
    this.refused = refused;
    this.reason = reason;
  }

  /** The value at that path is {@code found}, which is not what was expected. */
  public static BindingException mismatch(String path, String found, String expected) {
    return new BindingException(path, false, found + " (expected: " + expected + ")");
  }

  /** There is one value more than there are parameters. */
  public static BindingException tooMany(int expected) {
    String what =
        switch (expected) {
          case 0 -> "no parameters";
          case 1 -> "1 parameter";
          default -> "at most " + expected + " parameters";
        };
    return mismatch(Excerpt.element(expected), "one parameter too many", what);
  }

  /** The value at that path was refused by the constructor of its type. */
  public static BindingException refused(String path, String reason) {
    return new BindingException(path, true, reason);
  }

  /** This, of a value that is a part of another one: the path begins with that step. */
  public BindingException under(String step) {
    path = Excerpt.join(step, path);
    return this;
  }

  /**
   * Where the value stands: {@code a}, {@code items[2].name}, {@code [0]} for the first positional
   * parameter; empty for the whole.
   */
  public String path() {
    return path;
  }

  @Override
  public String getMessage() {
    return path.isEmpty() ? reason : path + ": " + reason;
  }

  /**
   * The message, in which a whole of the wrong kind has a name; what a constructor says of it does
   * without.
   */
  public String message(String whole) {
    return path.isEmpty() && !refused ? whole + ": " + reason : getMessage();
  }
}
