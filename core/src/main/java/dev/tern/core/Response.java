package dev.tern.core;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.ReplyMeta;

/** A successful answer; failure is always thrown. Sealed, so that a stream fits in later. */
public sealed interface Response {

  /**
   * One value.
   *
   * @param value encoded JSON where it lies, {@code null} for a void method; not to be changed
   * @param meta what the reply says about itself. At the server it is written into the reply; the
   *     times that the caller has asked for are added where it says none
   */
  record Value(Bytes value, ReplyMeta meta) implements Response {

    /** A fresh value. */
    public Value(Bytes value) {
      this(value, ReplyMeta.NONE);
    }

    /** A fresh value; the array is not to be changed any more. */
    public Value(byte[] value) {
      this(Bytes.of(value));
    }

    /** The value in an array of its own: a large one is copied out of its frame at each call. */
    public byte[] encoded() {
      return value.toByteArray();
    }
  }
}
