package dev.tern.codec.protobuf;

import dev.tern.protocol.value.MalformedException;

/** The bytes are not protobuf that Tern takes. */
public final class ProtobufException extends MalformedException {
  private static final long serialVersionUID = 1L;

  ProtobufException(int offset, String found, String expected) {
    super(
        offset,
        "not strict protobuf at byte " + offset + ": " + found + " (expected: " + expected + ")");
  }
}
