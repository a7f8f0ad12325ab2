package dev.tern.protocol.envelope;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Id;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Message;
import dev.tern.protocol.Meta;
import dev.tern.protocol.frame.FrameDecoder;
import dev.tern.protocol.json.JsonCursor;
import dev.tern.protocol.json.JsonException;
import dev.tern.protocol.json.JsonLiteral;
import dev.tern.protocol.json.JsonNames;
import dev.tern.protocol.json.JsonWriter;
import dev.tern.protocol.json.PlainJson;
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
  private static final JsonLiteral RESULT = JsonLiteral.of(",\"ok\":true,\"result\":");
  private static final JsonLiteral END = JsonLiteral.of("}");

  private static final JsonLiteral QUOTED_METHOD = JsonLiteral.of(",\"method\":\"");
  private static final JsonLiteral TIMEOUT = JsonLiteral.of(",\"meta\":{\"timeout_ms\":");
  private static final JsonLiteral META_END = JsonLiteral.of("}}");

  /** With more in it, a message may be too long. */
  private static final int MOST_BYTES = Limits.MAX_FRAME_BYTES - (1 << 10);

  /** From this size on a value is a part of its own: one more part costs less than copying it. */
  private static final int APART_BYTES = 16 << 10;

  private static final byte[] END_BYTES = {'}'};

  private final Limits limits;
  private final JsonNames methods;
  private final JsonCursor cursor;
  private final int[] scratch = PlainJson.scratch();

  /** Whether params, meta and results may be objects at all. */
  private final boolean mayNest;

  UsualMessages(Limits limits, JsonNames methods, JsonCursor cursor) {
    this.cursor = cursor;
    this.limits = limits;
    this.methods = methods;
    this.mayNest = limits.depth() > 1;
  }

  /**
   * {@code {"id":1,"method":"…","params":{…},"meta":{"timeout_ms":1}}}, with a known method; params
   * may be missing.
   *
   * @return null if it is anything else, be that right or wrong
   * @throws JsonException if the params are no strict JSON
   */
  Message.@Nullable Request request(byte[] payload, int off, int len, boolean keeps) {
    int end = off + len;
    int idStart = off + ID.length();
    int idEnd =
        mayNest && ID.standsAt(payload, off) ? integerEnd(payload, idStart, end) : PlainJson.OTHER;
    if (idEnd < 0 || !QUOTED_METHOD.standsAt(payload, idEnd)) {
      return null;
    }
    int nameStart = idEnd + QUOTED_METHOD.length();
    int nameEnd = PlainJson.stringEnd(payload, nameStart, end);
    int method = nameEnd < 0 ? -1 : PlainJson.indexIn(methods, payload, nameStart, nameEnd);
    if (method < 0) {
      return null;
    }
    Bytes params = null;
    int p = nameEnd + 1;
    if (PARAMS.standsAt(payload, p)) {
      int start = p + PARAMS.length();
      boolean isObject = start < end && payload[start] == '{';
      p = isObject ? valueEnd(payload, off, start, end) : PlainJson.OTHER;
      if (p < 0) {
        return null;
      }
      params = Envelope.value(payload, start, p, keeps);
    }
    int timeoutStart = p + TIMEOUT.length();
    int timeoutEnd =
        TIMEOUT.standsAt(payload, p) ? integerEnd(payload, timeoutStart, end) : PlainJson.OTHER;
    if (timeoutEnd < 0
        || timeoutEnd + META_END.length() != end
        || !META_END.standsAt(payload, timeoutEnd)
        || timeoutEnd + META_END.length() - p > limits.metaBytes()
        || payload[timeoutStart] == '-') {
      return null;
    }
    return new Message.Request(
        Dialect.V1,
        new Id.Number(PlainJson.integer(payload, idStart, idEnd)),
        methods.get(method).text(),
        params,
        Meta.timeout(PlainJson.integer(payload, timeoutStart, timeoutEnd)));
  }

  /**
   * {@code {"id":1,"ok":true,"result":…}}.
   *
   * @return null if it is anything else, be that right or wrong
   * @throws JsonException if the result is no strict JSON
   */
  Message.@Nullable Response response(byte[] payload, int off, int len, boolean keeps) {
    int end = off + len;
    int idStart = off + ID.length();
    int idEnd =
        mayNest && ID.standsAt(payload, off) ? integerEnd(payload, idStart, end) : PlainJson.OTHER;
    if (idEnd < 0 || !RESULT.standsAt(payload, idEnd)) {
      return null;
    }
    int start = idEnd + RESULT.length();
    int stop = valueEnd(payload, off, start, end);
    return stop >= 0 && stop + 1 == end && payload[stop] == '}'
        ? new Message.Response(
            new Id.Number(PlainJson.integer(payload, idStart, idEnd)),
            Envelope.value(payload, start, stop, keeps),
            null,
            false,
            Meta.UNSAID,
            Meta.UNSAID)
        : null;
  }

  private int integerEnd(byte[] payload, int start, int end) {
    return PlainJson.integerEnd(payload, start, end, limits);
  }

  /** Where the value that starts here ends, plain or not; OTHER if something in it is too long. */
  private int valueEnd(byte[] payload, int off, int start, int end) {
    int plain = PlainJson.end(payload, start, end, limits, scratch);
    if (plain >= 0 || start >= end) {
      return plain;
    }
    cursor.resetWithin(payload, off, end - off, start, 1);
    cursor.skipValue();
    boolean usual = cursor.valueStart() == start && cursor.overLimitAt() < 0;
    return usual ? cursor.valueEnd() : PlainJson.OTHER;
  }

  /** Whether the short way writes a frame with this id and so much in it. */
  static boolean writes(Id.Number id, @Nullable Bytes value) {
    return id.bits() >= 0 && (value == null || value.length() <= MOST_BYTES);
  }

  /** Writes the frame of what {@link #request} reads. Both numbers are 0 or more. */
  static Bytes writeRequest(
      long id, byte[] encodedMethod, @Nullable Bytes params, long timeoutMillis) {
    int before = ID.length() + JsonWriter.sizeOf(id) + METHOD.length() + encodedMethod.length;
    before += params == null ? 0 : PARAMS.length();
    int after = TIMEOUT.length() + JsonWriter.sizeOf(timeoutMillis) + META_END.length();
    int size = params == null ? 0 : params.length();
    int length = before + size + after;
    byte[] head = frame(length, size < APART_BYTES ? length : before);
    int p = JsonWriter.put(id, head, ID.put(head, FrameDecoder.PREFIX_BYTES));
    p = put(encodedMethod, head, METHOD.put(head, p));
    if (params != null) {
      p = PARAMS.put(head, p);
      if (size >= APART_BYTES) {
        byte[] tail = new byte[after];
        META_END.put(tail, JsonWriter.put(timeoutMillis, tail, TIMEOUT.put(tail, 0)));
        return params.between(head, tail);
      }
      p = put(params.toByteArray(), head, p);
    }
    META_END.put(head, JsonWriter.put(timeoutMillis, head, TIMEOUT.put(head, p)));
    return Bytes.of(head);
  }

  /** Writes the frame of what {@link #response} reads. The id is 0 or more. */
  static Bytes writeResponse(long id, Bytes result) {
    int before = ID.length() + JsonWriter.sizeOf(id) + RESULT.length();
    int size = result.length();
    int length = before + size + END.length();
    byte[] head = frame(length, size < APART_BYTES ? length : before);
    int p = RESULT.put(head, JsonWriter.put(id, head, ID.put(head, FrameDecoder.PREFIX_BYTES)));
    if (size >= APART_BYTES) {
      return result.between(head, END_BYTES);
    }
    END.put(head, put(result.toByteArray(), head, p));
    return Bytes.of(head);
  }

  /** The start of a frame with so long a payload; room for so much of it. */
  private static byte[] frame(int length, int room) {
    byte[] frame = new byte[FrameDecoder.PREFIX_BYTES + room];
    frame[0] = (byte) (length >>> 24);
    frame[1] = (byte) (length >>> 16);
    frame[2] = (byte) (length >>> 8);
    frame[3] = (byte) length;
    return frame;
  }

  private static int put(byte[] value, byte[] frame, int p) {
    System.arraycopy(value, 0, frame, p, value.length);
    return p + value.length;
  }
}
