package dev.tern.protocol.envelope;

import dev.tern.protocol.value.MalformedException;

/** What is well-formed, but no message: nobody can be told whose it is. */
final class NoMessageException extends MalformedException {
  private static final long serialVersionUID = 1L;

  NoMessageException(int offset, String message) {
    super(offset, "no message at byte " + offset + ": " + message);
  }
}
