package dev.tern.protocol.envelope;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Id;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.Message;
import dev.tern.protocol.WireError;
import dev.tern.protocol.json.JsonCursor;
import dev.tern.protocol.json.JsonException;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.ValueKind;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The members of one message as they were found, before anybody decides what they amount to. Read
 * by {@link RequestRules} and {@link ResponseRules}; used again for the next message.
 */
final class Envelope {
  private static final byte[] NOTHING = {};
  private static final String VERSION = "2.0";
  private static final Names VERSIONS = Names.of(VERSION);

  // The members that mean something, by their index in KEYS.
  static final int ID = 0;
  static final int METHOD = 1;
  static final int PARAMS = 2;
  static final int META = 3;
  static final int RESULT = 4;
  static final int ERROR = 5;
  static final int OK = 6;
  static final int JSONRPC = 7;

  private static final Names KEYS =
      Names.of("id", "method", "params", "meta", "result", "error", "ok", "jsonrpc");

  /** What a member may be besides a value that is as it should be. */
  enum Found {
    ABSENT,
    NULL,
    SOUND,
    WRONG
  }

  private final Limits limits;
  private final Names methods;
  private final JsonCursor cursor;
  final MetaReader metaReader;

  // The message that is being read. Its slices lie in buf.
  byte[] buf = NOTHING;
  private boolean keeps;

  /** What each member is, by its index. */
  private final Found[] found = new Found[KEYS.size()];

  @Nullable Id id;
  private int idEnd;
  @Nullable String method;
  int paramsStart;
  int paramsEnd;
  int resultStart;
  int resultEnd;
  int errorStart;
  int errorEnd;
  boolean isOk;

  /** Where in meta, and nowhere before it, what is over a limit starts; see the cursor. */
  private int metaOverLimitAt;

  Envelope(Limits limits, Names methods, JsonCursor cursor) {
    this.limits = limits;
    this.methods = methods;
    this.cursor = cursor;
    this.metaReader = new MetaReader(limits);
  }

  /**
   * Reads all members of the object in these bytes, which must be all that there is.
   *
   * @param keepsPayload whether nobody writes to them any more
   * @throws JsonException if they are no strict JSON, or nest too deep and nobody can be told
   */
  void read(byte[] payload, int off, int len, boolean keepsPayload) {
    clear(payload);
    keeps = keepsPayload;
    cursor.reset(payload, off, len);
    if (cursor.peek() != ValueKind.OBJECT) {
      throw new JsonException(cursor.position() - off, "a value instead of an object");
    }
    cursor.beginObject();
    while (cursor.nextName()) {
      member(cursor.nameIn(KEYS));
    }
    cursor.expectEnd();
    if (isTooDeep() && !isAddressed()) {
      throw new JsonException(overLimitAt() - off, overLimitMessage(overLimitAt()));
    }
  }

  /** Whether it is known which call, or notification, an error of it belongs to. */
  private boolean isAddressed() {
    return has(ID) ? found(ID) == Found.SOUND : found(METHOD) == Found.SOUND;
  }

  /** What a member is. */
  Found found(int key) {
    return found[key];
  }

  /** Whether a member is there, be it null or wrong. */
  boolean has(int key) {
    return found[key] != Found.ABSENT;
  }

  /**
   * Whether it is meant as a response: whatever has a method is a request, and so is what has
   * nothing; an error that is null counts as none.
   */
  boolean isResponse() {
    return !has(METHOD) && (has(RESULT) || found(ERROR) == Found.SOUND || has(OK));
  }

  /**
   * What was found of a reply before its bytes ended too early.
   *
   * @param end where they ended: a number that reaches it may have gone on
   */
  Message.Malformed cutReply(int end, String problem) {
    boolean isSound = found(ID) == Found.SOUND && idEnd < end && !has(METHOD);
    boolean hasFailed = found(ERROR) == Found.SOUND || (found(OK) == Found.SOUND && !isOk);
    boolean hasSucceeded = has(RESULT) || found(OK) == Found.SOUND;
    Executed executed = hasSucceeded && !hasFailed ? Executed.YES : Executed.MAYBE;
    WireError error = WireError.of(ErrorCode.TOO_LARGE, problem, executed);
    return new Message.Malformed(Dialect.V1, isSound ? id : null, true, false, error);
  }

  /** Where the first value starts that is over a limit, or -1; see the cursor. */
  int overLimitAt() {
    return metaOverLimitAt >= 0 ? metaOverLimitAt : overLimitOutsideMeta();
  }

  /** Where the first one starts that is not in meta, or -1. */
  int overLimitOutsideMeta() {
    return cursor.overLimitAt();
  }

