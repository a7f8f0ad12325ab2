package dev.tern.core.binding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tern.core.TypeRef;
import dev.tern.core.binding.error.BindingException;
import dev.tern.protocol.Bytes;
import java.lang.invoke.MethodType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.DayOfWeek;
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
import java.util.Arrays;
import java.util.Currency;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each value against its type in each place: as a result and as the component of a params record,
 * by name and by position, and in a list.
 */
public final class ValueTableTest {
  enum Color {
    RED,
    GREEN
  }

  record Point(int x, int y) {}

  record Holder<T>(T value) {}

  private static final JsonCodec CODEC = JsonCodec.DEFAULT;

  private static final Type INTS = new TypeRef<List<Integer>>() {}.type();
  private static final Type MAP = new TypeRef<Map<String, Object>>() {}.type();
  private static final Type MONTHS = new TypeRef<Map<Month, List<Month>>>() {}.type();
  private static final Type COUNTS = new TypeRef<Map<Integer, String>>() {}.type();

  public static Stream<Arguments> accepted() {
    return Stream.of(
        // integers
        arguments(byte.class, "127", (byte) 127),
        arguments(byte.class, "-128", (byte) -128),
        arguments(Byte.class, "0", (byte) 0),
        arguments(short.class, "32767", Short.MAX_VALUE),
        arguments(Short.class, "-32768", Short.MIN_VALUE),
        arguments(int.class, "0", 0),
        arguments(int.class, "-0", 0),
        arguments(int.class, " 7 ", 7),
        arguments(int.class, "2147483647", Integer.MAX_VALUE),
        arguments(int.class, "-2147483648", Integer.MIN_VALUE),
        arguments(Integer.class, "5", 5),
        arguments(long.class, "9007199254740993", 9007199254740993L),
        arguments(long.class, "9223372036854775807", Long.MAX_VALUE),
        arguments(long.class, "-9223372036854775808", Long.MIN_VALUE),
        arguments(Long.class, "5", 5L),
        arguments(BigInteger.class, "18446744073709551616", BigInteger.ONE.shiftLeft(64)),
        arguments(BigInteger.class, "9".repeat(1000), new BigInteger("9".repeat(1000))),
        // floating point
        arguments(double.class, "5", 5.0),
        arguments(double.class, "0.1", 0.1),
        arguments(double.class, "-0", -0.0),
        arguments(double.class, "-1.5e300", -1.5e300),
        arguments(double.class, "1e-400", 0.0),
        arguments(double.class, "9007199254740992", 0x1p53),
        arguments(double.class, "9007199254740994", 0x1p53 + 2),
        arguments(double.class, "9007199254740993.0", 0x1p53),
        arguments(Double.class, "1E5", 1e5),
        arguments(float.class, "0.1", 0.1f),
        arguments(float.class, "16777216", 0x1p24f),
        arguments(Float.class, "3", 3f),
        arguments(BigDecimal.class, "0.1", new BigDecimal("0.1")),
        arguments(BigDecimal.class, "5", new BigDecimal("5")),
        arguments(BigDecimal.class, "1e1000", new BigDecimal("1e1000")),
        // the rest of the scalars
        arguments(boolean.class, "true", true),
        arguments(Boolean.class, "false", false),
        arguments(String.class, "\"\"", ""),
        arguments(String.class, "\"a\\n\\u00e9\\ud83d\\ude00\"", "a\né😀"),
        arguments(String.class, "\"é😀\"", "é😀"),
        arguments(char.class, "\"x\"", 'x'),
        arguments(Color.class, "\"RED\"", Color.RED),
        arguments(
            UUID.class,
            "\"7f3ad0a1-0000-4000-8000-000000000001\"",
            UUID.fromString("7f3ad0a1-0000-4000-8000-000000000001")),
        arguments(URI.class, "\"tern://host:1\"", URI.create("tern://host:1")),
        arguments(URI.class, "\"\"", URI.create("")),
        arguments(Locale.class, "\"\"", Locale.ROOT),
        arguments(Locale.class, "\"zh-Hant-TW\"", Locale.forLanguageTag("zh-Hant-TW")),
        arguments(Locale.class, "\"de_DE\"", Locale.GERMANY),
        arguments(Currency.class, "\"EUR\"", Currency.getInstance("EUR")),
        arguments(byte[].class, "\"AQID\"", new byte[] {1, 2, 3}),
        // time
        arguments(Instant.class, "\"2026-01-31T10:15:00Z\"", Instant.parse("2026-01-31T10:15:00Z")),
        arguments(LocalDate.class, "\"2026-01-31\"", LocalDate.of(2026, 1, 31)),
        arguments(LocalTime.class, "\"10:15\"", LocalTime.of(10, 15)),
        arguments(
            LocalDateTime.class, "\"2026-01-31T10:15:00\"", LocalDateTime.of(2026, 1, 31, 10, 15)),
        arguments(
            OffsetDateTime.class,
            "\"2026-01-31T10:15:00+02:00\"",
            OffsetDateTime.parse("2026-01-31T10:15:00+02:00")),
        arguments(
            ZonedDateTime.class,
            "\"2026-01-31T10:15:00+01:00[Europe/Berlin]\"",
            ZonedDateTime.parse("2026-01-31T10:15:00+01:00[Europe/Berlin]")),
        arguments(YearMonth.class, "\"2026-01\"", YearMonth.of(2026, 1)),
        arguments(YearMonth.class, "\"+10000-01\"", YearMonth.of(10_000, 1)),
        arguments(Duration.class, "\"PT1.5S\"", Duration.ofMillis(1500)),
        arguments(Period.class, "\"P1M\"", Period.ofMonths(1)),
        arguments(Month.class, "\"MARCH\"", Month.MARCH),
        arguments(DayOfWeek.class, "\"MONDAY\"", DayOfWeek.MONDAY),
        arguments(MONTHS, "{\"MARCH\":[\"MAY\"]}", Map.of(Month.MARCH, List.of(Month.MAY))),
        arguments(ZoneId.class, "\"Europe/Berlin\"", ZoneId.of("Europe/Berlin")),
        arguments(Date.class, "\"1970-01-01T00:00:01Z\"", Date.from(Instant.ofEpochSecond(1))),
        // containers
        arguments(int[].class, "[1,2]", new int[] {1, 2}),
        arguments(double[].class, "[1,0.5]", new double[] {1, 0.5}),
        arguments(float[].class, "[0.1]", new float[] {0.1f}),
        arguments(long[].class, "[9007199254740993]", new long[] {9007199254740993L}),
        arguments(long[].class, "[]", new long[0]),
        arguments(short[].class, "[-32768,32767]", new short[] {Short.MIN_VALUE, Short.MAX_VALUE}),
        arguments(boolean[].class, "[true,false]", new boolean[] {true, false}),
        arguments(
            int[].class,
            "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]",
            IntStream.rangeClosed(1, 17).toArray()),
        arguments(OptionalDouble.class, "0.5", OptionalDouble.of(0.5)),
        arguments(OptionalDouble.class, "null", OptionalDouble.empty()),
        arguments(INTS, "[]", List.of()),
        arguments(INTS, "[1,2]", List.of(1, 2)),
        arguments(new TypeRef<Set<String>>() {}.type(), "[\"a\"]", Set.of("a")),
        arguments(new TypeRef<Optional<Integer>>() {}.type(), "5", Optional.of(5)),
        arguments(new TypeRef<Optional<Integer>>() {}.type(), "null", Optional.empty()),
        arguments(OptionalInt.class, "5", OptionalInt.of(5)),
        arguments(OptionalInt.class, "null", OptionalInt.empty()),
        arguments(COUNTS, "{\"1\":\"a\"}", Map.of(1, "a")),
        arguments(Point.class, "{\"x\":1,\"y\":2}", new Point(1, 2)),
        arguments(Point.class, "{\"y\":2,\"\\u0078\":1}", new Point(1, 2)),
        arguments(Point.class, "{\"x\":1,\"z\":[{\"x\":[]}],\"y\":2}", new Point(1, 2)),
        // anything
        arguments(Object.class, "5", 5L),
        arguments(Object.class, "9223372036854775808", BigInteger.ONE.shiftLeft(63)),
        arguments(Object.class, "0.5", 0.5),
        // a double where that is all of it, however it is written; else no digit is lost
        arguments(Object.class, "0.10", 0.1),
        arguments(Object.class, "1e3", 1000.0),
        arguments(Object.class, "123456789.123456", 123456789.123456),
        arguments(Object.class, "3.14159265358979323846", new BigDecimal("3.14159265358979323846")),
        arguments(Number.class, "0.12345678901234567", new BigDecimal("0.12345678901234567")),
        arguments(Number.class, "9007199254740993.0", new BigDecimal("9007199254740993.0")),
        arguments(Object.class, "\"x\"", "x"),
        arguments(Object.class, "[1,null]", Arrays.asList(1L, null)),
        arguments(
            MAP, "{\"a\":9007199254740993,\"b\":null}", map("a", 9007199254740993L, "b", null)),
        // plain data, whatever other libraries make of these names
        arguments(MAP, "{\"@type\":\"java.lang.Runtime\"}", Map.of("@type", "java.lang.Runtime")),
        arguments(
            MAP,
            "{\"@class\":\"java.net.URL\",\"val\":\"http://x\"}",
            map("@class", "java.net.URL", "val", "http://x")),
        arguments(MAP, "{\"__proto__\":{\"a\":1}}", Map.of("__proto__", Map.of("a", 1L))),
        arguments(
            Object.class, "[\"java.util.HashMap\",{}]", List.of("java.util.HashMap", Map.of())),
        arguments(Object.class, "{\"@type\":\"[B\"}", Map.of("@type", "[B")),
        arguments(Point.class, "{\"@class\":\"x.Y\",\"x\":1,\"y\":2}", new Point(1, 2)));
  }

