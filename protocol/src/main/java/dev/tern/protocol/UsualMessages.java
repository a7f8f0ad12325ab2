package dev.tern.protocol;

import dev.tern.protocol.json.JsonCursor;
import dev.tern.protocol.json.JsonException;
import dev.tern.protocol.json.JsonKind;
import dev.tern.protocol.json.JsonLiteral;
import dev.tern.protocol.json.JsonNames;
import dev.tern.protocol.json.JsonWriter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the messages of a usual v1 call in one fixed shape: what is always the same is
 * compared or copied, not read or put together. Whatever deviates is left to {@link Envelope},
 * which reads any shape and would find the same in these.
 */
final class UsualMessages {
  private static final JsonLiteral ID = JsonLiteral.of("{\"id\":");
  private static final JsonLiteral METHOD = JsonLiteral.of(",\"method\":");
  private static final JsonLiteral PARAMS = JsonLiteral.of(",\"params\":");
  private static final JsonLiteral META = JsonLiteral.of(",\"meta\":");
  private static final JsonLiteral RESULT = JsonLiteral.of(",\"ok\":true,\"result\":");
  private static final JsonLiteral END = JsonLiteral.of("}");

  private final Limits limits;
  private final JsonNames methods;
  private final JsonCursor cursor;
  private final MetaReader metaReader;

  UsualMessages(Limits limits, JsonNames methods, JsonCursor cursor, MetaReader metaReader) {
    this.metaReader = metaReader;
    this.limits = limits;
    this.methods = methods;
    this.cursor = cursor;
  }

  /**
   * {@code {"id":…,"method":…,"params":…,"meta":{"timeout_ms":…}}}; params may be missing.
   *
   * @return null if it is anything else
   * @throws JsonException if it is no strict JSON
   */
  Message.@Nullable Request request(byte[] payload, int off, int len) {
    Id id = id(payload, off, len);
    if (id == null || !cursor.skipLiteral(METHOD) || cursor.peek() != JsonKind.STRING) {
      return null;
    }
    String method = cursor.readString(methods);
    byte[] params = null;
    if (cursor.skipLiteral(PARAMS)) {
      JsonKind kind = cursor.peek();
      if (kind != JsonKind.OBJECT && kind != JsonKind.ARRAY) {
        return null;
      }
      params = value(payload);
    }
    if (!cursor.skipLiteral(META) || cursor.peek() != JsonKind.OBJECT) {
      return null;
    }
    metaReader.clear();
    metaReader.read(cursor);
    return isEnd() && metaReader.isSound() && Text.isVisibleAscii(method, limits.methodBytes())
        ? new Message.Request(Dialect.V1, id, method, params, metaReader.toMeta())
        : null;
  }

  /**
   * {@code {"id":…,"ok":true,"result":…}}.
   *
   * @return null if it is anything else
   * @throws JsonException if it is no strict JSON
   */
  Message.@Nullable Response response(byte[] payload, int off, int len) {
    Id id = id(payload, off, len);
    if (id == null || !cursor.skipLiteral(RESULT)) {
      return null;
    }
    byte[] result = value(payload);
    return isEnd() ? new Message.Response(id, result, null, false, Meta.UNSAID, Meta.UNSAID) : null;
  }

  /** Writes the frame of what {@link #request} reads. */
  static byte[] writeRequest(Id id, byte[] encodedMethod, byte @Nullable [] params, Meta meta) {
    int capacity = ID.length() + Messages.sizeOf(id) + METHOD.length() + encodedMethod.length;
    capacity += params == null ? 0 : PARAMS.length() + params.length;
    capacity += META.length() + MetaWriter.sizeOf(meta) + END.length();
    JsonWriter w = Messages.frame(capacity).literal(ID);
    Messages.id(w, id);
    w.literal(METHOD).rawValue(encodedMethod);
    if (params != null) {
      w.literal(PARAMS).rawValue(params);
    }
    w.literal(META);
    MetaWriter.write(w, meta);
    return w.literal(END).endFrame();
  }

  /** Writes the frame of what {@link #response} reads. */
  static byte[] writeResponse(Id id, byte[] result) {
    int capacity = ID.length() + Messages.sizeOf(id) + RESULT.length() + result.length;
    JsonWriter w = Messages.frame(capacity + END.length()).literal(ID);
    Messages.id(w, id);
    return w.literal(RESULT).rawValue(result).literal(END).endFrame();
  }

  private @Nullable Id id(byte[] payload, int off, int len) {
    cursor.resetInside(payload, off, len, 1);
    Id id = cursor.skipLiteral(ID) ? IdReader.read(cursor, limits) : null;
    return id == Id.Null.NULL ? null : id;
  }

  private byte[] value(byte[] payload) {
    cursor.skipValue();
    return Arrays.copyOfRange(payload, cursor.valueStart(), cursor.valueEnd());
  }

  private boolean isEnd() {
    return cursor.skipLiteral(END) && cursor.isAtEnd() && cursor.overLimitAt() < 0;
  }
}
