package dev.tern.codec.protobuf;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.codec.protobuf.Shape.Field;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.json.JsonException;
import dev.tern.protocol.json.JsonReader;
import dev.tern.protocol.json.JsonValidator;
import dev.tern.protocol.value.EncodedWriter;
import dev.tern.protocol.value.Name;
import dev.tern.protocol.value.TooDeepException;
import dev.tern.protocol.value.Transcode;
import dev.tern.protocol.value.Words;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes one value, or one whole message, in protobuf into an array that grows, up to the longest
 * frame. Lengths and integers take the fewest bytes: a length has room for one, and what is longer
 * than 127 bytes is moved once it is complete. An integer beyond 64 bits and a decimal become a
 * text: protobuf has neither.
 *
 * <pre>{@code
 * writer.beginObject(2).name(A).value(1).name(B).beginArray(1).value("x").endArray().endObject();
 * }</pre>
 *
 * <p>A message is written as the object that it is in JSON: a name says which field it is, {@code
 * ok} goes without saying. A name that the schema has not got, or a value of another kind than its
 * field's, is an {@link IllegalStateException}. After any exception only {@link #reset} makes
 * sense.
 *
 * <p>Reusable; not thread-safe.
 */
public final class ProtobufWriter implements EncodedWriter {
  private static final int DEFAULT_CAPACITY = 64;

  /** The array of a value up to this size is kept for the next one. */
  private static final int KEPT_BYTES = 1 << 16;

  /** From this size on an encoded value is a part of its own, and is not copied. */
  private static final int APART_BYTES = 512;

  /** Up to this size bytes are written among the other values. */
  private static final int COPIED_BYTES = 1 << 14;

  /** Up to so many characters a text is written without garbage. */
  private static final int SHORT_TEXT = 32;

  /**
   * What may stand before a content: tags, and the lengths of an entry, a Value and what is in it.
   */
  private static final int LONGEST_HEADER = 32;

  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGH_BITS = ONES << 7;
  private static final long QUESTION_MARKS = ONES * '?';

  private static final int[] NONE = {};
  private static final Kind[] NO_KINDS = {};
  private static final int FIRST_LEVELS = 8;

  /** How many numbers are kept for each level around the innermost one. */
  private static final int EACH = 2;

  private static final int NO_ENTRY = -1;

  // One byte each.
  private static final byte ELEMENT = tagOf(Shape.LIST, "values");
  private static final byte MEMBER = tagOf(Shape.MAP, "members");
  private static final byte KEY = tagOf(Shape.MEMBER, "key");
  private static final byte VALUE = tagOf(Shape.MEMBER, "value");
  private static final byte NULL = tagOf(Shape.VALUE, "null_value");
  private static final byte BOOL = tagOf(Shape.VALUE, "bool_value");
  private static final byte SINT64 = tagOf(Shape.VALUE, "sint64_value");
  private static final byte UINT64 = tagOf(Shape.VALUE, "uint64_value");
  private static final byte DOUBLE = tagOf(Shape.VALUE, "double_value");
  private static final byte FLOAT = tagOf(Shape.VALUE, "float_value");
  private static final byte STRING = tagOf(Shape.VALUE, "string_value");
  private static final byte BYTES = tagOf(Shape.VALUE, "bytes_value");
  private static final byte LIST = tagOf(Shape.VALUE, "list_value");
  private static final byte MAP = tagOf(Shape.VALUE, "map_value");
  private static final byte MESSAGE = tagOf(Shape.VALUE, "message");
  private static final byte REQUEST = tagOf(Shape.PAYLOAD, "request");
  private static final byte RESPONSE = tagOf(Shape.PAYLOAD, "response");

  /** What the framework writes by itself is as deep as it is. */
  private static final Limits UNBOUNDED =
      Limits.DEFAULT.with(Bound.DEPTH, Integer.MAX_VALUE).with(Bound.NAME_BYTES, Integer.MAX_VALUE);

  private final Limits limits;
  private int outside;
  private final boolean isMessage;

  private byte[] buf;

  /** Where the value begins in {@link #buf}: behind the room for a prefix, if there is one. */
  private int start;

  private int pos;

  // A large value that is not copied, and before which byte of buf it stands; null for none.
  private @Nullable Bytes apart;
  private int apartAt;