  public static Stream<Arguments> refused() {
    return Stream.of(
        // integers
        arguments(int.class, "\"5\""),
        arguments(int.class, "\"\""),
        arguments(int.class, "5.7"),
        arguments(int.class, "5.0"),
        arguments(int.class, "5e0"),
        arguments(int.class, "1e400000000"),
        arguments(int.class, "true"),
        arguments(int.class, "null"),
        arguments(int.class, "[5]"),
        arguments(int.class, "[]"),
        arguments(int.class, "{}"),
        arguments(int.class, "2147483648"),
        arguments(int.class, "-2147483649"),
        arguments(int.class, "9".repeat(1001)),
        arguments(byte.class, "128"),
        arguments(byte.class, "255"),
        arguments(byte.class, "-129"),
        arguments(short.class, "32768"),
        arguments(short.class, "\"1\""),
        arguments(long.class, "9223372036854775808"),
        arguments(long.class, "-9223372036854775809"),
        arguments(long.class, "18446744073709551615"),
        arguments(long.class, "1.0"),
        arguments(long.class, "null"),
        arguments(Integer.class, "\"5\""),
        arguments(Integer.class, "5.5"),
        arguments(Long.class, "false"),
        arguments(BigInteger.class, "1.5"),
        arguments(BigInteger.class, "\"5\""),
        arguments(BigInteger.class, "1e400000000"),
        arguments(BigInteger.class, "9".repeat(1001)),
        // floating point
        arguments(double.class, "\"5\""),
        arguments(double.class, "\"NaN\""),
        arguments(double.class, "\"Infinity\""),
        arguments(double.class, "1e309"),
        arguments(double.class, "-1e309"),
        arguments(double.class, "1e400000000"),
        arguments(double.class, "9007199254740993"),
        arguments(double.class, "null"),
        arguments(double.class, "true"),
        arguments(Double.class, "[]"),
        arguments(float.class, "3.5e38"),
        arguments(float.class, "16777217"),
        arguments(float.class, "\"1\""),
        arguments(BigDecimal.class, "1e400000000"),
        arguments(BigDecimal.class, "1e-400000000"),
        arguments(BigDecimal.class, "\"0.1\""),
        // the rest of the scalars
        arguments(boolean.class, "1"),
        arguments(boolean.class, "0"),
        arguments(boolean.class, "\"true\""),
        arguments(boolean.class, "null"),
        arguments(Boolean.class, "\"false\""),
        arguments(String.class, "5"),
        arguments(String.class, "5.5"),
        arguments(String.class, "true"),
        arguments(String.class, "[]"),
        arguments(String.class, "{}"),
        arguments(char.class, "\"xy\""),
        arguments(char.class, "120"),
        arguments(char.class, "\"\""),
        arguments(Color.class, "\"BLUE\""),
        arguments(Color.class, "\"red\""),
        arguments(Color.class, "0"),
        arguments(Color.class, "\"0\""),
        arguments(Color.class, "\"\""),
        arguments(UUID.class, "\"7f3a\""),
        arguments(UUID.class, "5"),
        arguments(UUID.class, "\"\""),
        arguments(URI.class, "5"),
        arguments(URI.class, "\" \""),
        arguments(URI.class, "\" tern://host:1 \""),
        arguments(Locale.class, "5"),
        arguments(Locale.class, "\" \""),
        arguments(Locale.class, "\" de\""),
        arguments(Locale.class, "\"no locale\""),
        arguments(Currency.class, "\"\""),
        arguments(Currency.class, "\" EUR \""),
        arguments(byte[].class, "\"*\""),
        arguments(byte[].class, "5"),
        arguments(byte[].class, "[1,2]"),
        arguments(double[].class, "[1,\"NaN\"]"),
        arguments(double[].class, "[1,null]"),
        arguments(double[].class, "[1e999]"),
        arguments(float[].class, "\"AAAA\""),
        arguments(float[].class, "[16777217]"),
        arguments(long[].class, "[9223372036854775808]"),
        arguments(long[].class, "[1.5]"),
        arguments(String[].class, "[5]"),
        arguments(boolean[].class, "[1]"),
        arguments(boolean[].class, "[null]"),
        arguments(short[].class, "[32768]"),
        arguments(long[].class, "{}"),
        arguments(OptionalDouble.class, "\"NaN\""),
        arguments(OptionalLong.class, "1.5"),
        arguments(UUID.class, "\"AAAAAAAAAAAAAAAAAAAAAA==\""),
        // time
        arguments(Instant.class, "5"),
        arguments(Instant.class, "\"5\""),
        arguments(Instant.class, "5.5"),
        arguments(Instant.class, "\"2026-01-31\""),
        arguments(LocalDate.class, "[2026,1,31]"),
        arguments(LocalDate.class, "20000"),
        arguments(LocalDate.class, "\"2026-02-30\""),
        arguments(LocalDate.class, "\"\""),
        arguments(LocalDateTime.class, "\"2026-01-31\""),
        arguments(Month.class, "3"),
        arguments(Month.class, "\"3\""),
        arguments(Month.class, "\"March\""),
        arguments(DayOfWeek.class, "1"),
        arguments(Duration.class, "5"),
        arguments(Duration.class, "\"5\""),
        arguments(ZoneId.class, "\"Atlantis/Center\""),
        arguments(Date.class, "1000"),
        // containers
        arguments(int[].class, "[1,null]"),
        arguments(int[].class, "[1,\"2\"]"),
        arguments(int[].class, "5"),
        arguments(INTS, "5"),
        arguments(INTS, "\"\""),
        arguments(INTS, "{}"),
        arguments(INTS, "[\"1\"]"),
        arguments(INTS, "[1.5]"),
        arguments(new TypeRef<Optional<Integer>>() {}.type(), "\"5\""),
        arguments(new TypeRef<Optional<String>>() {}.type(), "5"),
        arguments(OptionalInt.class, "\"5\""),
        arguments(OptionalInt.class, "5.5"),
        arguments(MAP, "[]"),
        arguments(MAP, "\"\""),
        arguments(MAP, "{\"a\":1e400}"),
        arguments(COUNTS, "{\"a\":\"b\"}"),
        arguments(Point.class, "[1,2]"),
        arguments(Point.class, "\"\""),
        arguments(Point.class, "{}"),
        arguments(Point.class, "{\"x\":1}"),
        arguments(Point.class, "{\"x\":1,\"y\":null}"),
        arguments(Point.class, "{\"x\":1,\"y\":\"2\"}"),
        // anything, within bounds
        arguments(Object.class, "1e400"),
        arguments(Object.class, "[1,[2,-1e999]]"));
  }

