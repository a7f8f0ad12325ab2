package dev.tern.protocol.envelope;

import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.value.MalformedException;

/** What is well-formed, but no message: nobody can be told whose it is. */
public final class NoMessageException extends MalformedException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  NoMessageException(ErrorCode code, int offset, String message) {
    super(offset, "no message at byte " + offset + ": " + message);
    this.code = code;
  }

  /** What it is in a batch, whose other messages are none the worse for it. */
  public ErrorCode code() {
    return code;
  }
}
