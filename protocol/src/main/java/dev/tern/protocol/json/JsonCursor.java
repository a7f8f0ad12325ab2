package dev.tern.protocol.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.protocol.Limits;

/**
 * Walks one strict JSON text (RFC 8259, UTF-8) value by value, without allocating anything but the
 * strings that are asked for. Anything else is refused by a {@link JsonException}: bad UTF-8, lone
 * surrogates, control characters, a name twice in an object (after unescaping), nesting deeper than
 * {@link Limits#depth()}. After an exception only {@code reset} makes sense.
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
 * <p>A name longer than {@link Limits#nameBytes()} and a number longer than {@link
 * Limits#numberDigits()} are well-formed: they are passed over and noted, see {@link
 * #overLimitAt()}. In an object of more than 16 members a duplicate may be found only when the
 * object ends: act upon nothing before that.
 *
 * <p>Reusable; not thread-safe.
 */
public final class JsonCursor {
  private static final byte[] EMPTY = {};

  /** Scratch memory up to here is kept for the next text. */
  private static final int KEPT_SCRATCH = 1 << 12;

  private final Limits limits;

  // The text. Trusted: somebody validated it before, so UTF-8 and duplicates are not checked again.
  private byte[] buf = EMPTY;
  private int off;
  private int end;
  private boolean trusted;

  // Where we are. scopes[i] is the mark of an open object's names, or ARRAY.
  private static final int ARRAY = -1;
  private final int[] scopes;
  private final NameLog names = new NameLog();
  private int pos;
  private int depth;
  private boolean atStart;
  private int overLimitAt;

  // The string, name or value seen last.
  private int stringStart;
  private int stringEnd;
  private boolean escaped;
  private boolean ascii;
  private int nameStart;
  private int nameEnd;
  private int nameHash;
  private boolean nameEscaped;
  private int valueStart;
  private int valueEnd;
  private long bits;
  private byte[] scratch = EMPTY;

