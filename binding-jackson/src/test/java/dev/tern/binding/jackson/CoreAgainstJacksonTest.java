package dev.tern.binding.jackson;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.binding.ForeignBinding;
import dev.tern.core.binding.JsonCodec;
import dev.tern.core.binding.ParamsReader;
import dev.tern.core.binding.error.BindingException;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The core's tree of binders and Jackson must agree: on the value, or on the path and the words of
 * the error; and on what is written.
 */
final class CoreAgainstJacksonTest {
  private static final long SEED = 20_260_131;
  private static final int ROUNDS = 3_000;

  record Mixed(
      byte b,
      short s,
      int i,
      Long l,
      float f,
      Double d,
      boolean t,
      String text,
      Optional<Integer> maybe,
      @Nullable String note) {}

  enum Color {
    RED,
    GREEN
  }

  /** How a number begins in an error that is longer than any number may be. */
  private static final String OVERLONG = "7777777777777777777777777777777…";

  record Line(String name, int quantity, @Nullable Color color) {
    Line {
      if (quantity < 0) {
        throw new IllegalArgumentException("quantity must not be negative");
      }
    }
  }

  record Group<T>(T first, List<T> others) {}

  record Order(
      UUID id,
      List<Line> lines,
      Map<String, Line> byName,
      Map<Color, List<Integer>> counts,
      Optional<Line> extra,
      OptionalInt size,
      Color color,
      Set<Color> colors,
      Instant at,
      Optional<LocalDate> day,
      @Nullable Duration took,
      Group<Line> group,
      Group<@Nullable Long> numbers,
      List<@Nullable String> notes,
      Map<Integer, Optional<ZonedDateTime>> times,
      BigDecimal price,
      BigInteger total,
      char letter,
      Object any) {}

  private static final List<String> ODD =
      List.of(
          "null",
          "true",
          "false",
          "\"\"",
          "\"5\"",
          "\"NaN\"",
          "\"\\ud83d\\ude00\"",
          "[]",
          "[1]",
          "[null]",
          "{}",
          "{\"a\":1}",
          "{\"RED\":null}",
          "{\"\":[{}]}",
          "0",
          "-0",
          "-0.0",
          "127",
          "128",
          "-129",
          "32768",
          "2147483647",
          "2147483648",
          "-2147483649",
          "9223372036854775807",
          "9223372036854775808",
          "1.0",
          "1.5",
          "1e0",
          "1E400",
          "-1e400",
          "1e-400",
          "16777217",
          "9007199254740993",
          "3.4028236e38",
          "1e400000000",
          "1e1101",
          "7".repeat(1000),
          "7".repeat(1001),
          "0." + "3".repeat(2000),
          "\"RED\"",
          "\"2026-01-31\"",
          "\"2026-01-31T10:15:00Z\"",
          "\"PT1S\"");

  /** Without numbers of which Jackson says that they are too large, whatever was expected. */
  private static final List<String> TAME =
      ODD.stream().filter(text -> text.length() < 60 && !text.matches("-?1[eE]\\d{3,}")).toList();

  /** Jackson has other words for a number that is no constant. */
  private static final List<String> NO_NUMBERS =
      TAME.stream().filter(text -> !text.matches("-?\\d.*")).toList();

  private static final List<String> ANY =
      List.of("{\"a\":[1,0.5,null,\"x\",true]}", "9223372036854775808", "1");

  /** Makes the text of a value. A part of it is odd now and then. */
  interface Text {
    String make(Source random);
  }

  /** Where a text comes from; and how much is odd in it, of which one is told. */
  static final class Source extends Random {
    private static final long serialVersionUID = 1L;

    private int odds;

    Source(long seed) {
      super(seed);
    }
  }

  private static Text text(int oneIn, List<String> odd, Text fitting) {
    return random -> {
      if (random.nextInt(oneIn) > 0) {
        return fitting.make(random);
      }
      random.odds++;
      return odd.get(random.nextInt(odd.size()));
    };
  }

