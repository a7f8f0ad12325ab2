package dev.tern.codec.protobuf;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.codec.protobuf.Shape.Field;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.value.Allowance;
import dev.tern.protocol.value.IntegerKind;
import dev.tern.protocol.value.Name;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.NoRoomException;
import dev.tern.protocol.value.Transcode;
import dev.tern.protocol.value.Utf8Target;
import dev.tern.protocol.value.ValueKind;
import dev.tern.protocol.value.ValueReader;
import dev.tern.protocol.value.Words;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Reads a value, or a whole message, in protobuf that a {@link ProtobufValidator} has found to be
 * sound. One is made for each, so it is small.
 *
 * <p>A message is shown as the object that it is in JSON: the names are those of the schema's
 * fields, an id is one member whichever of its fields is there, {@code ok} follows from what
 * outcome there is, and a request always has a {@code meta}.
 *
 * <p>A text may be an integer beyond 64 bits or a decimal, written out: protobuf has neither. A
 * double is the number that its shortest text says, 0.1 and not
 * 0.1000000000000000055511151231257827, and so is a float; but read as a double, a float is exactly
 * what it is.
 */
public final class ProtobufReader implements ValueReader {
  private static final int[] NONE = {};
  private static final Kind[] NO_KINDS = {};
  private static final int FIRST_LEVELS = 4;

  /** How many numbers are kept for each level around the innermost one. */
  private static final int EACH = 3;

  /** How many bits a number has between its first and its last 1, at most. */
  private static final int DOUBLE_BITS = 53;

  private static final int FLOAT_BITS = 24;

  /** The bit of a field that is in no message. */
  private static final int IMPLIED = 1;

  private static final Name OK = Name.of(Shape.OK);
  private static final Name META = Name.of("meta");

  private static final int ELEMENT = tagOf(Shape.LIST, "values");
  private static final int MEMBER = tagOf(Shape.MAP, "members");
  private static final int KEY = tagOf(Shape.MEMBER, "key");
  private static final int VALUE = tagOf(Shape.MEMBER, "value");
  private static final int ACCEPT = Shape.ACCEPT.tag();
  private static final int MD = Shape.MD.tag();
  private static final int RESULT = tagOf(Shape.RESPONSE, "result");
  private static final int ERROR = tagOf(Shape.RESPONSE, "error");

  private final byte[] buf;
  private final @Nullable Allowance allowance;
  private int made;

  // The value that comes next, or was read last: what it is, and where its content is.
  private Kind kind = Kind.NOTHING;
  private int start;
  private int stop;

  // The Value that it is in, or the field if it is an Error or a Meta; from -1 on if it is neither.
  private int valueStart;
  private int valueEnd;

  private boolean isPassed;

  // What was entered last: what it is, where its next field starts, where it ends, and which of its
  // fields were shown: a bit for each, by its number.
  private Kind in = Kind.NOTHING;
  private int pos;
  private int end;
  private int shown;

  /** The four of what lies around it, the outermost first. */
  private Kind[] outerKinds = NO_KINDS;

  private int[] outer = NONE;
  private int depth;

  // The name moved to last.
  private byte[] nameBuf;
  private int nameStart;
  private int nameEnd;

  // The number read last.
  private long bits;

  /**
   * Starts at a value that was validated.
   *
   * @param value lies in one array
   */
  public ProtobufReader(Bytes value) {
    this(value, null);
  }

  /**
   * Starts at a value that was validated.
   *
   * @param value lies in one array
   * @param allowance how much may be made of it; null for whatever it is
   */
  public ProtobufReader(Bytes value, @Nullable Allowance allowance) {
    this(value.array(), allowance);
    pos = value.to();
    moveToValue(value.from(), value.to());
  }

  /**
   * Starts at the message of a payload.
   *
   * @param payload lies in one array; it was validated, or is the beginning of a message, which
   *     ends in an exception where it is cut off
   */
  public static ProtobufReader ofMessage(Bytes payload) {
    ProtobufReader reader = new ProtobufReader(payload.array(), null);
    reader.pos = payload.to();
    reader.moveToMessage(payload.from(), payload.to());
    return reader;
  }

  private ProtobufReader(byte[] buf, @Nullable Allowance allowance) {
    this.buf = buf;
    this.nameBuf = buf;
    this.allowance = allowance;
  }

