package dev.tern.protocol.envelope;

import static dev.tern.protocol.Limits.PREFIX_BYTES;
import static dev.tern.protocol.json.PlainJson.OTHER;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Id;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.Meta;
import dev.tern.protocol.ReplyMeta;
import dev.tern.protocol.json.JsonLiteral;
import dev.tern.protocol.json.JsonValidator;
import dev.tern.protocol.json.JsonWriter;
import dev.tern.protocol.json.PlainJson;
import dev.tern.protocol.value.Names;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes usual messages in JSON: each member is compared with what is expected, not
 * looked up. What stands in {@code meta} may have any order, and there may be white space between
 * the tokens.
 */
final class UsualJson implements Usual {
  private static final JsonLiteral ID = JsonLiteral.of("{\"id\":");
  private static final JsonLiteral METHOD = JsonLiteral.of(",\"method\":");
  private static final JsonLiteral PARAMS = JsonLiteral.of(",\"params\":");
  private static final JsonLiteral META = JsonLiteral.of(",\"meta\":");
  private static final JsonLiteral TIMEOUT = JsonLiteral.of(",\"meta\":{\"timeout_ms\":");
  private static final JsonLiteral META_END = JsonLiteral.of("}}");
  private static final JsonLiteral RESULT = JsonLiteral.of(",\"ok\":true,\"result\":");
  private static final JsonLiteral END = JsonLiteral.of("}");
  private static final byte[] ENDING = {'}'};
  private static final byte[] NOTHING = {};

  private final Limits limits;
  private final int idBytes;
  private final int metaBytes;
  private final Names methods;
  private final JsonValidator validator;
  private final MetaReader metaReader;
  private final int[] scratch = PlainJson.scratch();

  /** Whether no limit forbids the members themselves. */
  private final boolean isAllowed;

  UsualJson(Limits limits, Names methods, JsonValidator validator, MetaReader metaReader) {
    this.validator = validator;
    this.limits = limits;
    this.idBytes = limits.get(Bound.ID_BYTES);
    this.metaBytes = limits.get(Bound.META_BYTES);
    this.methods = methods;
    this.metaReader = metaReader;
    this.isAllowed = Usual.isAllowedBy(limits);
  }

  /** {@code {"id":1,"method":"…","params":{…},"meta":{…}}}. */
  @Override
  public Message.@Nullable Request request(byte[] payload, int off, int len, boolean keeps) {
    int end = off + len;
    int idStart = isAllowed ? ID.valueStart(payload, off, end) : OTHER;
    int idEnd = idStart < 0 ? OTHER : PlainJson.scalarEnd(payload, idStart, end, limits);
    int name = idEnd < 0 ? OTHER : METHOD.valueStart(payload, idEnd, end);
    if (name < 0 || name >= end || payload[name] != '"') {
      return null;
    }
    int nameEnd = PlainJson.stringEnd(payload, name + 1, end);
    int method = nameEnd < 0 ? OTHER : PlainJson.indexIn(methods, payload, name + 1, nameEnd);
    if (method < 0) {
      return null;
    }
    Bytes params = null;
    int p = nameEnd + 1;
    int paramsStart = PARAMS.valueStart(payload, p, end);
    if (paramsStart >= 0) {
      boolean isFit =
          paramsStart < end && (payload[paramsStart] == '{' || payload[paramsStart] == '[');
      p = isFit ? valueEnd(payload, off, paramsStart, end) : OTHER;
      if (p < 0) {
        return null;
      }
      params = Envelope.value(payload, paramsStart, p, keeps);
    }
    Meta meta = meta(payload, p, end);
    Id id = meta == null ? null : id(payload, idStart, idEnd);
    return meta == null || id == null
        ? null
        : new Message.Request(Dialect.V1, id, methods.get(method).text(), params, meta);
  }

  /** The rest of a message, from its meta on; null if that is not plain. */
  private @Nullable Meta meta(byte[] payload, int p, int end) {
    int first = p + TIMEOUT.length();
    int behind = TIMEOUT.standsAt(payload, p) ? integerEnd(payload, first, end) : OTHER;
    boolean isTimeout = behind >= 0 && payload[first] != '-';
    long timeout = isTimeout ? PlainJson.integer(payload, first, behind) : Meta.UNSAID;
    if (isTimeout
        && behind + META_END.length() == end
        && META_END.standsAt(payload, behind)
        && end - p <= metaBytes) {
      return Meta.timeout(timeout); // nearly all requests say nothing else
    }
    int start = META.valueStart(payload, p, end);
    int stop =
        start >= 0 && start < end && payload[start] == '{'
            ? metaReader.readPlain(payload, start, end, isTimeout ? behind : start, timeout)
            : OTHER;
    return stop >= 0 && isEnd(payload, stop, end) ? metaReader.toMeta() : null;
  }

