package dev.tern.protocol.envelope;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Id;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Meta;
import dev.tern.protocol.WireError;
import dev.tern.protocol.json.JsonName;
import dev.tern.protocol.json.JsonTooLongException;
import dev.tern.protocol.json.JsonWriter;
import org.jspecify.annotations.Nullable;

/**
 * Writes whole frames, length and JSON payload, each in one array of exactly its size, or large
 * values in arrays of their own. Params, results and details are strict JSON already. What is
 * longer than {@link Limits#MAX_FRAME_BYTES} is a {@link JsonTooLongException}; a smaller limit is
 * the caller's to check. Errors can always be written: lone surrogates in their texts are replaced.
 *
 * <p>Thread-safe.
 */
public final class Messages {
  private static final JsonName JSONRPC = JsonName.of("jsonrpc");
  private static final JsonName ID = JsonName.of("id");
  private static final JsonName METHOD = JsonName.of("method");
  private static final JsonName PARAMS = JsonName.of("params");
  private static final JsonName META = JsonName.of("meta");
  private static final JsonName OK = JsonName.of("ok");
  private static final JsonName RESULT = JsonName.of("result");
  private static final JsonName ERROR = JsonName.of("error");
  private static final JsonName CODE = JsonName.of("code");
  private static final JsonName MESSAGE = JsonName.of("message");
  private static final JsonName DETAILS = JsonName.of("details");
  private static final JsonName EXECUTED = JsonName.of("executed");
  private static final JsonName DATA = JsonName.of("data");
  private static final JsonName REPLAYED = JsonName.of("replayed");
  private static final JsonName QUEUE_US = JsonName.of("queue_us");
  private static final JsonName HANDLER_US = JsonName.of("handler_us");

  private static final String VERSION = "2.0";
  private static final byte[] EMPTY_OBJECT = {'{', '}'};

  private static final int PREFIX = 4;
  private static final int JSONRPC_PART = "'jsonrpc':'2.0',".length();
  private static final int ID_PART = "'id':".length();
  private static final int METHOD_PART = ",'method':".length();
  private static final int PARAMS_PART = ",'params':".length();
  private static final int META_PART = ",'meta':".length();
  private static final int OK_PART = ",'ok':true".length();
  private static final int RESULT_PART = ",'result':".length();
  private static final int BRACES = 2;

  /** 10^19, the first unsigned long that has twenty digits. */
  private static final long TWENTY_DIGITS = Long.parseUnsignedLong("10000000000000000000");

  /** Room for an error without its texts and details; one that is longer costs one more copy. */
  private static final int ERROR_PART = 160;

