package dev.tern.protocol.json;

import static dev.tern.protocol.Limits.MAX_FRAME_BYTES;
import static dev.tern.protocol.Limits.PREFIX_BYTES;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.value.EncodedWriter;
import dev.tern.protocol.value.Name;
import dev.tern.protocol.value.TooDeepException;
import dev.tern.protocol.value.Utf8;
import dev.tern.protocol.value.Words;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
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
public final class JsonWriter implements EncodedWriter {
  private static final int DEFAULT_CAPACITY = 64;

  /** Long texts are written into arrays of this size, one after the other. */
  private static final int PART_BYTES = 64 << 10;

  /**
   * From this size on an encoded value is a part of its own: to copy it is fast, but doubles the
   * garbage of its call.
   */
  public static final int APART_BYTES = 512;

  /** The array of a text up to this size is kept for the next one. */
  private static final int KEPT_BYTES = 1 << 16;

  private static final byte[] MIN_LONG = "-9223372036854775808".getBytes(ISO_8859_1);

  /** What the framework writes by itself is as deep as it is. */
  private static final Limits UNBOUNDED =
      Limits.DEFAULT.with(Bound.DEPTH, Integer.MAX_VALUE).with(Bound.NAME_BYTES, Integer.MAX_VALUE);

  private final Limits limits;
  private final int maxBytes;

  /** In how many objects and arrays the next value lies. */
  private int depth;

  private byte[] buf;

  /** Where the text begins in {@link #buf}: behind the room for a prefix, if there is one. */
  private int start;

  private int pos;

  /** What comes before {@link #buf}; null as long as nothing does. */
  private @Nullable List<Bytes> parts;

  private int partsBytes;

  private static final int CHARS = 64;
  private static final char[] NO_CHARS = {};

