package dev.tern.codec.msgpack;

import static dev.tern.protocol.Limits.PREFIX_BYTES;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.value.FastPath;
import dev.tern.protocol.value.Literal;
import dev.tern.protocol.value.ValueKind;
import org.jspecify.annotations.Nullable;

/**
 * Finds and writes usual messages: their members' names are compared with what is expected, not
 * looked up. Lengths and numbers may be written longer than they need be, but those of the message
 * and of its names.
 */
final class UsualMessages implements FastPath {
  private static final Literal REQUEST = Literal.of("\u0084\u00A2id");
  private static final Literal REQUEST_WITHOUT_PARAMS = Literal.of("\u0083\u00A2id");
  private static final Literal METHOD = Literal.of("\u00A6method");
  private static final Literal PARAMS = Literal.of("\u00A6params");
  private static final Literal META = Literal.of("\u00A4meta");
  private static final Literal TIMEOUT = Literal.of("\u0081\u00AAtimeout_ms");
  private static final Literal REPLY = Literal.of("\u0083\u00A2id");
  private static final Literal RESULT = Literal.of("\u00A2ok\u00C3\u00A6result");

  private static final int OTHER = -1;

  /** In how many objects the members' values lie. */
  private static final int IN_MESSAGE = 1;

  private final MessagePackValidator validator;

  private long number;
  private long id;
  private int methodStart;
  private int methodEnd;
  private int valueStart;
  private int valueEnd;
  private int metaStart;
  private int metaEnd;
  private long timeoutMillis;

  UsualMessages(MessagePackValidator validator) {
    this.validator = validator;
  }

  @Override
  public boolean findRequest(byte[] payload, int from, int to) {
    boolean hasParams = REQUEST.standsAt(payload, from);
    if (!hasParams && !REQUEST_WITHOUT_PARAMS.standsAt(payload, from)) {
      return false;
    }
    int p = numberEnd(payload, from + REQUEST.length(), to);
    id = number;
    p = p >= 0 && METHOD.standsAt(payload, p) ? methodEnd(payload, p + METHOD.length(), to) : OTHER;
    valueStart = NONE;
    if (hasParams && p >= 0) {
      p = PARAMS.standsAt(payload, p) ? paramsEnd(payload, from, p + PARAMS.length(), to) : OTHER;
    }
    return p >= 0
        && META.standsAt(payload, p)
        && metaEnd(payload, from, p + META.length(), to) == to;
  }

  private int methodEnd(byte[] payload, int p, int to) {
    int first = p < to ? payload[p] & 0xFF : 0;
    boolean isShort = first >= Format.FIXSTR && first <= Format.FIXSTR + Format.MAX_FIXSTR;
    if (!isShort && (first != Format.STR8 || p + 1 >= to)) {
      return OTHER;
    }
    methodStart = p + Format.size(payload[p]);
    methodEnd = methodStart + (int) Format.count(payload, p);
    boolean isAscii =
        methodEnd <= to
            && MessagePackValidator.asciiEnd(payload, methodStart, methodEnd) == methodEnd;
    return isAscii ? methodEnd : OTHER; // else it is to be checked first, as it stands first
  }

  private int paramsEnd(byte[] payload, int from, int p, int to) {
    ValueKind kind = p < to ? Format.kind(payload[p]) : null;
    valueStart = p;
    valueEnd =
        kind == ValueKind.OBJECT || kind == ValueKind.ARRAY
            ? validator.valueEnd(payload, from, p, to, IN_MESSAGE)
            : OTHER;
    return valueEnd;
  }

  private int metaEnd(byte[] payload, int from, int p, int to) {
    metaStart = p;
    metaEnd = TIMEOUT.standsAt(payload, p) ? numberEnd(payload, p + TIMEOUT.length(), to) : OTHER;
    timeoutMillis = metaEnd >= 0 ? number : NONE;
    if (metaEnd < 0 && p < to && Format.kind(payload[p]) == ValueKind.OBJECT) {
      metaEnd = validator.valueEnd(payload, from, p, to, IN_MESSAGE);
    }
    return metaEnd;
  }

