package dev.tern.core;

/** A successful answer; failure is always thrown. Sealed, so that a stream fits in later. */
public sealed interface Response {

  /**
   * One value.
   *
   * @param value encoded JSON, {@code null} for a void method; not to be changed
   * @param replayed whether it is a remembered result of an earlier attempt
   * @param queueMicros how long the call waited at the server; -1 if the server did not say
   * @param handlerMicros how long its handler took; -1 if the server did not say
   */
  @SuppressWarnings("ArrayRecordComponent") // encoded bytes, handed on untouched, never compared
  record Result(byte[] value, boolean replayed, long queueMicros, long handlerMicros)
      implements Response {

    /** A fresh value. */
    public Result(byte[] value) {
      this(value, false, -1, -1);
    }
  }

  /** The encoded value. */
  default byte[] encoded() {
    return switch (this) {
      case Result result -> result.value();
    };
  }
}
