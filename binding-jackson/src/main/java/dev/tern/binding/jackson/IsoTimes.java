package dev.tern.binding.jackson;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
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
import java.util.Date;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Function;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdScalarSerializer;

/** Dates, times and durations as ISO-8601 strings, both ways, and as nothing else. */
final class IsoTimes extends SimpleModule {
  private static final long serialVersionUID = 1L;

  /** As it is read: a year of five digits or more has a sign, which toString leaves out. */
  private static final DateTimeFormatter YEAR_MONTH =
      new DateTimeFormatterBuilder()
          .appendValue(ChronoField.YEAR, 4, 10, SignStyle.EXCEEDS_PAD)
          .appendPattern("-MM")
          .toFormatter(Locale.ROOT);

  IsoTimes() {
    text(Instant.class, Instant::parse, Instant::toString);
    text(LocalDate.class, LocalDate::parse, LocalDate::toString);
    text(LocalTime.class, LocalTime::parse, by(DateTimeFormatter.ISO_LOCAL_TIME));
    text(LocalDateTime.class, LocalDateTime::parse, by(DateTimeFormatter.ISO_LOCAL_DATE_TIME));
    text(OffsetDateTime.class, OffsetDateTime::parse, by(DateTimeFormatter.ISO_OFFSET_DATE_TIME));
    text(OffsetTime.class, OffsetTime::parse, by(DateTimeFormatter.ISO_OFFSET_TIME));
    text(ZonedDateTime.class, ZonedDateTime::parse, by(DateTimeFormatter.ISO_ZONED_DATE_TIME));
    text(Year.class, Year::parse, Year::toString);
    text(YearMonth.class, YearMonth::parse, by(YEAR_MONTH));
    text(MonthDay.class, MonthDay::parse, MonthDay::toString);
    text(Month.class, Month::valueOf, Month::name); // an enum as any other: Jackson writes a number
    text(Duration.class, Duration::parse, Duration::toString);
    text(Period.class, Period::parse, Period::toString);
    text(ZoneId.class, ZoneId::of, ZoneId::getId);
    text(ZoneOffset.class, ZoneOffset::of, ZoneOffset::getId);
    text(Date.class, text -> Date.from(Instant.parse(text)), date -> date.toInstant().toString());
  }

  private static <T extends TemporalAccessor> Function<T, String> by(DateTimeFormatter formatter) {
    return formatter::format;
  }

  private <T> void text(Class<T> type, Function<String, T> parse, Function<T, String> print) {
    addDeserializer(type, TokenDeserializer.ofText(type, parse));
    addKeyDeserializer(type, TokenDeserializer.ofName(type, parse));
    addSerializer(type, new Printed<>(type, print, JsonGenerator::writeString));
    addKeySerializer(type, new Printed<>(type, print, JsonGenerator::writeName));
  }

  /** Writes a value by its text, where a value stands or a name of an object. */
  static final class Printed<T> extends StdScalarSerializer<T> {
    private final Function<T, String> print;
    private final BiConsumer<JsonGenerator, String> write;

    Printed(Class<T> type, Function<T, String> print, BiConsumer<JsonGenerator, String> write) {
      super(type);
      this.print = print;
      this.write = write;
    }

    @Override
    public void serialize(T value, JsonGenerator out, SerializationContext context) {
      write.accept(out, print.apply(value));
    }
  }
}
