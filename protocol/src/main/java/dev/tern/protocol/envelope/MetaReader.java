package dev.tern.protocol.envelope;

import static dev.tern.protocol.json.PlainJson.OTHER;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.Meta;
import dev.tern.protocol.Metadata;
import dev.tern.protocol.ReplyMeta;
import dev.tern.protocol.json.PlainJson;
import dev.tern.protocol.value.IntegerKind;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.ValueKind;
import dev.tern.protocol.value.ValueReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code meta}, of a request or a response alike: which of the two it is may stand behind it.
 * A key whose value is null counts as absent. Both ways to read check values in the same methods,
 * so that they cannot differ in what they take. Not thread-safe; {@link #clear()} before each
 * message.
 */
final class MetaReader {
  private static final Names KEYS =
      Names.of(
          Meta.V.wire(),
          Meta.IDEMPOTENT.wire(),
          Meta.KEY.wire(),
          Meta.ATTEMPT.wire(),
          Meta.DEDUP.wire(),
          Meta.FIRST_MILLIS.wire(),
          Meta.AUTH.wire(),
          Meta.TRACEPARENT.wire(),
          Meta.TRACESTATE.wire(),
          Meta.ACCEPT.wire(),
          Meta.TIMING.wire(),
          Meta.MD.wire(),
          "timeout_ms",
          "replayed",
          "queue_us",
          "handler_us",
          Meta.REPEATED.wire());

  // The indexes of KEYS.
  private static final int V = 0;
  private static final int IDEMPOTENT = 1;
  private static final int KEY = 2;
  private static final int ATTEMPT = 3;
  private static final int DEDUP = 4;
  private static final int FIRST_MILLIS = 5;
  private static final int AUTH = 6;
  private static final int TRACEPARENT = 7;
  private static final int TRACESTATE = 8;
  private static final int ACCEPT = 9;
  private static final int TIMING = 10;
  private static final int MD = 11;
  private static final int TIMEOUT_MILLIS = 12;
  private static final int REPLAYED = 13;
  private static final int QUEUE_MICROS = 14;
  private static final int HANDLER_MICROS = 15;
  private static final int REPEATED = 16;

  private static final Names NO_NAMES = Names.of();

  /** How long the longest name in a usual message is. */
  static final int LONGEST_NAME = Meta.TRACEPARENT.wire().length();

  /** There are not so many compressions; what is named behind them is passed over. */
  private static final int MAX_ACCEPT = 16;

  private final Limits limits;
  private final int keyBytes;
  private final int metaBytes;
  private final int metaKeys;

  // A request's.
  private final Meta.Builder said = new Meta.Builder();
  private boolean hasParent;
  private @Nullable String tracestate;
  private boolean otherVersion;
  private @Nullable String problem;

  // Of the last store that was named.
  private byte[] store = {};
  private String storeText = "";

  // A response's.
  private ReplyMeta reply = ReplyMeta.NONE;
  private boolean isOddReply;

  MetaReader(Limits limits) {
    this.limits = limits;
    this.keyBytes = limits.get(Bound.KEY_BYTES);
    this.metaBytes = limits.get(Bound.META_BYTES);
    this.metaKeys = limits.get(Bound.META_KEYS);
  }

  void clear() {
    said.clear();
    hasParent = false;
    tracestate = null;
    otherVersion = false;
    problem = null;
    reply = ReplyMeta.NONE;
    isOddReply = false;
  }

  /** Whether the request wants a version other than 1. */
  boolean otherVersion() {
    return otherVersion;
  }

  /** What is wrong with it as a request's meta, or null. */
  @Nullable String problem() {
    return problem;
  }

  /** Whether it says something as a response's that is not legal, and counts as not said. */
  boolean isOddReply() {
    return isOddReply;
  }

  /** What a response has said. */
  ReplyMeta toReplyMeta() {
    return reply;
  }

  /** What a request has said; once. */
  Meta toMeta() {
    if (hasParent && tracestate != null) { // without a parent the state belongs to nothing
      said.say(Meta.TRACESTATE, tracestate);
    }
    return said.build();
  }

  /** Reads the object that comes next, all of it, whatever is wrong with it. */
  void read(ValueReader in) {
    int start = in.position();
    int count = 0;
    in.beginObject();
    int key = 0;
    while ((key = in.nextMember(KEYS, key)) != ValueReader.END) {
      count++;
      if (key < 0 || in.peek() == ValueKind.NULL) {
        in.skipValue();
      } else if (!member(in, key)) {
        wrong(key);
      }
      key++;
    }
    check(count, " keys", Bound.META_KEYS);
    check(in.position() - start, " bytes", Bound.META_BYTES);
  }

  private void check(int value, String what, Bound bound) {
    if (value > limits.get(bound)) {
      wrong("meta: " + value + what + " (expected: at most " + limits.get(bound) + ")");
    }
  }

  /**
   * Reads the object at {@code start}, if it is written plainly, has no more members than {@link
   * #KEYS}, and nothing is wrong with it; nothing is read from what lies behind {@code end}.
   *
   * @param behind where its first member ends if that is the timeout, which was read already, else
   *     {@code start}
   * @param timeoutMillis that timeout, or {@link Meta#UNSAID}
   * @return where it ends; {@link PlainJson#OTHER} if it has to be {@linkplain #read read} again
   */
  int readPlain(byte[] b, int start, int end, int behind, long timeoutMillis) {
    clear();
    said.timeoutMillis(timeoutMillis);
    int seen = behind > start ? 1 << TIMEOUT_MILLIS : 0;
    int p = behind;
    while (true) {
      p = PlainJson.token(b, p, end);
      if (seen != 0 && p < end && b[p] == '}') {
        boolean isTooLong = p + 1 - start > metaBytes || Integer.bitCount(seen) > metaKeys;
        return isTooLong ? OTHER : p + 1;
      }
      if (p >= end || b[p] != (seen == 0 ? '{' : ',')) {
        return OTHER;
      }
      int name = PlainJson.token(b, p + 1, end);
      if (seen == 0 && name < end && b[name] == '}') {
        return name + 1;
      }
      int quote = name < end && b[name] == '"' ? PlainJson.stringEnd(b, name + 1, end) : OTHER;
      int key = quote < 0 ? OTHER : PlainJson.indexIn(KEYS, b, name + 1, quote);
      if (key < 0 || (seen & 1 << key) != 0) {
        return OTHER;
      }
      seen |= 1 << key;
      int value = PlainJson.valueStart(b, quote, end);
      p = value < 0 || value >= end ? OTHER : member(b, value, end, key);
      if (p < 0) {
        return OTHER;
      }
    }
  }

  /** Takes the value that starts here. Returns where it ends, or OTHER. */
  private int member(byte[] b, int p, int end, int key) {
    int stop = PlainJson.scalarEnd(b, p, end, limits);
    if (stop < 0) {
      return OTHER;
    }
    boolean taken =
        switch (b[p]) {
          case '"' ->
              key == TRACEPARENT
                  ? parent(b, p + 1, stop - 1)
                  : text(key, plain(key, b, p + 1, stop - 1), true);
          case 't', 'f' -> bool(key, b[p] == 't');
          case 'n' -> true;
          default -> b[p] != '-' && integer(key, PlainJson.integer(b, p, stop));
        };
    return taken ? stop : OTHER;
  }

  /** A text; the one of a store, which all requests of a connection name, is made once. */
  private String plain(int key, byte[] b, int start, int stop) {
    if (key != DEDUP) {
      return PlainJson.text(b, start, stop);
    }
    if (!Arrays.equals(b, start, stop, store, 0, store.length)) {
      store = Arrays.copyOfRange(b, start, stop);
      storeText = PlainJson.text(b, start, stop);
    }
    return storeText;
  }

  /** Takes the value that comes next; false if it is not what it should be. */
  private boolean member(ValueReader in, int key) {
    return switch (in.peek()) {
      case STRING -> {
        String text = in.readString();
        if (key != TRACEPARENT) {
          yield text(key, text, false);
        }
        byte[] utf8 = text.getBytes(UTF_8);
        yield parent(utf8, 0, utf8.length);
      }
      case BOOLEAN -> bool(key, in.readBoolean());
      case NUMBER -> {
        IntegerKind kind = in.readInteger();
        long value = clamp(in, kind);
        otherVersion |= key == V && kind != IntegerKind.NOT_AN_INTEGER && value != 1;
        yield (key == V && otherVersion) || integer(key, value);
      }
      case ARRAY -> key == ACCEPT ? accept(in) : skip(in);
      case OBJECT -> key == MD ? metadata(in) : skip(in);
      case NULL, BINARY -> skip(in);
    };
  }

  private static boolean skip(ValueReader in) {
    in.skipValue();
    return false;
  }

  /** Takes a trace context; one that is not well-formed counts as absent. */
  private boolean parent(byte[] b, int start, int stop) {
    hasParent = TraceContext.isParent(b, start, stop);
    if (hasParent) {
      said.say(Meta.TRACEPARENT, PlainJson.text(b, start, stop));
    }
    return true;
  }

  /**
   * Takes a text; false if it is not what should stand under this key.
   *
   * @param isPlain whether it has been seen to hold nothing but ASCII from the space on
   */
  private boolean text(int key, String text, boolean isPlain) {
    return switch (key) {
      case KEY -> {
        said.say(Meta.KEY, text);
        yield fits(key, text, isPlain, keyBytes);
      }
      case DEDUP -> {
        said.say(Meta.DEDUP, text);
        yield fits(key, text, isPlain, keyBytes);
      }
      case AUTH -> {
        said.say(Meta.AUTH, text);
        yield fits(key, text, isPlain, metaBytes);
      }
      case TRACESTATE -> {
        tracestate = TraceContext.isState(text) ? text : null;
        yield true;
      }
      default -> false;
    };
  }

  /** Says how long a text is that is too long, but not what it is: it may be a secret. */
  private boolean fits(int key, String text, boolean isPlain, int max) {
    boolean fits = isPlain ? Text.isPlainAscii(text, max) : Text.isPlain(text, max);
    int length = fits ? 0 : text.getBytes(UTF_8).length;
    if (length > max) {
      wrong("meta.%s: %d bytes (expected: %s)".formatted(KEYS.get(key), length, textOf(max)));
    }
    return fits;
  }

  private static String textOf(int max) {
    return "a string of 1 to " + max + " bytes without control characters";
  }

  /**
   * Takes an integer; false if it is not what should stand under this key.
   *
   * @param value at most the largest long; -1 if it is negative or no integer
   */
  private boolean integer(int key, long value) {
    switch (key) {
      case TIMEOUT_MILLIS -> said.timeoutMillis(Math.max(Meta.UNSAID, value));
      case FIRST_MILLIS -> said.say(Meta.FIRST_MILLIS, Math.max(0, value));
      case ATTEMPT -> said.say(Meta.ATTEMPT, Math.clamp(value, 1, Integer.MAX_VALUE));
      case V -> said.say(Meta.V, 1);
      case QUEUE_MICROS -> reply = reply.withMicros(value, reply.handlerMicros());
      case HANDLER_MICROS -> reply = reply.withMicros(reply.queueMicros(), value);
      default -> {
        return false;
      }
    }
    return switch (key) {
      case V -> value == 1;
      case ATTEMPT -> value >= 1;
      default -> value >= 0;
    };
  }

  /** Takes a truth value; false if it is not what should stand under this key. */
  private boolean bool(int key, boolean value) {
    switch (key) {
      case IDEMPOTENT -> said.say(Meta.IDEMPOTENT, value);
      case TIMING -> {
        if (value) {
          said.say(Meta.TIMING, true);
        }
      }
      case REPEATED -> {
        if (value) {
          said.say(Meta.REPEATED, true);
        }
      }
      case REPLAYED -> reply = reply.withReplayed(value);
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean accept(ValueReader in) {
    boolean sound = true;
    List<String> names = new ArrayList<>(4);
    in.beginArray();
    while (in.nextElement()) {
      boolean isText = in.peek() == ValueKind.STRING;
      String name = isText ? in.readString() : "";
      if (!isText) {
        in.skipValue();
      }
      sound &= Text.isVisibleAscii(name, keyBytes);
      if (names.size() < MAX_ACCEPT) {
        names.add(name);
      }
    }
    if (!names.isEmpty()) {
      said.say(Meta.ACCEPT, names);
    }
    return sound;
  }

  private boolean metadata(ValueReader in) {
    Map<String, String> values = new LinkedHashMap<>();
    boolean sound = true;
    in.beginObject();
    while (in.nextMember(NO_NAMES, 0) != ValueReader.END) {
      boolean isText = in.peek() == ValueKind.STRING;
      if (isText && values.size() <= Metadata.MAX_NAMES) {
        String name = in.name();
        values.put(name, in.readString());
      } else {
        in.skipValue();
        sound &= isText;
      }
    }
    String found = sound ? Metadata.problemOf(values) : " (expected: an object of strings)";
    if (found == null) {
      said.say(Meta.MD, Metadata.of(values));
      reply = reply.withMetadata(Metadata.of(values));
    } else {
      wrong("meta.md" + found);
      isOddReply = true;
    }
    return true;
  }

  /** The integer read last, at most the largest long; -1 if it is negative or none. */
  private static long clamp(ValueReader in, IntegerKind kind) {
    return switch (kind) {
      case SIGNED -> Math.max(-1, in.integerBits());
      case UNSIGNED -> Long.MAX_VALUE;
      case OUT_OF_RANGE -> IdReader.isNegative(in) ? -1 : Long.MAX_VALUE;
      case NOT_AN_INTEGER -> -1;
    };
  }

  private void wrong(int key) {
    String expected =
        switch (key) {
          case V -> "an integer";
          case IDEMPOTENT, TIMING, REPEATED -> "true or false";
          case KEY, DEDUP -> textOf(keyBytes);
          case ATTEMPT -> "an integer, 1 or more";
          case TIMEOUT_MILLIS, FIRST_MILLIS -> "an integer, 0 or more";
          case AUTH -> textOf(metaBytes);
          case ACCEPT -> "an array of names";
          case MD -> "an object of strings";
          default ->
              null; // a trace that is none counts as absent; what replies say is no request's
        };
    if (expected != null) {
      wrong("meta." + KEYS.get(key) + " (expected: " + expected + ")");
    }
    isOddReply |=
        switch (key) {
          case MD, REPLAYED, QUEUE_MICROS, HANDLER_MICROS -> true;
          default -> false;
        };
  }

  private void wrong(String what) {
    if (problem == null) {
      problem = what;
    }
  }
}
