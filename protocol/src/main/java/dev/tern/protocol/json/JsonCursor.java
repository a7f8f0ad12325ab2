package dev.tern.protocol.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.value.IntegerKind;
import dev.tern.protocol.value.Name;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.OverLimit;
import dev.tern.protocol.value.Utf8;
import dev.tern.protocol.value.ValueKind;
import dev.tern.protocol.value.ValueValidator;
import dev.tern.protocol.value.Words;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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
 * So is what nests too deep, if the cursor was made {@linkplain #passingOverDepth for that}. In an
 * object of more than 16 members a duplicate may be found only when the object ends: act upon
 * nothing before that.
 *
 * <p>Reusable; not thread-safe.
 */
public final class JsonCursor implements ValueValidator {
  private static final byte[] TRUE = "true".getBytes(ISO_8859_1);
  private static final byte[] FALSE = "false".getBytes(ISO_8859_1);
  private static final byte[] NULL = "null".getBytes(ISO_8859_1);

  private static final byte[] EMPTY = {};

  /** Scratch memory up to here is kept for the next text. */
  private static final int KEPT_SCRATCH = 1 << 12;

  private final Limits limits;
  private final boolean passesOverDepth;

  // The text. Trusted: somebody validated it before, so UTF-8 and escapes are not checked again.
  private byte[] buf = EMPTY;
  private int off;
  private int end;
  private boolean trusted;
  private int pos;

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

  // The string seen last, without its quotes, and its first eight bytes, see Words.head.
  private int stringStart;
  private int stringEnd;
  private long stringWord;
  private boolean escaped;
  private boolean ascii;

  /** The number seen last. */
  private final NumberToken number = new NumberToken();

  /** What {@link #decode} made. */
  private byte[] scratch = EMPTY;

  // The name moved to last: from behind its quote to its closing quote.
  private int nameStart;
  private int nameEnd;
  private long nameWord;
  private boolean nameEscaped;

  // The value seen last.
  private int valueStart;
  private int valueEnd;

  /** A cursor without a text. */
  public JsonCursor(Limits limits) {
    this(limits, false);
  }

  private JsonCursor(Limits limits, boolean passesOverDepth) {
    this.limits = limits;
    this.passesOverDepth = passesOverDepth;
  }

  /**
   * A cursor without a text that passes over an object or an array which nests too deep: it counts
   * as empty, and is noted. Of what is in it the tokens are checked, but neither their order nor
   * names that are there twice.
   */
  public static JsonCursor passingOverDepth(Limits limits) {
    return new JsonCursor(limits, true);
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
      throw cursor.error(cursor.overLimitAt, "a name or a number that is too long");
    }
    int behind = cursor.token();
    if (behind >= 0) {
      throw cursor.expected(behind, "the end");
    }
    return value;
  }

  @Override
  public @Nullable OverLimit checkMessage(byte[] payload, int from, int to) {
    reset(payload, from, to - from);
    return checkOne();
  }

  @Override
  public @Nullable OverLimit checkValue(Bytes value, int outside) {
    resetWithin(value.array(), value.from(), value.to() - value.from(), value.from(), outside);
    return checkOne();
  }

  private @Nullable OverLimit checkOne() {
    try {
      skipValue();
      depth = 0;
      expectEnd();
      return overLimitAt < 0 ? null : new OverLimit(overLimitAt, boundAt(overLimitAt));
    } finally {
      reset(EMPTY, 0, 0); // nothing of the text is held any longer
    }
  }

  private Bound boundAt(int at) {
    return switch (buf[at]) {
      case '{', '[' -> Bound.DEPTH;
      case '"' -> Bound.NAME_BYTES;
      default -> Bound.NUMBER_DIGITS;
    };
  }

  /** Starts at a text that nobody has validated yet. The bytes must not change meanwhile. */
  public void reset(byte[] newBuf, int newOff, int len) {
    start(newBuf, newOff, len, false);
  }

  /**
   * Starts at a text that a cursor has validated before: UTF-8 and duplicate names are not checked
   * again, everything else is.
   */
  public void resetTrusted(byte[] newBuf, int newOff, int len) {
    start(newBuf, newOff, len, true);
  }

  /**
   * Starts, like {@link #reset}, within a text whose beginning somebody else has read.
   *
   * @param at where the next value starts in the buffer
   * @param outside how many objects and arrays it lies in, which count towards the depth
   */
  public void resetWithin(byte[] newBuf, int newOff, int len, int at, int outside) {
    start(newBuf, newOff, len, false);
    pos = at;
    depth = outside;
  }

  private void start(byte[] newBuf, int newOff, int len, boolean isTrusted) {
    buf = newBuf;
    off = newOff;
    end = newOff + len;
    trusted = isTrusted;
    pos = newOff;
    depth = 0;
    atStart = false;
    overLimitAt = -1;
    if (scratch.length > KEPT_SCRATCH) {
      scratch = EMPTY;
    }
    if (!isTrusted) {
      names = names == UNUSED ? new NameLog() : names;
      names.clear();
    }
  }

  // --- walking ---

  /** The kind of the value that comes next, found by its first byte; nothing is consumed. */
  public ValueKind peek() {
    int c = token();
    return switch (c) {
      case '{' -> ValueKind.OBJECT;
      case '[' -> ValueKind.ARRAY;
      case '"' -> ValueKind.STRING;
      case 't', 'f' -> ValueKind.BOOLEAN;
      case 'n' -> ValueKind.NULL;
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> ValueKind.NUMBER;
      default -> throw expected(c, "a value");
    };
  }

  /** Enters the object that comes next. */
  public void beginObject() {
    begin('{', ValueKind.OBJECT, trusted ? 0 : names.mark());
  }

  /** Enters the array that comes next. */
  public void beginArray() {
    begin('[', ValueKind.ARRAY, ARRAY);
  }

  private void begin(int bracket, ValueKind kind, int scope) {
    if (token() != bracket) {
      throw wrongKind(kind);
    }
    enter(scope);
  }

  private void enter(int scope) {
    if (depth == limits.get(Bound.DEPTH)) {
      passOver();
    }
    if (depth >= scopes.length) {
      scopes = Arrays.copyOf(scopes, Math.max(FIRST_SCOPES, 2 * depth));
    }
    scopes[depth++] = scope;
    pos++;
    atStart = true;
  }

  /** Goes on as if the closing bracket of what begins here were the next byte. */
  private void passOver() {
    if (!passesOverDepth) {
      throw error(pos, "nesting deeper than " + limits.get(Bound.DEPTH));
    }
    if (!isTooDeep()) {
      overLimitAt = pos; // before any other: it is never reported as something else
    }
    int start = valueStart;
    int open = 0;
    int last;
    do {
      int c = token();
      last = pos;
      switch (c) {
        case '{', '[' -> open++;
        case '}', ']' -> open--;
        case ',', ':' -> {}
        default -> {
          scalarOrBegin();
          continue;
        }
      }
      pos++;
    } while (open > 0);
    pos = last - 1;
    valueStart = start;
  }

  /** Moves to the next member's value in the object entered last; false leaves the object. */
  public boolean nextName() {
    if (depth == 0 || scopes[depth - 1] == ARRAY) {
      throw new IllegalStateException("nextName outside an object");
    }
    return nextMember();
  }

  private boolean nextMember() {
    int c = token();
    if (c == '}') {
      endObject();
      return false;
    }
    if (!atStart) {
      if (c != ',') {
        throw expected(c, "',' or '}'");
      }
      pos++;
      c = token();
    }
    atStart = false;
    if (c != '"') {
      throw expected(c, "a name");
    }
    string();
    nameStart = stringStart;
    nameEnd = stringEnd;
    nameEscaped = escaped;
    nameWord = stringWord;
    if (nameEscaped) {
      int length = decodeName(); // first: it may need other scratch memory
      nameWord = Words.head(Words.at(scratch, 0), length);
    }
    if (nameEnd - nameStart > limits.get(Bound.NAME_BYTES)) {
      overLimit(nameStart - 1);
    }
    noteName();
    c = token();
    if (c != ':') {
      throw expected(c, "':'");
    }
    pos++;
    return true;
  }

  private void noteName() {
    if (!trusted && !names.add(scopes[depth - 1], buf, nameStart, nameHash())) {
      throw duplicate(nameStart);
    }
  }

  private void endObject() {
    if (!trusted) {
      int duplicate = names.close(scopes[depth - 1], buf);
      if (duplicate >= 0) {
        throw duplicate(duplicate);
      }
    }
    end();
  }

  private void end() {
    depth--;
    pos++;
    atStart = false;
    valueEnd = pos;
  }

  /** Moves to the next value in the array entered last; false leaves the array. */
  public boolean nextElement() {
    if (depth == 0 || scopes[depth - 1] != ARRAY) {
      throw new IllegalStateException("nextElement outside an array");
    }
    return nextItem();
  }

  private boolean nextItem() {
    int c = token();
    if (c == ']') {
      end();
      return false;
    }
    if (!atStart) {
      if (c != ',') {
        throw expected(c, "',' or ']'");
      }
      pos++;
      if (token() == ']') {
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
    int c = token();
    valueStart = pos;
    switch (c) {
      case '{' -> enter(trusted ? 0 : names.mark());
      case '[' -> enter(ARRAY);
      case '"' -> {
        string();
        valueEnd = pos;
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
    int c = token();
    if (c >= 0 || depth > 0) {
      throw expected(c, "the end");
    }
  }

  // --- the name ---

  /** Whether the name moved to last is this one. */
  public boolean nameIs(Name known) {
    return nameEscaped
        ? known.equalsUtf8(nameWord, scratch, 0, decodeName())
        : known.equalsUtf8(nameWord, buf, nameStart, nameEnd);
  }

  /** The index of the name moved to last among known ones, or -1. */
  public int nameIn(Names known) {
    return nameEscaped
        ? known.indexOf(nameWord, scratch, 0, decodeName())
        : known.indexOf(nameWord, buf, nameStart, nameEnd);
  }

  /** Its hash, whether it is written with escapes or without. */
  private int nameHash() {
    return nameEscaped
        ? Name.hash(nameWord, scratch, 0, decodeName())
        : Name.hash(nameWord, buf, nameStart, nameEnd);
  }

  private int decodeName() {
    return decode(nameStart, nameEnd);
  }

  /** The name moved to last. */
  public String name() {
    return text(nameStart, nameEnd, nameEscaped, false);
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
    return text(stringStart, stringEnd, escaped, ascii);
  }

  /**
   * Reads a string that is probably known: then the result is the one in the set, and nothing is
   * allocated.
   */
  public String readString(Names known) {
    stringValue();
    if (!escaped && ascii) {
      long word = stringWord;
      int index = known.indexOf(word, buf, stringStart, stringEnd);
      if (index >= 0) {
        return known.get(index).text();
      }
    }
    return text(stringStart, stringEnd, escaped, ascii);
  }

  private void stringValue() {
    if (token() != '"') {
      throw wrongKind(ValueKind.STRING);
    }
    valueStart = pos;
    string();
    valueEnd = pos;
  }

  /** Reads a number as an integer, exactly; {@link #integerBits()} has the value. */
  public IntegerKind readInteger() {
    numberValue();
    return number.integer(buf);
  }

  /** The low 64 bits of the integer read last; 0 if it was none. */
  public long integerBits() {
    return number.bits();
  }

  /** Whether the number read last has a minus: so has one that is out of range. */
  public boolean integerIsNegative() {
    return number.isNegative();
  }

  /** Reads a number as the nearest double: infinite if it is out of range. */
  public double readDouble() {
    numberValue();
    return Doubles.parse(buf, valueStart, valueEnd);
  }

  private void numberValue() {
    int c = token();
    if (c != '-' && (c < '0' || c > '9')) {
      throw wrongKind(ValueKind.NUMBER);
    }
    number();
  }

  private void number() {
    int stop = number.scan(buf, pos, end);
    if (stop < 0) {
      throw error(-1 - stop, "a malformed number");
    }
    valueStart = pos;
    valueEnd = stop;
    pos = stop;
    if (valueEnd - valueStart > limits.get(Bound.NUMBER_DIGITS)) {
      overLimit(valueStart);
    }
  }

  /** Reads true or false. */
  public boolean readBoolean() {
    int c = token();
    if (c != 't' && c != 'f') {
      throw wrongKind(ValueKind.BOOLEAN);
    }
    word(c == 't' ? TRUE : FALSE);
    return c == 't';
  }

  /** Reads null. */
  public void readNull() {
    if (token() != 'n') {
      throw wrongKind(ValueKind.NULL);
    }
    word(NULL);
  }

  /** Passes over true, false or null, whose first byte is here. */
  private void word(byte[] word) {
    for (int i = 1; i < word.length; i++) {
      if (pos + i >= end) {
        throw error(pos, "true, false or null that is cut off");
      }
      if (buf[pos + i] != word[i]) {
        throw error(pos + i, "a malformed true, false or null");
      }
    }
    valueStart = pos;
    pos += word.length;
    valueEnd = pos;
  }

  // --- tokens ---

  /** Skips white space; the byte there, or -1 at the end. */
  private int token() {
    int p = pos;
    if (p < end) {
      byte c = buf[p];
      if (c > ' ') {
        return c;
      }
    }
    return tokenBehindSpace();
  }

  private int tokenBehindSpace() {
    byte[] b = buf;
    int p = pos;
    while (p < end && isSpace(b[p])) {
      p++;
    }
    pos = p;
    return p < end ? b[p] & 0xFF : -1;
  }

  private static boolean isSpace(byte c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
  }

  /** Scans the string whose opening quote is here. */
  private void string() {
    int start = pos + 1;
    long word = Words.at(buf, start);
    int length = Words.before(Words.special(word));
    int stop = start + length;
    escaped = false;
    ascii = true;
    if (stop >= end || buf[stop] != '"') {
      stop = endOfString(stop);
    }
    stringStart = start;
    stringEnd = stop;
    stringWord = Words.head(word, stop - start);
    pos = stop + 1;
  }

  /** Where the closing quote is; what lies before {@code p} stands for itself. */
  private int endOfString(int p) {
    byte[] b = buf;
    while (p < end) {
      p = Words.plainUntil(b, p, end);
      if (p < end) {
        if (b[p] == '"') {
          return p;
        }
        p = special(p);
      }
    }
    throw error(end, "a string that is cut off");
  }

  /** Passes over an escape or some characters that are not ASCII; where the next one starts. */
  private int special(int p) {
    byte[] b = buf;
    if (b[p] == '\\') {
      escaped = true;
      int next = trusted ? p + 2 : Escapes.check(b, p, end);
      if (next < 0) {
        throw badCharacter(p);
      }
      return next;
    }
    ascii = false;
    int next = p;
    do {
      p = next;
      next = b[p] >= 0 ? -1 : trusted ? p + 1 : Utf8.check(b, p, end);
      if (next < 0) {
        throw badCharacter(p);
      }
    } while (next < end && b[next] < 0);
    return next;
  }

  /** A slice of the text as a string. */
  private String text(int start, int stop, boolean hasEscape, boolean isAscii) {
    if (hasEscape) {
      int length = decode(start, stop);
      return new String(scratch, 0, length, UTF_8);
    }
    return new String(buf, start, stop - start, isAscii ? ISO_8859_1 : UTF_8);
  }

  /** Decodes a string with escapes into the scratch memory; how long it became. */
  private int decode(int start, int stop) {
    if (scratch.length < stop - start) {
      scratch = new byte[Math.max(stop - start, 64)];
    }
    return Escapes.decode(buf, start, stop, scratch);
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
    return pos;
  }

  /**
   * Where the first name or number that is too long starts in the buffer, or the first object or
   * array that nests too deep, which comes before the others; or -1. A name starts with its quote.
   */
  public int overLimitAt() {
    return overLimitAt;
  }

  /** Whether that is an object or an array which nests too deep. */
  private boolean isTooDeep() {
    return overLimitAt >= 0 && (buf[overLimitAt] == '{' || buf[overLimitAt] == '[');
  }

  private void overLimit(int at) {
    if (overLimitAt < 0) {
      overLimitAt = at;
    }
  }

  // --- errors ---

  /** The text is wrong at a byte of the buffer. */
  private JsonException error(int at, String expectation) {
    return new JsonException(at - off, expectation);
  }

  private JsonException badCharacter(int p) {
    byte c = buf[p];
    return error(
        p,
        c == '\\'
            ? "a malformed escape or a lone surrogate"
            : c < 0 ? "malformed UTF-8" : "a control character in a string");
  }

  private JsonException duplicate(int start) {
    return error(start - 1, "a name that is there twice");
  }

  private JsonException expected(int c, String what) {
    return error(pos, (c < 0 ? "the end" : "a byte") + " instead of " + what);
  }

  private RuntimeException wrongKind(ValueKind wanted) {
    ValueKind found = peek();
    return new IllegalStateException("read of " + wanted + " (expected: " + found + ")");
  }
}
