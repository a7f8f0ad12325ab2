package dev.tern.core.binding;

import dev.tern.core.EncodedJson;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.json.JsonCursor;
import dev.tern.protocol.json.JsonInteger;
import dev.tern.protocol.json.JsonKind;
import dev.tern.protocol.json.JsonWriter;
import dev.tern.protocol.json.PlainJson;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;

/** The types that are read and written without Jackson. */
enum Scalar {
  BYTE(byte.class) {
    @Override
    @Nullable Object readPlain(byte[] json, int start, int stop) {
      if (!isPlainInteger(json, start)) {
        return null;
      }
      long value = PlainJson.integer(json, start, stop);
      return value == (byte) value ? (byte) value : null;
    }

    @Override
    @Nullable Object read(JsonCursor cursor, byte[] json) {
      return isInteger(cursor, Byte.MIN_VALUE, Byte.MAX_VALUE) ? (byte) cursor.integerBits() : null;
    }

    @Override
    void write(JsonWriter out, Object value) {
      out.value((long) (byte) value);
    }
  },
  SHORT(short.class) {
    @Override
    @Nullable Object readPlain(byte[] json, int start, int stop) {
      if (!isPlainInteger(json, start)) {
        return null;
      }
      long value = PlainJson.integer(json, start, stop);
      return value == (short) value ? (short) value : null;
    }

    @Override
    @Nullable Object read(JsonCursor cursor, byte[] json) {
      return isInteger(cursor, Short.MIN_VALUE, Short.MAX_VALUE)
          ? (short) cursor.integerBits()
          : null;
    }

    @Override
    void write(JsonWriter out, Object value) {
      out.value((long) (short) value);
    }
  },
  INT(int.class) {
    @Override
    @Nullable Object readPlain(byte[] json, int start, int stop) {
      if (!isPlainInteger(json, start)) {
        return null;
      }
      long value = PlainJson.integer(json, start, stop);
      return value == (int) value ? (int) value : null;
    }

    @Override
    @Nullable Object read(JsonCursor cursor, byte[] json) {
      return isInteger(cursor, Integer.MIN_VALUE, Integer.MAX_VALUE)
          ? (int) cursor.integerBits()
          : null;
    }

    @Override
    void write(JsonWriter out, Object value) {
      out.value((long) (int) value);
    }
  },
  LONG(long.class) {
    @Override
    @Nullable Object readPlain(byte[] json, int start, int stop) {
      return isPlainInteger(json, start) ? PlainJson.integer(json, start, stop) : null;
    }

    @Override
    @Nullable Object read(JsonCursor cursor, byte[] json) {
      return isInteger(cursor, Long.MIN_VALUE, Long.MAX_VALUE) ? cursor.integerBits() : null;
    }

    @Override
    void write(JsonWriter out, Object value) {
      out.value((long) value);
    }
  },
  FLOAT(float.class) {
    @Override
    @Nullable Object read(JsonCursor cursor, byte[] json) {
      if (!isNumber(cursor)) {
        return null;
      }
      cursor.skipValue();
      // Not by way of a double: rounding twice may end one float further.
      float value = Float.parseFloat(literal(cursor, json));
      return Float.isFinite(value) && isExact(cursor, json, value, FLOAT_EXACT) ? value : null;
    }

    @Override
    void write(JsonWriter out, Object value) {
      float number = (float) value;
      if (!Float.isFinite(number)) {
        throw new IllegalArgumentException(number + " in JSON (expected: a finite number)");
      }
      out.rawValue(Float.toString(number).getBytes(StandardCharsets.ISO_8859_1));
    }
  },
  DOUBLE(double.class) {
    @Override
    @Nullable Object read(JsonCursor cursor, byte[] json) {
      if (!isNumber(cursor)) {
        return null;
      }
      double value = cursor.readDouble();
      return Double.isFinite(value) && isExact(cursor, json, value, DOUBLE_EXACT) ? value : null;
    }

    @Override
    void write(JsonWriter out, Object value) {
      out.value((double) value);
    }
  },
  BOOLEAN(boolean.class) {
    @Override
    @Nullable Object read(JsonCursor cursor, byte[] json) {
      return cursor.peek() == JsonKind.BOOLEAN ? cursor.readBoolean() : null;
    }

    @Override
    void write(JsonWriter out, Object value) {
      out.value((boolean) value);
    }
  },
  STRING(String.class) {
    @Override
    @Nullable Object readPlain(byte[] json, int start, int stop) {
      return json[start] == '"'
          ? new String(json, start + 1, stop - start - 2, StandardCharsets.ISO_8859_1)
          : null;
    }

    @Override
    @Nullable Object read(JsonCursor cursor, byte[] json) {
      return cursor.peek() == JsonKind.STRING ? cursor.readString() : null;
    }

    @Override
    void write(JsonWriter out, Object value) {
      out.value((String) value);
    }
  },
  /** Any value but null, untouched. */
  JSON(EncodedJson.class) {
    @Override
    @Nullable Object read(JsonCursor cursor, byte[] json) {
      cursor.skipValue();
      try {
        return EncodedJsonModule.at(json, cursor.valueStart());
      } catch (IllegalArgumentException e) {
        return null; // a name or a number in it is too long
      }
    }

    @Override
    void write(JsonWriter out, Object value) {
      out.rawValue(((EncodedJson) value).bytes());
    }
  };

