package dev.tern.protocol.value;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.BitSet;

/**
 * Copies a value from one encoding to another without making a tree of it. What it says stays the
 * same, as far as the other encoding can say it:
 *
 * <ul>
 *   <li>An integer of 64 bits, with a sign or without, stays that integer.
 *   <li>A number with a fraction or an exponent becomes a float64 if the shortest text of one is
 *       the same number: so 0.1 and 1e2 do, and 0.10000000000000000001 and 1e400 do not. A float32
 *       that no float64 says as short stays a float32.
 *   <li>Any other number keeps all its digits; an encoding without decimals has a text for it, and
 *       that stays a text from then on.
 *   <li>Bytes become a text in base64 in an encoding without bytes, and stay one. So does a message
 *       that a method declares, which is bytes in any other encoding than its own.
 * </ul>
 */
public final class Transcode {
  private static final Names NO_NAMES = Names.of();

  /** Whoever has validated the value knows how deep it may be. */
  private static final Limits UNBOUNDED =
      Limits.DEFAULT.with(Bound.DEPTH, Integer.MAX_VALUE).with(Bound.NAME_BYTES, Integer.MAX_VALUE);

  private static final int MAX_DIGITS = Limits.DEFAULT.get(Bound.NUMBER_DIGITS);

  private Transcode() {}

  /**
   * A value in another encoding: itself, if it is in that already.
   *
   * @param outside in how many objects and arrays it will lie
   * @throws IllegalArgumentException if the other encoding cannot say it
   */
  public static Bytes convert(Bytes value, Encoding from, Encoding to, int outside) {
    if (from.equals(to)) {
      return value;
    }
    EncodedWriter out = to.writer(value.length(), UNBOUNDED, outside);
    copy(from.reader(value.joined(), null), out);
    return out.takeBytes();
  }

  /**
   * Copies the value that comes next. How deep it nests is bounded by whoever validated it, and by
   * the writer; it takes a bit of memory a level.
   *
   * @throws IllegalArgumentException if the other encoding cannot say it, or the writer refuses it
   */
  public static void copy(ValueReader in, ValueWriter out) {
    BitSet objects = new BitSet();
    int depth = 0;
    do {
      if (depth > 0) {
        boolean isObject = objects.get(depth - 1);
        if (!hasNext(in, out, isObject)) {
          close(out, isObject);
          depth--;
          continue;
        }
      }
      switch (in.peek()) {
        case OBJECT -> {
          in.beginObject();
          out.beginObject(ValueWriter.UNKNOWN_SIZE);
          objects.set(depth++);
        }
        case ARRAY -> {
          in.beginArray();
          out.beginArray(ValueWriter.UNKNOWN_SIZE);
          objects.clear(depth++);
        }
        case STRING -> out.value(in.readString());
        case NUMBER -> number(in, out);
        case BOOLEAN -> out.value(in.readBoolean());
        case NULL -> {
          in.readNull();
          out.nullValue();
        }
        case BINARY -> binary(in, out);
      }
    } while (depth > 0);
  }

  private static boolean hasNext(ValueReader in, ValueWriter out, boolean isObject) {
    if (!isObject) {
      return in.nextElement();
    }
    if (in.nextMember(NO_NAMES, 0) == ValueReader.END) {
      return false;
    }
    out.name(in.name());
    return true;
  }

  private static void close(ValueWriter out, boolean isObject) {
    if (isObject) {
      out.endObject();
    } else {
      out.endArray();
    }
  }

  private static void binary(ValueReader in, ValueWriter out) {
    byte[] bytes = in.readBinary();
    if (bytes == null) {
      throw new IllegalStateException("bytes that are none");
    }
    out.value(bytes);
  }

  private static void number(ValueReader in, ValueWriter out) {
    switch (in.readInteger()) {
      case SIGNED -> out.value(in.integerBits());
      case UNSIGNED -> out.unsignedValue(in.integerBits());
      case OUT_OF_RANGE -> out.value(new BigInteger(digits(in)));
      case NOT_AN_INTEGER -> fraction(in, out);
    }
  }

  private static void fraction(ValueReader in, ValueWriter out) {
    BigDecimal exact = decimal(digits(in));
    in.again();
    double wide = in.readDouble();
    if (isShortest(exact, Double.toString(wide))) {
      out.value(wide);
      return;
    }
    in.again();
    float narrow = in.readFloat();
    if (isShortest(exact, Float.toString(narrow))) {
      out.value(narrow);
    } else {
      out.value(exact);
    }
  }

  private static boolean isShortest(BigDecimal exact, String text) {
    return !text.equals("NaN") && new BigDecimal(text).compareTo(exact) == 0;
  }

  /** The number read last. */
  private static String digits(ValueReader in) {
    in.again();
    String text = in.readNumber();
    if (text.length() > MAX_DIGITS) {
      throw new IllegalArgumentException(
          "a number of " + text.length() + " characters (expected: at most " + MAX_DIGITS + ")");
    }
    return text;
  }

  private static BigDecimal decimal(String text) {
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "a number whose exponent is out of range (expected: a decimal)", e);
    }
  }
}
