package dev.tern.codec.msgpack;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.protocol.Bytes;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes one value in MessagePack into an array that grows, up to the longest frame; a value that
 * is a few bytes shorter may be refused already, as room for the longest number is wanted.
 * Integers, lengths and numbers of members take the fewest bytes; where the number of members or
 * elements is {@link #UNKNOWN_SIZE}, it is filled in at the end, and what is there is moved if that
 * takes more than a byte. An integer beyond 64 bits and a decimal become a text: MessagePack has
 * neither.
 *
 * <pre>{@code
 * writer.beginObject(2).name(A).value(1).name(B).beginArray(1).value("x").endArray().endObject();
 * }</pre>
 *
 * <p>A number of members that is not the one announced is an {@link IllegalStateException}. After
 * any exception only {@link #reset} makes sense.
 *
 * <p>Reusable; not thread-safe.
 */
public final class MessagePackWriter implements EncodedWriter {
  private static final int DEFAULT_CAPACITY = 64;
  private static final int MESSAGE_CAPACITY = 256;

  /** The array of a value up to this size is kept for the next one. */
  private static final int KEPT_BYTES = 1 << 16;

  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGH_BITS = ONES << 7;
  private static final long QUESTION_MARKS = ONES * '?';

  private static final int[] NONE = {};
  private static final int FIRST_LEVELS = 8;

  /** From this size on an encoded value is a part of its own, and is not copied. */
  static final int APART_BYTES = 512;

  /** Up to this size bytes are written among the other values. */
  private static final int COPIED_BYTES = 1 << 14;

  /** What the framework writes by itself is as deep as it is. */
  private static final Limits UNBOUNDED =
      Limits.DEFAULT.with(Bound.DEPTH, Integer.MAX_VALUE).with(Bound.NAME_BYTES, Integer.MAX_VALUE);

  private final Limits limits;
  private int outside;

  /** Where a writer of messages is kept until the next one; null for a writer of values. */
  private final @Nullable Consumer<MessagePackWriter> home;

  private byte[] buf;

  /** Where the value begins in {@link #buf}: behind the room for a prefix, if there is one. */
  private int start;

  private int pos;

  /** What comes before {@link #buf}; null as long as nothing does. */
  private @Nullable List<Bytes> parts;

  private int partsBytes;

  /** How many objects and arrays are open whose size is to be filled in. */
  private int unknownSizes;

  // What was opened last: the names and values in it so far, and how many were announced, or ~p if
  // it begins at p and the number is to be filled in.
  private int items;
  private int announced;

  /** What the two fields above were in each object and array around it, the outermost first. */
  private int[] outer = NONE;

  /** How many objects and arrays are open, those outside the value apart. */
  private int depth;

  /** Null until there is a long text. */
  private @Nullable AsciiText ascii;

  /** A writer of values that a peer with the default limits reads. */
  public MessagePackWriter() {
    this(DEFAULT_CAPACITY, Limits.DEFAULT, 0);
  }

  /**
   * A writer of values that a peer with the same limits reads.
   *
   * @param capacity a guess of the length; an exact one saves the last copy
   * @param outside in how many objects and arrays the value will lie
   */
  public MessagePackWriter(int capacity, Limits limits, int outside) {
    this(capacity, limits, outside, null);
  }

  private MessagePackWriter(
      int capacity, Limits limits, int outside, @Nullable Consumer<MessagePackWriter> home) {
    this.limits = limits;
    this.outside = outside;
    this.home = home;
    this.buf = new byte[capacity];
    this.start = firstByte();
    this.pos = start;
  }

  /**
   * A writer of messages, with room for a frame's prefix before each. When its message is taken it
   * goes home.
   */
  static MessagePackWriter ofMessages(Consumer<MessagePackWriter> home) {
    return new MessagePackWriter(MESSAGE_CAPACITY, UNBOUNDED, 0, home);
  }

  private int firstByte() {
    return home == null ? 0 : Limits.PREFIX_BYTES;
  }

  /** Forgets what was written. */
  public MessagePackWriter reset() {
    return reset(outside);
  }

  @Override
  public MessagePackWriter reset(int newOutside) {
    outside = newOutside;
    start = firstByte();
    pos = start;
    parts = null;
    partsBytes = 0;
    unknownSizes = 0;
    items = 0;
    depth = 0;
    if (buf.length > KEPT_BYTES) {
      buf = new byte[DEFAULT_CAPACITY];
    }
    return this;
  }

  @Override
  public int size() {
    return partsBytes + pos - start;
  }

  /** What was written, in an array of exactly its size. */
  public byte[] toByteArray() {
    byte[] all = new byte[size()];
    int p = parts == null ? 0 : Bytes.inARow(parts).copyTo(all, 0);
    System.arraycopy(buf, start, all, p, pos - start);
    return all;
  }

  /** Nothing is copied if the array is exactly full. */
  @Override
  public Bytes takeBytes() {
    Bytes last = takePart();
    List<Bytes> before = parts;
    reset();
    if (home != null) {
      home.accept(this);
    }
    if (before == null) {
      return last;
    }
    if (last.length() > 0) {
      before.add(last);
    }
    return Bytes.inARow(before);
  }

  @Override
  public Bytes copyBytes() {
    if (parts != null) {
      return takeBytes();
    }
    Bytes all = Bytes.copyOf(buf, start, pos);
    reset();
    return all;
  }

  /** What is in the array, which belongs to somebody else from then on if it was full. */
  private Bytes takePart() {
    boolean full = pos == buf.length;
    Bytes part = Bytes.of(full ? buf : Arrays.copyOf(buf, pos), start, pos);
    buf = full ? new byte[DEFAULT_CAPACITY] : buf;
    start = 0;
    pos = 0;
    return part;
  }

  // --- structure ---

  @Override
  public MessagePackWriter beginObject(int members) {
    open(Math.multiplyExact(2, members), members < 0);
    putCount(Math.max(0, members), Format.FIXMAP, Format.MAP16);
    return this;
  }

  @Override
  public MessagePackWriter beginArray(int elements) {
    open(elements, elements < 0);
    putCount(Math.max(0, elements), Format.FIXARRAY, Format.ARRAY16);
    return this;
  }

  private void open(int size, boolean isUnknown) {
    if (depth >= limits.get(Bound.DEPTH) - outside) {
      throw new TooDeepException(limits.get(Bound.DEPTH));
    }
    items++;
    if (2 * depth + 2 > outer.length) {
      outer = Arrays.copyOf(outer, Math.max(FIRST_LEVELS, 2 * outer.length));
    }
    outer[2 * depth] = items;
    outer[2 * depth + 1] = announced;
    depth++;
    items = 0;
    announced = isUnknown ? ~pos : size;
    unknownSizes += isUnknown ? 1 : 0;
  }

  /**
   * @param first16 the first byte where the count takes 16 bits; the next one is that for 32
   */
  private void putCount(int count, int fixed, int first16) {
    reserve(Format.LONGEST_HEADER);
    if (count <= Format.MAX_FIXED_COUNT) {
      buf[pos++] = (byte) (fixed | count);
    } else if (count < 1 << Short.SIZE) {
      put16(first16, count);
    } else {
      put32(first16 + 1, count);
    }
  }

  /** Writes the count of what begins at {@code at}, where there is a byte for it. */
  private void fillIn(int at, int count, int fixed, int first16) {
    int missing =
        count <= Format.MAX_FIXED_COUNT ? 0 : count < 1 << Short.SIZE ? Short.BYTES : Integer.BYTES;
    if (missing > 0) {
      reserve(missing);
      System.arraycopy(buf, at + 1, buf, at + 1 + missing, pos - at - 1);
    }
    int end = pos + missing;
    pos = at;
    putCount(count, fixed, first16);
    pos = end;
  }

  @Override
  public MessagePackWriter endObject() {
    if (items % 2 != 0) {
      throw new IllegalStateException("a name without a value (expected: as many values as names)");
    }
    return close(2);
  }

  @Override
  public MessagePackWriter endArray() {
    return close(1);
  }

  /** Closes what has so many items a member or element. */
  private MessagePackWriter close(int each) {
    if (announced < 0) {
      boolean isObject = each == 2;
      fillIn(
          ~announced,
          items / each,
          isObject ? Format.FIXMAP : Format.FIXARRAY,
          isObject ? Format.MAP16 : Format.ARRAY16);
      unknownSizes--;
    } else if (items != announced) {
      throw new IllegalStateException(
          (each == 2 ? "members: " : "elements: ")
              + items / each
              + " (expected: "
              + announced / each
              + ", as announced)");
    }
    depth--;
    items = outer[2 * depth];
    announced = outer[2 * depth + 1];
    return this;
  }

  @Override
  public MessagePackWriter name(Name name) {
    putText(name.utf8());
    return this;
  }

  @Override
  public MessagePackWriter name(String name) {
    int before = pos;
    value(name);
    int length = pos - before - Format.size(buf[before]);
    int most = limits.get(Bound.NAME_BYTES);
    if (length > most) {
      throw new IllegalArgumentException("a name that is too long (expected: " + most + " bytes)");
    }
    return this;
  }

  // --- values ---

  @Override
  public MessagePackWriter value(String text) {
    boolean isWritten =
        text.length() <= Format.MAX_FIXSTR ? putShortAscii(text) : putLongAscii(text);
    if (!isWritten) {
      putEncoded(text);
    }
    return this;
  }

  /** One step a character, and no garbage; false if not all of them are ASCII. */
  private boolean putShortAscii(String text) {
    int length = text.length();
    reserve(length + 1);
    byte[] b = buf;
    int start = pos + 1;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        return false;
      }
      b[start + i] = (byte) c;
    }
    b[pos] = (byte) (Format.FIXSTR | length);
    pos = start + length;
    items++;
    return true;
  }

  private boolean putLongAscii(String text) {
    requireRoom(text.length());
    if (ascii == null) {
      ascii = new AsciiText();
    }
    int before = pos;
    putTextHeader(text.length());
    if (!ascii.write(text, buf, pos)) {
      pos = before;
      return false;
    }
    pos += text.length();
    items++;
    return true;
  }

  /** By way of an array, which tells how long it becomes. */
  private void putEncoded(String text) {
    requireRoom(text.length());
    byte[] utf8 = text.getBytes(UTF_8);
    // Half a surrogate pair has become a question mark.
    if (hasQuestionMark(utf8)) {
      requireWholePairs(text);
    }
    putText(utf8);
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

  private void putText(byte[] utf8) {
    items++;
    putTextHeader(utf8.length);
    putAll(utf8);
  }

  /** Makes room for the text, too. */
  private void putTextHeader(int length) {
    reserve((long) length + Format.LONGEST_HEADER);
    if (length <= Format.MAX_FIXSTR) {
      buf[pos++] = (byte) (Format.FIXSTR | length);
    } else {
      putLength(length, Format.STR8);
    }
  }

  /** For the texts and bytes whose lengths stand behind the first byte. */
  private void putLength(int length, int first8) {
    if (length < 1 << Byte.SIZE) {
      put8(first8, length);
    } else if (length < 1 << Short.SIZE) {
      put16(first8 + 1, length);
    } else {
      put32(first8 + 2, length);
    }
  }

  private void putAll(byte[] bytes) {
    System.arraycopy(bytes, 0, buf, pos, bytes.length);
    pos += bytes.length;
  }

  /** Many are copied once, into a part of their own. */
  @Override
  public MessagePackWriter value(byte[] bytes) {
    return bytes.length < COPIED_BYTES ? value(Bytes.of(bytes)) : value(Bytes.of(bytes.clone()));
  }

  @Override
  public MessagePackWriter value(Bytes bytes) {
    items++;
    int length = bytes.length();
    reserve(Format.LONGEST_HEADER);
    putLength(length, Format.BIN8);
    putAll(bytes, length < COPIED_BYTES);
    return this;
  }

  @Override
  public MessagePackWriter value(long number) {
    if (number > Format.MAX_FIXINT) {
      return unsignedValue(number);
    }
    items++;
    reserve(Format.LONGEST_HEADER);
    if (number >= Format.MIN_FIXINT) {
      buf[pos++] = (byte) number;
    } else if (number >= Byte.MIN_VALUE) {
      put8(Format.INT8, (int) number);
    } else if (number >= Short.MIN_VALUE) {
      put16(Format.INT16, (int) number);
    } else if (number >= Integer.MIN_VALUE) {
      put32(Format.INT32, (int) number);
    } else {
      put64(Format.INT64, number);
    }
    return this;
  }

  @Override
  public MessagePackWriter unsignedValue(long number) {
    items++;
    reserve(Format.LONGEST_HEADER);
    if (number >>> (Byte.SIZE - 1) == 0) {
      buf[pos++] = (byte) number;
    } else if (number >>> Byte.SIZE == 0) {
      put8(Format.UINT8, (int) number);
    } else if (number >>> Short.SIZE == 0) {
      put16(Format.UINT16, (int) number);
    } else if (number >>> Integer.SIZE == 0) {
      put32(Format.UINT32, (int) number);
    } else {
      put64(Format.UINT64, number);
    }
    return this;
  }

  @Override
  public MessagePackWriter value(double number) {
    requireFinite(Double.isFinite(number), number);
    items++;
    reserve(Format.LONGEST_HEADER);
    put64(Format.FLOAT64, Double.doubleToRawLongBits(number));
    return this;
  }

  @Override
  public MessagePackWriter value(float number) {
    requireFinite(Float.isFinite(number), number);
    items++;
    reserve(Format.LONGEST_HEADER);
    put32(Format.FLOAT32, Float.floatToRawIntBits(number));
    return this;
  }

  private static void requireFinite(boolean isFinite, double number) {
    if (!isFinite) {
      throw new IllegalArgumentException(number + " in MessagePack (expected: a finite number)");
    }
  }

  @Override
  public MessagePackWriter value(BigInteger number) {
    if (number.bitLength() < Long.SIZE) {
      return value(number.longValue());
    }
    return number.signum() > 0 && number.bitLength() == Long.SIZE
        ? unsignedValue(number.longValue())
        : value(number.toString());
  }

  @Override
  public MessagePackWriter value(BigDecimal number) {
    return value(number.toString());
  }

  @Override
  public MessagePackWriter value(boolean truth) {
    return putByte(truth ? Format.TRUE : Format.FALSE);
  }

  @Override
  public MessagePackWriter nullValue() {
    return putByte(Format.NIL);
  }

  /** Written as {@link Transcode} does it. */
  @Override
  public MessagePackWriter json(Bytes json) {
    try {
      Bytes value = JsonValidator.readable(json.toByteArray(), outside + depth, limits);
      Transcode.copy(new JsonReader(value), this);
      return this;
    } catch (JsonException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** A large one is not copied, unless a size before it is to be filled in. */
  @Override
  public MessagePackWriter encoded(Bytes value) {
    items++;
    putAll(value, value.length() < APART_BYTES);
    return this;
  }

  private void putAll(Bytes bytes, boolean copied) {
    int length = bytes.length();
    if (copied || unknownSizes > 0) {
      reserve(length);
      pos = bytes.copyTo(buf, pos);
      return;
    }
    requireRoom(length);
    List<Bytes> all = parts == null ? new ArrayList<>() : parts;
    Bytes before = takePart();
    all.add(before);
    all.add(bytes);
    parts = all;
    partsBytes += before.length() + length;
  }

  // --- writing bytes ---

  private MessagePackWriter putByte(int value) {
    items++;
    reserve(1);
    buf[pos++] = (byte) value;
    return this;
  }

  private void put8(int first, int value) {
    buf[pos] = (byte) first;
    buf[pos + 1] = (byte) value;
    pos += 2;
  }

  private void put16(int first, int value) {
    buf[pos] = (byte) first;
    Format.put16(buf, pos + 1, value);
    pos += 1 + Short.BYTES;
  }

  private void put32(int first, int value) {
    buf[pos] = (byte) first;
    Format.put32(buf, pos + 1, value);
    pos += 1 + Integer.BYTES;
  }

  private void put64(int first, long value) {
    buf[pos] = (byte) first;
    Format.put64(buf, pos + 1, value);
    pos += 1 + Long.BYTES;
  }

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