  // What was opened last: what it is, where its content starts, and where the length of the entry
  // is that is being written.
  private Kind in = Kind.NOTHING;
  private int content;
  private int entry = NO_ENTRY;

  /** The three of what lies around it, the outermost first. */
  private Kind[] outerKinds = NO_KINDS;

  private int[] outer = NONE;
  private int depth;

  /** The field of a message whose value comes next. */
  private @Nullable Field field;

  /** Whether the value that comes next goes without saying. */
  private boolean isImplied;

  /** A writer of values that a peer with the default limits reads. */
  public ProtobufWriter() {
    this(DEFAULT_CAPACITY, Limits.DEFAULT, 0);
  }

  /**
   * A writer of values that a peer with the same limits reads.
   *
   * @param capacity a guess of the length; an exact one saves the last copy
   * @param outside in how many objects and arrays the value will lie
   */
  public ProtobufWriter(int capacity, Limits limits, int outside) {
    this(capacity, limits, outside, 0, false);
  }

  private ProtobufWriter(int capacity, Limits limits, int outside, int start, boolean isMessage) {
    this.limits = limits;
    this.outside = outside;
    this.isMessage = isMessage;
    this.start = start;
    this.pos = start;
    this.buf = new byte[start + capacity];
  }

  /**
   * A writer of a message, with room for a frame's prefix before it.
   *
   * @param capacity a guess of the length
   */
  public static ProtobufWriter message(int capacity) {
    return new ProtobufWriter(capacity, UNBOUNDED, 0, Limits.PREFIX_BYTES, true);
  }

  private static byte tagOf(Shape shape, String name) {
    Field known = shape.field(name);
    return (byte) (known == null ? 0 : known.tag());
  }

  /** Forgets what was written; not for messages. */
  public ProtobufWriter reset() {
    return reset(outside);
  }

  @Override
  public ProtobufWriter reset(int newOutside) {
    outside = newOutside;
    start = 0;
    pos = 0;
    apart = null;
    in = Kind.NOTHING;
    entry = NO_ENTRY;
    depth = 0;
    field = null;
    isImplied = false;
    if (buf.length > KEPT_BYTES) {
      buf = new byte[DEFAULT_CAPACITY];
    }
    return this;
  }

  @Override
  public int size() {
    return pos - start + apartBytes();
  }

  private int apartBytes() {
    return apart == null ? 0 : apart.length();
  }

  /** How many bytes stand behind one, which is in {@link #buf}. */
  private int bytesFrom(int p) {
    return pos - p + (apartAt >= p ? apartBytes() : 0);
  }

  /** What was written, in an array of exactly its size. */
  public byte[] toByteArray() {
    byte[] all = new byte[size()];
    int before = (apart == null ? pos : apartAt) - start;
    System.arraycopy(buf, start, all, 0, before);
    if (apart != null) {
      System.arraycopy(buf, apartAt, all, apart.copyTo(all, before), pos - apartAt);
    }
    return all;
  }

  /** Nothing is copied if the array is exactly full. */
  @Override
  public Bytes takeBytes() {
    Bytes large = apart;
    Bytes all;
    if (large == null) {
      boolean full = pos == buf.length;
      all = Bytes.of(full ? buf : Arrays.copyOf(buf, pos), start, pos);
      buf = full ? new byte[DEFAULT_CAPACITY] : buf;
    } else {
      Bytes first = Bytes.of(Arrays.copyOf(buf, apartAt), start, apartAt);
      Bytes last = Bytes.copyOf(buf, apartAt, pos);
      all = pos > apartAt ? Bytes.inARow(first, large, last) : Bytes.inARow(first, large);
    }
    reset();
    return all;
  }

  @Override
  public Bytes copyBytes() {
    if (apart != null) {
      return takeBytes();
    }
    Bytes all = Bytes.copyOf(buf, start, pos);
    reset();
    return all;
  }

  // --- structure ---

  @Override
  public ProtobufWriter beginObject(int members) {
    reserve(LONGEST_HEADER);
    Field known = field;
    if (isMessage && in == Kind.NOTHING) {
      return open(Kind.REQUEST, REQUEST);
    }
    if (known == null || known.kind() == Kind.VALUE) {
      return openValue(Kind.MAP, MAP);
    }
    field = null;
    if (known.isRepeated()) {
      return open(requireRepeated(known, Kind.MEMBER, Kind.TEXT_MAP));
    }
    requireKind(known, known.kind() == Kind.ERROR ? Kind.ERROR : Kind.META);
    return open(known.kind(), (byte) known.tag());
  }

