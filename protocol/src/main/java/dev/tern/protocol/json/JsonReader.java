package dev.tern.protocol.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.value.Allowance;
import dev.tern.protocol.value.IntegerKind;
import dev.tern.protocol.value.Name;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.NoRoomException;
import dev.tern.protocol.value.Utf8Target;
import dev.tern.protocol.value.ValueKind;
import dev.tern.protocol.value.ValueReader;
import dev.tern.protocol.value.Words;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON text that a {@link JsonValidator} has validated before. One is made for each text,
 * so it is small: it knows neither in what the next value lies nor which names there were.
 */
public final class JsonReader implements ValueReader {
  /** Up to here each integer has its own double, and float. */
  private static final double DOUBLE_EXACT = 0x1p53;

  private static final float FLOAT_EXACT = 0x1p24f;
  private static final int DIGITS_OF_A_LONG = 18;
  private static final int MAX_DIGITS = Limits.DEFAULT.get(Bound.NUMBER_DIGITS);

  private final byte[] buf;
  private final int end;
  private int pos;

  /** Whether the object or the array that was entered last has shown nothing yet. */
  private boolean atStart;

  // The name moved to last, without its quotes; and whether a text was written with escapes.
  private int nameStart;
  private int nameEnd;
  private boolean escaped;
  private boolean ascii;

  // The value read or skipped last.
  private int valueStart;
  private int valueEnd = -1;
  private long bits;

  private final @Nullable Allowance allowance;
  private int made;

  /**
   * Starts at a value that was validated.
   *
   * @param json lies in one array
   */
  public JsonReader(Bytes json) {
    this(json, null);
  }

  /**
   * Starts at a value that was validated.
   *
   * @param json lies in one array
   * @param allowance how much may be made of it; null for whatever it is
   */
  public JsonReader(Bytes json, @Nullable Allowance allowance) {
    this.allowance = allowance;
    this.buf = json.array();
    this.pos = json.from();
    this.end = json.to();
  }

  // --- walking ---

  @Override
  public ValueKind peek() {
    return switch (token()) {
      case '{' -> ValueKind.OBJECT;
      case '[' -> ValueKind.ARRAY;
      case '"' -> ValueKind.STRING;
      case 't', 'f' -> ValueKind.BOOLEAN;
      case 'n' -> ValueKind.NULL;
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> ValueKind.NUMBER;
      default -> throw malformed();
    };
  }

  @Override
  public void beginObject() {
    begin('{');
  }

  @Override
  public void beginArray() {
    begin('[');
  }

  private void begin(char bracket) {
    if (token() != bracket) {
      throw malformed();
    }
    pos++;
    atStart = true;
  }

  @Override
  public int nextMember(Names known, int expected) {
    int c = token();
    if (c == '}') {
      leave();
      return END;
    }
    int start = nextName(c);
    if (expected >= 0 && expected < known.size()) {
      Name guess = known.get(expected);
      int stop = start + guess.length();
      if (stop < end && buf[stop] == '"' && guess.standsAt(buf, start)) {
        passName(start, stop);
        escaped = false;
        return expected;
      }
    }
    passName(start, endOfString(start));
    return nameIn(known);
  }

  @Override
  public int nameIn(Names known) {
    return escaped
        ? indexIn(known, utf8(nameStart, nameEnd))
        : PlainJson.indexIn(known, buf, nameStart, nameEnd);
  }

  @Override
  public JsonReader copy() {
    JsonReader copy = new JsonReader(Bytes.of(buf, pos, end), allowance);
    copy.atStart = atStart;
    return copy;
  }

  private static int indexIn(Names known, byte[] text) {
    return PlainJson.indexIn(known, text, 0, text.length);
  }

  /** Where the next name starts, behind its quote. */
  private int nextName(int c) {
    int next = c;
    if (!atStart) {
      pos++;
      next = c == ',' ? token() : 0;
    }
    if (next != '"') {
      throw malformed();
    }
    atStart = false;
    return pos + 1;
  }

