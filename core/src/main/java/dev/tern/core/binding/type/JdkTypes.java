package dev.tern.core.binding.type;

import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Collection;
import java.util.Currency;
import java.util.Date;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.jar.Attributes;
import org.jspecify.annotations.Nullable;

/**
 * Which classes of the JDK are values. Most were not made to travel: a peer must not say the name
 * of a class, a path, a host to look up, a pattern that never ends; and their getters tell too
 * much: a stack trace, the threads of a group.
 */
public final class JdkTypes {
  /** The values; times, arrays, enums and containers apart. */
  private static final Set<Class<?>> VALUES =
      Set.of(
          Object.class,
          Void.class,
          Boolean.class,
          Character.class,
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          BigInteger.class,
          BigDecimal.class,
          Number.class,
          String.class,
          CharSequence.class,
          UUID.class,
          URI.class,
          Locale.class,
          Currency.class,
          Optional.class,
          OptionalInt.class,
          OptionalLong.class,
          OptionalDouble.class);

  private static final Set<Class<?>> TIMES =
      Set.of(
          Instant.class,
          LocalDate.class,
          LocalTime.class,
          LocalDateTime.class,
          OffsetDateTime.class,
          OffsetTime.class,
          ZonedDateTime.class,
          Year.class,
          YearMonth.class,
          MonthDay.class,
          Duration.class,
          Period.class,
          ZoneId.class,
          ZoneOffset.class,
          Date.class);

  /** Values whose objects may be of a class below theirs, which is written as they are. */
  private static final Set<Class<?>> OPEN =
      Set.of(Number.class, CharSequence.class, Date.class, ZoneId.class);

  /** What a class of the application's extends that says nothing else of itself. */
  private static final Set<Class<?>> ROOTS =
      Set.of(Object.class, Record.class, Enum.class, Proxy.class);

  /** Containers that can be made empty, and that take nothing of what a peer sends. */
  public static final Set<Class<?>> NEVER_FILLED = Set.of(SynchronousQueue.class, Attributes.class);

  private JdkTypes() {}

  /** Why nothing of a class travels that is declared, and what was expected; null if it does. */
  public static @Nullable String problemOfDeclared(Class<?> declared) {
    String problem = problemOf(declared);
    return problem == null && isOfTheJdk(declared) && !isValue(declared)
        ? noForm(declared)
        : problem;
  }

  /** Why an object of this class is not written, and what was expected; null if it is. */
  public static @Nullable String problemOf(Class<?> type) {
    if (Future.class.isAssignableFrom(type)) {
      return type.getName() + ": a value that comes later (expected: the value; a method may wait)";
    }
    for (Class<?> one = type; one != null; one = one.getSuperclass()) {
      if (isOfTheJdk(one)) {
        return isValue(one) || isBelowAValue(one) || ROOTS.contains(one) ? null : noForm(type);
      }
    }
    return null; // an interface
  }

  public static boolean isOfTheJdk(Class<?> type) {
    ClassLoader loader = type.getClassLoader();
    return loader == null || loader.equals(ClassLoader.getPlatformClassLoader());
  }

  private static boolean isValue(Class<?> type) {
    return type.isPrimitive()
        || type.isArray()
        || type.isEnum()
        || VALUES.contains(type)
        || TIMES.contains(type)
        || Collection.class.isAssignableFrom(type)
        || Map.class.isAssignableFrom(type);
  }

  private static boolean isBelowAValue(Class<?> type) {
    return OPEN.stream().anyMatch(open -> open.isAssignableFrom(type));
  }

  private static String noForm(Class<?> type) {
    return type.getName()
        + ": has no form in JSON (expected: a record or class of yours, or a type of the guide's"
        + " table, such as String, BigDecimal, Instant, List)";
  }
}