  @Override
  public ProtobufWriter beginArray(int elements) {
    reserve(LONGEST_HEADER);
    Field known = field;
    if (known != null && known.isRepeated()) {
      field = null;
      return open(requireRepeated(known, Kind.STRING, Kind.TEXTS));
    }
    return openValue(Kind.LIST, LIST);
  }

  private static Kind requireRepeated(Field known, Kind kind, Kind opened) {
    requireKind(known, kind);
    return opened;
  }

  private ProtobufWriter openValue(Kind kind, byte tag) {
    switch (in) {
      case NOTHING -> {}
      case LIST -> putByteAndRoom(ELEMENT);
      case MAP -> {
        requireName();
        putByteAndRoom(VALUE);
      }
      default -> putByteAndRoom((byte) take(Kind.VALUE).tag());
    }
    return open(kind, tag);
  }

  private void putByteAndRoom(byte tag) {
    buf[pos] = tag;
    pos += 2;
  }

  private ProtobufWriter open(Kind kind, byte tag) {
    putByteAndRoom(tag);
    return open(kind);
  }

  private ProtobufWriter open(Kind kind) {
    if (depth >= limits.get(Bound.DEPTH) - outside) {
      throw new TooDeepException(limits.get(Bound.DEPTH));
    }
    if (depth == outerKinds.length) {
      int levels = Math.max(FIRST_LEVELS, 2 * depth);
      outerKinds = Arrays.copyOf(outerKinds, levels);
      outer = Arrays.copyOf(outer, EACH * levels);
    }
    outerKinds[depth] = in;
    outer[EACH * depth] = content;
    outer[EACH * depth + 1] = entry;
    depth++;
    in = kind;
    content = pos;
    entry = NO_ENTRY;
    return this;
  }

  @Override
  public ProtobufWriter endObject() {
    return close();
  }

  @Override
  public ProtobufWriter endArray() {
    return close();
  }

  private ProtobufWriter close() {
    if (entry != NO_ENTRY || field != null || isImplied) {
      throw new IllegalStateException("a name without a value (expected: as many values as names)");
    }
    depth--;
    Kind closed = in;
    int from = content;
    in = outerKinds[depth];
    content = outer[EACH * depth];
    entry = outer[EACH * depth + 1];
    switch (closed) {
      case TEXTS, TEXT_MAP -> {} // their fields stand among others
      case LIST, MAP -> closeValue(from, closed == Kind.LIST ? LIST : MAP);
      default -> {
        int length = bytesFrom(from);
        move(from, Wire.varintSize(length) - 1);
        Wire.putVarint(buf, from - 1, length);
      }
    }
    return this;
  }

  /**
   * Writes the lengths of a list or a map, of the Value around it, and of the entry around that.
   */
  private void closeValue(int from, byte tag) {
    int length = bytesFrom(from);
    int value = 1 + Wire.varintSize(length) + length;
    int room = Wire.varintSize(length) - 1;
    int p = from - 2; // of the tag
    if (in != Kind.NOTHING) {
      room += Wire.varintSize(value) - 1;
      p--; // of the Value's length
    }
    int ahead = entry == NO_ENTRY ? 0 : Wire.varintSize(entryLength(p - 1, value)) - 1;
    move(from, room + ahead);
    if (entry != NO_ENTRY) {
      closeEntry(p, value);
      p += ahead;
    }
    if (in != Kind.NOTHING) {
      p = Wire.putVarint(buf, p, value);
    }
    buf[p] = tag;
    Wire.putVarint(buf, p + 1, length);
  }

  /** Moves what stands from {@code p} on. */
  private void move(int p, int by) {
    if (by > 0) {
      reserve(by);
      System.arraycopy(buf, p, buf, p + by, pos - p);
      pos += by;
      apartAt += apartAt >= p ? by : 0;
    }
  }

  /** The length of an entry whose value's tag is at {@code p}, behind its name. */
  private int entryLength(int p, int value) {
    return p - (entry + 1) + 1 + Wire.varintSize(value) + value;
  }

