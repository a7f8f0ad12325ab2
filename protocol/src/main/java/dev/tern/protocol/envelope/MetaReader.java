package dev.tern.protocol.envelope;

import dev.tern.protocol.Limits;
import dev.tern.protocol.Meta;
import dev.tern.protocol.json.JsonCursor;
import dev.tern.protocol.json.JsonInteger;
import dev.tern.protocol.json.JsonKind;
import dev.tern.protocol.json.JsonName;
import dev.tern.protocol.json.JsonNames;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code meta}, of a request or a response alike: which of the two it is may stand behind it.
 * A key whose value is null counts as absent. Not thread-safe; {@link #clear()} before each
 * message.
 */
final class MetaReader {
  private static final JsonNames KEYS =
      JsonNames.of(
          "v",
          "timeout_ms",
          "idempotent",
          "key",
          "attempt",
          "dedup",
          "age_ms",
          "auth",
          "traceparent",
          "tracestate",
          "accept",
          "replayed",
          "queue_us",
          "handler_us",
          "timing");

  private static final JsonName TIMEOUT_MS = KEYS.get(1);

  private final Limits limits;

  // A request's.
  private int v;
  private long timeoutMillis;
  private @Nullable Boolean idempotent;
  private @Nullable String key;
  private int attempt;
  private @Nullable String dedup;
  private long ageMillis;
  private @Nullable String auth;
  private @Nullable String traceparent;
  private @Nullable String tracestate;
  private List<String> accept = List.of();
  private boolean timing;
  private boolean said;
  private boolean otherVersion;
  private @Nullable String problem;

  // A response's.
  private boolean replayed;
  private long queueMicros;
  private long handlerMicros;
  private @Nullable String responseProblem;

  MetaReader(Limits limits) {
    this.limits = limits;
    clear();
  }

  void clear() {
    if (said) {
      idempotent = null;
      key = null;
      dedup = null;
      auth = null;
      traceparent = null;
      tracestate = null;
      accept = List.of();
      timing = false;
    }
    v = 0;
    timeoutMillis = Meta.UNSAID;
    attempt = 0;
    ageMillis = Meta.UNSAID;
    said = false;
    otherVersion = false;
    problem = null;
    replayed = false;
    queueMicros = Meta.UNSAID;
    handlerMicros = Meta.UNSAID;
    responseProblem = null;
  }

  /** Whether the request wants a version other than 1. */
  boolean otherVersion() {
    return otherVersion;
  }

  /** Whether it can be acted upon as a request's. */
  boolean isSound() {
    return problem == null && !otherVersion;
  }

  /** What is wrong with it as a request's meta, or null. */
  @Nullable String problem() {
    return problem;
  }

  /** What is wrong with it as a response's, or null. */
  @Nullable String responseProblem() {
    return responseProblem;
  }

  boolean replayed() {
    return replayed;
  }

  long queueMicros() {
    return queueMicros;
  }

  long handlerMicros() {
    return handlerMicros;
  }

  Meta toMeta() {
    if (!said) {
      return timeoutMillis < 0 ? Meta.NONE : Meta.timeout(timeoutMillis);
    }
    return new Meta(
        v,
        timeoutMillis,
        idempotent,
        key,
        attempt,
        dedup,
        ageMillis,
        auth,
        traceparent,
        // Without a parent the state belongs to nothing.
        traceparent == null ? null : tracestate,
        accept,
        timing);
  }

  /** Reads the object that comes next, all of it, whatever is wrong with it. */
  void read(JsonCursor cursor) {
    int start = cursor.position();
    int count = 0;
    cursor.beginObject();
    if (cursor.nextNameIs(TIMEOUT_MS)) { // what nearly every request says, and alone
      count++;
      if (cursor.peek() == JsonKind.NULL) {
        cursor.readNull();
      } else {
        timeoutMillis = duration(cursor, "timeout_ms");
      }
    }
    while (cursor.nextName()) {
      count++;
      int index = cursor.nameIn(KEYS);
      if (index < 0 || cursor.peek() == JsonKind.NULL) {
        cursor.skipValue();
      } else {
        member(cursor, index);
      }
    }
    if (count > limits.metaKeys()) {
      wrong("meta: " + count + " keys (expected: at most " + limits.metaKeys() + ")");
      responseProblem = problem;
    }
    int bytes = cursor.position() - start;
    if (bytes > limits.metaBytes()) {
      wrong("meta: " + bytes + " bytes (expected: at most " + limits.metaBytes() + ")");
      responseProblem = problem;
    }
  }

  private void member(JsonCursor cursor, int index) {
    if (index == 1) {
      timeoutMillis = duration(cursor, "timeout_ms");
      return;
    }
    said = true;
    switch (index) {
      case 0 -> version(cursor);
      case 2 -> idempotent = bool(cursor, "meta.idempotent (expected: true or false)");
      case 3 -> key = plain(cursor, "key");
      case 4 -> attempt(cursor);
      case 5 -> dedup = plain(cursor, "dedup");
      case 6 -> ageMillis = duration(cursor, "age_ms");
      case 7 -> auth = auth(cursor);
      case 8 -> {
        String parent = string(cursor);
        traceparent = parent != null && TraceContext.isParent(parent) ? parent : null;
      }
      case 9 -> {
        String state = string(cursor);
        tracestate = state != null && TraceContext.isState(state) ? state : null;
      }
      case 10 -> accept(cursor);
      case 11 -> {
        if (cursor.peek() == JsonKind.BOOLEAN) {
          replayed = cursor.readBoolean();
        } else {
          cursor.skipValue();
          responseProblem = "meta.replayed (expected: true or false)";
        }
      }
      case 12 -> queueMicros = micros(cursor);
      case 13 -> handlerMicros = micros(cursor);
      case 14 ->
          timing = Boolean.TRUE.equals(bool(cursor, "meta.timing (expected: true or false)"));
      default -> throw new AssertionError(index);
    }
  }

  private void version(JsonCursor cursor) {
    JsonInteger kind = integer(cursor);
    if (kind == JsonInteger.NOT_AN_INTEGER) {
      wrong("meta.v (expected: an integer)");
    } else if (kind == JsonInteger.SIGNED && cursor.integerBits() == 1) {
      v = 1;
    } else {
      otherVersion = true;
    }
  }

  private void attempt(JsonCursor cursor) {
    JsonInteger kind = integer(cursor);
    long value = clamp(cursor, kind);
    if (value < 1) {
      wrong("meta.attempt (expected: an integer, 1 or more)");
    } else {
      attempt = (int) Math.min(value, Integer.MAX_VALUE);
    }
  }

  private long duration(JsonCursor cursor, String name) {
    long value = clamp(cursor, integer(cursor));
    if (value < 0) {
      wrong("meta." + name + " (expected: an integer, 0 or more)");
    }
    return value;
  }

  /** How long something took is only said for people: anything odd counts as not said. */
  private long micros(JsonCursor cursor) {
    return clamp(cursor, integer(cursor));
  }

  private static JsonInteger integer(JsonCursor cursor) {
    if (cursor.peek() == JsonKind.NUMBER) {
      return cursor.readInteger();
    }
    cursor.skipValue();
    return JsonInteger.NOT_AN_INTEGER;
  }

  /** The integer read last, at most the largest long; -1 if it is negative or none. */
  private static long clamp(JsonCursor cursor, JsonInteger kind) {
    return switch (kind) {
      case SIGNED -> Math.max(-1, cursor.integerBits());
      case UNSIGNED -> Long.MAX_VALUE;
      case OUT_OF_RANGE -> cursor.integerIsNegative() ? -1 : Long.MAX_VALUE;
      case NOT_AN_INTEGER -> -1;
    };
  }

  private @Nullable Boolean bool(JsonCursor cursor, String otherwise) {
    if (cursor.peek() == JsonKind.BOOLEAN) {
      return cursor.readBoolean();
    }
    cursor.skipValue();
    wrong(otherwise);
    return null;
  }

  private @Nullable String plain(JsonCursor cursor, String name) {
    String text = string(cursor);
    if (text != null && Text.isPlain(text, limits.keyBytes())) {
      return text;
    }
    wrong(
        "meta."
            + name
            + " (expected: a string of 1 to "
            + limits.keyBytes()
            + " bytes without control characters)");
    return null;
  }

  private @Nullable String auth(JsonCursor cursor) {
    String text = string(cursor);
    if (text != null && Text.isPlain(text, limits.metaBytes())) {
      return text;
    }
    wrong("meta.auth (expected: a string without control characters)");
    return null;
  }

  private void accept(JsonCursor cursor) {
    boolean sound = cursor.peek() == JsonKind.ARRAY;
    if (sound) {
      List<String> names = new ArrayList<>(4);
      cursor.beginArray();
      while (cursor.nextElement()) {
        String name = string(cursor);
        if (name != null && Text.isVisibleAscii(name, limits.keyBytes())) {
          names.add(name);
        } else {
          sound = false;
        }
      }
      accept = List.copyOf(names);
    } else {
      cursor.skipValue();
    }
    if (!sound) {
      wrong("meta.accept (expected: an array of names)");
    }
  }

  private static @Nullable String string(JsonCursor cursor) {
    if (cursor.peek() == JsonKind.STRING) {
      return cursor.readString();
    }
    cursor.skipValue();
    return null;
  }

  private void wrong(String what) {
    if (problem == null) {
      problem = what;
    }
  }
}