  /**
   * The least, the greatest, the empty and the odd of each type that is a name of an object, too.
   */
  public static Stream<Object> extremes() {
    ZoneId berlin = ZoneId.of("Europe/Berlin");
    LocalDateTime twice = LocalDateTime.of(2025, 10, 26, 2, 30);
    return Stream.of(
        Byte.MIN_VALUE,
        Short.MIN_VALUE,
        Integer.MIN_VALUE,
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        Float.MIN_VALUE,
        Float.MAX_VALUE,
        -0f,
        Double.MIN_VALUE,
        Double.MAX_VALUE,
        -0.0,
        true,
        "",
        "\0",
        '\0',
        ' ',
        '\uffff',
        new UUID(0, 0),
        new UUID(-1, -1),
        BigInteger.TEN.pow(255),
        new BigDecimal("0E+3"),
        new BigDecimal("0.00"),
        new BigDecimal("1E-1000"),
        new BigDecimal("1E+1000"),
        URI.create(""),
        URI.create("#"),
        URI.create("//[::1]"),
        URI.create("é"),
        Locale.ROOT,
        Locale.US,
        Locale.of("", "DE"),
        Locale.of("de", "", "POSIX"),
        Locale.of("ja", "JP", "JP"),
        Locale.of("th", "TH", "TH"),
        Locale.forLanguageTag("und-Latn"),
        Locale.forLanguageTag("sr-Latn-RS-x-foo"),
        Locale.forLanguageTag("de-DE-u-co-phonebk"),
        Currency.getInstance("XXX"),
        Color.RED,
        Instant.MIN,
        Instant.MAX,
        LocalDate.MIN,
        LocalDate.MAX,
        LocalTime.MIN,
        LocalTime.MAX,
        LocalDateTime.MIN,
        LocalDateTime.MAX,
        OffsetDateTime.MIN,
        OffsetDateTime.MAX,
        OffsetTime.MIN,
        OffsetTime.MAX,
        LocalDateTime.MIN.atZone(ZoneOffset.MAX),
        LocalDateTime.MAX.atZone(berlin),
        LocalDateTime.MAX.atZone(ZoneId.of("UTC")),
        LocalDateTime.MIN.atZone(ZoneId.of("Etc/GMT+5")),
        twice.atZone(berlin).withEarlierOffsetAtOverlap(),
        twice.atZone(berlin).withLaterOffsetAtOverlap(),
        Year.of(0),
        Year.of(Year.MIN_VALUE),
        Year.of(Year.MAX_VALUE),
        YearMonth.of(0, 1),
        YearMonth.of(10_000, 1),
        YearMonth.of(Year.MIN_VALUE, 1),
        YearMonth.of(Year.MAX_VALUE, 12),
        MonthDay.of(2, 29),
        Duration.ZERO,
        Duration.ofNanos(-1),
        Duration.ofSeconds(Long.MIN_VALUE),
        Duration.ofSeconds(Long.MAX_VALUE, 999_999_999),
        Period.ZERO,
        Period.of(Integer.MIN_VALUE, Integer.MIN_VALUE, Integer.MIN_VALUE),
        ZoneOffset.UTC,
        ZoneOffset.MIN,
        ZoneOffset.ofHoursMinutesSeconds(1, 2, 3),
        Date.from(Instant.ofEpochMilli(Long.MIN_VALUE)),
        Date.from(Instant.ofEpochMilli(Long.MAX_VALUE)));
  }