  /** Up to here each integer has its own double, and float. */
  private static final double DOUBLE_EXACT = 0x1p53;

  private static final double FLOAT_EXACT = 0x1p24;

  private static final Map<Class<?>, Scalar> BY_CLASS =
      Map.ofEntries(
          Map.entry(byte.class, BYTE),
          Map.entry(Byte.class, BYTE),
          Map.entry(short.class, SHORT),
          Map.entry(Short.class, SHORT),
          Map.entry(int.class, INT),
          Map.entry(Integer.class, INT),
          Map.entry(long.class, LONG),
          Map.entry(Long.class, LONG),
          Map.entry(float.class, FLOAT),
          Map.entry(Float.class, FLOAT),
          Map.entry(double.class, DOUBLE),
          Map.entry(Double.class, DOUBLE),
          Map.entry(boolean.class, BOOLEAN),
          Map.entry(Boolean.class, BOOLEAN),
          Map.entry(String.class, STRING),
          Map.entry(EncodedJson.class, JSON));

  private final String expected;

  Scalar(Class<?> type) {
    this.expected = Expected.of(type);
  }

  /** The scalar of a class, or null. */
  static @Nullable Scalar of(Class<?> type) {
    return BY_CLASS.get(type);
  }

  /** The scalar of a type or inside an Optional, or null. */
  static @Nullable Scalar of(JavaType type) {
    return of(
        type.hasRawClass(Optional.class)
            ? type.getReferencedType().getRawClass()
            : type.getRawClass());
  }

  /**
   * The value that comes next, or null if it is of another kind or does not fit; the cursor may
   * have passed over it or not.
   */
  abstract @Nullable Object read(JsonCursor cursor, byte[] json);

  /**
   * The value in these bytes, which {@link PlainJson} has passed over; null if it is of another
   * kind, does not fit, or is not worth a short way.
   */
  @Nullable Object readPlain(byte[] json, int start, int stop) {
    return null;
  }

  /**
   * Writes a value of this type.
   *
   * @throws IllegalArgumentException if it has no JSON form
   */
  abstract void write(JsonWriter out, Object value);

  /** What {@link #read} expects, in words. */
  String expected() {
    return expected;
  }

  /** How many bytes a value takes: exact if it is an integer, or a text that stands for itself. */
  static int sizeOf(Object value) {
    return switch (value) {
      case Integer number -> JsonWriter.sizeOf(number);
      case Long number -> JsonWriter.sizeOf(number);
      case String text -> text.length() + 2;
      default -> GUESSED_BYTES;
    };
  }

  private static final int GUESSED_BYTES = 24;

  /** Of what is plain, integers alone begin so. */
  private static boolean isPlainInteger(byte[] json, int start) {
    return json[start] == '-' || (json[start] >= '0' && json[start] <= '9');
  }

  private static boolean isInteger(JsonCursor cursor, long min, long max) {
    return cursor.peek() == JsonKind.NUMBER
        && cursor.readInteger() == JsonInteger.SIGNED
        && cursor.integerBits() >= min
        && cursor.integerBits() <= max;
  }

  private static boolean isNumber(JsonCursor cursor) {
    return cursor.peek() == JsonKind.NUMBER;
  }

  /** Whether an integer literal, past the range where all are, is held exactly. */
  private static boolean isExact(JsonCursor cursor, byte[] json, double value, double allUpTo) {
    if (cursor.valueEnd() - cursor.valueStart() > Limits.DEFAULT.get(Bound.NUMBER_DIGITS)) {
      return false;
    }
    if (Math.abs(value) < allUpTo) {
      return true;
    }
    for (int i = cursor.valueStart(); i < cursor.valueEnd(); i++) {
      if (json[i] == '.' || (json[i] | 0x20) == 'e') {
        return true;
      }
    }
    return StrictParser.isExact(value, new BigInteger(literal(cursor, json)));
  }

  private static String literal(JsonCursor cursor, byte[] json) {
    int start = cursor.valueStart();
    return new String(json, start, cursor.valueEnd() - start, StandardCharsets.ISO_8859_1);
  }
}