  /** A cursor without a text. */
  public JsonCursor(Limits limits) {
    this.limits = limits;
    this.scopes = new int[limits.depth()];
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

  private void start(byte[] newBuf, int newOff, int len, boolean newTrusted) {
    buf = newBuf;
    off = newOff;
    end = newOff + len;
    trusted = newTrusted;
    pos = newOff;
    depth = 0;
    atStart = false;
    overLimitAt = -1;
    names.clear();
    if (scratch.length > KEPT_SCRATCH) {
      scratch = EMPTY;
    }
  }

  // --- walking ---

  /** The kind of the value that comes next, found by its first byte; nothing is consumed. */
  public JsonKind peek() {
    int c = token();
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
    begin('{', JsonKind.OBJECT, trusted ? 0 : names.mark());
  }

  /** Enters the array that comes next. */
  public void beginArray() {
    begin('[', JsonKind.ARRAY, ARRAY);
  }

  private void begin(int bracket, JsonKind kind, int scope) {
    if (token() != bracket) {
      throw wrongKind(kind);
    }
    if (depth == scopes.length) {
      throw new JsonException(pos - off, "nesting deeper than " + scopes.length);
    }
    scopes[depth++] = scope;
    pos++;
    atStart = true;
  }

  /** Moves to the next member's value in the object entered last; false leaves the object. */
  public boolean nextName() {
    if (depth == 0 || scopes[depth - 1] == ARRAY) {
      throw new IllegalStateException("nextName outside an object");
    }
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
    scanName();
    c = token();
    if (c != ':') {
      throw expected(c, "':'");
    }
    pos++;
    return true;
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

  private void scanName() {
    string();
    nameStart = stringStart;
    nameEnd = stringEnd;
    nameEscaped = escaped;
    if (escaped) {
      int length = decode(nameStart, nameEnd);
      nameHash = JsonName.hash(scratch, 0, length);
    } else {
      nameHash = JsonName.hash(buf, nameStart, nameEnd);
    }
    if (nameEnd - nameStart > limits.nameBytes()) {
      overLimit(nameStart - 1);
    }
    if (!trusted && !names.add(scopes[depth - 1], buf, nameStart, nameHash)) {
      throw duplicate(nameStart);
    }
  }

  /** Moves to the next value in the array entered last; false leaves the array. */
  public boolean nextElement() {
    if (depth == 0 || scopes[depth - 1] != ARRAY) {
      throw new IllegalStateException("nextElement outside an array");
    }
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
      boolean more = scopes[depth - 1] == ARRAY ? nextElement() : nextName();
      if (more) {
        scalarOrBegin();
      }
    }
    valueStart = start;
  }

  private void scalarOrBegin() {
    JsonKind kind = peek();
    valueStart = pos;
    switch (kind) {
      case OBJECT -> beginObject();
      case ARRAY -> beginArray();
      case STRING -> {
        string();
        valueEnd = pos;
      }
      case NUMBER -> number();
      case BOOLEAN -> readBoolean();
      case NULL -> readNull();
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
  public boolean nameIs(JsonName name) {
    if (nameHash != name.hash()) {
      return false;
    }
    return nameEscaped
        ? name.equalsUtf8(scratch, 0, decode(nameStart, nameEnd))
        : name.equalsUtf8(buf, nameStart, nameEnd);
  }

  /** The index of the name moved to last among known ones, or -1. */
  public int nameIn(JsonNames known) {
    return nameEscaped
        ? known.indexOf(scratch, 0, decode(nameStart, nameEnd), nameHash)
        : known.indexOf(buf, nameStart, nameEnd, nameHash);
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
  public String readString(JsonNames known) {
    stringValue();
    if (!escaped && ascii) {
      int hash = JsonName.hash(buf, stringStart, stringEnd);
      int index = known.indexOf(buf, stringStart, stringEnd, hash);
      if (index >= 0) {
        return known.get(index).text();
      }
    }
    return text(stringStart, stringEnd, escaped, ascii);
  }

  private void stringValue() {
    if (token() != '"') {
      throw wrongKind(JsonKind.STRING);
    }
    valueStart = pos;
    string();
    valueEnd = pos;
  }

  /** Reads a number as an integer, exactly; {@link #integerBits()} has the value. */
  public JsonInteger readInteger() {
    numberValue();
    JsonInteger kind = Numbers.integer(buf, valueStart, valueEnd);
    bits =
        kind == JsonInteger.SIGNED || kind == JsonInteger.UNSIGNED
            ? Numbers.bits(buf, valueStart, valueEnd)
            : 0;
    return kind;
  }

  /** The low 64 bits of the integer read last; 0 if it was none. */
  public long integerBits() {
    return bits;
  }

  /** Whether the number read last has a minus: so has one that is out of range. */
  public boolean integerIsNegative() {
    return buf[valueStart] == '-';
  }

  /** Reads a number as the nearest double: infinite if it is out of range. */
  public double readDouble() {
    numberValue();
    return Numbers.toDouble(buf, valueStart, valueEnd);
  }

  private void numberValue() {
    if (peek() != JsonKind.NUMBER) {
      throw wrongKind(JsonKind.NUMBER);
    }
    valueStart = pos;
    number();
  }

  private void number() {
    int p = Numbers.end(buf, pos, end);
    if (p < 0) {
      throw new JsonException(-1 - p - off, "a malformed number");
    }
    if (p - pos > limits.numberDigits()) {
      overLimit(pos);
    }
    pos = p;
    valueEnd = p;
  }

  /** Reads true or false. */
  public boolean readBoolean() {
    int c = token();
    if (c != 't' && c != 'f') {
      throw wrongKind(JsonKind.BOOLEAN);
    }
    word(c == 't' ? TRUE : FALSE);
    return c == 't';
  }

  /** Reads null. */
  public void readNull() {
    if (token() != 'n') {
      throw wrongKind(JsonKind.NULL);
    }
    word(NULL);
  }

  private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
  private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
  private static final byte[] NULL = {'n', 'u', 'l', 'l'};

  private void word(byte[] word) {
    for (int i = 1; i < word.length; i++) {
      if (pos + i >= end || buf[pos + i] != word[i]) {
        throw new JsonException(pos + i - off, "a malformed true, false or null");
      }
    }
    valueStart = pos;
    pos += word.length;
    valueEnd = pos;
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
   * Where the first name or number that is too long starts in the buffer, or -1. A name starts with
   * its quote.
   */
  public int overLimitAt() {
    return overLimitAt;
  }

  // --- reading bytes ---

  /** Skips white space; the byte there, or -1 at the end. */
  private int token() {
    byte[] b = buf;
    int p = pos;
    while (p < end) {
      byte c = b[p];
      if (c > ' ' || (c != ' ' && c != '\n' && c != '\r' && c != '\t')) {
        pos = p;
        return c & 0xFF;
      }
      p++;
    }
    pos = p;
    return -1;
  }

  /** Scans the string whose opening quote is here. */
  private void string() {
    byte[] b = buf;
    int p = pos + 1;
    stringStart = p;
    boolean hasEscape = false;
    boolean isAscii = true;
    while (p < end) {
      byte c = b[p];
      if (c == '"') {
        stringEnd = p;
        escaped = hasEscape;
        ascii = isAscii;
        pos = p + 1;
        return;
      }
      int next = p + 1;
      if (c == '\\') {
        hasEscape = true;
        next = trusted ? p + 2 : Escapes.check(b, p, end);
      } else if (c < ' ') {
        isAscii = false;
        next = c >= 0 ? -1 : trusted ? next : Utf8.check(b, p, end);
      }
      if (next < 0) {
        throw badCharacter(p);
      }
      p = next;
    }
    throw new JsonException(end - off, "a string that is cut off");
  }

  private String text(int start, int stop, boolean hasEscape, boolean isAscii) {
    if (hasEscape) {
      int length = decode(start, stop);
      return new String(scratch, 0, length, UTF_8);
    }
    return new String(buf, start, stop - start, isAscii ? ISO_8859_1 : UTF_8);
  }

  private int decode(int start, int stop) {
    if (scratch.length < stop - start) {
      scratch = new byte[Math.max(stop - start, 64)];
    }
    return Escapes.decode(buf, start, stop, scratch);
  }

  private void overLimit(int at) {
    if (overLimitAt < 0) {
      overLimitAt = at;
    }
  }

  // --- errors ---

  private JsonException badCharacter(int p) {
    byte c = buf[p];
    return new JsonException(
        p - off,
        c == '\\'
            ? "a malformed escape or a lone surrogate"
            : c < 0 ? "malformed UTF-8" : "a control character in a string");
  }

  private JsonException duplicate(int start) {
    return new JsonException(start - 1 - off, "a name that is there twice");
  }

  private JsonException expected(int c, String what) {
    return new JsonException(pos - off, (c < 0 ? "the end" : "a byte") + " instead of " + what);
  }

  private RuntimeException wrongKind(JsonKind wanted) {
    JsonKind found = peek();
    return new IllegalStateException("read of " + wanted + " (expected: " + found + ")");
  }
}
