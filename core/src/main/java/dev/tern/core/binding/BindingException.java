package dev.tern.core.binding;

/**
 * A well-formed value that does not fit the declared type. Becomes INVALID_PARAMS with the path in
 * its details. The message is made for the peer: it names neither Java types nor the JSON library,
 * and shows at most a short, escaped excerpt of the value.
 */
public final class BindingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String path;
  private final boolean refused;

  private BindingException(String path, boolean refused, String message) {
    // Without a stack trace: the peer decides how often this is thrown.
    super(message, null, false, false);
    this.path = path;
    this.refused = refused;
  }

  /** The value at that path is {@code found}, which is not what was expected. */
  static BindingException mismatch(String path, String found, String expected) {
    return new BindingException(path, false, at(path) + found + " (expected: " + expected + ")");
  }

  /** The value at that path was refused by the constructor of its type. */
  static BindingException refused(String path, String reason) {
    return new BindingException(path, true, at(path) + reason);
  }

  /**
   * Where the value stands: {@code a}, {@code items[2].name}, {@code [0]} for the first positional
   * parameter; empty for the whole.
   */
  public String path() {
    return path;
  }

  /**
   * The message, in which a whole of the wrong kind has a name; what a constructor says of it does
   * without.
   */
  public String message(String whole) {
    String message = String.valueOf(getMessage());
    return path.isEmpty() && !refused ? whole + ": " + message : message;
  }

  private static String at(String path) {
    return path.isEmpty() ? "" : path + ": ";
  }
}