  private void passName(int start, int stop) {
    nameStart = start;
    nameEnd = stop;
    pos = stop + 1;
    if (token() != ':') {
      throw malformed();
    }
    pos++;
  }

  @Override
  public String name() {
    return text(nameStart, nameEnd, escaped, false);
  }

  @Override
  public void nameTo(Utf8Target target) {
    hand(nameStart, nameEnd, target);
  }

  private void hand(int start, int stop, Utf8Target target) {
    if (escaped) {
      byte[] text = utf8(start, stop);
      target.accept(text, 0, text.length);
    } else {
      target.accept(buf, start, stop);
    }
  }

  @Override
  public boolean nextElement() {
    int c = token();
    if (c == ']') {
      leave();
      return false;
    }
    if (!atStart) {
      if (c != ',') {
        throw malformed();
      }
      pos++;
    }
    atStart = false;
    return true;
  }

  private void leave() {
    pos++;
    atStart = false;
    valueEnd = -1;
  }

  @Override
  public void willMake() {
    if ((++made & (Allowance.STEP - 1)) == 0
        && allowance != null
        && !allowance.take(Allowance.STEP)) {
      throw new NoRoomException();
    }
  }

  @Override
  public void skipValue() {
    int c = token();
    int start = pos;
    switch (c) {
      case '"' -> pos = endOfString(pos + 1) + 1;
      case '{', '[' -> skipContainer();
      default -> pos = endOfWord(pos);
    }
    valueStart = start;
    valueEnd = pos;
  }

  private void skipContainer() {
    int open = 0;
    do {
      int c = token();
      switch (c) {
        case '"' -> pos = endOfString(pos + 1);
        case '{', '[' -> open++;
        case '}', ']' -> open--;
        case -1 -> throw malformed();
        default -> {}
      }
      pos++;
    } while (open > 0);
  }

  @Override
  public int position() {
    return pos;
  }

  @Override
  public boolean isAtEnd() {
    return token() < 0;
  }

  @Override
  public void again() {
    if (pos == valueEnd) {
      pos = valueStart;
    }
  }

  @Override
  public boolean hasDecimals() {
    return true;
  }

  // --- scalars ---

  @Override
  public String readString() {
    pastString();
    return text(valueStart + 1, valueEnd - 1, escaped, ascii);
  }

  @Override
  public void stringTo(Utf8Target target) {
    pastString();
    hand(valueStart + 1, valueEnd - 1, target);
  }

  @Override
  public int readString(Names known) {
    pastString();
    int start = valueStart + 1;
    int stop = valueEnd - 1;
    return escaped ? indexIn(known, utf8(start, stop)) : PlainJson.indexIn(known, buf, start, stop);
  }

  private void pastString() {
    if (token() != '"') {
      throw malformed();
    }
    valueStart = pos;
    pos = endOfString(pos + 1) + 1;
    valueEnd = pos;
  }

