package dev.tern.protocol.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import java.util.Arrays;

/**
 * Walks one strict JSON text (RFC 8259, UTF-8) value by value, without allocating anything but the
 * strings that are asked for. Anything else is refused by a {@link JsonException}: bad UTF-8, lone
 * surrogates, control characters, a name twice in an object (after unescaping), nesting deeper than
 * {@link Bound#DEPTH}. After an exception only {@code reset} makes sense.
 *
 * <pre>{@code
 * cursor.reset(bytes, 0, bytes.length);
 * cursor.beginObject();
 * while (cursor.nextName()) {
 *   if (cursor.nameIs(A)) {
 *     a = cursor.readString();
 *   } else {
 *     cursor.skipValue();
 *   }
 * }
 * cursor.expectEnd();
 * }</pre>
 *
 * <p>After {@link #nextName()} and {@link #nextElement()} have returned true, read or skip exactly
 * one value. A read of another kind than {@link #peek()} says is an {@link IllegalStateException}.
 *
 * <p>A name longer than {@link Bound#NAME_BYTES} and a number longer than {@link
 * Bound#NUMBER_DIGITS} are well-formed: they are passed over and noted, see {@link #overLimitAt()}.
 * In an object of more than 16 members a duplicate may be found only when the object ends: act upon
 * nothing before that.
 *
 * <p>Reusable; not thread-safe.
 */
public final class JsonCursor {
  private static final byte[] TRUE = "true".getBytes(ISO_8859_1);
  private static final byte[] FALSE = "false".getBytes(ISO_8859_1);
  private static final byte[] NULL = "null".getBytes(ISO_8859_1);

  private final Limits limits;

  private final JsonLexer in = new JsonLexer();

  // Where we are. scopes[i] is the mark of an open object's names, or ARRAY.
  private static final int ARRAY = -1;
  private static final int FIRST_SCOPES = 2;
  private static final int[] NO_SCOPES = {};
  private int[] scopes = NO_SCOPES;

  /** Trusted texts need none: cursors are made for each of them. */
  private static final NameLog UNUSED = new NameLog();

  private NameLog names = UNUSED;
  private int depth;
  private boolean atStart;
  private int overLimitAt;

  // The name moved to last, as it stands in the buffer between its quotes.
  private int nameStart;
  private int nameEnd;
  private boolean nameIsEscaped;

  /** Its first eight bytes without escapes, see {@link Words#head}. */
  private long nameWord;

  // The value seen last.
  private int valueStart;
  private int valueEnd;

  /** A cursor without a text. */
  public JsonCursor(Limits limits) {
    this.limits = limits;
  }

  /**
   * The one value in a text of a stranger's, if every peer would read it.
   *
   * @param outside in how many objects and arrays it will lie
   * @return the value without the white space around it; not a copy
   * @throws JsonException if it is not strict JSON, nests too deep, or has a name or a number that
   *     is too long
   */
  public static Bytes readable(byte[] json, int outside, Limits limits) {
    JsonCursor cursor = new JsonCursor(limits);
    cursor.resetWithin(json, 0, json.length, 0, outside);
    cursor.skipValue();
    Bytes value = Bytes.of(json, cursor.valueStart, cursor.valueEnd);
    if (cursor.overLimitAt >= 0) {
      throw cursor.in.error(cursor.overLimitAt, "a name or a number that is too long");
    }
    int behind = cursor.in.token();
    if (behind >= 0) {
      throw cursor.expected(behind, "the end");
    }
    return value;
  }

  /** Starts at a text that nobody has validated yet. The bytes must not change meanwhile. */
  public void reset(byte[] buf, int off, int len) {
    start(buf, off, len, false);
  }

  /**
   * Starts at a text that a cursor has validated before: UTF-8 and duplicate names are not checked
   * again, everything else is.
   */
  public void resetTrusted(byte[] buf, int off, int len) {
    start(buf, off, len, true);
  }

  /**
   * Starts, like {@link #reset}, within a text whose beginning somebody else has read.
   *
   * @param at where the next value starts in the buffer
   * @param outside how many objects and arrays it lies in, which count towards the depth
   */
  public void resetWithin(byte[] buf, int off, int len, int at, int outside) {
    start(buf, off, len, false);
    in.pos = at;
    depth = outside;
  }

  private void start(byte[] buf, int off, int len, boolean trusted) {
    in.start(buf, off, len, trusted);
    depth = 0;
    atStart = false;
    overLimitAt = -1;
    if (!trusted) {
      names = names == UNUSED ? new NameLog() : names;
      names.clear();
    }
  }

  // --- walking ---