  private static int tagOf(Shape shape, String name) {
    Field field = shape.field(name);
    return field == null ? 0 : field.tag();
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
  public ProtobufReader copy() {
    ProtobufReader copy = new ProtobufReader(buf, allowance);
    copy.kind = kind;
    copy.start = start;
    copy.stop = stop;
    copy.valueStart = valueStart;
    copy.valueEnd = valueEnd;
    copy.isPassed = isPassed;
    copy.in = in;
    copy.pos = pos;
    copy.end = end;
    copy.shown = shown;
    copy.outerKinds = outerKinds.clone();
    copy.outer = outer.clone();
    copy.depth = depth;
    return copy;
  }

  // --- walking ---

  @Override
  public ValueKind peek() {
    ValueKind shownAs = kind.shown;
    if (shownAs == null) {
      throw malformed();
    }
    return shownAs;
  }

  private void require(ValueKind expected) {
    if (kind.shown != expected) {
      throw malformed();
    }
  }

  @Override
  public void beginObject() {
    begin(ValueKind.OBJECT);
  }

  @Override
  public void beginArray() {
    begin(ValueKind.ARRAY);
  }

  private void begin(ValueKind expected) {
    require(expected);
    if (depth == outerKinds.length) {
      int levels = Math.max(FIRST_LEVELS, 2 * depth);
      outerKinds = Arrays.copyOf(outerKinds, levels);
      outer = Arrays.copyOf(outer, EACH * levels);
    }
    outerKinds[depth] = in;
    outer[EACH * depth] = pos;
    outer[EACH * depth + 1] = end;
    outer[EACH * depth + 2] = shown;
    depth++;
    in = kind;
    pos = start;
    end = stop;
    shown = 0;
    kind = Kind.NOTHING;
  }

  private void leave() {
    depth--;
    in = outerKinds[depth];
    pos = outer[EACH * depth];
    end = outer[EACH * depth + 1];
    shown = outer[EACH * depth + 2];
    kind = Kind.NOTHING;
    isPassed = true;
  }

  @Override
  public int nextMember(Names known, int expected) {
    boolean isThere =
        switch (in) {
          case MAP -> nextEntry(MEMBER);
          case TEXT_MAP -> nextEntry(MD);
          case REQUEST -> nextField(Shape.REQUEST);
          case RESPONSE -> nextField(Shape.RESPONSE);
          case META -> nextField(Shape.META);
          case ERROR -> nextField(Shape.ERROR);
          default -> throw malformed();
        };
    if (!isThere) {
      leave();
      return END;
    }
    if (expected >= 0 && expected < known.size()) {
      Name guess = known.get(expected);
      if (guess.length() == nameEnd - nameStart && guess.standsAt(nameBuf, nameStart)) {
        return expected;
      }
    }
    return nameIn(known);
  }

  private void named(Name name) {
    nameBuf = name.utf8();
    nameStart = 0;
    nameEnd = name.length();
  }

  @Override
  public String name() {
    return new String(nameBuf, nameStart, nameEnd - nameStart, UTF_8);
  }

  @Override
  public void nameTo(Utf8Target target) {
    target.accept(nameBuf, nameStart, nameEnd);
  }

  @Override
  public int nameIn(Names known) {
    return indexIn(known, nameBuf, nameStart, nameEnd);
  }

  private static int indexIn(Names known, byte[] b, int from, int to) {
    return known.indexOf(Words.head(Words.at(b, from), to - from), b, from, to);
  }

  @Override
  public boolean nextElement() {
    boolean isThere =
        switch (in) {
          case LIST -> next(ELEMENT);
          case TEXTS -> next(ACCEPT);
          default -> throw malformed();
        };
    if (!isThere) {
      leave();
    } else if (in == Kind.LIST) {
      moveToValue(start, stop);
    } else {
      moveTo(Kind.STRING);
    }
    return isThere;
  }

  @Override
  public void skipValue() {
    peek();
    isPassed = true;
  }

  @Override
  public int position() {
    boolean isAtValue = !isPassed && kind != Kind.NOTHING;
    return isAtValue ? valueStart >= 0 ? valueStart : start : pos;
  }

  @Override
  public boolean isAtEnd() {
    return depth == 0 && isPassed;
  }

  @Override
  public void again() {
    isPassed = false;
  }

  @Override
  public boolean hasDecimals() {
    return false;
  }

  // --- fields ---

  /** Moves to the content of the field that starts at {@code p}. Returns its tag. */
  private int field(int p, int limit) {
    int next = varintEnd(p, limit);
    int tag = (int) Wire.varint(buf, p, next);
    start = next;
    switch (Wire.typeOf(tag)) {
      case Wire.VARINT -> stop = varintEnd(next, limit);
      case Wire.FIXED64 -> stop = next + Long.BYTES;
      case Wire.FIXED32 -> stop = next + Integer.BYTES;
      case Wire.LEN -> {
        start = varintEnd(next, limit);
        stop = start + (int) Math.min(Wire.varint(buf, next, start), Integer.MAX_VALUE - start);
      }
      default -> throw malformed();
    }
    if (stop < start || stop > limit) {
      throw malformed();
    }
    return tag;
  }

  private int varintEnd(int p, int limit) {
    int next = p < limit && buf[p] >= 0 ? p + 1 : Wire.varintEnd(buf, p, limit);
    if (next < 0) {
      throw malformed();
    }
    return next;
  }

  private void moveTo(Kind found) {
    kind = found;
    valueStart = -1;
    isPassed = false;
  }

  /** Moves to what is in a Value. */
  private void moveToValue(int from, int to) {
    Field found = null;
    for (int p = from; found == null; p = stop) {
      if (p >= to) {
        throw malformed();
      }
      found = Shape.PART.field(Wire.numberOf(field(p, to) & 0xFFFF_FFFFL));
    }
    moveTo(found.kind());
    valueStart = from;
    valueEnd = to;
  }

  private void moveToMessage(int from, int to) {
    int next = varintEnd(from, to);
    Field field = Shape.PAYLOAD.field(Wire.numberOf(Wire.varint(buf, from, next)));
    if (field == null) {
      throw malformed();
    }
    moveTo(field.kind());
    start = varintEnd(next, to);
    stop = to;
  }

  /** Moves to the content of the next field with this tag; false if there is none. */
  private boolean next(int tag) {
    while (pos < end) {
      int found = field(pos, end);
      pos = stop;
      if (found == tag) {
        return true;
      }
    }
    return false;
  }

  /** Moves to the next entry of a map whose entries have this tag. */
  private boolean nextEntry(int tag) {
    if (!next(tag)) {
      return false;
    }
    int to = stop;
    int from = -1;
    nameBuf = buf;
    nameStart = -1;
    for (int p = start; p < to; p = stop) {
      int found = field(p, to);
      if (found == KEY) {
        nameStart = start;
        nameEnd = stop;
      } else if (found == VALUE) {
        from = start;
        valueEnd = stop;
      }
    }
    if (from < 0 || nameStart < 0) {
      throw malformed();
    }
    if (in == Kind.MAP) {
      moveToValue(from, valueEnd);
    } else {
      moveTo(Kind.STRING);
      start = from;
      stop = valueEnd;
    }
    return true;
  }

  /** Moves to the next field that is known, and was not shown; false if there is none. */
  private boolean nextField(Shape shape) {
    while (pos < end) {
      int from = pos;
      if (shape == Shape.RESPONSE && impliesOk(tagAt(from))) {
        return true;
      }
      int tag = field(from, end);
      pos = stop;
      Field field = shape.field(Wire.numberOf(tag & 0xFFFF_FFFFL));
      if (field != null && (shown & 1 << field.number()) == 0) {
        shown |= 1 << field.number();
        named(field.name());
        show(field, from);
        return true;
      }
    }
    return shape == Shape.REQUEST
        ? impliesMeta()
        : shape == Shape.RESPONSE && implies(OK, Kind.FALSE); // it says nothing
  }

  private int tagAt(int p) {
    return (int) Wire.varint(buf, p, varintEnd(p, end));
  }

  private void show(Field field, int from) {
    if (field.isRepeated()) {
      // From here on are all of them, among others.
      moveTo(field.kind() == Kind.STRING ? Kind.TEXTS : Kind.TEXT_MAP);
      start = from;
      stop = end;
    } else if (field.kind() == Kind.VALUE) {
      moveToValue(start, stop);
    } else {
      moveTo(field.kind());
      if (field.kind() == Kind.META || field.kind() == Kind.ERROR) {
        valueStart = from;
        valueEnd = stop;
      }
    }
  }

  /** A request in protobuf is one of v1, which has a meta. */
  private boolean impliesMeta() {
    return (shown & 1 << Shape.META_NUMBER) == 0 && implies(META, Kind.META);
  }

  /** A response says whether it went well before its outcome, be the rest of that cut off. */
  private boolean impliesOk(int tag) {
    return (tag == RESULT || tag == ERROR) && implies(OK, tag == RESULT ? Kind.TRUE : Kind.FALSE);
  }

  /** Shows what has no field, once. */
  private boolean implies(Name name, Kind what) {
    if ((shown & IMPLIED) != 0) {
      return false;
    }
    shown |= IMPLIED;
    named(name);
    moveTo(what);
    start = end;
    stop = end;
    if (what == Kind.META) {
      valueStart = end; // nothing lies there
      valueEnd = end;
    }
    return true;
  }

  // --- scalars ---

  @Override
  public String readString() {
    require(ValueKind.STRING);
    isPassed = true;
    return kind == Kind.EXECUTED ? executed() : new String(buf, start, stop - start, UTF_8);
  }

  @Override
  public void stringTo(Utf8Target target) {
    require(ValueKind.STRING);
    isPassed = true;
    if (kind == Kind.EXECUTED) {
      byte[] utf8 = executed().getBytes(UTF_8);
      target.accept(utf8, 0, utf8.length);
    } else {
      target.accept(buf, start, stop);
    }
  }

  @Override
  public int readString(Names known) {
    require(ValueKind.STRING);
    isPassed = true;
    if (kind == Kind.EXECUTED) {
      byte[] utf8 = executed().getBytes(UTF_8);
      return indexIn(known, utf8, 0, utf8.length);
    }
    return indexIn(known, buf, start, stop);
  }

  private String executed() {
    return Shape.executedOf(Wire.varint(buf, start, stop)).wire();
  }

  @Override
  public byte @Nullable [] readBinary() {
    boolean isText = kind == Kind.STRING;
    require(isText ? ValueKind.STRING : ValueKind.BINARY);
    isPassed = true;
    byte[] content = Arrays.copyOfRange(buf, start, stop);
    return isText ? base64(content) : content;
  }

  @Override
  public @Nullable Bytes readBytes() {
    if (kind == Kind.STRING) {
      byte[] decoded = readBinary();
      return decoded == null ? null : Bytes.of(decoded);
    }
    require(ValueKind.BINARY);
    isPassed = true;
    return Bytes.of(buf, start, stop);
  }

  private static byte @Nullable [] base64(byte[] text) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  @Override
  public IntegerKind readInteger() {
    require(ValueKind.NUMBER);
    isPassed = true;
    if (kind == Kind.SINT64) {
      bits = Wire.unZigZag(Wire.varint(buf, start, stop));
      return IntegerKind.SIGNED;
    }
    if (kind == Kind.UINT64) {
      bits = Wire.varint(buf, start, stop);
      return bits < 0 ? IntegerKind.UNSIGNED : IntegerKind.SIGNED;
    }
    return IntegerKind.NOT_AN_INTEGER;
  }

  @Override
  public long integerBits() {
    return bits;
  }

  @Override
  public double readDouble() {
    IntegerKind found = readInteger();
    return found == IntegerKind.NOT_AN_INTEGER
        ? fraction()
        : hasAtMost(DOUBLE_BITS, found) ? integerAsDouble(found) : Double.NaN;
  }

  @Override
  public float readFloat() {
    IntegerKind found = readInteger();
    if (found == IntegerKind.NOT_AN_INTEGER) {
      float value = (float) fraction();
      return Float.isFinite(value) ? value : Float.NaN;
    }
    return hasAtMost(FLOAT_BITS, found) ? (float) integerAsDouble(found) : Float.NaN;
  }

  /** The number that is no integer. */
  private double fraction() {
    return kind == Kind.FLOAT
        ? Float.intBitsToFloat(Wire.int32(buf, start))
        : Double.longBitsToDouble(Wire.int64(buf, start));
  }

  /**
   * Whether so many bits hold the integer read last exactly, not counting the zeros behind them.
   */
  private boolean hasAtMost(int most, IntegerKind found) {
    long magnitude = found == IntegerKind.SIGNED ? Math.abs(bits) : bits;
    int between =
        Long.SIZE - Long.numberOfLeadingZeros(magnitude) - Long.numberOfTrailingZeros(magnitude);
    return between <= most;
  }

  /** One that a double holds. */
  private double integerAsDouble(IntegerKind found) {
    return found == IntegerKind.SIGNED ? bits : (bits >>> 1) * 2.0;
  }

  @Override
  public String readNumber() {
    return switch (readInteger()) {
      case SIGNED -> Long.toString(bits);
      case UNSIGNED -> Long.toUnsignedString(bits);
      case NOT_AN_INTEGER, OUT_OF_RANGE ->
          kind == Kind.FLOAT ? Float.toString((float) fraction()) : Double.toString(fraction());
    };
  }

  @Override
  public boolean readBoolean() {
    require(ValueKind.BOOLEAN);
    isPassed = true;
    return kind == Kind.BOOL ? Wire.varint(buf, start, stop) != 0 : kind == Kind.TRUE;
  }

  @Override
  public void readNull() {
    require(ValueKind.NULL);
    isPassed = true;
  }

  @Override
  public boolean isMessage() {
    return kind == Kind.MESSAGE;
  }

  /** Where it lies, a Meta or an Error with its tag; any other field is written as a value. */
  @Override
  public Bytes readEncoded() {
    peek();
    isPassed = true;
    if (valueStart >= 0) {
      return Bytes.of(buf, valueStart, valueEnd);
    }
    ProtobufWriter out = new ProtobufWriter();
    Transcode.copy(copy(), out);
    return out.takeBytes();
  }

  private ProtobufException malformed() {
    return new ProtobufException(pos, "bytes that nobody has validated", "sound ones");
  }
}
