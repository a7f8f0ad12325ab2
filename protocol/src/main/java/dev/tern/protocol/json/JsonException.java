package dev.tern.protocol.json;

import dev.tern.protocol.value.MalformedException;

/** The bytes are not one strict JSON text. */
public final class JsonException extends MalformedException {
  private static final long serialVersionUID = 1L;

  /**
   * At that byte.
   *
   * @param expectation what stands there, and what should; nothing of the text itself
   */
  public JsonException(int offset, String expectation) {
    super(offset, "not strict JSON at byte " + offset + ": " + expectation);
  }
}