  private static boolean isEnd(byte[] payload, int p, int end) {
    int brace = PlainJson.token(payload, p, end);
    return brace < end && payload[brace] == '}' && PlainJson.token(payload, brace + 1, end) == end;
  }

  private @Nullable Id id(byte[] payload, int start, int stop) {
    byte first = payload[start];
    if (first == '"') {
      String text = PlainJson.text(payload, start + 1, stop - 1);
      return Text.isPlainAscii(text, idBytes) ? new Id.Text(text) : null;
    }
    return first == '-' || (first >= '0' && first <= '9')
        ? new Id.Number(PlainJson.integer(payload, start, stop))
        : null;
  }

  /** {@code {"id":1,"ok":true,"result":…}}. */
  @Override
  public Message.@Nullable Response response(byte[] payload, int off, int len, boolean keeps) {
    int end = off + len;
    int idStart = off + ID.length();
    int idEnd = isAllowed && ID.standsAt(payload, off) ? integerEnd(payload, idStart, end) : OTHER;
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
            ReplyMeta.NONE)
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
    try {
      validator.resetWithin(payload, off, end - off, start, 1);
      validator.skipValue();
      boolean usual = validator.valueStart() == start && validator.overLimitAt() < 0;
      return usual ? validator.valueEnd() : OTHER;
    } finally {
      validator.reset(NOTHING, 0, 0);
    }
  }

  /**
   * Writes the payload of what {@link #request} reads.
   *
   * @param id 0 or more
   * @param meta with a timeout
   * @return null if it cannot be written like this
   */
  static @Nullable Bytes writeRequest(
      long id, byte[] encodedMethod, @Nullable Bytes params, Meta meta) {
    int before = ID.length() + JsonWriter.sizeOf(id) + METHOD.length() + encodedMethod.length;
    before += params == null ? 0 : PARAMS.length();
    int size = params == null ? 0 : params.length();
    long rest = meta.saysMoreThanATimeout() ? MetaWriter.plainSize(meta) : 0;
    long after =
        TIMEOUT.length() + JsonWriter.sizeOf(meta.timeoutMillis()) + rest + META_END.length();
    if (rest < 0 || before + (long) size + after > Limits.MAX_FRAME_BYTES) {
      return null;
    }
    boolean apart = size >= JsonWriter.APART_BYTES;
    byte[] head = new byte[PREFIX_BYTES + before + (apart ? 0 : size + (int) after)];
    int p = METHOD.put(head, JsonWriter.put(id, head, ID.put(head, PREFIX_BYTES)));
    System.arraycopy(encodedMethod, 0, head, p, encodedMethod.length);
    p += encodedMethod.length;
    byte[] tail = apart ? new byte[(int) after] : head;
    if (params != null) {
      p = PARAMS.put(head, p);
      p = apart ? 0 : params.copyTo(head, p);
    }
    p = JsonWriter.put(meta.timeoutMillis(), tail, TIMEOUT.put(tail, p));
    p = rest == 0 ? p : MetaWriter.putPlain(meta, tail, p);
    if (p < 0) {
      return null;
    }
    META_END.put(tail, p);
    return joined(head, apart ? params : null, tail);
  }

  /**
   * Writes the payload of what {@link #response} reads.
   *
   * @param id 0 or more
   * @return null if it is too long
   */
  static @Nullable Bytes writeResponse(long id, Bytes result) {
    int before = ID.length() + JsonWriter.sizeOf(id) + RESULT.length();
    int size = result.length();
    if (before + size + END.length() > Limits.MAX_FRAME_BYTES) {
      return null;
    }
    boolean apart = size >= JsonWriter.APART_BYTES;
    byte[] head = new byte[PREFIX_BYTES + before + (apart ? 0 : size + END.length())];
    int p = RESULT.put(head, JsonWriter.put(id, head, ID.put(head, PREFIX_BYTES)));
    if (apart) {
      return joined(head, result, ENDING);
    }
    END.put(head, result.copyTo(head, p));
    return joined(head, null, head);
  }

  /**
   * An id, and what follows it.
   *
   * @param id 0 or more
   * @param tail from the comma on
   */
  static Bytes writeError(long id, byte[] tail) {
    byte[] payload = new byte[PREFIX_BYTES + ID.length() + JsonWriter.sizeOf(id) + tail.length];
    int p = JsonWriter.put(id, payload, ID.put(payload, PREFIX_BYTES));
    System.arraycopy(tail, 0, payload, p, tail.length);
    return Bytes.of(payload, PREFIX_BYTES, payload.length);
  }

  /** A payload, with a value between its two ends if that is a part of its own. */
  private static Bytes joined(byte[] head, @Nullable Bytes value, byte[] tail) {
    Bytes first = Bytes.of(head, PREFIX_BYTES, head.length);
    return value == null ? first : Bytes.inARow(first, value, Bytes.of(tail));
  }
}
