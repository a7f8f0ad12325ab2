package dev.tern.core.outcome;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.json.JsonCursor;
import dev.tern.protocol.value.ValueKind;
import java.security.MessageDigest;
import java.util.Arrays;
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
final class CanonicalParams {
  private static final int USUAL_BYTES = 256;
  private static final int USUAL_MEMBERS = 64;
  private static final int MOST_KEPT_BYTES = 4 << 10;

  /** Somebody has read them already, who knows how deep they may be. */
  private static final Limits NONE =
      Limits.DEFAULT
          .with(Bound.DEPTH, Integer.MAX_VALUE)
          .with(Bound.NAME_BYTES, Integer.MAX_VALUE)
          .with(Bound.NUMBER_DIGITS, Integer.MAX_VALUE);

  private static final byte[] NO_TEXT = {};

  private final JsonCursor cursor = new JsonCursor(NONE);
  private byte[] out = new byte[USUAL_BYTES];
  private int size;

  /** Where the members start of the objects that are open, one object's behind the other's. */
  private int[] starts = new int[USUAL_MEMBERS];

  private int open;

  /** Takes others in place of those before. */
  void read(@Nullable Bytes params) {
    size = 0;
    open = 0;
    put((byte) ParamsHash.VERSION);
    Bytes whole = params == null ? null : params.joined();
    if (whole == null || isNull(whole)) {
      put((byte) 'o');
      putInt(0);
      return;
    }
    cursor.resetTrusted(whole.array(), whole.from(), whole.length());
    value(whole.array());
    cursor.resetTrusted(NO_TEXT, 0, 0); // it must not hold the frame any longer
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

  private static boolean isNull(Bytes params) {
    return params.length() == 4 && params.array()[params.from()] == 'n';
  }

  private void value(byte[] json) {
    switch (cursor.peek()) {
      case NULL, BINARY -> { // JSON has no bytes
        cursor.readNull();
        put((byte) 'n');
      }
      case BOOLEAN -> put((byte) (cursor.readBoolean() ? 't' : 'f'));
      case NUMBER -> {
        cursor.skipValue();
        number(json, cursor.valueStart(), cursor.valueEnd());
      }
      case STRING -> {
        put((byte) 's');
        cursor.skipValue();
        text(json, cursor.valueStart() + 1, cursor.valueEnd() - 1);
      }
      case ARRAY -> array(json);
      case OBJECT -> object(json);
    }
  }

  private void array(byte[] json) {
    put((byte) 'a');
    int countAt = size;
    putInt(0);
    int count = 0;
    for (cursor.beginArray(); cursor.nextElement(); count++) {
      value(json);
    }
    setInt(countAt, count);
  }

  private void object(byte[] json) {
    put((byte) 'o');
    int countAt = size;
    putInt(0);
    int first = open;
    boolean sorted = true;
    cursor.beginObject();
    while (cursor.nextName()) {
      int start = size;
      text(json, cursor.nameStart(), cursor.nameEnd());
      if (cursor.peek() == ValueKind.NULL) {
        cursor.readNull();
        size = start;
        continue;
      }
      value(json);
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

  /** What stands between two quotes, without its escapes. */
  private void text(byte[] json, int from, int to) {
    if (isPlain(json, from, to)) {
      putInt(to - from);
      put(json, from, to - from);
      return;
    }
    JsonCursor one = new JsonCursor(NONE);
    one.resetTrusted(json, from - 1, to - from + 2);
    byte[] utf8 = one.readString().getBytes(UTF_8);
    putInt(utf8.length);
    put(utf8, 0, utf8.length);
  }

  private static boolean isPlain(byte[] json, int from, int to) {
    for (int p = from; p < to; p++) {
      if (json[p] == '\\') {
        return false;
      }
    }
    return true;
  }

  private void number(byte[] json, int start, int end) {
    int behind = behindPlainDigits(json, start, end);
    if (behind > 0) { // as most often, and without an object for it
      put((byte) 'd');
      put(json, start, behind - start);
      put((byte) 'e');
      put((byte) ('0' + end - behind));
      put((byte) ';');
      return;
    }
    byte[] form = new DecimalForm(json, start, end).toString().getBytes(US_ASCII);
    put((byte) 'd');
    put(form, 0, form.length);
    put((byte) ';');
  }

  /** Where the digits of an integer end whose last ones are less than ten zeros; 0 for others. */
  private static int behindPlainDigits(byte[] json, int start, int end) {
    for (int p = json[start] == '-' ? start + 1 : start; p < end; p++) {
      if (json[p] < '0' || json[p] > '9') {
        return 0;
      }
    }
    int behind = end;
    while (behind > start && json[behind - 1] == '0') {
      behind--;
    }
    boolean isZero = behind == start || json[behind - 1] == '-';
    return isZero || end - behind > 9 ? 0 : behind;
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
