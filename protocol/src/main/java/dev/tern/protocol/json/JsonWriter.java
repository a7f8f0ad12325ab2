package dev.tern.protocol.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;

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
  /** A frame's length stands in front of its payload. */
  private static final int PREFIX_BYTES = 4;

  private static final int DEFAULT_CAPACITY = 64;

  /** The array of a text up to this size is kept for the next one. */
  private static final int KEPT_BYTES = 1 << 16;

  private static final byte[] MIN_LONG = "-9223372036854775808".getBytes(ISO_8859_1);

  private final int maxBytes;
  private byte[] buf;
  private int pos;

  /** A writer for texts of any length. */
  public JsonWriter() {
    this(DEFAULT_CAPACITY);
  }

  /**
   * The same with a guess of the length, which saves the last copy if it is exact.
   *
   * @param capacity how many bytes to allocate at first
   */
  public JsonWriter(int capacity) {
    this(capacity, Integer.MAX_VALUE - PREFIX_BYTES - 8);
  }

  /**
   * A writer with a bound.
   *
   * @param capacity how many bytes to allocate at first; an exact guess saves the last copy
   * @param maxBytes the longest text, a frame's prefix included
   */
  public JsonWriter(int capacity, int maxBytes) {
    this.maxBytes = maxBytes;
    this.buf = new byte[Math.min(capacity, maxBytes)];
  }

  /** Forgets what was written. */
  public JsonWriter reset() {
    pos = 0;
    if (buf.length > KEPT_BYTES) {
      buf = new byte[DEFAULT_CAPACITY];
    }
    return this;
  }

  /** How many bytes are written, a frame's prefix included. */
  public int size() {
    return pos;
  }

  /** What was written, in an array of exactly its size. */
  public byte[] toByteArray() {
    return Arrays.copyOf(buf, pos);
  }

  /** The same, and forgets it. Nothing is copied if the array is exactly full. */
  public byte[] takeByteArray() {
    byte[] all = buf;
    if (pos == all.length) {
      buf = EMPTY;
    } else {
      all = Arrays.copyOf(all, pos);
    }
    pos = 0;
    return all;
  }

  // --- frames ---

  /** Leaves room for a frame's length; only at the start. */
  public JsonWriter beginFrame() {
    if (pos != 0) {
      throw new IllegalStateException("beginFrame at byte " + pos + " (expected: 0)");
    }
    reserve(PREFIX_BYTES);
    pos = PREFIX_BYTES;
    // A value knows by the byte before it whether it needs a comma.
    buf[PREFIX_BYTES - 1] = ':';
    return this;
  }

  /**
   * Fills in the length and gives the frame, prefix and payload, away: the writer is empty then,
   * and must have begun with {@link #beginFrame()}. Nothing is copied if the array is exactly full.
   */
  public byte[] endFrame() {
    int length = pos - PREFIX_BYTES;
    buf[0] = (byte) (length >>> 24);
    buf[1] = (byte) (length >>> 16);
    buf[2] = (byte) (length >>> 8);
    buf[3] = (byte) length;
    byte[] frame;
    if (pos == buf.length) {
      frame = buf;
      buf = EMPTY;
    } else {
      frame = Arrays.copyOf(buf, pos);
    }
    pos = 0;
    return frame;
  }

  private static final byte[] EMPTY = {};

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

  /** The same, of a name that is not known beforehand. */
  public JsonWriter name(String name) {
    value(name);
    reserve(1);
    buf[pos++] = ':';
    return this;
  }

  // --- values ---

  /** A string. */
  public JsonWriter value(String text) {
    separate(text.length() + 2);
    byte[] b = buf;
    int p = pos;
    b[p++] = '"';
    int length = text.length();
    int i = length < LONG_TEXT ? 0 : plainBlocks(text, b, p);
    p += i;
    for (; i < length; i++) {
      char c = text.charAt(i);
      if (c >= 0x80 || c < ' ' || c == '"' || c == '\\') {
        break;
      }
      b[p++] = (byte) c;
    }
    pos = p;
    if (i < length) {
      rest(text, i);
    }
    reserve(1);
    buf[pos++] = '"';
    return this;
  }

  /**
   * Writes a text block by block, as long as all of it stands for itself: with methods that the JVM
   * has in vector form, and eight bytes at once, it takes a fifth of the time.
   *
   * @return how many characters, and so bytes
   */
  private static int plainBlocks(String text, byte[] out, int p) {
    int i = 0;
    while (i < text.length()) {
      String block = text.substring(i, Math.min(text.length(), i + BLOCK));
      byte[] latin = block.getBytes(ISO_8859_1);
      if (!block.equals(new String(latin, ISO_8859_1))) {
        break; // a character that Latin-1 has not got
      }
      int plain = Words.plainUntil(latin, 0, latin.length);
      System.arraycopy(latin, 0, out, p + i, plain);
      i += plain;
      if (plain < latin.length) {
        break;
      }
    }
    return i;
  }

  /** From so many characters on, {@link #plainBlocks} pays. */
  private static final int LONG_TEXT = 128;

  private static final int BLOCK = 4 << 10;

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

  /** The same, a part of an array. */
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

  static byte[] encodeName(String name) {
    return new JsonWriter().name(name).toByteArray();
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
    byte last = pos == 0 ? (byte) ':' : buf[pos - 1];
    if (last == '{' || last == '[' || last == ':') {
      reserve(bytes);
    } else {
      reserve(bytes + 1);
      buf[pos++] = ',';
    }
  }

  private void reserve(int bytes) {
    if (buf.length - pos < bytes) {
      grow(bytes);
    }
  }

  private void grow(int bytes) {
    long needed = (long) pos + bytes;
    if (needed > maxBytes) {
      throw new JsonTooLongException(maxBytes);
    }
    buf = Arrays.copyOf(buf, (int) Math.min(maxBytes, Math.max(needed + SPARE, buf.length * 2L)));
  }

  /** Brackets after something long should not make the array grow once more. */
  private static final int SPARE = 32;

  private JsonWriter asciiValue(String text) {
    return rawValue(text.getBytes(ISO_8859_1));
  }

  /** The rest of a string, from its first character that is not plain ASCII. */
  private void rest(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      int c = text.charAt(i);
      if (c >= 0x80) {
        if (Character.isSurrogate((char) c)) {
          c = text.codePointAt(i++);
          if (c < 0x10000) {
            throw new IllegalArgumentException("lone surrogate at index " + (i - 1));
          }
        }
        reserve(c < 0x800 ? 2 : c < 0x10000 ? 3 : 4);
        pos = Utf8.put(buf, pos, c);
      } else if (c >= ' ' && c != '"' && c != '\\') {
        reserve(1);
        buf[pos++] = (byte) c;
      } else {
        reserve(Escapes.LONGEST);
        pos = Escapes.put(buf, pos, c);
      }
    }
  }
}
