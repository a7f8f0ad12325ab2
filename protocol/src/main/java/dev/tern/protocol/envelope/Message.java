package dev.tern.protocol.envelope;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Id;
import dev.tern.protocol.Meta;
import dev.tern.protocol.ReplyMeta;
import dev.tern.protocol.WireError;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.value.Encoding;
import org.jspecify.annotations.Nullable;

/** One message, read out of a sound frame. */
public sealed interface Message {

  /**
   * A call or a notification. Params are still encoded: nobody can bind them before the method is
   * known.
   *
   * @param format how it is written
   * @param id null if there was none
   * @param params an encoded object or array; null for none
   */
  record Request(
      WireFormat format, @Nullable Id id, String method, @Nullable Bytes params, Meta meta)
      implements Message {

    /** One that is written in JSON. */
    public Request(
        Dialect dialect, @Nullable Id id, String method, @Nullable Bytes params, Meta meta) {
      this(WireFormat.json(dialect), id, method, params, meta);
    }

    /** In which dialect it is written. */
    public Dialect dialect() {
      return format.dialect();
    }

    /** In which encoding its params are, too. */
    public Encoding encoding() {
      return format.encoding();
    }

    /** Whether no reply may leave, whatever happens. A bare request is always answered. */
    public boolean isNotification() {
      return id == null && dialect() != Dialect.BARE;
    }
  }

  /**
   * An answer: exactly one of result and error is there; a message that says otherwise is {@link
   * Malformed}.
   *
   * @param id null if it was absent or null: the error belongs to no request
   * @param result encoded, a null for a void method
   * @param meta what it says about itself
   * @param encoding of the result
   */
  record Response(
      @Nullable Id id,
      @Nullable Bytes result,
      @Nullable WireError error,
      ReplyMeta meta,
      Encoding encoding)
      implements Message {

    /** One in JSON. */
    public Response(
        @Nullable Id id, @Nullable Bytes result, @Nullable WireError error, ReplyMeta meta) {
      this(id, result, error, meta, JsonEncoding.JSON);
    }
  }

  /**
   * Well-formed in its encoding, but no message that can be acted upon.
   *
   * @param format how it is written
   * @param id the request's or response's id if it is valid, to answer to or to fail; null if there
   *     is none that may be echoed: what leaves then is the error that belongs to no request
   * @param isResponse whether it looked like a response: nobody answers those
   * @param reply whether an answer may leave: not to a notification
   */
  record Malformed(
      WireFormat format, @Nullable Id id, boolean isResponse, boolean reply, WireError error)
      implements Message {

    /** In which dialect it is written. */
    public Dialect dialect() {
      return format.dialect();
    }
  }
}
