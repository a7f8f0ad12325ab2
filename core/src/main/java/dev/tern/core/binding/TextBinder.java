package dev.tern.core.binding;

import static java.util.Map.entry;

import dev.tern.core.binding.type.TextForms;
import dev.tern.protocol.value.ValueKind;
import dev.tern.protocol.value.ValueReader;
import dev.tern.protocol.value.ValueWriter;
import java.net.URI;
import java.time.DateTimeException;
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
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.SignStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.Currency;
import java.util.Date;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Binds what travels as a text, as a value and as a name alike: times as ISO 8601 writes them,
 * UUIDs, and the like. What is written is read back.
 */
final class TextBinder<T> extends ScalarBinder {
  /** Of a year of five digits or more the sign, too, which toString leaves out. */
  private static final DateTimeFormatter YEAR_MONTH =
      new DateTimeFormatterBuilder()
          .appendValue(ChronoField.YEAR, 4, 10, SignStyle.EXCEEDS_PAD)
          .appendPattern("-MM")
          .toFormatter(Locale.ROOT);

  private static final String TIME = "an ISO-8601 time";
  private static final String DURATION = "an ISO-8601 duration";

  @SuppressWarnings("JavaUtilDate") // some still have one
  private static final Map<Class<?>, TextBinder<?>> BY_CLASS =
      Map.ofEntries(
          entry(UUID.class, text("a UUID", "uuid", TextForms::uuid)),
          entry(URI.class, text("a URI", "uri", URI::create)),
          entry(Currency.class, text("a currency", null, Currency::getInstance)),
          entry(Locale.class, text("a language tag", null, TextForms::locale, TextForms::tagOf)),
          entry(Instant.class, text(TIME, "date-time", Instant::parse)),
          entry(LocalDate.class, text("an ISO-8601 date", "date", LocalDate::parse)),
          entry(
              LocalTime.class,
              text(TIME, null, LocalTime::parse, in(DateTimeFormatter.ISO_LOCAL_TIME))),
          entry(
              LocalDateTime.class,
              text(TIME, null, LocalDateTime::parse, in(DateTimeFormatter.ISO_LOCAL_DATE_TIME))),
          entry(
              OffsetDateTime.class,
              text(
                  TIME,
                  "date-time",
                  OffsetDateTime::parse,
                  in(DateTimeFormatter.ISO_OFFSET_DATE_TIME))),
          entry(
              OffsetTime.class,
              text(TIME, "time", OffsetTime::parse, in(DateTimeFormatter.ISO_OFFSET_TIME))),
          entry(
              ZonedDateTime.class,
              text(TIME, null, ZonedDateTime::parse, in(DateTimeFormatter.ISO_ZONED_DATE_TIME))),
          entry(Year.class, text(TIME, null, Year::parse)),
          entry(YearMonth.class, text(TIME, null, YearMonth::parse, in(YEAR_MONTH))),
          entry(MonthDay.class, text(TIME, null, MonthDay::parse)),
          entry(Duration.class, text(DURATION, "duration", Duration::parse)),
          entry(Period.class, text(DURATION, "duration", Period::parse)),
          entry(ZoneId.class, text("a time zone", null, ZoneId::of, ZoneId::getId)),
          entry(ZoneOffset.class, text("a time zone", null, ZoneOffset::of, ZoneOffset::getId)),
          entry(
              Date.class,
              text(
                  TIME,
                  "date-time",
                  text -> Date.from(Instant.parse(text)),
                  date -> Instant.ofEpochMilli(date.getTime()).toString())));

  private final Function<String, T> parse;
  private final Function<T, String> print;

  TextBinder(String expected, Map<String, Object> schema, Function<String, T> parse) {
    this(expected, schema, parse, Object::toString);
  }

  private TextBinder(
      String expected,
      Map<String, Object> schema,
      Function<String, T> parse,
      Function<T, String> print) {
    super(expected, schema);
    this.parse = parse;
    this.print = print;
  }

  /** The binder of a class; null if it is none of these. */
  static @Nullable TextBinder<?> of(Class<?> type) {
    return BY_CLASS.get(type);
  }

  /** What writes objects of a class, which may be below one of these; null if it is not. */
  static @Nullable TextBinder<?> writerOf(Class<?> type) {
    if (ZoneId.class.isAssignableFrom(type)) {
      return of(ZoneId.class);
    }
    return of(Date.class.isAssignableFrom(type) ? Date.class : type);
  }

  private static <T> TextBinder<T> text(
      String expected, @Nullable String format, Function<String, T> parse) {
    return text(expected, format, parse, Object::toString);
  }

  private static <T> TextBinder<T> text(
      String expected,
      @Nullable String format,
      Function<String, T> parse,
      Function<T, String> print) {
    return new TextBinder<>(
        expected,
        format == null
            ? Map.of("type", "string")
            : Schemas.ordered("type", "string", "format", format),
        parse,
        print);
  }

  private static <T extends TemporalAccessor> Function<T, String> in(DateTimeFormatter formatter) {
    return formatter::format;
  }

  @Override
  Object read(ValueReader in) {
    if (in.peek() == ValueKind.STRING) {
      try {
        return parse(in.readString());
      } catch (DateTimeException | IllegalArgumentException e) {
        // No such text: an error as for any other value.
      }
    }
    throw mismatch(in);
  }

  @Override
  void write(ValueWriter out, Object value) {
    out.value(toName(value));
  }

  @Override
  Object parse(String text) {
    return parse.apply(text);
  }

  /** As a value is read: with a name that is written otherwise there may be two for one key. */
  @Override
  Object fromName(String name) {
    return parse.apply(name);
  }

  @Override
  @SuppressWarnings("unchecked") // it is of the class that it was found by
  String toName(Object value) {
    return print.apply((T) value);
  }
}
