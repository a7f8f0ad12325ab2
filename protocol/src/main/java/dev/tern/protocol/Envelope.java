package dev.tern.protocol;

import dev.tern.protocol.json.JsonCursor;
import dev.tern.protocol.json.JsonException;
import dev.tern.protocol.json.JsonKind;
import dev.tern.protocol.json.JsonNames;
import org.jspecify.annotations.Nullable;

/**
 * The members of one message as they were found, before anybody decides what they amount to. Read
 * by {@link RequestRules} and {@link ResponseRules}; used again for the next message.
 */
final class Envelope {
  private static final byte[] NOTHING = {};
  private static final String VERSION = "2.0";
  private static final JsonNames VERSIONS = JsonNames.of(VERSION);

  private static final JsonNames KEYS =
      JsonNames.of("id", "method", "params", "meta", "result", "error", "ok", "jsonrpc");

  /** What a member may be besides a value that is as it should be. */
  enum Found {
    ABSENT,
    NULL,
    SOUND,
    WRONG
  }

  private final Limits limits;
  private final JsonNames methods;
  private final JsonCursor cursor;
  final MetaReader metaReader;

  // The message that is being read. Its slices lie in buf.
  byte[] buf = NOTHING;
  @Nullable Id id;
  Found idFound = Found.ABSENT;
  @Nullable String method;
  Found methodFound = Found.ABSENT;
  Found params = Found.ABSENT;
  int paramsStart;
  int paramsEnd;
  Found meta = Found.ABSENT;
  Found result = Found.ABSENT;
  int resultStart;
  int resultEnd;
  Found error = Found.ABSENT;
  int errorStart;
  int errorEnd;
  Found ok = Found.ABSENT;
  boolean isOk;
  Found version = Found.ABSENT;

  Envelope(Limits limits, JsonNames methods) {
    this.limits = limits;
    this.methods = methods;
    this.cursor = new JsonCursor(limits);
    this.metaReader = new MetaReader(limits);
  }

  /** Reads all members of the object in these bytes, which must be all that there is. */
  void read(byte[] payload, int off, int len) {
    clear(payload);
    cursor.reset(payload, off, len);
    if (cursor.peek() != JsonKind.OBJECT) {
      throw new JsonException(cursor.position() - off, "a value instead of an object");
    }
    cursor.beginObject();
    while (cursor.nextName()) {
      member(cursor.nameIn(KEYS));
    }
    cursor.expectEnd();
  }

  /** Whether it is meant as a response: whatever has a method is a request, and so is nothing. */
  boolean isResponse() {
    boolean answers = result != Found.ABSENT || error != Found.ABSENT || ok != Found.ABSENT;
    return !hasMethod() && answers;
  }

  /** Whether there is a method, valid or not. */
  boolean hasMethod() {
    return methodFound != Found.ABSENT;
  }

  /** Where the first name or number that is too long starts, or -1. */
  int overLimitAt() {
    return cursor.overLimitAt();
  }

  /** What is too long there. */
  String overLimitMessage(int at) {
    return buf[at] == '"'
        ? "a name that is too long (expected: at most " + limits.nameBytes() + " bytes)"
        : "a number that is too long (expected: at most " + limits.numberDigits() + " characters)";
  }

  /** Lets go of the payload: an idle connection must not hold its last message. */
  void release() {
    buf = NOTHING;
    cursor.reset(NOTHING, 0, 0);
  }

  private void clear(byte[] payload) {
    buf = payload;
    id = null;
    idFound = Found.ABSENT;
    method = null;
    methodFound = Found.ABSENT;
    params = Found.ABSENT;
    meta = Found.ABSENT;
    result = Found.ABSENT;
    error = Found.ABSENT;
    ok = Found.ABSENT;
    version = Found.ABSENT;
    metaReader.clear();
  }

  private void member(int key) {
    switch (key) {
      case 0 -> {
        id = IdReader.read(cursor, limits);
        idFound = id == null ? Found.WRONG : id == Id.Null.NULL ? Found.NULL : Found.SOUND;
      }
      case 1 -> method();
      case 2 -> params();
      case 3 -> meta();
      case 4 -> {
        cursor.skipValue();
        result = Found.SOUND;
        resultStart = cursor.valueStart();
        resultEnd = cursor.valueEnd();
      }
      case 5 -> {
        error = cursor.peek() == JsonKind.NULL ? Found.NULL : Found.SOUND;
        cursor.skipValue();
        errorStart = cursor.valueStart();
        errorEnd = cursor.valueEnd();
      }
      case 6 -> ok();
      case 7 -> version();
      default -> cursor.skipValue();
    }
  }

  private void method() {
    methodFound = Found.WRONG;
    if (cursor.peek() == JsonKind.STRING) {
      String name = cursor.readString(methods);
      if (Text.isVisibleAscii(name, limits.methodBytes())) {
        methodFound = Found.SOUND;
        method = name;
      }
    } else {
      cursor.skipValue();
    }
  }

  private void params() {
    params =
        switch (cursor.peek()) {
          case OBJECT, ARRAY -> Found.SOUND;
          case NULL -> Found.NULL;
          case STRING, NUMBER, BOOLEAN -> Found.WRONG;
        };
    cursor.skipValue();
    paramsStart = cursor.valueStart();
    paramsEnd = cursor.valueEnd();
  }

  private void meta() {
    switch (cursor.peek()) {
      case OBJECT -> {
        meta = Found.SOUND;
        metaReader.read(cursor);
      }
      case NULL -> {
        meta = Found.NULL;
        cursor.readNull();
      }
      case ARRAY, STRING, NUMBER, BOOLEAN -> {
        meta = Found.WRONG;
        cursor.skipValue();
      }
    }
  }

  private void ok() {
    if (cursor.peek() == JsonKind.BOOLEAN) {
      ok = Found.SOUND;
      isOk = cursor.readBoolean();
    } else {
      ok = Found.WRONG;
      cursor.skipValue();
    }
  }

  private void version() {
    version = Found.WRONG;
    if (cursor.peek() == JsonKind.STRING) {
      if (cursor.readString(VERSIONS).equals(VERSION)) {
        version = Found.SOUND;
      }
    } else {
      cursor.skipValue();
    }
  }
}
