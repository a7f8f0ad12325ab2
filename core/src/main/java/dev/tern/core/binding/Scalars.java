package dev.tern.core.binding;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Map.entry;

import dev.tern.core.binding.error.EncodingException;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.json.JsonWriter;
import dev.tern.protocol.json.PlainJson;
import dev.tern.protocol.value.IntegerKind;
import dev.tern.protocol.value.ValueKind;
import dev.tern.protocol.value.ValueReader;
import dev.tern.protocol.value.ValueWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The numbers, the truth, a text, a character, bytes. What is read is what was sent, or an error.
 */
final class Scalars {
  /**
   * How far a decimal's point may stand from its digits, either way: about as many as a number may
   * have digits, and past the range of a double (1e308, 4.9e-324 with all its digits).
   */
  static final int MAX_SCALE = 1_100;

  private static final int MAX_DIGITS = Limits.DEFAULT.get(Bound.NUMBER_DIGITS);

  /** What a number with all its digits may have; whether it has one too many is seen later. */
  private static final int MAX_BITS = 4 * MAX_DIGITS;

  private static final String OVERLONG =
      "too long (expected: a number of at most %d digits, its exponent at most %d)"
          .formatted(MAX_DIGITS, MAX_SCALE);

  private Scalars() {}

  /** An integer of up to 64 bits. */
  static final class Whole extends ScalarBinder {
    private final long min;
    private final long max;
    private final LongFunction<Object> box;

    Whole(long min, long max, String format, LongFunction<Object> box) {
      super(
          "an integer from " + min + " to " + max,
          Schemas.ordered("type", "integer", "format", format, "minimum", min, "maximum", max));
      this.min = min;
      this.max = max;
      this.box = box;
    }

    @Override
    Object read(ValueReader in) {
      return box.apply(readLong(in));
    }

    /** As {@link #read}, without an object. */
    long readLong(ValueReader in) {
      if (in.peek() == ValueKind.NUMBER && in.readInteger() == IntegerKind.SIGNED) {
        long value = in.integerBits();
        if (value >= min && value <= max) {
          return value;
        }
      }
      throw mismatch(in);
    }

    @Override
    @Nullable Object readPlain(byte[] json, int start, int stop) {
      if (json[start] != '-' && (json[start] < '0' || json[start] > '9')) {
        return null;
      }
      long value = PlainJson.integer(json, start, stop);
      return value >= min && value <= max ? box.apply(value) : null;
    }

    @Override
    void write(ValueWriter out, Object value) {
      out.value(((Number) value).longValue());
    }

    @Override
    Bytes encodePlain(Object value) {
      return JsonWriter.encode(((Number) value).longValue());
    }

    @Override
    Object parse(String text) {
      long value = Long.parseLong(text);
      if (value < min || value > max) {
        throw new IllegalArgumentException(text);
      }
      return box.apply(value);
    }
  }

  static final Whole SHORT =
      new Whole(Short.MIN_VALUE, Short.MAX_VALUE, "int16", value -> (short) value);
  static final Whole INT =
      new Whole(Integer.MIN_VALUE, Integer.MAX_VALUE, "int32", value -> (int) value);
  static final Whole LONG = new Whole(Long.MIN_VALUE, Long.MAX_VALUE, "int64", value -> value);

  /** A number of 64 bits that may have a fraction. */
  static final class Wide extends ScalarBinder {
    private Wide() {
      super(
          "a number in the range of 64-bit floating point, an integer only if exact",
          Map.of("type", "number", "format", "double"));
    }

    @Override
    Object read(ValueReader in) {
      return readDouble(in);
    }

    /** As {@link #read}, without an object. */
    double readDouble(ValueReader in) {
      double value = in.peek() == ValueKind.NUMBER ? in.readDouble() : Double.NaN;
      if (Double.isNaN(value)) {
        throw mismatch(in);
      }
      return value;
    }

    @Override
    void write(ValueWriter out, Object value) {
      out.value((double) value);
    }

    @Override
    Object parse(String text) {
      double value = Double.parseDouble(text);
      return finite(value, value);
    }
  }

  static final Wide DOUBLE = new Wide();

  /** A number of 32 bits that may have a fraction. */
  static final class Narrow extends ScalarBinder {
    private Narrow() {
      super(
          "a number in the range of 32-bit floating point, an integer only if exact",
          Schemas.ordered("type", "number", "format", "float"));
    }

    @Override
    Object read(ValueReader in) {
      return readFloat(in);
    }