  @Override
  public byte @Nullable [] readBinary() {
    pastString();
    try {
      return Base64.getDecoder().decode(utf8(valueStart + 1, valueEnd - 1));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  @Override
  public IntegerKind readInteger() {
    token();
    byte[] b = buf;
    int p = pos;
    valueStart = p;
    boolean negative = p < end && b[p] == '-';
    int first = negative ? p + 1 : p;
    int digits = Math.min(Words.digits(Words.at(b, first)), end - first);
    if (digits <= 0) {
      throw malformed();
    }
    long value = Words.decimal(Words.at(b, first), digits);
    p = first + digits;
    if (digits == Words.BYTES) {
      for (; p < end && b[p] >= '0' && b[p] <= '9'; p++) {
        value = value * 10 + (b[p] - '0');
      }
    }
    if (p - first > DIGITS_OF_A_LONG || (p < end && isOfANumber(b[p]))) {
      return readOddNumber();
    }
    pos = p;
    valueEnd = p;
    bits = negative ? -value : value;
    return IntegerKind.SIGNED;
  }

  /** A long integer, or none. */
  private IntegerKind readOddNumber() {
    NumberToken number = new NumberToken();
    int stop = number.scan(buf, pos, end);
    if (stop < 0) {
      throw malformed();
    }
    pos = stop;
    valueEnd = stop;
    IntegerKind kind = number.integer(buf);
    bits = number.bits();
    return kind;
  }

  private static boolean isOfANumber(byte b) {
    return b == '.' || (b | 0x20) == 'e';
  }

  @Override
  public long integerBits() {
    return bits;
  }

  @Override
  public double readDouble() {
    boolean isInteger = pastNumber();
    double value = Doubles.parse(buf, valueStart, valueEnd);
    boolean fits =
        Double.isFinite(value)
            && valueEnd - valueStart <= MAX_DIGITS
            && (!isInteger || Math.abs(value) < DOUBLE_EXACT || isExact(value));
    return fits ? value : Double.NaN;
  }

  @Override
  public float readFloat() {
    boolean isInteger = pastNumber();
    // Not by way of a double: rounding twice may end one float further.
    float value = Float.parseFloat(literal());
    boolean fits =
        Float.isFinite(value)
            && valueEnd - valueStart <= MAX_DIGITS
            && (!isInteger || Math.abs(value) < FLOAT_EXACT || isExact(value));
    return fits ? value : Float.NaN;
  }

  private boolean isExact(double value) {
    return new BigDecimal(value).toBigInteger().equals(new BigInteger(literal()));
  }

  @Override
  public String readNumber() {
    pastNumber();
    return literal();
  }

  private String literal() {
    return new String(buf, valueStart, valueEnd - valueStart, ISO_8859_1);
  }

  /** Passes over a number; whether it is written as an integer. */
  private boolean pastNumber() {
    token();
    valueStart = pos;
    boolean isInteger = true;
    int p = pos;
    for (; p < end && isOfAWord(buf[p]); p++) {
      isInteger &= !isOfANumber(buf[p]);
    }
    pos = p;
    valueEnd = p;
    return isInteger;
  }

  @Override
  public boolean readBoolean() {
    boolean isTrue = token() == 't';
    skipValue();
    return isTrue;
  }

  @Override
  public void readNull() {
    skipValue();
  }

  @Override
  public Bytes readEncoded() {
    skipValue();
    return Bytes.of(buf, valueStart, valueEnd);
  }

  // --- tokens ---

  /** Skips white space; the byte there, or -1 at the end. */
  private int token() {
    int p = pos;
    if (p < end && buf[p] > ' ') {
      return buf[p];
    }
    p = PlainJson.token(buf, p, end);
    pos = p;
    return p < end ? buf[p] & 0xFF : -1;
  }

  /** Where a number, true, false or null ends. */
  private int endOfWord(int p) {
    int stop = p;
    while (stop < end && isOfAWord(buf[stop])) {
      stop++;
    }
    if (stop == p) {
      throw malformed();
    }
    return stop;
  }

  private static boolean isOfAWord(byte b) {
    return b > ' ' && b != ',' && b != ']' && b != '}';
  }

  /** Where the closing quote of the string is whose characters begin here. */
  private int endOfString(int start) {
    escaped = false;
    ascii = true;
    int p = Words.plainUntil(buf, start, end);
    while (p < end && buf[p] != '"') {
      if (buf[p] == '\\') {
        escaped = true;
        p += 2;
      } else {
        ascii = false;
        p++;
      }
      p = buf.length > p && buf[p] < 0 ? p : Words.plainUntil(buf, p, end);
    }
    if (p >= end) {
      throw malformed();
    }
    return p;
  }

  private String text(int start, int stop, boolean hasEscape, boolean isAscii) {
    return hasEscape
        ? new String(utf8(start, stop), UTF_8)
        : new String(buf, start, stop - start, isAscii ? ISO_8859_1 : UTF_8);
  }

  /** A text without its escapes. */
  private byte[] utf8(int start, int stop) {
    byte[] text = Arrays.copyOfRange(buf, start, stop);
    return escaped ? Arrays.copyOf(text, Escapes.decode(buf, start, stop, text)) : text;
  }

  private JsonException malformed() {
    return new JsonException(pos, "a text that nobody has validated");
  }
}