  private static Text oneOf(String... fitting) {
    return text(100, ODD, random -> fitting[random.nextInt(fitting.length)]);
  }

  private static Text scalar(String... fitting) {
    return text(15, ODD, random -> fitting[random.nextInt(fitting.length)]);
  }

  private static Text array(Text element) {
    return text(
        200,
        TAME,
        random ->
            Stream.generate(() -> element.make(random))
                .limit(random.nextInt(4))
                .collect(Collectors.joining(",", "[", "]")));
  }

  private static Text map(Text element, String... names) {
    return text(
        200,
        TAME,
        random -> {
          List<String> members = new ArrayList<>();
          for (String name : names) {
            if (random.nextBoolean()) {
              members.add('"' + name + "\":" + element.make(random));
            }
          }
          if (random.nextInt(300) == 0) {
            random.odds++;
            members.add("\"odd name\":" + element.make(random));
          }
          return "{" + String.join(",", members) + "}";
        });
  }

  /**
   * @param names of the components, in order
   * @param parts make their values
   * @param unknown values of components that there are not
   */
  record Shape(List<String> names, List<Text> parts, List<String> unknown) implements Text {
    @Override
    public String make(Source random) {
      List<String> members = new ArrayList<>();
      for (int i = 0; i < names.size(); i++) {
        if (random.nextInt(400) > 0) {
          members.add('"' + names.get(i) + "\":" + parts.get(i).make(random));
        } else {
          random.odds++;
        }
      }
      if (random.nextInt(10) == 0) {
        random.odds++;
        members.add("\"unknown\":" + unknown.get(random.nextInt(unknown.size())));
      }
      if (random.nextBoolean()) {
        Collections.shuffle(members, random);
      }
      return "{" + String.join(" , ", members) + "}";
    }

