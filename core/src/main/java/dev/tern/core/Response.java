package dev.tern.core;

import dev.tern.protocol.Bytes;

/** A successful answer; failure is always thrown. Sealed, so that a stream fits in later. */
public sealed interface Response {

  /**
   * One value.
   *
   * @param value encoded JSON, {@code null} for a void method
   * @param replayed whether it is a remembered result of an earlier attempt
   * @param queueMicros how long the call waited at the server; -1 if the server did not say
   * @param handlerMicros how long its handler took; -1 if the server did not say
   */
  record Result(Bytes value, boolean replayed, long queueMicros, long handlerMicros)
      implements Response {

    /** A fresh value; not to be changed any more. */
    public Result(byte[] value) {
      this(Bytes.of(value), false, -1, -1);
    }
  }

  /** The encoded value where it lies; not to be changed. */
  Bytes value();

  /** The same in an array of its own: a large one is copied out of its frame at each call. */
  default byte[] encoded() {
    return value().toByteArray();
  }
}