  /** The kind of the value that comes next, found by its first byte; nothing is consumed. */
  public JsonKind peek() {
    int c = in.token();
    return switch (c) {
      case '{' -> JsonKind.OBJECT;
      case '[' -> JsonKind.ARRAY;
      case '"' -> JsonKind.STRING;
      case 't', 'f' -> JsonKind.BOOLEAN;
      case 'n' -> JsonKind.NULL;
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> JsonKind.NUMBER;
      default -> throw expected(c, "a value");
    };
  }

  /** Enters the object that comes next. */
  public void beginObject() {
    begin('{', JsonKind.OBJECT, in.trusted ? 0 : names.mark());
  }

  /** Enters the array that comes next. */
  public void beginArray() {
    begin('[', JsonKind.ARRAY, ARRAY);
  }

  private void begin(int bracket, JsonKind kind, int scope) {
    if (in.token() != bracket) {
      throw wrongKind(kind);
    }
    enter(scope);
  }

  private void enter(int scope) {
    if (depth == limits.get(Bound.DEPTH)) {
      throw in.error(in.pos, "nesting deeper than " + limits.get(Bound.DEPTH));
    }
    if (depth >= scopes.length) {
      scopes = Arrays.copyOf(scopes, Math.max(FIRST_SCOPES, 2 * depth));
    }
    scopes[depth++] = scope;
    in.pos++;
    atStart = true;
  }

  /** Moves to the next member's value in the object entered last; false leaves the object. */
  public boolean nextName() {
    if (depth == 0 || scopes[depth - 1] == ARRAY) {
      throw new IllegalStateException("nextName outside an object");
    }
    return nextMember();
  }

  private boolean nextMember() {
    int c = in.token();
    if (c == '}') {
      endObject();
      return false;
    }
    if (!atStart) {
      if (c != ',') {
        throw expected(c, "',' or '}'");
      }
      in.pos++;
      c = in.token();
    }
    atStart = false;
    if (c != '"') {
      throw expected(c, "a name");
    }
    scanName();
    if (nameEnd - nameStart > limits.get(Bound.NAME_BYTES)) {
      overLimit(nameStart - 1);
    }
    noteName();
    c = in.token();
    if (c != ':') {
      throw expected(c, "':'");
    }
    in.pos++;
    return true;
  }

  private void scanName() {
    in.string();
    nameStart = in.stringStart;
    nameEnd = in.stringEnd;
    nameIsEscaped = in.escaped;
    nameWord = in.stringWord;
    if (nameIsEscaped) {
      int length = in.decode(nameStart, nameEnd);
      nameWord = Words.head(Words.at(in.scratch, 0), length);
    }
  }

  private void noteName() {
    if (!in.trusted && !names.add(scopes[depth - 1], in.buf, nameStart, nameHash())) {
      throw duplicate(nameStart);
    }
  }

  /** Its hash, the same however it is written. */
  private int nameHash() {
    if (nameIsEscaped) {
      int length = in.decode(nameStart, nameEnd);
      return JsonName.hash(nameWord, in.scratch, 0, length);
    }
    return JsonName.hash(nameWord, in.buf, nameStart, nameEnd);
  }

  private void endObject() {
    if (!in.trusted) {
      int duplicate = names.close(scopes[depth - 1], in.buf);
      if (duplicate >= 0) {
        throw duplicate(duplicate);
      }
    }
    end();
  }

  private void end() {
    depth--;
    in.pos++;
    atStart = false;
    valueEnd = in.pos;
  }

  /** Moves to the next value in the array entered last; false leaves the array. */
  public boolean nextElement() {
    if (depth == 0 || scopes[depth - 1] != ARRAY) {
      throw new IllegalStateException("nextElement outside an array");
    }
    return nextItem();
  }

  private boolean nextItem() {
    int c = in.token();
    if (c == ']') {
      end();
      return false;
    }
    if (!atStart) {
      if (c != ',') {
        throw expected(c, "',' or ']'");
      }
      in.pos++;
      if (in.token() == ']') {
        throw expected(']', "a value");
      }
    }
    atStart = false;
    return true;
  }

  /** Passes over the value that comes next, all of it validated. */
  public void skipValue() {
    int outside = depth;
    scalarOrBegin();
    int start = valueStart;
    while (depth > outside) {
      boolean more = scopes[depth - 1] == ARRAY ? nextItem() : nextMember();
      if (more) {
        scalarOrBegin();
      }
    }
    valueStart = start;
  }

  private void scalarOrBegin() {
    int c = in.token();
    valueStart = in.pos;
    switch (c) {
      case '{' -> enter(in.trusted ? 0 : names.mark());
      case '[' -> enter(ARRAY);
      case '"' -> {
        in.string();
        valueEnd = in.pos;
      }
      case 't' -> word(TRUE);
      case 'f' -> word(FALSE);
      case 'n' -> word(NULL);
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
      default -> throw expected(c, "a value");
    }
  }