    /** As {@link #read}, without an object. */
    float readFloat(ValueReader in) {
      float value = in.peek() == ValueKind.NUMBER ? in.readFloat() : Float.NaN;
      if (Float.isNaN(value)) {
        throw mismatch(in);
      }
      return value;
    }

    @Override
    void write(ValueWriter out, Object value) {
      out.value((float) value);
    }

    @Override
    Object parse(String text) {
      float value = Float.parseFloat(text);
      return finite(value, value);
    }
  }

  static final Narrow FLOAT = new Narrow();

  private static Object finite(Object boxed, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("out of range");
    }
    return boxed;
  }

  static final ScalarBinder BOOLEAN =
      new ScalarBinder("true or false", Map.of("type", "boolean")) {
        @Override
        Object read(ValueReader in) {
          if (in.peek() != ValueKind.BOOLEAN) {
            throw mismatch(in);
          }
          return in.readBoolean();
        }

        @Override
        void write(ValueWriter out, Object value) {
          out.value((boolean) value);
        }

        @Override
        Object parse(String text) {
          if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException(text);
          }
          return Boolean.valueOf(text);
        }
      };

  static final ScalarBinder STRING =
      new ScalarBinder("a string", Map.of("type", "string")) {
        @Override
        Object read(ValueReader in) {
          if (in.peek() != ValueKind.STRING) {
            throw mismatch(in);
          }
          return in.readString();
        }

        @Override
        @Nullable Object readPlain(byte[] json, int start, int stop) {
          return json[start] == '"'
              ? new String(json, start + 1, stop - start - 2, ISO_8859_1)
              : null;
        }

        @Override
        void write(ValueWriter out, Object value) {
          out.value((String) value);
        }

        @Override
        @Nullable Bytes encodePlain(Object value) {
          return JsonWriter.encodePlain((String) value);
        }

        @Override
        Object fromName(String name) {
          return name;
        }

        @Override
        Object parse(String text) {
          return text;
        }
      };

  private static final ScalarBinder CHAR_SEQUENCE =
      new TextBinder<CharSequence>("a string", Map.of("type", "string"), text -> text);

  static final ScalarBinder CHAR =
      new TextBinder<Character>(
          "a string of one character",
          Schemas.ordered("type", "string", "minLength", 1, "maxLength", 1),
          Scalars::character);

  private static Character character(String text) {
    if (text.length() != 1) {
      throw new IllegalArgumentException(text);
    }
    return text.charAt(0);
  }

  /** Bytes, which JSON says in base64. */
  private abstract static class Binary extends ScalarBinder {
    Binary() {
      super("a string in base64", Schemas.ordered("type", "string", "contentEncoding", "base64"));
    }

    abstract @Nullable Object readBytes(ValueReader in);

    @Override
    Object read(ValueReader in) {
      ValueKind kind = in.peek();
      boolean fits = kind == ValueKind.STRING || kind == ValueKind.BINARY;
      Object bytes = fits ? readBytes(in) : null;
      if (bytes == null) {
        throw mismatch(in);
      }
      return bytes;
    }

    @Override
    boolean isKey() {
      return false;
    }

    @Override
    Object parse(String text) {
      throw new IllegalArgumentException(text);
    }
  }

  static final ScalarBinder BYTES =
      new Binary() {
        @Override
        @Nullable Object readBytes(ValueReader in) {
          return in.readBinary();
        }

        @Override
        void write(ValueWriter out, Object value) {
          out.value((byte[]) value);
        }
      };

  /** A view of the message where that has bytes. */
  private static final ScalarBinder BYTES_VIEW =
      new Binary() {
        @Override
        @Nullable Object readBytes(ValueReader in) {
          return in.readBytes();
        }

        @Override
        void write(ValueWriter out, Object value) {
          out.value((Bytes) value);
        }
      };

  /** A number with all its digits. Encodings without decimals have a text for it. */
  private static final class Exact extends ScalarBinder {
    private final Function<String, Number> parse;

    Exact(String expected, String type, Function<String, Number> parse) {
      super(expected, Map.of("type", type));
      this.parse = parse;
    }

    @Override
    Object read(ValueReader in) {
      ValueKind kind = in.peek();
      if (kind == ValueKind.NUMBER || (kind == ValueKind.STRING && !in.hasDecimals())) {
        try {
          return parse(kind == ValueKind.NUMBER ? in.readNumber() : in.readString());
        } catch (IllegalArgumentException e) {
          // Too long, or no such number: an error as for any other value.
        }
      }
      throw mismatch(in);
    }

    @Override
    void write(ValueWriter out, Object value) {
      Scalars.write(out, (Number) value);
    }

    @Override
    Object parse(String text) {
      return bounded(text, parse);
    }
  }

  private static Number bounded(String text, Function<String, Number> parse) {
    // First: to make a number of a text takes more than linear time.
    Number number = text.length() > MAX_DIGITS ? null : parse.apply(text);
    if (number == null || !isBounded(number)) {
      throw new IllegalArgumentException(OVERLONG);
    }
    return number;
  }

  private static boolean isBounded(Number value) {
    return switch (value) {
      case BigInteger integer -> integer.bitLength() <= MAX_BITS;
      case BigDecimal decimal ->
          decimal.unscaledValue().bitLength() <= MAX_BITS
              && Math.abs((long) decimal.scale()) <= MAX_SCALE;
      default -> true;
    };
  }

  private static final String A_NUMBER = "a number, its exponent at most " + MAX_SCALE;

  static final ScalarBinder NUMBER =
      new ScalarBinder(A_NUMBER, Map.of("type", "number")) {
        @Override
        Object read(ValueReader in) {
          Object number = in.peek() == ValueKind.NUMBER ? number(in) : null;
          if (number == null) {
            throw mismatch(in);
          }
          return number;
        }

        @Override
        void write(ValueWriter out, Object value) {
          Scalars.write(out, (Number) value);
        }

        @Override
        boolean isKey() {
          return false;
        }

        @Override
        Object parse(String text) {
          throw new IllegalArgumentException(text);
        }
      };

  /**
   * A number of which nobody says what it is: the narrowest of long, BigInteger, double, BigDecimal
   * that holds it.
   *
   * @return null if it is out of range
   */
  private static @Nullable Object number(ValueReader in) {
    IntegerKind kind = in.readInteger();
    if (kind == IntegerKind.SIGNED) {
      return in.integerBits();
    }
    in.again();
    if (kind == IntegerKind.NOT_AN_INTEGER) {
      double value = in.readDouble();
      if (Double.isNaN(value)) {
        return null;
      }
      in.again();
      try {
        BigDecimal exact = (BigDecimal) bounded(in.readNumber(), BigDecimal::new);
        // What a double writes is what it was read from, up to 15 digits.
        return new BigDecimal(Double.toString(value)).compareTo(exact) == 0 ? value : exact;
      } catch (IllegalArgumentException e) {
        return value; // so small, or so long, that a double is all there is
      }
    }
    try {
      return bounded(in.readNumber(), BigInteger::new);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static void write(ValueWriter out, Number value) {
    switch (value) {
      case Long _, Integer _, Short _, Byte _ -> out.value(value.longValue());
      case Double number -> out.value((double) number);
      case Float number -> out.value((float) number);
      case BigInteger number -> out.value((BigInteger) written(number));
      case BigDecimal number -> out.value((BigDecimal) written(number));
      default -> out.value(new BigDecimal(value.toString()));
    }
  }

  /** A number that a peer reads, too: 1E+400000000 would fill its memory once it adds 1 to it. */
  private static Number written(Number value) {
    if (!isBounded(value) || value.toString().length() > MAX_DIGITS) {
      throw new EncodingException(OVERLONG, null);
    }
    return value;
  }

  private static final Map<Class<?>, ScalarBinder> BY_CLASS =
      Map.ofEntries(
          entry(byte.class, new Whole(Byte.MIN_VALUE, Byte.MAX_VALUE, "int8", v -> (byte) v)),
          entry(short.class, SHORT),
          entry(int.class, INT),
          entry(long.class, LONG),
          entry(float.class, FLOAT),
          entry(double.class, DOUBLE),
          entry(boolean.class, BOOLEAN),
          entry(char.class, CHAR),
          entry(String.class, STRING),
          entry(CharSequence.class, CHAR_SEQUENCE),
          entry(byte[].class, BYTES),
          entry(Bytes.class, BYTES_VIEW),
          entry(Number.class, NUMBER),
          entry(BigInteger.class, new Exact("an integer", "integer", BigInteger::new)),
          entry(BigDecimal.class, new Exact(A_NUMBER, "number", BigDecimal::new)));

  /** The binder of a class; null if it is none of these. */
  static @Nullable ScalarBinder of(Class<?> type) {
    return BY_CLASS.get(type);
  }
}