    String byPosition(Source random) {
      int size = random.nextInt(20) > 0 ? names.size() : random.nextInt(names.size() + 2);
      random.odds += size == names.size() ? 0 : 1;
      List<String> elements = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        elements.add(i < names.size() ? parts.get(i).make(random) : "1");
      }
      return "[" + String.join(",", elements) + "]";
    }
  }

  private static Shape shape(List<String> unknown, Object... namesAndTexts) {
    List<String> names = new ArrayList<>();
    List<Text> parts = new ArrayList<>();
    for (int i = 0; i < namesAndTexts.length; i += 2) {
      names.add((String) namesAndTexts[i]);
      parts.add((Text) namesAndTexts[i + 1]);
    }
    return new Shape(names, parts, unknown);
  }

  private static Shape mixed(List<String> unknown) {
    return shape(
        unknown,
        "b",
        scalar("1", "-128"),
        "s",
        scalar("300"),
        "i",
        scalar("70000"),
        "l",
        scalar("9007199254740993"),
        "f",
        scalar("0.1", "16777216"),
        "d",
        scalar("5e-7", "1"),
        "t",
        scalar("true"),
        "text",
        scalar("\"\u00e9\"", "\"a\\n\""),
        "maybe",
        scalar("3", "null"),
        "note",
        scalar("null", "\"x\""));
  }

  /** Minus one is refused by the record. */
  private static String quantity(Source random) {
    int quantity = random.nextInt(100) - 1;
    random.odds += quantity < 0 ? 1 : 0;
    return String.valueOf(quantity);
  }

  private static Shape order(List<String> unknown) {
    Text color = text(100, NO_NUMBERS, random -> random.nextBoolean() ? "\"RED\"" : "\"GREEN\"");
    Shape lineShape =
        shape(
            unknown,
            "name",
            oneOf("\"a\"", "\"\u00e9\\u0041\""),
            "quantity",
            text(100, ODD, CoreAgainstJacksonTest::quantity),
            "color",
            text(100, NO_NUMBERS, random -> random.nextBoolean() ? "null" : "\"RED\""));
    Text line = text(200, TAME, lineShape);
    Text ints = array(oneOf("1", "2147483647"));
    Text number = oneOf("1", "9223372036854775807");
    Text time =
        oneOf("null", "\"2026-01-31T10:15:00+01:00[Europe/Berlin]\"", "\"2026-01-31T10:15:00Z\"");
    return shape(
        unknown,
        "id",
        oneOf("\"7f3ad0a1-0000-4000-8000-000000000001\""),
        "lines",
        array(line),
        "byName",
        map(line, "a", "\\u00e9", ""),
        "counts",
        map(ints, "RED", "GREEN"),
        "extra",
        text(200, TAME, random -> random.nextBoolean() ? "null" : line.make(random)),
        "size",
        oneOf("null", "3"),
        "color",
        color,
        "colors",
        array(color),
        "at",
        oneOf("\"2026-01-31T10:15:00Z\"", "\"2026-01-31T10:15:00.123456789Z\""),
        "day",
        oneOf("null", "\"2026-01-31\""),
        "took",
        oneOf("null", "\"PT1.5S\""),
        "group",
        text(200, TAME, shape(unknown, "first", line, "others", array(line))),
        "numbers",
        text(200, TAME, shape(unknown, "first", number, "others", array(oneOf("null", "5")))),
        "notes",
        array(oneOf("null", "\"n\"")),
        "times",
        map(time, "1", "-7"),
        "price",
        oneOf("0.10", "1e1000", "5", "12345678901234567890.5"),
        "total",
        oneOf("18446744073709551616", "0"),
        "letter",
        oneOf("\"x\"", "\"\u00e9\""),
        "any",
        text(100, TAME, random -> ANY.get(random.nextInt(ANY.size()))));
  }

  static Stream<Arguments> ways() {
    return Stream.of(true, false)
        .flatMap(
            refusesUnknown ->
                Stream.of(
                    Arguments.of(Mixed.class, mixed(refusesUnknown ? TAME : ODD), refusesUnknown),
                    Arguments.of(Order.class, order(refusesUnknown ? TAME : ODD), refusesUnknown)));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void theTwoWaysAgree(Class<?> type, Shape shape, boolean refusesUnknown) {
    JsonCodec codec = JsonCodec.ofServer(refusesUnknown, Limits.DEFAULT);
    ParamsReader<?> core = codec.paramsReader(type);
    JsonCodec.ResultWriter writer = codec.resultWriter(type);
    ForeignBinding.Leaf jackson =
        new JacksonProvider().create(refusesUnknown, true, Limits.DEFAULT).leaf(type);
    Source random = new Source(SEED);
    int read = 0;
    for (int i = 0; i < ROUNDS; i++) {
      random.odds = 0;
      String json = random.nextInt(4) == 0 ? shape.byPosition(random) : shape.make(random);
      byte[] bytes = json.getBytes(UTF_8);
      Object expected = outcome(text -> jackson.read(text, true), bytes);
      Object found = outcome(text -> core.read(Bytes.of(text)), bytes);

      String round = "seed %d, round %d: %s".formatted(SEED, i, json);
      if (random.odds > 1 && expected instanceof String) {
        assertThat(found).as(round).isInstanceOf(String.class); // which is told is left open
      } else if (expected instanceof String told && told.contains(OVERLONG)) {
        // Jackson's parser sees that first, whatever the type is; the core says what the type is.
        assertThat(found).asString().as(round).startsWith(told.substring(0, told.indexOf('(')));
      } else {
        assertThat(found).as(round).isEqualTo(expected);
      }
      if (type.isInstance(expected)) {
        read++;
        assertThat(writer.write(expected))
            .as(round)
            .hasToString(new String(jackson.write(expected), UTF_8));
      }
    }
    assertThat(read).as("texts that fit, seed %d", SEED).isBetween(ROUNDS / 10, ROUNDS * 9 / 10);
  }

  private static @Nullable Object outcome(Function<byte[], @Nullable Object> reader, byte[] json) {
    try {
      return reader.apply(json);
    } catch (BindingException e) {
      return e.path() + " | " + e.getMessage();
    }
  }
}