  /** Without null: Java has no lists of primitives. */
  static Stream<Arguments> refusedElements() {
    return refused().filter(row -> !row.get()[1].equals("null"));
  }

  private static Map<String, Object> map(String a, Object one, String b, Object two) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put(a, one);
    map.put(b, two);
    return map;
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void aResultThatFitsIsRead(Type type, String json, Object expected) {
    assertThat(CODEC.resultReader(type).read(Bytes.of(json.getBytes(UTF_8)))).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void aParameterThatFitsIsReadByName(Type type, String json, Object expected) {
    String params = "{\"value\":" + json + "}";

    assertThat(readParams(type, params).value()).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void aParameterThatFitsIsReadByPosition(Type type, String json, Object expected) {
    assertThat(readParams(type, "[" + json + "]").value()).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void anElementThatFitsIsRead(Type type, String json, Object expected) {
    Object list = readList(type, "[" + json + "]");

    assertThat(list).asInstanceOf(InstanceOfAssertFactories.LIST).first().isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void whatWasReadIsReadAgainAfterWriting(Type type, String json, Object expected) {
    Bytes written = CODEC.encode(expected);

    assertThat(CODEC.resultReader(type).read(written)).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("extremes")
  void whatIsWrittenIsReadBack(Object value) {
    Bytes written = CODEC.encode(value);

    assertThat(CODEC.resultReader(value.getClass()).read(written)).isEqualTo(value);
  }

  @ParameterizedTest
  @MethodSource("extremes")
  void aNameThatIsWrittenIsReadBack(Object name) {
    Type names = generic(Map.class, name.getClass(), int.class);
    Bytes written = CODEC.encode(Map.of(name, 1));

    assertThat(CODEC.resultReader(names).read(written)).isEqualTo(Map.of(name, 1));
  }

  @Test
  void aLocaleAndATimeWithItsZoneAreNamesAsTheyAreValues() {
    assertThat(names(Locale.forLanguageTag("zh-Hant-TW"))).isEqualTo("{\"zh-Hant-TW\":1}");
    assertThat(names(ZonedDateTime.parse("2020-01-01T01:01:01+01:00[Europe/Berlin]")))
        .isEqualTo("{\"2020-01-01T01:01:01+01:00[Europe/Berlin]\":1}");
  }

  private static String names(Object name) {
    return CODEC.encode(Map.of(name, 1)).toString();
  }

  @ParameterizedTest
  @MethodSource("refused")
  void aResultThatDoesNotFitIsRefused(Type type, String json) {
    assertThatThrownBy(() -> CODEC.resultReader(type).read(Bytes.of(json.getBytes(UTF_8))))
        .isInstanceOf(BindingException.class);
  }

  @ParameterizedTest
  @MethodSource("refused")
  void aParameterThatDoesNotFitIsRefusedWithItsName(Type type, String json) {
    assertThatThrownBy(() -> readParams(type, "{\"value\":" + json + "}"))
        .isInstanceOfSatisfying(
            BindingException.class, e -> assertThat(e.path()).startsWith("value"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void aParameterThatDoesNotFitIsRefusedWithItsPosition(Type type, String json) {
    assertThatThrownBy(() -> readParams(type, "[" + json + "]"))
        .isInstanceOfSatisfying(
            BindingException.class, e -> assertThat(e.path()).startsWith("[0]"));
  }

  @ParameterizedTest
  @MethodSource("refusedElements")
  void anElementThatDoesNotFitIsRefusedWithItsIndex(Type type, String json) {
    assertThatThrownBy(() -> readList(type, "[" + json + "]"))
        .isInstanceOfSatisfying(
            BindingException.class, e -> assertThat(e.path()).startsWith("[0]"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void aRefusalIsShortAndNamesNothingOfJava(Type type, String json) {
    assertThatThrownBy(() -> readParams(type, "{\"value\":" + json + "}"))
        .satisfies(
            e ->
                assertThat(e.getMessage())
                    .startsWith("value")
                    .contains("(expected: ")
                    .hasSizeLessThan(200)
                    .doesNotContainPattern("(?i)java|jackson|dev\\.tern|class|token|deserial"));
  }

  private static Holder<?> readParams(Type type, String json) {
    return CODEC
        .<Holder<?>>paramsReader(generic(Holder.class, type))
        .read(Bytes.of(json.getBytes(UTF_8)));
  }

  private static Object readList(Type type, String json) {
    return CODEC
        .<Object>resultReader(generic(List.class, type))
        .read(Bytes.of(json.getBytes(UTF_8)));
  }

  /** A class with type arguments; of a primitive type its box. */
  public static Type generic(Class<?> raw, Type... arguments) {
    return new Generic(raw, Arrays.stream(arguments).map(ValueTableTest::boxed).toList());
  }

  private static Type boxed(Type type) {
    return type instanceof Class<?> raw ? MethodType.methodType(raw).wrap().returnType() : type;
  }

  private record Generic(Class<?> raw, List<Type> arguments) implements ParameterizedType {
    @Override
    public Type[] getActualTypeArguments() {
      return arguments.toArray(Type[]::new);
    }

    @Override
    public Type getRawType() {
      return raw;
    }

    @Override
    public @Nullable Type getOwnerType() {
      return raw.getDeclaringClass();
    }
  }
}
