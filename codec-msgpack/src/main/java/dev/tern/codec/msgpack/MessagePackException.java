package dev.tern.codec.msgpack;

import dev.tern.protocol.value.MalformedException;

/** The bytes are not one value in MessagePack that Tern takes. */
public final class MessagePackException extends MalformedException {
  private static final long serialVersionUID = 1L;

  MessagePackException(int offset, String found, String expected) {
    super(
        offset,
        "not strict MessagePack at byte "
            + offset
            + ": "
            + found
            + " (expected: "
            + expected
            + ")");
  }
}