  /** Whether what is over a limit is an object or an array. Nobody knows what is in it. */
  boolean isTooDeep() {
    int at = overLimitAt();
    return at >= 0 && (buf[at] == '{' || buf[at] == '[');
  }

  /** Whether a reply says something in meta that is not legal there. */
  boolean hasOddReplyMeta() {
    return found[META] == Found.WRONG || metaReader.isOddReply() || metaOverLimitAt >= 0;
  }

  /** What is over a limit there. */
  String overLimitMessage(int at) {
    return switch (buf[at]) {
      case '{', '[' -> message("nesting that is too deep", Bound.DEPTH, "levels");
      case '"' -> message("a name that is too long", Bound.NAME_BYTES, "bytes");
      default -> message("a number that is too long", Bound.NUMBER_DIGITS, "characters");
    };
  }

  private String message(String what, Bound bound, String unit) {
    return what + " (expected: at most " + limits.get(bound) + " " + unit + ")";
  }

  /** The params that were found. */
  Bytes params() {
    return value(buf, paramsStart, paramsEnd, keeps);
  }

  /** The result that was found. */
  Bytes result() {
    return value(buf, resultStart, resultEnd, keeps);
  }

  /** A value that was found: where it lies if that may be and pays, else a copy. */
  static Bytes value(byte[] payload, int start, int end, boolean keeps) {
    return keeps && (long) (end - start) * 2 > payload.length
        ? Bytes.of(payload, start, end)
        : Bytes.copyOf(payload, start, end);
  }

  /** Lets go of the payload: an idle connection must not hold its last message. */
  void release() {
    buf = NOTHING;
    cursor.reset(NOTHING, 0, 0);
  }

  private void clear(byte[] payload) {
    buf = payload;
    Arrays.fill(found, Found.ABSENT);
    id = null;
    method = null;
    metaOverLimitAt = -1;
    metaReader.clear();
  }

  private void member(int key) {
    switch (key) {
      case ID -> id();
      case METHOD -> method();
      case PARAMS -> readParams();
      case META -> meta();
      case RESULT -> {
        found[RESULT] = Found.SOUND; // first: the end of a long one may be missing
        cursor.skipValue();
        resultStart = cursor.valueStart();
        resultEnd = cursor.valueEnd();
      }
      case ERROR -> {
        found[ERROR] = cursor.peek() == ValueKind.NULL ? Found.NULL : Found.SOUND;
        cursor.skipValue();
        errorStart = cursor.valueStart();
        errorEnd = cursor.valueEnd();
      }
      case OK -> ok();
      case JSONRPC -> version();
      default -> cursor.skipValue();
    }
  }

  private void id() {
    Id read = IdReader.read(cursor, limits);
    id = read;
    idEnd = cursor.valueEnd();
    found[ID] = read == null ? Found.WRONG : read == Id.Null.NULL ? Found.NULL : Found.SOUND;
  }

  private void method() {
    found[METHOD] = Found.WRONG;
    if (cursor.peek() == ValueKind.STRING) {
      String name = cursor.readString(methods);
      if (Text.isMethod(name, limits)) {
        found[METHOD] = Found.SOUND;
        method = name;
      }
    } else {
      cursor.skipValue();
    }
  }

  private void readParams() {
    found[PARAMS] =
        switch (cursor.peek()) {
          case OBJECT, ARRAY -> Found.SOUND;
          case NULL -> Found.NULL;
          case STRING, NUMBER, BOOLEAN, BINARY -> Found.WRONG;
        };
    cursor.skipValue();
    paramsStart = cursor.valueStart();
    paramsEnd = cursor.valueEnd();
  }

  private void meta() {
    boolean isFirst = cursor.overLimitAt() < 0;
    readMeta();
    metaOverLimitAt = isFirst ? cursor.takeOverLimit() : -1;
  }

  private void readMeta() {
    switch (cursor.peek()) {
      case OBJECT -> {
        found[META] = Found.SOUND;
        metaReader.read(cursor);
      }
      case NULL -> {
        found[META] = Found.NULL;
        cursor.readNull();
      }
      case ARRAY, STRING, NUMBER, BOOLEAN, BINARY -> {
        found[META] = Found.WRONG;
        cursor.skipValue();
      }
    }
  }

  private void ok() {
    if (cursor.peek() == ValueKind.BOOLEAN) {
      found[OK] = Found.SOUND;
      isOk = cursor.readBoolean();
    } else {
      found[OK] = Found.WRONG;
      cursor.skipValue();
    }
  }

  private void version() {
    boolean isText = cursor.peek() == ValueKind.STRING;
    boolean isSound = isText && cursor.readString(VERSIONS).equals(VERSION);
    found[JSONRPC] = isSound ? Found.SOUND : Found.WRONG;
    if (!isText) {
      cursor.skipValue();
    }
  }
}
