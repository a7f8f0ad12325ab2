package dev.tern.core.outcome;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.WireError;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.value.Encoding;

/** What became of an operation that is over. Kept for a while, and never changed. */
public sealed interface Outcome {
  /**
   * It has a result.
   *
   * @param encoded the very bytes that the first reply had
   * @param encoding of them
   */
  record Result(Bytes encoded, Encoding encoding) implements Outcome {

    /** A result in JSON. */
    public Result(Bytes encoded) {
      this(encoded, JsonEncoding.JSON);
    }
  }

  /**
   * It has come to an error that is an answer: one of the application, or of a result that could
   * not be sent.
   *
   * @param error with the verdict "yes"
   */
  record Failure(WireError error) implements Outcome {}

  /** What an operation has come to without an answer that can be given again. */
  enum Silent implements Outcome {
    /** It has succeeded, and its result was too large to keep. */
    NOT_KEPT,
    /** It has failed half-way, or was never heard of again: it may have had its effect. */
    FAILED,
    /** Somebody has made sure that it never runs. */
    FENCED
  }
}
