package dev.tern.codec.msgpack;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.value.Allowance;
import dev.tern.protocol.value.IntegerKind;
import dev.tern.protocol.value.Name;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.NoRoomException;
import dev.tern.protocol.value.Utf8Target;
import dev.tern.protocol.value.ValueKind;
import dev.tern.protocol.value.ValueReader;
import dev.tern.protocol.value.Words;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Reads a value in MessagePack that a {@link MessagePackValidator} has found to be sound. One is
 * made for each value, so it is small.
 *
 * <p>A text may be an integer beyond 64 bits or a decimal, written out: MessagePack has neither. A
 * float64 is the number that its shortest text says, 0.1 and not
 * 0.1000000000000000055511151231257827, and so is a float32; but read as a double, a float32 is
 * exactly what it is.
 */
public final class MessagePackReader implements ValueReader {
  private static final int[] NONE = {};
  private static final int FIRST_LEVELS = 4;

  /** How many bits a number has between its first and its last 1, at most. */
  private static final int DOUBLE_BITS = 53;

  private static final int FLOAT_BITS = 24;

  private final byte[] buf;
  private final int end;
  private int pos;

  /** How many members or elements of what was entered last have not been moved to. */
  private int left;

  /** What {@link #left} was in each object and array around it, the outermost first. */
  private int[] outer = NONE;

  private int depth;

  // The name moved to last.
  private int nameStart;
  private int nameEnd;

  // The value read or skipped last.
  private int valueStart;
  private int valueEnd = -1;
  private long bits;

  private final @Nullable Allowance allowance;
  private int made;

  /**
   * Starts at a value that was validated.
   *
   * @param value lies in one array
   */
  public MessagePackReader(Bytes value) {
    this(value, null);
  }

  /**
   * Starts at a value that was validated.
   *
   * @param value lies in one array
   * @param allowance how much may be made of it; null for whatever it is
   */
  public MessagePackReader(Bytes value, @Nullable Allowance allowance) {
    this(value.array(), value.from(), value.to(), allowance);
  }

