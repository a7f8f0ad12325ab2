package dev.tern.protocol.value;

/** There is no room for what would be made of a text. */
public final class NoRoomException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Without a stack trace: the peer decides how often this is thrown. */
  public NoRoomException() {
    super("no room for more elements and entries", null, false, false);
  }
}
