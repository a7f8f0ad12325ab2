package dev.tern.protocol.json;

/**
 * The bytes are not one strict JSON text. It has no stack trace: hostile input must not cost one.
 * The message never contains the text itself, so it may be logged and sent to the peer.
 */
public final class JsonException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int offset;

  /**
   * At that byte.
   *
   * @param expectation what stands there, and what should; nothing of the text itself
   */
  public JsonException(int offset, String expectation) {
    super("not strict JSON at byte " + offset + ": " + expectation, null, false, false);
    this.offset = offset;
  }

  /** Where the text stops being JSON, in bytes from its start. */
  public int offset() {
    return offset;
  }
}