  private MessagePackReader(byte[] buf, int pos, int end, @Nullable Allowance allowance) {
    this.buf = buf;
    this.pos = pos;
    this.end = end;
    this.allowance = allowance;
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
  public MessagePackReader copy() {
    MessagePackReader copy = new MessagePackReader(buf, pos, end, allowance);
    copy.left = left;
    copy.outer = outer.clone();
    copy.depth = depth;
    return copy;
  }

  // --- walking ---

  @Override
  public ValueKind peek() {
    return kind(pos);
  }

  private ValueKind kind(int p) {
    ValueKind kind = p < end ? Format.kind(buf[p]) : null;
    if (kind == null) {
      throw malformed();
    }
    return kind;
  }

  @Override
  public void beginObject() {
    begin(ValueKind.OBJECT);
  }

  @Override
  public void beginArray() {
    begin(ValueKind.ARRAY);
  }

  private void begin(ValueKind kind) {
    int p = pos;
    require(p, kind);
    if (depth > 0) {
      if (depth > outer.length) {
        outer = Arrays.copyOf(outer, Math.max(FIRST_LEVELS, 2 * depth));
      }
      outer[depth - 1] = left;
    }
    depth++;
    left = count(p);
    pos = p + Format.size(buf[p]);
  }

  private void leave() {
    depth--;
    left = depth > 0 ? outer[depth - 1] : 0;
    valueEnd = -1;
  }

  @Override
  public int nextMember(Names known, int expected) {
    if (left == 0) {
      leave();
      return END;
    }
    left--;
    int p = pos;
    if (expected >= 0 && expected < known.size()) {
      Name guess = known.get(expected);
      int length = guess.length();
      if (p < end
          && length <= Format.MAX_FIXSTR
          && buf[p] == (byte) (Format.FIXSTR | length)
          && guess.standsAt(buf, p + 1)) {
        passName(p + 1, p + 1 + length);
        return expected;
      }
    }
    require(p, ValueKind.STRING);
    int start = p + Format.size(buf[p]);
    passName(start, start + count(p));
    return nameIn(known);
  }

  private void passName(int start, int stop) {
    nameStart = start;
    nameEnd = stop;
    pos = stop;
  }

  @Override
  public String name() {
    return new String(buf, nameStart, nameEnd - nameStart, UTF_8);
  }

  @Override
  public void nameTo(Utf8Target target) {
    target.accept(buf, nameStart, nameEnd);
  }

  @Override
  public int nameIn(Names known) {
    return indexIn(known, nameStart, nameEnd);
  }

  private int indexIn(Names known, int start, int stop) {
    long firstWord = Words.head(Words.at(buf, start), stop - start);
    return known.indexOf(firstWord, buf, start, stop);
  }

  @Override
  public boolean nextElement() {
    if (left == 0) {
      leave();
      return false;
    }
    left--;
    valueEnd = -1; // no byte stands between the elements
    return true;
  }

  @Override
  public void skipValue() {
    int p = pos;
    long awaited = 1;
    do {
      awaited--;
      ValueKind kind = kind(p);
      int next = p + Format.size(buf[p]);
      switch (kind) {
        case OBJECT -> awaited += 2L * count(p);
        case ARRAY -> awaited += count(p);
        case STRING, BINARY -> next += count(p);
        case NUMBER, BOOLEAN, NULL -> {}
      }
      p = next;
    } while (awaited > 0);
    passValue(p);
  }

  private void passValue(int stop) {
    valueStart = pos;
    valueEnd = stop;
    pos = stop;
  }

  @Override
  public int position() {
    return pos;
  }

  @Override
  public boolean isAtEnd() {
    return pos >= end;
  }

  @Override
  public void again() {
    if (pos == valueEnd) {
      pos = valueStart;
    }
  }

  @Override
  public boolean hasDecimals() {
    return false;
  }

  // --- scalars ---

  @Override
  public String readString() {
    int start = passContent(ValueKind.STRING);
    return new String(buf, start, valueEnd - start, UTF_8);
  }

  @Override
  public void stringTo(Utf8Target target) {
    int start = passContent(ValueKind.STRING);
    target.accept(buf, start, valueEnd);
  }

  @Override
  public int readString(Names known) {
    int start = passContent(ValueKind.STRING);
    return indexIn(known, start, valueEnd);
  }

  @Override
  public byte @Nullable [] readBinary() {
    ValueKind kind = peek();
    int start = passContent(kind == ValueKind.STRING ? kind : ValueKind.BINARY);
    byte[] content = Arrays.copyOfRange(buf, start, valueEnd);
    return kind == ValueKind.BINARY ? content : base64(content);
  }

  @Override
  public @Nullable Bytes readBytes() {
    if (peek() != ValueKind.BINARY) {
      byte[] decoded = readBinary();
      return decoded == null ? null : Bytes.of(decoded);
    }
    int start = passContent(ValueKind.BINARY);
    return Bytes.of(buf, start, valueEnd);
  }

  private static byte @Nullable [] base64(byte[] text) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Passes over a text or bytes; where the content starts, which ends where the value does. */
  private int passContent(ValueKind kind) {
    int p = pos;
    require(p, kind);
    int start = p + Format.size(buf[p]);
    passValue(start + count(p));
    return start;
  }

  @Override
  public IntegerKind readInteger() {
    int p = pos;
    if (p < end && buf[p] >= Format.MIN_FIXINT) {
      bits = buf[p];
      passValue(p + 1);
      return IntegerKind.SIGNED;
    }
    require(p, ValueKind.NUMBER);
    int first = buf[p] & 0xFF;
    passValue(p + Format.size(buf[p]));
    if (first == Format.FLOAT32 || first == Format.FLOAT64) {
      return IntegerKind.NOT_AN_INTEGER;
    }
    bits = longInteger(first, p + 1);
    return first == Format.UINT64 && bits < 0 ? IntegerKind.UNSIGNED : IntegerKind.SIGNED;
  }

  private long longInteger(int first, int p) {
    return switch (first) {
      case Format.UINT8 -> buf[p] & 0xFF;
      case Format.UINT16 -> Format.uint16(buf, p);
      case Format.UINT32 -> Format.uint32(buf, p);
      case Format.INT8 -> buf[p];
      case Format.INT16 -> Format.int16(buf, p);
      case Format.INT32 -> Format.int32(buf, p);
      default -> Format.int64(buf, p); // signed or not, the bits are the same
    };
  }

  @Override
  public long integerBits() {
    return bits;
  }

  @Override
  public double readDouble() {
    IntegerKind kind = readInteger();
    return kind == IntegerKind.NOT_AN_INTEGER
        ? fraction()
        : hasAtMost(DOUBLE_BITS, kind) ? integerAsDouble(kind) : Double.NaN;
  }

  @Override
  public float readFloat() {
    IntegerKind kind = readInteger();
    if (kind == IntegerKind.NOT_AN_INTEGER) {
      float value = (float) fraction();
      return Float.isFinite(value) ? value : Float.NaN;
    }
    return hasAtMost(FLOAT_BITS, kind) ? (float) integerAsDouble(kind) : Float.NaN;
  }

  /** The number just passed that is no integer. */
  private double fraction() {
    int p = valueStart;
    return buf[p] == (byte) Format.FLOAT32
        ? Float.intBitsToFloat(Format.int32(buf, p + 1))
        : Double.longBitsToDouble(Format.int64(buf, p + 1));
  }

  /**
   * Whether so many bits hold the integer read last exactly, not counting the zeros behind them.
   */
  private boolean hasAtMost(int most, IntegerKind kind) {
    long magnitude = kind == IntegerKind.SIGNED ? Math.abs(bits) : bits;
    int between =
        Long.SIZE - Long.numberOfLeadingZeros(magnitude) - Long.numberOfTrailingZeros(magnitude);
    return between <= most;
  }

  /** One that a double holds. */
  private double integerAsDouble(IntegerKind kind) {
    return kind == IntegerKind.SIGNED ? bits : (bits >>> 1) * 2.0;
  }

  @Override
  public String readNumber() {
    return switch (readInteger()) {
      case SIGNED -> Long.toString(bits);
      case UNSIGNED -> Long.toUnsignedString(bits);
      case NOT_AN_INTEGER, OUT_OF_RANGE ->
          buf[valueStart] == (byte) Format.FLOAT32
              ? Float.toString((float) fraction())
              : Double.toString(fraction());
    };
  }

  @Override
  public boolean readBoolean() {
    require(pos, ValueKind.BOOLEAN);
    boolean isTrue = buf[pos] == (byte) Format.TRUE;
    passValue(pos + 1);
    return isTrue;
  }

  @Override
  public void readNull() {
    require(pos, ValueKind.NULL);
    passValue(pos + 1);
  }

  @Override
  public Bytes readEncoded() {
    skipValue();
    return Bytes.of(buf, valueStart, valueEnd);
  }

  private void require(int p, ValueKind kind) {
    if (kind(p) != kind) {
      throw malformed();
    }
  }

  private int count(int p) {
    long count = Format.count(buf, p);
    if (count > end - p) {
      throw malformed();
    }
    return (int) count;
  }

  private MessagePackException malformed() {
    return new MessagePackException(pos, "bytes that nobody has validated", "sound ones");
  }
}
