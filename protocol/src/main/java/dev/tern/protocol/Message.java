package dev.tern.protocol;

import org.jspecify.annotations.Nullable;

/** One message, read out of a sound frame that held strict JSON. */
public sealed interface Message {

  /**
   * A call or a notification. Params are still encoded: nobody can bind them before the method is
   * known.
   *
   * @param id null if there was none
   * @param params an encoded JSON object or array; null for none
   */
  record Request(Dialect dialect, @Nullable Id id, String method, @Nullable Bytes params, Meta meta)
      implements Message {

    /** Whether no reply may leave, whatever happens. A bare request is always answered. */
    public boolean isNotification() {
      return id == null && dialect != Dialect.BARE;
    }
  }

  /**
   * An answer: exactly one of result and error is there; a message that says otherwise is {@link
   * Malformed}.
   *
   * @param id null if it was absent or null: the error belongs to no request
   * @param result encoded JSON, {@code null} for a void method
   * @param meta what it says about itself
   */
  record Response(
      @Nullable Id id, @Nullable Bytes result, @Nullable WireError error, ReplyMeta meta)
      implements Message {}

  /**
   * Strict JSON, but no message that can be acted upon.
   *
   * @param id the request's or response's id if it is valid, to answer to or to fail; null if there
   *     is none that may be echoed: what leaves then is the error that belongs to no request
   * @param isResponse whether it looked like a response: nobody answers those
   * @param reply whether an answer may leave: not to a notification
   */
  record Malformed(
      Dialect dialect, @Nullable Id id, boolean isResponse, boolean reply, WireError error)
      implements Message {}
}
