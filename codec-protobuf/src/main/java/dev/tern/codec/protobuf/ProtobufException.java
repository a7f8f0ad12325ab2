package dev.tern.codec.protobuf;

/**
 * The bytes are not protobuf that Tern takes. It has no stack trace: hostile input must not cost
 * one. The message never contains the bytes themselves, so it may be logged and sent to the peer.
 */
public final class ProtobufException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int offset;

  ProtobufException(int offset, String found, String expected) {
    super(
        "not strict protobuf at byte " + offset + ": " + found + " (expected: " + expected + ")",
        null,
        false,
        false);
    this.offset = offset;
  }

  /** Where the bytes stop being what Tern takes, counted from the start of the value. */
  public int offset() {
    return offset;
  }
}