  @Override
  public boolean findReply(byte[] payload, int from, int to) {
    int p = REPLY.standsAt(payload, from) ? numberEnd(payload, from + REPLY.length(), to) : OTHER;
    if (p < 0 || !RESULT.standsAt(payload, p) || p + RESULT.length() >= to) {
      return false;
    }
    id = number;
    valueStart = p + RESULT.length();
    valueEnd = validator.valueEnd(payload, from, valueStart, to, IN_MESSAGE);
    return valueEnd == to;
  }

  /** Where the integer that starts here ends, if it is 0 or more and a long holds it. */
  private int numberEnd(byte[] b, int p, int to) {
    if (p >= to) {
      return OTHER;
    }
    int size = Format.size(b[p]);
    if (size > to - p) {
      return OTHER;
    }
    number =
        switch (b[p] & 0xFF) {
          case Format.UINT8 -> b[p + 1] & 0xFF;
          case Format.UINT16 -> Format.uint16(b, p + 1);
          case Format.UINT32 -> Format.uint32(b, p + 1);
          case Format.INT32 -> Format.int32(b, p + 1);
          case Format.UINT64, Format.INT64 -> Format.int64(b, p + 1);
          default -> b[p]; // below 0 if it is anything but the number itself
        };
    return number >= 0 ? p + size : OTHER;
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public int methodStart() {
    return methodStart;
  }

  @Override
  public int methodEnd() {
    return methodEnd;
  }

  @Override
  public int valueStart() {
    return valueStart;
  }

  @Override
  public int valueEnd() {
    return valueEnd;
  }

  @Override
  public int metaStart() {
    return metaStart;
  }

  @Override
  public int metaEnd() {
    return metaEnd;
  }

  @Override
  public long timeoutMillis() {
    return timeoutMillis;
  }

  // --- writing ---

  /** Null if it is too long. */
  static @Nullable Bytes request(
      long id, byte[] method, @Nullable Bytes params, long timeoutMillis) {
    Literal first = params == null ? REQUEST_WITHOUT_PARAMS : REQUEST;
    int before = first.length() + Format.sizeOf(id) + METHOD.length() + method.length;
    before += params == null ? 0 : PARAMS.length();
    int size = params == null ? 0 : params.length();
    int after = META.length() + TIMEOUT.length() + Format.sizeOf(timeoutMillis);
    if (before + (long) size + after > Limits.MAX_FRAME_BYTES) {
      return null;
    }
    boolean apart = size >= MessagePackWriter.APART_BYTES;
    byte[] head = new byte[PREFIX_BYTES + before + (apart ? 0 : size + after)];
    int p = METHOD.put(head, Format.put(head, first.put(head, PREFIX_BYTES), id));
    System.arraycopy(method, 0, head, p, method.length);
    p += method.length;
    byte[] tail = apart ? new byte[after] : head;
    if (params != null) {
      p = PARAMS.put(head, p);
      p = apart ? 0 : params.copyTo(head, p);
    }
    Format.put(tail, TIMEOUT.put(tail, META.put(tail, p)), timeoutMillis);
    Bytes start = Bytes.of(head, PREFIX_BYTES, head.length);
    return apart && params != null ? Bytes.inARow(start, params, Bytes.of(tail)) : start;
  }

  /** Null if it is too long. */
  static @Nullable Bytes reply(long id, Bytes result) {
    int before = REPLY.length() + Format.sizeOf(id) + RESULT.length();
    int size = result.length();
    if (before + (long) size > Limits.MAX_FRAME_BYTES) {
      return null;
    }
    boolean apart = size >= MessagePackWriter.APART_BYTES;
    byte[] head = new byte[PREFIX_BYTES + before + (apart ? 0 : size)];
    int p = RESULT.put(head, Format.put(head, REPLY.put(head, PREFIX_BYTES), id));
    if (!apart) {
      result.copyTo(head, p);
    }
    Bytes start = Bytes.of(head, PREFIX_BYTES, head.length);
    return apart ? Bytes.inARow(start, result) : start;
  }
}
