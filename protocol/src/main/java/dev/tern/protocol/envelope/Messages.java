package dev.tern.protocol.envelope;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Id;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Meta;
import dev.tern.protocol.ReplyMeta;
import dev.tern.protocol.WireError;
import dev.tern.protocol.json.JsonTooLongException;
import dev.tern.protocol.json.JsonWriter;
import dev.tern.protocol.value.Name;
import org.jspecify.annotations.Nullable;

/**
 * Writes payloads, each in one array of exactly its size, or large values in parts of their own.
 * The first array has room for a frame's prefix before the payload. Params, results and details are
 * strict JSON already. What is longer than {@link Limits#MAX_FRAME_BYTES} is a {@link
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

  /**
   * A request. In v1 {@code meta} is always there; in JSON-RPC only if it says something; in the
   * bare dialect never, as it would make it v1.
   *
   * @param id null for a notification (which a bare server answers all the same)
   * @param encodedMethod the method's name as JSON, see {@link #encodeMethod}
   * @param params null for none
   */
  public static Bytes request(
      Dialect dialect, @Nullable Id id, byte[] encodedMethod, @Nullable Bytes params, Meta meta) {
    if (dialect == Dialect.V1
        && id instanceof Id.Number number
        && number.bits() >= 0
        && meta.timeoutMillis() >= 0) {
      Bytes usual = UsualMessages.writeRequest(number.bits(), encodedMethod, params, meta);
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
    JsonWriter w = begin(dialect, capacity);
    if (id != null) {
      id(w.name(ID), id);
    }
    w.name(METHOD).rawValue(encodedMethod);
    if (params != null) {
      w.name(PARAMS).rawValue(params);
    }
    if (withMeta) {
      w.name(META);
      MetaWriter.write(w, meta);
    }
    return w.endObject().takeBytes();
  }

  /** How long {@code meta} is as JSON. */
  public static int lengthOf(Meta meta) {
    JsonWriter w = new JsonWriter();
    MetaWriter.write(w, meta);
    return w.toByteArray().length;
  }

  /** The form in which {@link #request} takes a method's name; worth keeping. */
  public static byte[] encodeMethod(String method) {
    return new JsonWriter().value(method).toByteArray();
  }

  /** The notification that a call of this connection is no longer wanted. */
  public static Bytes cancel(Id id) {
    return request(Dialect.V1, null, CANCEL, Bytes.of(idMember(id)), Meta.NONE);
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

  /** A success. */
  public static Bytes success(Dialect dialect, @Nullable Id id, Bytes result) {
    return success(dialect, id, result, ReplyMeta.NONE);
  }

  /**
   * A success with what only v1 has a place for.
   *
   * @param id null where the request had none and is answered all the same
   * @param result encoded JSON, {@code null} for a void method
   * @param meta what the reply says about itself, left out in the other dialects
   */
  public static Bytes success(Dialect dialect, @Nullable Id id, Bytes result, ReplyMeta meta) {
    if (dialect == Dialect.V1
        && id instanceof Id.Number number
        && number.bits() >= 0
        && meta == ReplyMeta.NONE) {
      Bytes usual = UsualMessages.writeResponse(number.bits(), result);
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
    capacity += meta == ReplyMeta.NONE ? 0 : SOME;
    JsonWriter w = begin(dialect, capacity);
    var _ = id(w.name(ID), id);
    if (dialect == Dialect.V1) {
      w.name(OK).value(true);
    }
    w.name(RESULT).rawValue(result);
    if (dialect == Dialect.V1) {
      MetaWriter.write(w, META, meta);
    }
    return w.endObject().takeBytes();
  }

  /**
   * An error in answer to a request.
   *
   * @param id null where the request had none and is answered all the same
   */
  public static Bytes error(Dialect dialect, @Nullable Id id, WireError error) {
    return error(dialect, id, error, ReplyMeta.NONE);
  }

  /**
   * An error with what only v1 has a place for.
   *
   * @param id null where the request had none and is answered all the same
   * @param meta what the reply says about itself, left out in the other dialects
   */
  public static Bytes error(Dialect dialect, @Nullable Id id, WireError error, ReplyMeta meta) {
    byte[] details = error.details();
    JsonWriter w = begin(dialect, sizeOf(dialect, id, error, meta));
    var _ = id(w.name(ID), id);
    switch (dialect) {
      case V1 -> {
        w.name(OK).value(false).name(ERROR).beginObject();
        w.name(CODE).value(wellFormed(error.code()));
        w.name(MESSAGE).value(wellFormed(error.message()));
        w.name(DETAILS).rawValue(details == null ? EMPTY_OBJECT : details);
        w.name(EXECUTED).value(error.executed().wire());
      }
      case JSONRPC -> {
        numbered(w, error).name(DATA).beginObject();
        w.name(CODE).value(wellFormed(error.code()));
        w.name(EXECUTED).value(error.executed().wire());
        w.name(DETAILS).rawValue(details == null ? EMPTY_OBJECT : details).endObject();
      }
      case BARE -> numbered(w, error);
    }
    w.endObject();
    if (dialect == Dialect.V1) {
      MetaWriter.write(w, META, meta);
    }
    return w.endObject().takeBytes();
  }

  /** The error that belongs to no request: all three dialects can read it. */
  public static Bytes errorWithoutRequest(WireError error) {
    byte[] details = error.details();
    JsonWriter w = begin(Dialect.JSONRPC, SOME + error.message().length());
    var _ = id(w.name(ID), null);
    numbered(w, error).name(DATA).beginObject();
    w.name(CODE).value(wellFormed(error.code()));
    w.name(EXECUTED).value(error.executed().wire());
    if (details != null) {
      w.name(DETAILS).rawValue(details);
    }
    return w.endObject().endObject().endObject().takeBytes();
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

  private static JsonWriter begin(Dialect dialect, int capacity) {
    JsonWriter w = JsonWriter.payload(capacity).beginObject();
    if (dialect == Dialect.JSONRPC) {
      w.name(JSONRPC).value(VERSION);
    }
    return w;
  }

  private static JsonWriter numbered(JsonWriter w, WireError error) {
    w.name(ERROR).beginObject().name(CODE).value(error.number());
    return w.name(MESSAGE).value(wellFormed(error.message()));
  }

  /** An object whose only member is an id: the one that an error is about, where it has none. */
  public static byte[] idMember(Id id) {
    return id(new JsonWriter().beginObject().name(ID), id).endObject().toByteArray();
  }

  static JsonWriter id(JsonWriter w, @Nullable Id id) {
    return switch (id) {
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
