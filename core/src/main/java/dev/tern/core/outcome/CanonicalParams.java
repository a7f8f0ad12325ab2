package dev.tern.core.outcome;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tern.protocol.json.JsonWriter;
import dev.tern.protocol.value.IntegerKind;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.Utf8Target;
import dev.tern.protocol.value.ValueKind;
import dev.tern.protocol.value.ValueReader;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Params as bytes that are the same for equal values, and differ for others.
 *
 * <pre>
 *   params  = version value
 *   value   = 'n' | 't' | 'f' | number | string | array | object
 *   number  = 'd' sign digits 'e' exponent ';'     digits × 10^exponent, no zero at either end
 *   string  = 's' length UTF-8
 *   array   = 'a' count value*
 *   object  = 'o' count (length UTF-8 value)*      names in the order of their code points
 * </pre>
 *
 * A length and a count have four bytes. A member that is null is left out. Zero is {@code d0e0;},
 * with whatever sign it was written.
 */
final class CanonicalParams implements Utf8Target {
  private static final int USUAL_BYTES = 256;
  private static final int USUAL_MEMBERS = 64;
  private static final int MOST_KEPT_BYTES = 4 << 10;
  private static final Names NO_NAMES = Names.of();

  /** More than a long has, with its sign and its exponent. */
  private static final int MOST_DIGITS = 32;

  private byte[] out = new byte[USUAL_BYTES];
  private int size;

  /** Where the members start of the objects that are open, one object's behind the other's. */
  private int[] starts = new int[USUAL_MEMBERS];

  private int open;

  /**
   * Takes others in place of those before.
   *
   * @param in stands before them, null for none
   */
  void read(@Nullable ValueReader in) {
    size = 0;
    open = 0;
    put((byte) ParamsHash.VERSION);
    if (in == null || in.peek() == ValueKind.NULL) {
      put((byte) 'o');
      putInt(0);
    } else {
      value(in);
    }
  }

  /** Whether it takes no more memory than for usual params. */
  boolean isSmall() {
    return out.length <= MOST_KEPT_BYTES && starts.length == USUAL_MEMBERS;
  }

  void update(MessageDigest digest) {
    digest.update(out, 0, size);
  }

  byte[] toByteArray() {
    return Arrays.copyOf(out, size);
  }

  private void value(ValueReader in) {
    switch (in.peek()) {
      case NULL -> {
        in.readNull();
        put((byte) 'n');
      }
      case BOOLEAN -> put((byte) (in.readBoolean() ? 't' : 'f'));
      case NUMBER -> number(in);
      case STRING -> {
        put((byte) 's');
        in.stringTo(this);
      }
      case BINARY -> {
        put((byte) 's');
        byte[] base64 = Base64.getEncoder().encode(Objects.requireNonNull(in.readBinary()));
        accept(base64, 0, base64.length);
      }
      case ARRAY -> array(in);
      case OBJECT -> object(in);
    }
  }

  private void array(ValueReader in) {
    put((byte) 'a');
    int countAt = size;
    putInt(0);
    int count = 0;
    for (in.beginArray(); in.nextElement(); count++) {
      value(in);
    }
    setInt(countAt, count);
  }

  private void object(ValueReader in) {
    put((byte) 'o');
    int countAt = size;
    putInt(0);
    int first = open;
    boolean sorted = true;
    in.beginObject();
    while (in.nextMember(NO_NAMES, 0) != ValueReader.END) {
      int start = size;
      in.nameTo(this);
      if (in.peek() == ValueKind.NULL) {
        in.readNull();
        size = start;
        continue;
      }
      value(in);
      if (open == starts.length) {
        starts = Arrays.copyOf(starts, 2 * open);
      }
      sorted &= open == first || compareNames(starts[open - 1], start) < 0;
      starts[open++] = start;
    }
    setInt(countAt, open - first);
    if (!sorted) {
      sort(Arrays.copyOfRange(starts, first, open));
    }
    open = first;
  }

  /** Puts the members that start there, up to the end, in the order of their names. */
  private void sort(int[] froms) {
    int from = froms[0];
    Member[] members = new Member[froms.length];
    for (int i = 0; i < froms.length; i++) {
      int end = i + 1 < froms.length ? froms[i + 1] : size;
      members[i] = new Member(froms[i], end);
    }
    Arrays.sort(members, (a, b) -> compareNames(a.start, b.start));
    byte[] unsorted = Arrays.copyOfRange(out, from, size);
    int at = from;
    for (Member member : members) {
      int length = member.end - member.start;
      System.arraycopy(unsorted, member.start - from, out, at, length);
      at += length;
    }
  }

  private record Member(int start, int end) {}

  /** The order of UTF-8 is that of the code points. */
  private int compareNames(int a, int b) {
    int first = a + Integer.BYTES;
    int second = b + Integer.BYTES;
    return Arrays.compareUnsigned(out, first, first + intAt(a), out, second, second + intAt(b));
  }

  /** A text: its length, and itself. */
  @Override
  public void accept(byte[] utf8, int from, int to) {
    putInt(to - from);
    put(utf8, from, to - from);
  }

  private void number(ValueReader in) {
    put((byte) 'd');
    long whole = in.readInteger() == IntegerKind.SIGNED ? in.integerBits() : Long.MIN_VALUE;
    if (whole != Long.MIN_VALUE) { // as most often, and without an object for it
      integer(whole);
    } else {
      in.again();
      byte[] text = in.readNumber().getBytes(US_ASCII);
      byte[] form = new DecimalForm(text, 0, text.length).toString().getBytes(US_ASCII);
      put(form, 0, form.length);
    }
    put((byte) ';');
  }

  private void integer(long number) {
    int zeros = 0;
    long digits = Math.abs(number);
    for (; digits != 0 && digits % 10 == 0; digits /= 10) {
      zeros++;
    }
    reserve(MOST_DIGITS);
    if (number < 0) {
      out[size++] = '-';
    }
    size = JsonWriter.put(digits, out, size);
    out[size++] = 'e';
    size = JsonWriter.put(zeros, out, size);
  }

  private void put(byte b) {
    reserve(1);
    out[size++] = b;
  }

  private void put(byte[] bytes, int from, int length) {
    reserve(length);
    System.arraycopy(bytes, from, out, size, length);
    size += length;
  }

  private void putInt(int value) {
    reserve(Integer.BYTES);
    size += Integer.BYTES;
    setInt(size - Integer.BYTES, value);
  }

  private void setInt(int at, int value) {
    out[at] = (byte) (value >>> 24);
    out[at + 1] = (byte) (value >>> 16);
    out[at + 2] = (byte) (value >>> 8);
    out[at + 3] = (byte) value;
  }

  private int intAt(int at) {
    return out[at] << 24
        | (out[at + 1] & 0xFF) << 16
        | (out[at + 2] & 0xFF) << 8
        | (out[at + 3] & 0xFF);
  }

  private void reserve(int more) {
    if (out.length - size < more) {
      out = Arrays.copyOf(out, Math.max(2 * out.length, size + more));
    }
  }
}
