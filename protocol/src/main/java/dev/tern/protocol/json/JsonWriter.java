package dev.tern.protocol.json;

import static dev.tern.protocol.Limits.MAX_FRAME_BYTES;
import static dev.tern.protocol.Limits.PREFIX_BYTES;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tern.protocol.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes one JSON text as UTF-8 into an array that grows. It puts the commas; that names and values
 * alternate is up to the caller, as is the validity of {@code raw} values.
 *
 * <pre>{@code
 * writer.beginObject().name(A).value(1).name(B).beginArray().value("x").endArray().endObject();
 * byte[] json = writer.toByteArray();
 * }</pre>
 *
 * <p>Strings with lone surrogates and doubles that are no finite number are refused by an {@link
 * IllegalArgumentException}, more bytes than allowed by a {@link JsonTooLongException}; after
 * either only {@link #reset()} makes sense.
 *
 * <p>Reusable; not thread-safe.
 */
public final class JsonWriter {
  private static final int DEFAULT_CAPACITY = 64;

  /** Long texts are written into arrays of this size, one after the other. */
  private static final int PART_BYTES = 64 << 10;

  /** From this size on an encoded value is a part of its own: that costs less than copying it. */
  public static final int APART_BYTES = 16 << 10;

  /** The array of a text up to this size is kept for the next one. */
  private static final int KEPT_BYTES = 1 << 16;

  private static final byte[] MIN_LONG = "-9223372036854775808".getBytes(ISO_8859_1);

  private final int maxBytes;
  private byte[] buf;

  /** Where the text begins in {@link #buf}: behind the room for a prefix, if there is one. */
  private int start;

  private int pos;

  /** What comes before {@link #buf}; null as long as nothing does. */
  private @Nullable List<Bytes> parts;

  private int partsBytes;

  /** Null until there is a long text. */
  private @Nullable PlainText plainText;

  /** A writer for texts of any length. */
  public JsonWriter() {
    this(DEFAULT_CAPACITY);
  }

  /**
   * A writer with a guess of the length, which saves the last copy if it is exact.
   *
   * @param capacity how many bytes to allocate at first
   */
  public JsonWriter(int capacity) {
    this(capacity, Integer.MAX_VALUE - 8);
  }

  /**
   * A writer with a bound.
   *
   * @param capacity how many bytes to allocate at first; an exact guess saves the last copy
   * @param maxBytes the longest text
   */
  public JsonWriter(int capacity, int maxBytes) {
    this(capacity, maxBytes, 0);
  }

  private JsonWriter(int capacity, int maxBytes, int start) {
    this.maxBytes = maxBytes;
    this.start = start;
    this.pos = start;
    this.buf = new byte[start + Math.min(capacity, maxBytes)];
  }

  /**
   * A writer whose long texts come in parts: no array is so large that it is a burden to the
   * collector, and each is written while it is in the cache.
   *
   * @param capacity a guess of the length
   */
  public static JsonWriter inParts(long capacity) {
    return new JsonWriter((int) Math.min(capacity, PART_BYTES));
  }

  /**
   * A writer of a payload: its first array has room for a frame's prefix before the text, and it is
   * no longer than a frame can be.
   *
   * @param capacity a guess of the length
   */
  public static JsonWriter payload(int capacity) {
    return new JsonWriter(capacity, MAX_FRAME_BYTES, PREFIX_BYTES);
  }

  /** Forgets what was written; not for payloads. */
  public JsonWriter reset() {
    pos = 0;
    parts = null;
    partsBytes = 0;
    if (buf.length > KEPT_BYTES) {
      buf = new byte[DEFAULT_CAPACITY];
    }
    return this;
  }

  /** How many bytes are written. */
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

  /**
   * What was written, and forgets it. Nothing is copied if the array is exactly full. A payload
   * begins behind the room for its prefix, which may be filled.
   */
  public Bytes takeBytes() {
    Bytes last = takePart();
    if (parts == null) {
      return last;
    }
    parts.add(last);
    Bytes all = Bytes.inARow(parts);
    parts = null;
    partsBytes = 0;
    return all;
  }

  /** What is in the array, which belongs to somebody else from then on if it was full. */
  private Bytes takePart() {
    boolean full = pos == buf.length;
    Bytes part = Bytes.of(full ? buf : Arrays.copyOf(buf, pos), start, pos);
    buf = full ? NOTHING : buf;
    start = 0;
    pos = 0;
    return part;
  }

  private void addPart(Bytes part) {
    List<Bytes> all = parts == null ? new ArrayList<>() : parts;
    all.add(part);
    parts = all;
    partsBytes += part.length();
    if (partsBytes > maxBytes) {
      throw new JsonTooLongException(maxBytes);
    }
  }

  private static final byte[] NOTHING = {};

  // --- structure ---

  /** Opens an object. */
  public JsonWriter beginObject() {
    return open('{');
  }

  /** Closes it. */
  public JsonWriter endObject() {
    return close('}');
  }

  /** Opens an array. */
  public JsonWriter beginArray() {
    return open('[');
  }

  /** Closes it. */
  public JsonWriter endArray() {
    return close(']');
  }

  /** A member's name; its value comes next. */
  public JsonWriter name(JsonName name) {
    return rawValue(name.encoded());
  }

  /** A name that is not known beforehand. */
  public JsonWriter name(String name) {
    value(name);
    reserve(1);
    buf[pos++] = ':';
    return this;
  }

  // --- values ---

  /** A string. */
  public JsonWriter value(String text) {
    int length = text.length();
    separate(Math.max(2, Math.min(length + 2, PART_BYTES - 1 - pos)));
    buf[pos++] = '"';
    boolean plain = false; // whether the last stretch was nothing else
    for (int i = 0; i < length; ) {
      boolean block = plain && length - i >= PlainText.PAYS;
      int stretch = Math.min(length - i, block ? PlainText.BLOCK : PlainText.PAYS);
      roomInText(1, length - i);
      int until = i + Math.min(stretch, buf.length - pos);
      i = block ? longPlain(text, i, until) : plain(text, i, until);
      plain = i == until;
      if (!plain) {
        i = special(text, i);
      }
    }
    reserve(1);
    buf[pos++] = '"';
    return this;
  }

  /** Writes what stands for itself; there is room for it. Returns where it ends. */
  private int plain(String text, int from, int until) {
    byte[] b = buf;
    int shift = pos - from;
    int i = from;
    for (; i < until; i++) {
      char c = text.charAt(i);
      if (c >= 0x80 || c < ' ' || c == '"' || c == '\\') {
        break;
      }
      b[i + shift] = (byte) c;
    }
    pos = i + shift;
    return i;
  }

  /** Writes what needs no escapes at the start of a long text; says where that ends. */
  private int longPlain(String text, int from, int until) {
    if (plainText == null) {
      plainText = new PlainText();
    }
    int plain = plainText.write(text, from, until, buf, pos);
    pos += plain;
    return from + plain;
  }

  /**
   * Writes the characters from here on that do not stand for themselves. Returns where they end.
   */
  private int special(String text, int from) {
    int i = from;
    for (; i < text.length(); i++) {
      int c = text.charAt(i);
      if (c >= 0x80) {
        if (Character.isSurrogate((char) c)) {
          c = text.codePointAt(i++);
          if (c < 0x10000) {
            throw new IllegalArgumentException("lone surrogate at index " + (i - 1));
          }
        }
        roomInText(c < 0x800 ? 2 : c < 0x10000 ? 3 : 4, text.length() - i);
        pos = Utf8.put(buf, pos, c);
      } else if (c < ' ' || c == '"' || c == '\\') {
        roomInText(Escapes.LONGEST, text.length() - i);
        pos = Escapes.put(buf, pos, c);
      } else {
        break;
      }
    }
    return i;
  }

  /** An integer. */
  public JsonWriter value(long number) {
    if (number == Long.MIN_VALUE) {
      return rawValue(MIN_LONG);
    }
    int digits = Decimals.digits(Math.abs(number));
    separate(number < 0 ? digits + 1 : digits);
    if (number < 0) {
      buf[pos++] = '-';
    }
    pos += digits;
    Decimals.write(Math.abs(number), buf, pos);
    return this;
  }

  /** An integer in [0, 2^64-1]. */
  public JsonWriter unsignedValue(long number) {
    return number >= 0 ? value(number) : asciiValue(Long.toUnsignedString(number));
  }

  /** A finite number. */
  public JsonWriter value(double number) {
    if (!Double.isFinite(number)) {
      throw new IllegalArgumentException(number + " in JSON (expected: a finite number)");
    }
    return asciiValue(Double.toString(number));
  }

  /** True or false. */
  public JsonWriter value(boolean truth) {
    return rawValue(truth ? TRUE : FALSE);
  }

  /** Null. */
  public JsonWriter nullValue() {
    return rawValue(NULL);
  }

  private static final byte[] TRUE = "true".getBytes(ISO_8859_1);
  private static final byte[] FALSE = "false".getBytes(ISO_8859_1);
  private static final byte[] NULL = "null".getBytes(ISO_8859_1);

  /** A value that is encoded already: strict JSON, nothing around it. */
  public JsonWriter rawValue(byte[] json) {
    return rawValue(json, 0, json.length);
  }

  /** An encoded value wherever it lies; a large one is not copied. */
  public JsonWriter rawValue(Bytes json) {
    int length = json.length();
    if (length < APART_BYTES) {
      separate(length);
      pos = json.copyTo(buf, pos);
    } else {
      separate(0);
      addPart(takePart());
      addPart(json);
    }
    return this;
  }

  /** An encoded value in a part of an array. */
  public JsonWriter rawValue(byte[] json, int off, int len) {
    separate(len);
    System.arraycopy(json, off, buf, pos, len);
    pos += len;
    return this;
  }

  /** Bytes of JSON as they stand, with the commas and brackets that they bring. */
  public JsonWriter literal(JsonLiteral literal) {
    reserve(literal.length());
    pos = literal.put(buf, pos);
    return this;
  }

  /** How many characters an integer takes. */
  public static int sizeOf(long number) {
    if (number == Long.MIN_VALUE) {
      return MIN_LONG.length;
    }
    return number < 0 ? 1 + Decimals.digits(-number) : Decimals.digits(number);
  }

  /**
   * Writes an integer that is 0 or more.
   *
   * @return where it ends
   */
  public static int put(long number, byte[] out, int p) {
    int end = p + Decimals.digits(number);
    Decimals.write(number, out, end);
    return end;
  }

  /**
   * Writes the characters of a text, for which there is room, if all of them stand for themselves.
   *
   * @return where they end; -1 if one does not, or may not
   */
  public static int putPlain(String text, byte[] out, int p) {
    // Copied as a whole and then by words, it takes a quarter of one loop over the characters.
    byte[] latin = text.getBytes(ISO_8859_1);
    return Words.copyPlain(latin, out, p) ? p + latin.length : -1;
  }

  // --- writing bytes ---

  private JsonWriter open(char bracket) {
    separate(1);
    buf[pos++] = (byte) bracket;
    return this;
  }

  private JsonWriter close(char bracket) {
    reserve(1);
    buf[pos++] = (byte) bracket;
    return this;
  }

  /** Puts a comma unless this is the first value in its place; no value ends with these bytes. */
  private void separate(int bytes) {
    boolean isFirst = pos == start ? parts == null : isOpen(buf[pos - 1]);
    reserve(isFirst ? bytes : bytes + 1);
    if (!isFirst) {
      buf[pos++] = ',';
    }
  }

  private static boolean isOpen(byte last) {
    return last == '{' || last == '[' || last == ':';
  }

  /**
   * Makes room in a text for so many bytes, 6 at most: in a new part, if this one is full.
   *
   * @param left how many characters the text still has
   */
  private void roomInText(int bytes, int left) {
    if (buf.length - pos >= bytes) {
      return;
    }
    if (pos < PART_BYTES - Escapes.LONGEST) {
      grow(Math.max(bytes, Math.min(left, PART_BYTES - pos)));
      return;
    }
    addPart(takePart());
    reserve(Math.max(bytes, Math.min(left, PART_BYTES - SPARE)));
  }

  private void reserve(int bytes) {
    if (buf.length - pos < bytes) {
      grow(bytes);
    }
  }

  private void grow(int bytes) {
    long needed = (long) pos + bytes;
    int most = maxBytes - partsBytes + start;
    if (needed > most) {
      throw new JsonTooLongException(maxBytes);
    }
    buf = Arrays.copyOf(buf, (int) Math.min(most, Math.max(needed + SPARE, buf.length * 2L)));
  }

  /** Brackets after something long should not make the array grow once more. */
  private static final int SPARE = 32;

  private JsonWriter asciiValue(String text) {
    return rawValue(text.getBytes(ISO_8859_1));
  }
}
