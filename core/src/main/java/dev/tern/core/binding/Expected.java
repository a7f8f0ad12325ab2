package dev.tern.core.binding;

import dev.tern.core.EncodedJson;
import java.lang.invoke.MethodType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.temporal.TemporalAccessor;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a type expects, in words for a peer that may not be written in Java. */
final class Expected {
  /** A message that lists hundreds of names helps nobody. */
  private static final int MAX_NAMES = 16;

  private Expected() {}

  static String of(@Nullable Class<?> type) {
    if (type == null) {
      return "a fitting value";
    }
    Class<?> raw = MethodType.methodType(type).unwrap().returnType();
    if (raw == byte.class) {
      return integer(Byte.MIN_VALUE, Byte.MAX_VALUE);
    } else if (raw == short.class) {
      return integer(Short.MIN_VALUE, Short.MAX_VALUE);
    } else if (raw == int.class || raw == OptionalInt.class) {
      return integer(Integer.MIN_VALUE, Integer.MAX_VALUE);
    } else if (raw == long.class || raw == OptionalLong.class) {
      return integer(Long.MIN_VALUE, Long.MAX_VALUE);
    } else if (raw == BigInteger.class) {
      return "an integer";
    } else if (raw == float.class) {
      return "a number in the range of 32-bit floating point, an integer only if exact";
    } else if (raw == double.class || raw == OptionalDouble.class) {
      return "a number in the range of 64-bit floating point, an integer only if exact";
    } else if (raw == BigDecimal.class || raw == Number.class) {
      return "a number, its exponent at most " + StrictParser.MAX_SCALE;
    } else if (raw == boolean.class) {
      return "true or false";
    } else if (raw == char.class) {
      return "a string of one character";
    } else if (raw == byte[].class) {
      return "a string in base64";
    } else if (raw == UUID.class) {
      return "a UUID";
    } else if (Enum.class.isAssignableFrom(raw)) {
      return names(raw);
    } else if (raw == EncodedJson.class) {
      return "a value without overlong names and numbers";
    } else if (raw == Optional.class) {
      return "a fitting value or null";
    } else if (CharSequence.class.isAssignableFrom(raw)) {
      return "a string";
    } else if (raw.isArray() || Collection.class.isAssignableFrom(raw)) {
      return "an array";
    }
    return ofTimeOr(raw, "an object");
  }

  private static String ofTimeOr(Class<?> raw, String other) {
    if (raw == Duration.class || raw == Period.class) {
      return "an ISO-8601 duration";
    } else if (raw == LocalDate.class) {
      return "an ISO-8601 date";
    } else if (raw == LocalTime.class) {
      return "an ISO-8601 time";
    } else if (ZoneId.class.isAssignableFrom(raw)) {
      return "a time zone";
    } else if (TemporalAccessor.class.isAssignableFrom(raw) || raw == Date.class) {
      return "an ISO-8601 time";
    } else if (raw.getName().startsWith("java.") && !Map.class.isAssignableFrom(raw)) {
      return "a fitting value";
    }
    return other;
  }

  /** One of these names, or none if there is none. */
  static String names(Collection<String> names) {
    if (names.isEmpty()) {
      return "no fields";
    }
    return names.size() > MAX_NAMES
        ? "one of the declared names"
        : "one of " + String.join(", ", names);
  }

  private static String integer(long min, long max) {
    return "an integer from " + min + " to " + max;
  }

  private static String names(Class<?> type) {
    Object @Nullable [] constants = type.getEnumConstants();
    return names(
        constants == null
            ? List.of()
            : Arrays.stream(constants).map(constant -> ((Enum<?>) constant).name()).toList());
  }
}
