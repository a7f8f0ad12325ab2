package dev.tern.protocol.value;

/** A value nests deeper than peers read. It may hold itself. */
public final class TooDeepException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /**
   * @param most how deep it may nest
   */
  public TooDeepException(int most) {
    super("nesting deeper than " + most + ", or refers to itself");
  }
}