  /**
   * Writes the length of the entry. What stands behind it up to the value's length, at {@code p},
   * is moved: there is room.
   */
  private void closeEntry(int p, int value) {
    int length = entryLength(p - 1, value);
    int ahead = Wire.varintSize(length) - 1;
    if (ahead > 0) {
      System.arraycopy(buf, entry + 1, buf, entry + 1 + ahead, p - (entry + 1));
    }
    Wire.putVarint(buf, entry, length);
    entry = NO_ENTRY;
  }

  // --- names ---

  @Override
  public ProtobufWriter name(Name name) {
    if (isEntryNext()) {
      putName(name.utf8());
    } else {
      name(name.text(), fieldOf(name.text()));
    }
    return this;
  }

  @Override
  public ProtobufWriter name(String name) {
    if (!isEntryNext()) {
      name(name, fieldOf(name));
      return this;
    }
    byte[] utf8 = utf8(name);
    int most = limits.get(Bound.NAME_BYTES);
    if (utf8.length > most) {
      throw new IllegalArgumentException("a name that is too long (expected: " + most + " bytes)");
    }
    putName(utf8);
    return this;
  }

  private boolean isEntryNext() {
    return in == Kind.MAP || in == Kind.TEXT_MAP;
  }

  private void putName(byte[] utf8) {
    if (entry != NO_ENTRY) {
      throw new IllegalStateException("a name behind a name (expected: a value)");
    }
    reserve((long) LONGEST_HEADER + utf8.length);
    if (in == Kind.MAP) {
      buf[pos++] = MEMBER;
    } else {
      pos = Wire.putVarint(buf, pos, Shape.MD.tag());
    }
    entry = pos++;
    buf[pos++] = KEY;
    pos = Wire.putVarint(buf, pos, utf8.length);
    putAll(utf8);
  }

  /** The field of the message that is open; null if it has none of this name. */
  private @Nullable Field fieldOf(String name) {
    return switch (in) {
      case META -> Shape.META.field(name);
      case ERROR -> Shape.ERROR.field(name);
      case REQUEST, RESPONSE -> {
        Field known = Shape.REQUEST.field(name);
        if (known == null) {
          known = Shape.RESPONSE.field(name);
          in = Kind.RESPONSE;
          buf[content - 2] = RESPONSE;
        }
        yield known;
      }
      default -> null;
    };
  }

  private void name(String name, @Nullable Field known) {
    isImplied = in == Kind.RESPONSE && name.equals(Shape.OK);
    if (known == null && !isImplied) {
      throw new IllegalStateException("name: " + name + " (expected: one of the schema)");
    }
    field = known;
  }

  /** The field that comes next, which must be of this kind. */
  private Field take(Kind kind) {
    Field known = field;
    if (known == null) {
      throw new IllegalStateException("a value without a name");
    }
    requireKind(known, kind);
    field = null;
    return known;
  }

  private static void requireKind(Field known, Kind kind) {
    if (known.kind() != kind) {
      throw new IllegalStateException(
          known.name() + ": " + kind + " (expected: " + known.kind() + ")");
    }
  }

  private void requireName() {
    if (entry == NO_ENTRY) {
      throw new IllegalStateException("a value without a name");
    }
  }

  // --- values ---

  /**
   * Writes what stands before the content of a Value, for which there is room afterwards.
   *
   * @param length of the content
   */
  private void beginValue(int length) {
    beginValue(length, length);
  }

  /**
   * Likewise.
   *
   * @param room how many bytes of the content there shall be room for
   */
  private void beginValue(int length, int room) {
    reserve((long) LONGEST_HEADER + room);
    switch (in) {
      case NOTHING -> {}
      case LIST -> putTagAndLength(ELEMENT, length);
      case MAP -> beginValueOfEntry(length);
      default -> putTagAndLength(take(Kind.VALUE).tag(), length);
    }
  }

  private void beginValueOfEntry(int length) {
    requireName();
    int ahead = Wire.varintSize(entryLength(pos, length)) - 1;
    buf[pos++] = VALUE;
    closeEntry(pos, length);
    pos = Wire.putVarint(buf, pos + ahead, length);
  }

  private void putTagAndLength(int tag, int length) {
    pos = Wire.putVarint(buf, pos, tag);
    pos = Wire.putVarint(buf, pos, length);
  }

  /** Whether the next one is a field of a message that is no Value. */
  private boolean isField() {
    Field known = field;
    return known != null && known.kind() != Kind.VALUE;
  }

