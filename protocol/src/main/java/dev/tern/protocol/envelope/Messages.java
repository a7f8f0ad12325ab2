package dev.tern.protocol.envelope;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Id;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Meta;
import dev.tern.protocol.ReplyMeta;
import dev.tern.protocol.WireError;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.json.JsonTooLongException;
import dev.tern.protocol.json.JsonWriter;
import dev.tern.protocol.value.EncodedWriter;
import dev.tern.protocol.value.Encoding;
import dev.tern.protocol.value.Name;
import dev.tern.protocol.value.ValueWriter;
import org.jspecify.annotations.Nullable;

/**
 * Writes payloads, each in one array of exactly its size, or large values in parts of their own.
 * The first array has room for a frame's prefix before the payload. Params and results are encoded
 * already, in the encoding of the message; details of errors are strict JSON. What is longer than
 * {@link Limits#MAX_FRAME_BYTES} is an {@link IllegalArgumentException}, in JSON a {@link
 * JsonTooLongException}; a smaller limit is the caller's to check. Errors can always be written:
 * lone surrogates in their texts are replaced.
 *
 * <p>Thread-safe.
 */
public final class Messages {
  /** The result of a method that has none. */
  public static final Bytes NULL = Bytes.of(new byte[] {'n', 'u', 'l', 'l'});

  private static final Name JSONRPC = Name.of("jsonrpc");
  private static final Name ID = Name.of("id");
  private static final Name METHOD = Name.of("method");
  private static final Name PARAMS = Name.of("params");
  private static final Name META = Name.of("meta");
  private static final Name OK = Name.of("ok");
  private static final Name RESULT = Name.of("result");
  private static final Name ERROR = Name.of("error");
  private static final Name CODE = Name.of("code");
  private static final Name MESSAGE = Name.of("message");
  private static final Name DETAILS = Name.of("details");
  private static final Name EXECUTED = Name.of("executed");
  private static final Name DATA = Name.of("data");

  private static final String VERSION = "2.0";
  private static final byte[] EMPTY_OBJECT = {'{', '}'};

  /** Around a method's name. */
  private static final int SOME_QUOTES = 2;

  /** A guess of what meta or an error takes without its longer texts. */
  private static final int SOME = 160;

  private static final int AROUND_ERROR =
      "{'id':,'ok':false,'error':{'code':'','message':'','details':,'executed':''}}".length();

  /** 10^19, the first unsigned long that has twenty digits. */
  private static final long TWENTY_DIGITS = Long.parseUnsignedLong("10000000000000000000");

  private static final byte[] CANCEL = encodeMethod("rpc.cancel");
  private static final byte[] HELLO = encodeMethod("rpc.hello");
  private static final byte[] PING = encodeMethod("rpc.ping");
  private static final byte[] GO_AWAY = encodeMethod("rpc.goaway");

  private Messages() {}

  /** A request in JSON; see {@link #request(WireFormat, Id, byte[], Bytes, Meta)}. */
  public static Bytes request(
      Dialect dialect, @Nullable Id id, byte[] encodedMethod, @Nullable Bytes params, Meta meta) {
    return request(WireFormat.json(dialect), id, encodedMethod, params, meta);
  }

  /**
   * A request. In v1 {@code meta} is always there; in JSON-RPC only if it says something; in the
   * bare dialect never, as it would make it v1.
   *
   * @param id null for a notification (which a bare server answers all the same)
   * @param encodedMethod the method's name, see {@link #encodeMethod(Encoding, String)}
   * @param params null for none
   */
  public static Bytes request(
      WireFormat format, @Nullable Id id, byte[] encodedMethod, @Nullable Bytes params, Meta meta) {
    Dialect dialect = format.dialect();
    if (dialect == Dialect.V1
        && id instanceof Id.Number number
        && number.bits() >= 0
        && meta.timeoutMillis() >= 0) {
      Bytes usual = usualRequest(format.encoding(), number.bits(), encodedMethod, params, meta);
      if (usual != null) {
        return usual;
      }
    }
    boolean withMeta =
        switch (dialect) {
          case V1 -> true;
          case JSONRPC -> !meta.equals(Meta.NONE);
          case BARE -> false;
        };
    String around =
        switch (dialect) {
          case V1 -> "{'id':,'method':,'params':,'meta':}";
          case JSONRPC -> "{'jsonrpc':'2.0','id':,'method':,'params':}";
          case BARE -> "{'id':,'method':,'params':}";
        };
    int capacity = around.length() + sizeOf(id) + encodedMethod.length + sizeOf(params);
    capacity += withMeta ? SOME : 0;
    int members = count(id != null, true, params != null, withMeta);
    EncodedWriter w = begin(format, capacity, members);
    if (id != null) {
      id(w.name(ID), id);
    }
    w.name(METHOD);
    w.encoded(Bytes.of(encodedMethod));
    if (params != null) {
      w.name(PARAMS);
      w.encoded(params);
    }
    if (withMeta) {
      w.name(META);
      MetaWriter.write(w, meta);
    }
    w.endObject();
    return w.takeBytes();
  }

