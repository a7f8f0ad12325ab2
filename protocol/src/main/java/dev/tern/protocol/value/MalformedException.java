package dev.tern.protocol.value;

/**
 * The bytes are not what they should be in their encoding. It has no stack trace: hostile input
 * must not cost one. The message never contains the bytes themselves, so it may be logged and sent
 * to the peer.
 */
public abstract class MalformedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int offset;

  /**
   * At that byte.
   *
   * @param offset counted from the start of the message, or of the value
   */
  protected MalformedException(int offset, String message) {
    super(message, null, false, false);
    this.offset = offset;
  }

  /** Where the bytes stop being what they should be, counted from their start. */
  public int offset() {
    return offset;
  }
}
