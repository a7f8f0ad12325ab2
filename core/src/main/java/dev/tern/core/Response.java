package dev.tern.core;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.ReplyMeta;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.value.Encoding;
import dev.tern.protocol.value.Transcode;

/** A successful answer; failure is always thrown. Sealed, so that a stream fits in later. */
public sealed interface Response {

  /**
   * One value.
   *
   * @param value encoded, where it lies, a null for a void method; not to be changed
   * @param meta what the reply says about itself. At the server it is written into the reply; the
   *     times that the caller has asked for are added where it says none
   * @param encoding of the value
   */
  record Value(Bytes value, ReplyMeta meta, Encoding encoding) implements Response {

    /** A value in JSON. */
    public Value(Bytes value, ReplyMeta meta) {
      this(value, meta, JsonEncoding.JSON);
    }

    /** A fresh value in JSON. */
    public Value(Bytes value) {
      this(value, ReplyMeta.NONE);
    }

    /** A fresh value in JSON; the array is not to be changed any more. */
    public Value(byte[] value) {
      this(Bytes.of(value));
    }

    /** This value, saying something else about itself. */
    public Value withMeta(ReplyMeta other) {
      return new Value(value, other, encoding);
    }

    /**
     * The value as JSON in an array of its own: a large one is copied out of its frame at each
     * call, and one in another encoding is converted. A message of protobuf is the text of its
     * bytes in base64.
     */
    public byte[] encoded() {
      return Transcode.convert(value, encoding, JsonEncoding.JSON, 1).toByteArray();
    }
  }
}