  /** Checks that nothing but white space follows the text. */
  public void expectEnd() {
    int c = in.token();
    if (c >= 0 || depth > 0) {
      throw expected(c, "the end");
    }
  }

  // --- the name ---

  /** Whether the name moved to last is this one. */
  public boolean nameIs(JsonName known) {
    if (nameIsEscaped) {
      int length = in.decode(nameStart, nameEnd);
      return known.equalsUtf8(nameWord, in.scratch, 0, length);
    }
    return known.equalsUtf8(nameWord, in.buf, nameStart, nameEnd);
  }

  /** The index of the name moved to last among known ones, or -1. */
  public int nameIn(JsonNames known) {
    if (nameIsEscaped) {
      int length = in.decode(nameStart, nameEnd);
      return known.indexOf(nameWord, in.scratch, 0, length);
    }
    return known.indexOf(nameWord, in.buf, nameStart, nameEnd);
  }

  /** The name moved to last. */
  public String name() {
    return in.text(nameStart, nameEnd, nameIsEscaped, false);
  }

  /** Where the name moved to last starts in the buffer, behind its quote, still escaped. */
  public int nameStart() {
    return nameStart;
  }

  /** Where its closing quote is. */
  public int nameEnd() {
    return nameEnd;
  }

  // --- scalars ---

  /** Reads a string. */
  public String readString() {
    stringValue();
    return in.text(in.stringStart, in.stringEnd, in.escaped, in.ascii);
  }

  /**
   * Reads a string that is probably known: then the result is the one in the set, and nothing is
   * allocated.
   */
  public String readString(JsonNames known) {
    stringValue();
    if (!in.escaped && in.ascii) {
      long word = in.stringWord;
      int index = known.indexOf(word, in.buf, in.stringStart, in.stringEnd);
      if (index >= 0) {
        return known.get(index).text();
      }
    }
    return in.text(in.stringStart, in.stringEnd, in.escaped, in.ascii);
  }

  private void stringValue() {
    if (in.token() != '"') {
      throw wrongKind(JsonKind.STRING);
    }
    valueStart = in.pos;
    in.string();
    valueEnd = in.pos;
  }

  /** Reads a number as an integer, exactly; {@link #integerBits()} has the value. */
  public JsonInteger readInteger() {
    numberValue();
    return in.number.integer(in.buf);
  }

  /** The low 64 bits of the integer read last; 0 if it was none. */
  public long integerBits() {
    return in.number.bits();
  }

  /** Whether the number read last has a minus: so has one that is out of range. */
  public boolean integerIsNegative() {
    return in.number.isNegative();
  }

  /** Reads a number as the nearest double: infinite if it is out of range. */
  public double readDouble() {
    numberValue();
    return Doubles.parse(in.buf, valueStart, valueEnd);
  }

  private void numberValue() {
    int c = in.token();
    if (c != '-' && (c < '0' || c > '9')) {
      throw wrongKind(JsonKind.NUMBER);
    }
    number();
  }

  private void number() {
    valueStart = in.pos;
    in.number();
    valueEnd = in.pos;
    if (valueEnd - valueStart > limits.get(Bound.NUMBER_DIGITS)) {
      overLimit(valueStart);
    }
  }

  /** Reads true or false. */
  public boolean readBoolean() {
    int c = in.token();
    if (c != 't' && c != 'f') {
      throw wrongKind(JsonKind.BOOLEAN);
    }
    word(c == 't' ? TRUE : FALSE);
    return c == 't';
  }

  /** Reads null. */
  public void readNull() {
    if (in.token() != 'n') {
      throw wrongKind(JsonKind.NULL);
    }
    word(NULL);
  }

  private void word(byte[] word) {
    valueStart = in.pos;
    in.word(word);
    valueEnd = in.pos;
  }

  // --- positions ---

  /** Where the value read or skipped last starts in the buffer. */
  public int valueStart() {
    return valueStart;
  }

  /** Where it ends, exclusive. */
  public int valueEnd() {
    return valueEnd;
  }

  /** Where in the buffer reading goes on. */
  public int position() {
    return in.pos;
  }

  /**
   * Where the first name or number that is too long starts in the buffer, or -1. A name starts with
   * its quote.
   */
  public int overLimitAt() {
    return overLimitAt;
  }

  private void overLimit(int at) {
    if (overLimitAt < 0) {
      overLimitAt = at;
    }
  }

  // --- errors ---

  private JsonException duplicate(int start) {
    return in.error(start - 1, "a name that is there twice");
  }

  private JsonException expected(int c, String what) {
    return in.error(in.pos, (c < 0 ? "the end" : "a byte") + " instead of " + what);
  }

  private RuntimeException wrongKind(JsonKind wanted) {
    JsonKind found = peek();
    return new IllegalStateException("read of " + wanted + " (expected: " + found + ")");
  }
}