  /** So many characters of a text are looked at in one go; empty until there is one. */
  private char[] chars = NO_CHARS;

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
    this(capacity, maxBytes, start, UNBOUNDED);
  }

  private JsonWriter(int capacity, int maxBytes, int start, Limits limits) {
    this.limits = limits;
    this.maxBytes = maxBytes;
    this.start = start;
    this.pos = start;
    this.buf = new byte[start + Math.min(capacity, maxBytes)];
  }

  /**
   * A writer of values of the application's, which a peer with the same limits reads. Long texts
   * come in parts: no array is so large that it is a burden to the collector, and each is written
   * while it is in the cache.
   *
   * @param capacity a guess of the length
   */
  public static JsonWriter bounded(int capacity, Limits limits) {
    return new JsonWriter(Math.min(capacity, PART_BYTES), Integer.MAX_VALUE - 8, 0, limits);
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
    return reset(0);
  }

  @Override
  public JsonWriter reset(int outside) {
    depth = outside;
    pos = 0;
    parts = null;
    partsBytes = 0;
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
    if (parts == null) {
      return last;
    }
    parts.add(last);
    Bytes all = Bytes.inARow(parts);
    parts = null;
    partsBytes = 0;
    return all;
  }

  @Override
  public Bytes copyBytes() {
    return parts == null ? Bytes.copyOf(buf, start, pos) : takeBytes();
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

  @Override
  public JsonWriter beginObject(int members) {
    return open('{');
  }

  @Override
  public JsonWriter endObject() {
    return close('}');
  }

  /** Opens an array. */
  public JsonWriter beginArray() {
    return open('[');
  }

  @Override
  public JsonWriter beginArray(int elements) {
    return open('[');
  }

  @Override
  public JsonWriter endArray() {
    return close(']');
  }

  @Override
  public JsonWriter name(Name name) {
    return rawValue(name.encoded());
  }

  @Override
  public JsonWriter name(String name) {
    int quote = isFirst() ? size() : size() + 1;
    value(name);
    int most = limits.get(Bound.NAME_BYTES);
    if (size() - quote - QUOTES > most) {
      throw new IllegalArgumentException("a name that is too long (expected: " + most + " bytes)");
    }
    reserve(1);
    buf[pos++] = ':';
    return this;
  }

  // --- values ---

  /** Around a text. */
  private static final int QUOTES = 2;

  @Override
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
    int i = until - from < Words.BYTES ? from : plainWords(text, from, until);
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

  /** As {@link #plain}, in words; what is left over may stand for itself, too. */
  private int plainWords(String text, int from, int until) {
    if (chars.length == 0) {
      chars = new char[CHARS];
    }
    int i = from;
    while (until - i >= Words.BYTES) {
      int count = Math.min(until - i, CHARS) & -Words.BYTES;
      text.getChars(i, i + count, chars, 0);
      for (int c = 0; c < count; c += Words.BYTES) {
        if (!Words.putPlain(chars, c, buf, pos + i - from + c)) {
          return i + c;
        }
      }
      i += count;
    }
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

  @Override
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

  @Override
  public JsonWriter unsignedValue(long number) {
    return number >= 0 ? value(number) : asciiValue(Long.toUnsignedString(number));
  }

  @Override
  public JsonWriter value(double number) {
    requireFinite(Double.isFinite(number), number);
    long scaled = Doubles.scaled(number);
    return scaled == 0 ? asciiValue(Double.toString(number)) : shortDecimal(number < 0, scaled);
  }

  /** A number with up to {@link Doubles#PLACES} places behind its point. */
  private JsonWriter shortDecimal(boolean isNegative, long scaled) {
    int places = Doubles.PLACES;
    long digits = scaled;
    while (places > 1 && digits % 10 == 0) {
      digits /= 10;
      places--;
    }
    long unit = Doubles.unit(places);
    long whole = digits / unit;
    int length = Decimals.digits(whole);
    separate((isNegative ? 1 : 0) + length + 1 + places);
    if (isNegative) {
      buf[pos++] = '-';
    }
    pos += length;
    Decimals.write(whole, buf, pos);
    pos += 1 + places;
    Decimals.write(digits % unit + unit, buf, pos); // a digit more, for the zeros
    buf[pos - 1 - places] = '.';
    return this;
  }

  @Override
  public JsonWriter value(float number) {
    requireFinite(Float.isFinite(number), number);
    return asciiValue(Float.toString(number));
  }

  private static void requireFinite(boolean isFinite, double number) {
    if (!isFinite) {
      throw new IllegalArgumentException(number + " in JSON (expected: a finite number)");
    }
  }

  @Override
  public JsonWriter value(BigInteger number) {
    return asciiValue(number.toString());
  }

  @Override
  public JsonWriter value(BigDecimal number) {
    return asciiValue(number.toString());
  }

  @Override
  public JsonWriter value(byte[] bytes) {
    return value(new String(Base64.getEncoder().encode(bytes), ISO_8859_1));
  }

  @Override
  public JsonWriter json(Bytes json) {
    try {
      return encoded(JsonValidator.readable(json.toByteArray(), depth, limits));
    } catch (JsonException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  @Override
  public JsonWriter value(boolean truth) {
    return rawValue(truth ? TRUE : FALSE);
  }

  @Override
  public JsonWriter nullValue() {
    return rawValue(NULL);
  }

  private static final byte[] TRUE = "true".getBytes(ISO_8859_1);
  private static final byte[] FALSE = "false".getBytes(ISO_8859_1);
  private static final byte[] NULL = "null".getBytes(ISO_8859_1);

  /** A value that is encoded already: strict JSON, nothing around it. */
  public JsonWriter rawValue(byte[] json) {
    separate(json.length);
    System.arraycopy(json, 0, buf, pos, json.length);
    pos += json.length;
    return this;
  }

  /** A large one is not copied. */
  @Override
  public JsonWriter encoded(Bytes json) {
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

  /** An integer as a text of its own. */
  public static Bytes encode(long number) {
    byte[] text = new byte[sizeOf(number)];
    if (number == Long.MIN_VALUE) {
      System.arraycopy(MIN_LONG, 0, text, 0, text.length);
      return Bytes.of(text);
    }
    if (number < 0) {
      text[0] = '-';
    }
    Decimals.write(Math.abs(number), text, text.length);
    return Bytes.of(text);
  }

  /** A string as a text of its own, if it is short and all of it stands for itself; else null. */
  public static @Nullable Bytes encodePlain(String text) {
    if (text.length() >= PlainText.PAYS) {
      return null;
    }
    byte[] plain = new byte[text.length() + 2];
    plain[0] = '"';
    int end = putPlain(text, plain, 1);
    if (end < 0) {
      return null;
    }
    plain[end] = '"';
    return Bytes.of(plain);
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
    if (depth++ == limits.get(Bound.DEPTH)) {
      throw new TooDeepException(limits.get(Bound.DEPTH));
    }
    separate(1);
    buf[pos++] = (byte) bracket;
    return this;
  }

  private JsonWriter close(char bracket) {
    depth--;
    reserve(1);
    buf[pos++] = (byte) bracket;
    return this;
  }

  /** Puts a comma unless this is the first value in its place; no value ends with these bytes. */
  private void separate(int bytes) {
    boolean isFirst = isFirst();
    reserve(isFirst ? bytes : bytes + 1);
    if (!isFirst) {
      buf[pos++] = ',';
    }
  }

  private boolean isFirst() {
    return pos == start ? parts == null : isOpen(buf[pos - 1]);
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