  /** One of v1, with a timeout; null if there is no short way for it. */
  private static @Nullable Bytes usualRequest(
      Encoding encoding, long id, byte[] encodedMethod, @Nullable Bytes params, Meta meta) {
    if (encoding == JsonEncoding.JSON) {
      return UsualJson.writeRequest(id, encodedMethod, params, meta);
    }
    return meta.saysMoreThanATimeout()
        ? null
        : encoding.usualRequest(id, encodedMethod, params, meta.timeoutMillis());
  }

  private static int count(boolean... members) {
    int count = 0;
    for (boolean isThere : members) {
      count += isThere ? 1 : 0;
    }
    return count;
  }

  /** How long {@code meta} is as JSON. */
  public static int lengthOf(Meta meta) {
    JsonWriter w = new JsonWriter();
    MetaWriter.write(w, meta);
    return w.toByteArray().length;
  }

  /** The form in which a request in JSON takes a method's name; worth keeping. */
  public static byte[] encodeMethod(String method) {
    return encodeMethod(JsonEncoding.JSON, method);
  }

  /** The form in which a request takes a method's name; worth keeping. */
  public static byte[] encodeMethod(Encoding encoding, String method) {
    EncodedWriter w = encoding.writer(method.length() + SOME_QUOTES, Limits.DEFAULT, 0);
    w.value(method);
    return w.takeBytes().toByteArray();
  }

  /** The notification that a call of this connection is no longer wanted. */
  public static Bytes cancel(Id id) {
    return request(Dialect.V1, null, CANCEL, idMember(JsonEncoding.JSON, id), Meta.NONE);
  }

  /** The request that says who this side is, and asks who the other one is. */
  public static Bytes hello(Id id, Bytes params) {
    return request(Dialect.V1, id, HELLO, params, Meta.NONE);
  }

  /**
   * The request for a sign of life.
   *
   * @param id null if none is wanted, as this one is itself a sign
   */
  public static Bytes ping(@Nullable Id id) {
    return request(Dialect.V1, id, PING, null, Meta.NONE);
  }

  /** The notification that nothing new shall be sent on this connection. */
  public static Bytes goAway() {
    return request(Dialect.V1, null, GO_AWAY, null, Meta.NONE);
  }

  /** A success in JSON. */
  public static Bytes success(Dialect dialect, @Nullable Id id, Bytes result) {
    return success(WireFormat.json(dialect), id, result, ReplyMeta.NONE);
  }

  /** A success in JSON with what only v1 has a place for. */
  public static Bytes success(Dialect dialect, @Nullable Id id, Bytes result, ReplyMeta meta) {
    return success(WireFormat.json(dialect), id, result, meta);
  }