  @Override
  public ProtobufWriter value(String text) {
    if (field != null && field.kind() == Kind.EXECUTED) {
      return putField(Kind.EXECUTED, Shape.numberOf(Executed.ofWire(text)));
    }
    int length = text.length();
    if (length <= SHORT_TEXT && isAscii(text)) {
      beginText(length);
      for (int i = 0; i < length; i++) {
        buf[pos + i] = (byte) text.charAt(i);
      }
      pos += length;
    } else {
      byte[] utf8 = utf8(text);
      beginText(utf8.length);
      putAll(utf8);
    }
    return this;
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  private void beginText(int length) {
    reserve((long) LONGEST_HEADER + length);
    if (in == Kind.TEXT_MAP) {
      beginValueOfEntry(length);
    } else if (in == Kind.TEXTS) {
      putTagAndLength(Shape.ACCEPT.tag(), length);
    } else if (isField()) {
      putTagAndLength(take(Kind.STRING).tag(), length);
    } else {
      beginContent(STRING, length);
    }
  }

  /** Of a Value whose content has a length of its own. */
  private void beginContent(byte tag, int length) {
    beginValue(1 + Wire.varintSize(length) + length);
    putTagAndLength(tag, length);
  }

  private void putAll(byte[] bytes) {
    System.arraycopy(bytes, 0, buf, pos, bytes.length);
    pos += bytes.length;
  }

  private byte[] utf8(String text) {
    requireRoom(text.length());
    byte[] utf8 = text.getBytes(UTF_8);
    // Half a surrogate pair has become a question mark.
    if (hasQuestionMark(utf8)) {
      requireWholePairs(text);
    }
    return utf8;
  }

  /** Eight at once; zeros behind the end are no question marks. */
  private static boolean hasQuestionMark(byte[] bytes) {
    for (int p = 0; p < bytes.length; p += Words.BYTES) {
      long differences = Words.at(bytes, p) ^ QUESTION_MARKS;
      if (((differences - ONES) & ~differences & HIGH_BITS) != 0) {
        return true;
      }
    }
    return false;
  }

  private static void requireWholePairs(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (text.codePointAt(i) < 0x10000) {
          throw new IllegalArgumentException("lone surrogate at index " + i);
        }
        i++;
      }
    }
  }

  /** Many are copied once, into a part of their own. */
  @Override
  public ProtobufWriter value(byte[] bytes) {
    boolean isLarge = bytes.length >= COPIED_BYTES;
    return putBytes(BYTES, Bytes.of(isLarge ? bytes.clone() : bytes), isLarge);
  }

  @Override
  public ProtobufWriter value(Bytes bytes) {
    return putBytes(BYTES, bytes, bytes.length() >= COPIED_BYTES);
  }

  @Override
  public ProtobufWriter message(Bytes encoded) {
    if (in == Kind.LIST || in == Kind.MAP) {
      throw new IllegalArgumentException(
          "a message of protobuf within a value (expected: as all of params or of a result)");
    }
    return putBytes(MESSAGE, encoded, encoded.length() >= APART_BYTES);
  }

  private ProtobufWriter putBytes(byte tag, Bytes bytes, boolean isLarge) {
    int length = bytes.length();
    requireRoom(length);
    boolean isApart = isLarge && apart == null;
    int before = 1 + Wire.varintSize(length);
    beginValue(before + length, isApart ? before : before + length);
    putTagAndLength(tag, length);
    put(bytes, isApart);
    return this;
  }

  private void put(Bytes bytes, boolean isApart) {
    if (isApart) {
      apart = bytes;
      apartAt = pos;
    } else {
      pos = bytes.copyTo(buf, pos);
    }
  }

  /** A large value is not copied; for a text, a field of a message will do, too. */
  @Override
  public ProtobufWriter encoded(Bytes value) {
    if (isField()) {
      return encodedText(value.joined());
    }
    int length = value.length();
    requireRoom(length);
    boolean isApart = length >= APART_BYTES && apart == null;
    beginValue(length, isApart ? 0 : length);
    put(value, isApart);
    return this;
  }

  /** For a field that is a text: what stands in a Value behind the tag stands there, too. */
  private ProtobufWriter encodedText(Bytes value) {
    if (value.length() == 0 || value.array()[value.from()] != STRING) {
      throw new IllegalStateException(in + ": another value (expected: a text)");
    }
    int length = value.length() - 1;
    reserve((long) LONGEST_HEADER + length);
    pos = Wire.putVarint(buf, pos, take(Kind.STRING).tag());
    System.arraycopy(value.array(), value.from() + 1, buf, pos, length);
    pos += length;
    return this;
  }

  @Override
  public ProtobufWriter value(long number) {
    return integer(Kind.SINT64, SINT64, Wire.zigZag(number), number);
  }

  @Override
  public ProtobufWriter unsignedValue(long number) {
    return number >= 0 ? value(number) : integer(Kind.UINT64, UINT64, number, number);
  }

  /**
   * Writes an integer.
   *
   * @param bits as they are in a Value, or in an id
   * @param number as it is in a field without a sign
   */
  private ProtobufWriter integer(Kind kind, byte tag, long bits, long number) {
    if (!isField()) {
      beginValue(1 + Wire.varintSize(bits));
      buf[pos++] = tag;
      pos = Wire.putVarint(buf, pos, bits);
      return this;
    }
    if (in == Kind.META) {
      return putField(Kind.UINT64, number);
    }
    if (field != null && field.isId()) {
      field = kind == Kind.SINT64 ? Shape.ID_NUMBER : Shape.ID_UNSIGNED;
    }
    return putField(kind, bits);
  }

  @Override
  public ProtobufWriter value(double number) {
    requireFinite(Double.isFinite(number), number);
    beginValue(1 + Double.BYTES);
    buf[pos] = DOUBLE;
    Wire.put64(buf, pos + 1, Double.doubleToRawLongBits(number));
    pos += 1 + Double.BYTES;
    return this;
  }

  @Override
  public ProtobufWriter value(float number) {
    requireFinite(Float.isFinite(number), number);
    beginValue(1 + Float.BYTES);
    buf[pos] = FLOAT;
    Wire.put32(buf, pos + 1, Float.floatToRawIntBits(number));
    pos += 1 + Float.BYTES;
    return this;
  }

  private static void requireFinite(boolean isFinite, double number) {
    if (!isFinite) {
      throw new IllegalArgumentException(number + " in protobuf (expected: a finite number)");
    }
  }

  @Override
  public ProtobufWriter value(BigInteger number) {
    if (number.bitLength() < Long.SIZE) {
      return value(number.longValue());
    }
    return number.signum() > 0 && number.bitLength() == Long.SIZE
        ? unsignedValue(number.longValue())
        : value(number.toString());
  }

  @Override
  public ProtobufWriter value(BigDecimal number) {
    return value(number.toString());
  }

  @Override
  public ProtobufWriter value(boolean truth) {
    if (isImplied) {
      isImplied = false;
      return this;
    }
    return isField() ? putField(Kind.BOOL, truth ? 1 : 0) : putByte(BOOL, truth ? 1 : 0);
  }

  /** A field of a message that is null is left out. */
  @Override
  public ProtobufWriter nullValue() {
    if (isField()) {
      field = null;
      return this;
    }
    return putByte(NULL, 0);
  }

  private ProtobufWriter putByte(byte tag, int value) {
    beginValue(2);
    buf[pos] = tag;
    buf[pos + 1] = (byte) value;
    pos += 2;
    return this;
  }

  private ProtobufWriter putField(Kind kind, long bits) {
    reserve(LONGEST_HEADER);
    pos = Wire.putVarint(buf, pos, take(kind).tag());
    pos = Wire.putVarint(buf, pos, bits);
    return this;
  }

  /** Written as {@link Transcode} does it. */
  @Override
  public ProtobufWriter json(Bytes json) {
    try {
      Bytes value = JsonValidator.readable(json.toByteArray(), outside + depth, limits);
      Transcode.copy(new JsonReader(value), this);
      return this;
    } catch (JsonException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  // --- room ---

  private void reserve(long bytes) {
    if (buf.length - pos < bytes) {
      grow(bytes);
    }
  }

  private void grow(long bytes) {
    requireRoom(bytes);
    long wanted = Math.max(pos + bytes, Math.min(MAX_BYTES, buf.length * 2L));
    buf = Arrays.copyOf(buf, (int) wanted);
  }

  private void requireRoom(long bytes) {
    if (size() + bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a value of more than " + MAX_BYTES + " bytes (expected: at most a frame)");
    }
  }

  private static final int MAX_BYTES = Limits.MAX_FRAME_BYTES;
}