  private static final byte[] CANCEL = encodeMethod("rpc.cancel");

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
        && UsualMessages.writes(number, params)
        && meta.timeoutMillis() >= 0
        && !meta.saysMoreThanATimeout()) {
      return UsualMessages.writeRequest(number.bits(), encodedMethod, params, meta.timeoutMillis());
    }
    boolean withMeta =
        switch (dialect) {
          case V1 -> true;
          case JSONRPC -> !meta.equals(Meta.NONE);
          case BARE -> false;
        };
    int capacity = PREFIX + BRACES + METHOD_PART + encodedMethod.length;
    capacity += dialect == Dialect.JSONRPC ? JSONRPC_PART : 0;
    // Without an id the method's comma goes, too.
    capacity += id == null ? -1 : ID_PART + sizeOf(id);
    capacity += params == null ? 0 : PARAMS_PART + params.length();
    capacity += withMeta ? META_PART + MetaWriter.sizeOf(meta) : 0;
    JsonWriter w = begin(dialect, capacity);
    if (id != null) {
      id(w.name(ID), id);
    }
    w.name(METHOD).rawValue(encodedMethod);
    if (params != null) {
      w.name(PARAMS).rawValue(params.toByteArray());
    }
    if (withMeta) {
      w.name(META);
      MetaWriter.write(w, meta);
    }
    return Bytes.of(w.endObject().endFrame());
  }

  /** The form in which {@link #request} takes a method's name; worth keeping. */
  public static byte[] encodeMethod(String method) {
    return new JsonWriter().value(method).toByteArray();
  }

  /** The notification that a call of this connection is no longer wanted. */
  public static Bytes cancel(Id id) {
    return request(Dialect.V1, null, CANCEL, Bytes.of(Details.id(id)), Meta.NONE);
  }

  /** A success. */
  public static Bytes success(Dialect dialect, @Nullable Id id, Bytes result) {
    return success(dialect, id, result, false, Meta.UNSAID, Meta.UNSAID);
  }

  /**
   * A success with what only v1 has a place for.
   *
   * @param id null where the request had none and is answered all the same
   * @param result encoded JSON, {@code null} for a void method
   * @param replayed whether it is a remembered result
   * @param queueMicros how long the request waited, or {@link Meta#UNSAID}
   * @param handlerMicros how long the handler ran, or {@link Meta#UNSAID}
   */
  public static Bytes success(
      Dialect dialect,
      @Nullable Id id,
      Bytes result,
      boolean replayed,
      long queueMicros,
      long handlerMicros) {
    if (dialect == Dialect.V1
        && id instanceof Id.Number number
        && UsualMessages.writes(number, result)
        && !replayed
        && queueMicros < 0
        && handlerMicros < 0) {
      return UsualMessages.writeResponse(number.bits(), result);
    }
    int capacity = PREFIX + BRACES + ID_PART + sizeOf(id) + RESULT_PART + result.length();
    capacity +=
        switch (dialect) {
          case V1 -> OK_PART;
          case JSONRPC -> JSONRPC_PART;
          case BARE -> 0;
        };
    JsonWriter w = begin(dialect, capacity);
    id(w.name(ID), id);
    if (dialect == Dialect.V1) {
      w.name(OK).value(true);
    }
    w.name(RESULT).rawValue(result.toByteArray());
    if (dialect == Dialect.V1) {
      responseMeta(w, replayed, queueMicros, handlerMicros);
    }
    return Bytes.of(w.endObject().endFrame());
  }

  /**
   * An error in answer to a request.
   *
   * @param id null where the request had none and is answered all the same
   */
  public static Bytes error(Dialect dialect, @Nullable Id id, WireError error) {
    return error(dialect, id, error, Meta.UNSAID, Meta.UNSAID);
  }

  /**
   * The same with what only v1 has a place for.
   *
   * @param queueMicros how long the request waited, or {@link Meta#UNSAID}
   * @param handlerMicros how long the handler ran, or {@link Meta#UNSAID}
   */
  public static Bytes error(
      Dialect dialect, @Nullable Id id, WireError error, long queueMicros, long handlerMicros) {
    byte[] details = error.details();
    int capacity = ERROR_PART + sizeOf(id) + error.message().length();
    JsonWriter w = begin(dialect, capacity + (details == null ? 0 : details.length));
    id(w.name(ID), id);
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
      responseMeta(w, false, queueMicros, handlerMicros);
    }
    return Bytes.of(w.endObject().endFrame());
  }

  /** The error that belongs to no request: all three dialects can read it. */
  public static Bytes errorWithoutRequest(WireError error) {
    byte[] details = error.details();
    JsonWriter w = begin(Dialect.JSONRPC, ERROR_PART + error.message().length());
    id(w.name(ID), null);
    numbered(w, error).name(DATA).beginObject();
    w.name(CODE).value(wellFormed(error.code()));
    w.name(EXECUTED).value(error.executed().wire());
    if (details != null) {
      w.name(DETAILS).rawValue(details);
    }
    return Bytes.of(w.endObject().endObject().endObject().endFrame());
  }

  private static void responseMeta(
      JsonWriter w, boolean replayed, long queueMicros, long handlerMicros) {
    if (!replayed && queueMicros < 0 && handlerMicros < 0) {
      return;
    }
    w.name(META).beginObject();
    if (replayed) {
      w.name(REPLAYED).value(true);
    }
    if (queueMicros >= 0) {
      w.name(QUEUE_US).value(queueMicros);
    }
    if (handlerMicros >= 0) {
      w.name(HANDLER_US).value(handlerMicros);
    }
    w.endObject();
  }

  private static JsonWriter begin(Dialect dialect, int capacity) {
    JsonWriter w = frame(capacity - PREFIX).beginObject();
    if (dialect == Dialect.JSONRPC) {
      w.name(JSONRPC).value(VERSION);
    }
    return w;
  }

  /** A writer of a frame with so long a payload. */
  static JsonWriter frame(int capacity) {
    return new JsonWriter(PREFIX + capacity, PREFIX + Limits.MAX_FRAME_BYTES).beginFrame();
  }

  private static JsonWriter numbered(JsonWriter w, WireError error) {
    w.name(ERROR).beginObject().name(CODE).value(error.number());
    return w.name(MESSAGE).value(wellFormed(error.message()));
  }

  static void id(JsonWriter w, @Nullable Id id) {
    switch (id) {
      case null -> w.nullValue();
      case Id.Null none -> w.nullValue();
      case Id.Number number -> {
        if (number.unsigned()) {
          w.unsignedValue(number.bits());
        } else {
          w.value(number.bits());
        }
      }
      case Id.Text text -> w.value(text.value());
    }
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