  /**
   * A success with what only v1 has a place for.
   *
   * @param id null where the request had none and is answered all the same
   * @param result encoded, a null for a void method
   * @param meta what the reply says about itself, left out in the other dialects
   */
  public static Bytes success(WireFormat format, @Nullable Id id, Bytes result, ReplyMeta meta) {
    Dialect dialect = format.dialect();
    if (dialect == Dialect.V1
        && id instanceof Id.Number number
        && number.bits() >= 0
        && meta == ReplyMeta.NONE) {
      Bytes usual =
          format.encoding() == JsonEncoding.JSON
              ? UsualJson.writeResponse(number.bits(), result)
              : format.encoding().usualReply(number.bits(), result);
      if (usual != null) {
        return usual;
      }
    }
    String around =
        switch (dialect) {
          case V1 -> "{'id':,'ok':true,'result':}";
          case JSONRPC -> "{'jsonrpc':'2.0','id':,'result':}";
          case BARE -> "{'id':,'result':}";
        };
    int capacity = around.length() + sizeOf(id) + sizeOf(result);
    EncodedWriter w = beginReply(format, id, meta, capacity + (meta == ReplyMeta.NONE ? 0 : SOME));
    if (dialect == Dialect.V1) {
      w.name(OK).value(true);
    }
    w.name(RESULT);
    w.encoded(result);
    return endReply(w, dialect, meta);
  }

  /** The success of a method that has no result. */
  public static Bytes success(WireFormat format, @Nullable Id id) {
    return success(format, id, nullIn(format.encoding()), ReplyMeta.NONE);
  }

  /** A null in an encoding. */
  public static Bytes nullIn(Encoding encoding) {
    if (encoding == JsonEncoding.JSON) {
      return NULL;
    }
    EncodedWriter w = encoding.writer(1, Limits.DEFAULT, 0);
    w.nullValue();
    return w.takeBytes();
  }

  private static EncodedWriter beginReply(
      WireFormat format, @Nullable Id id, ReplyMeta meta, int capacity) {
    boolean isV1 = format.dialect() == Dialect.V1;
    int members = count(true, isV1, true, isV1 && !meta.saysNothing());
    EncodedWriter w = begin(format, capacity, members);
    id(w.name(ID), id);
    return w;
  }

  private static Bytes endReply(EncodedWriter w, Dialect dialect, ReplyMeta meta) {
    if (dialect == Dialect.V1) {
      MetaWriter.write(w, META, meta);
    }
    w.endObject();
    return w.takeBytes();
  }

  /** An error in JSON, in answer to a request. */
  public static Bytes error(Dialect dialect, @Nullable Id id, WireError error) {
    return error(WireFormat.json(dialect), id, error, ReplyMeta.NONE);
  }

  /** An error in JSON with what only v1 has a place for. */
  public static Bytes error(Dialect dialect, @Nullable Id id, WireError error, ReplyMeta meta) {
    return error(WireFormat.json(dialect), id, error, meta);
  }

  /** An error in answer to a request. */
  public static Bytes error(WireFormat format, @Nullable Id id, WireError error) {
    return error(format, id, error, ReplyMeta.NONE);
  }

  /**
   * An error with what only v1 has a place for.
   *
   * @param id null where the request had none and is answered all the same
   * @param meta what the reply says about itself, left out in the other dialects
   */
  public static Bytes error(WireFormat format, @Nullable Id id, WireError error, ReplyMeta meta) {
    Dialect dialect = format.dialect();
    EncodedWriter w = beginReply(format, id, meta, sizeOf(dialect, id, error, meta));
    switch (dialect) {
      case V1 -> {
        w.name(OK).value(false).name(ERROR).beginObject(4);
        w.name(CODE).value(wellFormed(error.code()));
        w.name(MESSAGE).value(wellFormed(error.message()));
        w.name(DETAILS);
        details(w, error.details());
        w.name(EXECUTED).value(error.executed().wire());
      }
      case JSONRPC -> {
        numbered(w, error, 3).name(DATA).beginObject(3);
        w.name(CODE).value(wellFormed(error.code()));
        w.name(EXECUTED).value(error.executed().wire());
        w.name(DETAILS);
        details(w, error.details());
        w.endObject();
      }
      case BARE -> numbered(w, error, 2);
    }
    w.endObject();
    return endReply(w, dialect, meta);
  }

  /** Details are JSON, and sound. */
  private static void details(EncodedWriter w, byte @Nullable [] details) {
    if (details == null) {
      w.beginObject(0).endObject();
    } else if (w instanceof JsonWriter json) {
      json.rawValue(details);
    } else {
      w.json(Bytes.of(details));
    }
  }

  /** The error that belongs to no request: in JSON, and all three dialects can read it. */
  public static Bytes errorWithoutRequest(WireError error) {
    return errorWithoutRequest(WireFormat.json(Dialect.JSONRPC), error);
  }

  /** The one in a batch, in its encoding: in JSON as on its own, else as v1 says it. */
  public static Bytes errorWithoutRequest(Encoding encoding, WireError error) {
    return encoding == JsonEncoding.JSON
        ? errorWithoutRequest(error)
        : error(new WireFormat(Dialect.V1, encoding), null, error);
  }

  private static Bytes errorWithoutRequest(WireFormat format, WireError error) {
    byte[] details = error.details();
    EncodedWriter w = begin(format, SOME + error.message().length(), 2);
    id(w.name(ID), null);
    numbered(w, error, 3).name(DATA).beginObject(details == null ? 2 : 3);
    w.name(CODE).value(wellFormed(error.code()));
    w.name(EXECUTED).value(error.executed().wire());
    if (details != null) {
      w.name(DETAILS);
      details(w, details);
    }
    w.endObject().endObject().endObject();
    return w.takeBytes();
  }

  /** Exact for what a server of v1 mostly says when it refuses; a guess for all else. */
  private static int sizeOf(Dialect dialect, @Nullable Id id, WireError error, ReplyMeta meta) {
    byte[] details = error.details();
    int size = sizeOf(id) + error.message().length();
    size += details == null ? EMPTY_OBJECT.length : details.length;
    return dialect == Dialect.V1 && meta == ReplyMeta.NONE
        ? size + AROUND_ERROR + error.code().length() + error.executed().wire().length()
        : size + SOME;
  }

  /**
   * Begins a message.
   *
   * @param members how many it has beside the dialect's own
   */
  private static EncodedWriter begin(WireFormat format, int capacity, int members) {
    boolean isJsonRpc = format.dialect() == Dialect.JSONRPC;
    EncodedWriter w = format.encoding().messageWriter(capacity);
    w.beginObject(isJsonRpc ? members + 1 : members);
    if (isJsonRpc) {
      w.name(JSONRPC).value(VERSION);
    }
    return w;
  }

  private static ValueWriter numbered(EncodedWriter w, WireError error, int members) {
    w.name(ERROR).beginObject(members).name(CODE).value(error.number());
    return w.name(MESSAGE).value(wellFormed(error.message()));
  }

  /** An object whose only member is an id: the one that an error is about, where it has none. */
  public static byte[] idMember(Id id) {
    return idMember(JsonEncoding.JSON, id).toByteArray();
  }

  private static Bytes idMember(Encoding encoding, Id id) {
    EncodedWriter w = encoding.writer(SOME, Limits.DEFAULT, 0);
    w.beginObject(1);
    id(w.name(ID), id);
    w.endObject();
    return w.takeBytes();
  }

  private static void id(ValueWriter w, @Nullable Id id) {
    var _ =
        switch (id) {
          case null -> w.nullValue();
          case Id.Null none -> w.nullValue();
          case Id.Number number when number.unsigned() -> w.unsignedValue(number.bits());
          case Id.Number number -> w.value(number.bits());
          case Id.Text text -> w.value(text.value());
        };
  }

  /** What a value takes in the first array: nothing if it is a part of its own. */
  private static int sizeOf(@Nullable Bytes value) {
    int length = value == null ? 0 : value.length();
    return length < JsonWriter.APART_BYTES ? length : 0;
  }

  /** Exact but for strings that need escapes or are not ASCII. */
  static int sizeOf(@Nullable Id id) {
    return switch (id) {
      case null -> 4;
      case Id.Null none -> 4;
      case Id.Number number ->
          number.unsigned()
              ? Long.compareUnsigned(number.bits(), TWENTY_DIGITS) < 0 ? 19 : 20
              : JsonWriter.sizeOf(number.bits());
      case Id.Text text -> text.value().length() + 2;
    };
  }

  /** The text with each lone surrogate replaced: an error must not fail for its words. */
  private static String wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      if (Character.isSupplementaryCodePoint(text.codePointAt(i))) {
        i++;
      } else {
        return replaceLone(text);
      }
    }
    return text;
  }

  private static String replaceLone(String text) {
    return text.codePoints()
        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
