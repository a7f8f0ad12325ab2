package dev.tern.core.binding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.protocol.Bytes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JavaType;

/**
 * The fast way and Jackson's must agree: on the value, or on the path and the words of the error.
 */
class FlatAgainstJacksonTest {
  private static final long SEED = 20_260_131;
  private static final int ROUNDS = 5_000;

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

  private static final List<String> NAMES =
      List.of("b", "s", "i", "l", "f", "d", "t", "text", "maybe", "note");

  /** A fitting value for each name, to come far enough into the text. */
  private static final List<String> FITTING =
      List.of("1", "300", "70000", "9007199254740993", "0.1", "5e-7", "true", "\"é\"", "3", "null");

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
          "{}",
          "{\"a\":1}",
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
          "7".repeat(1000),
          "7".repeat(1001),
          "0." + "3".repeat(2000));

  private final JsonCodec codec = JsonCodec.DEFAULT;
  private final JavaType type = codec.mapper().constructType(Mixed.class);
  private final RecordShape shape = RecordShape.of(type, codec.mapper().getTypeFactory());
  private final Binder flat = new FlatRecordBinder(shape, true, false);
  private final Binder jackson = new JacksonBinder(codec.mapper(), type, shape.names());

  @Test
  void theTwoWaysAgree() {
    Random random = new Random(SEED);
    int read = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String json = random.nextInt(4) == 0 ? array(random) : object(random);
      String expected = outcome(jackson, json);

      assertThat(outcome(flat, json))
          .as("seed %d, round %d: %s", SEED, round, json)
          .isEqualTo(expected);

      read += expected.startsWith("Mixed[") ? 1 : 0;
    }
    assertThat(read).as("texts that fit, seed %d", SEED).isBetween(ROUNDS / 10, ROUNDS * 9 / 10);
  }

  private static String outcome(Binder binder, String json) {
    try {
      return String.valueOf(binder.bind(Bytes.of(json.getBytes(UTF_8))));
    } catch (BindingException e) {
      return e.path() + " | " + e.getMessage();
    }
  }

  private static String object(Random random) {
    List<String> members = new ArrayList<>();
    for (int i = 0; i < NAMES.size(); i++) {
      if (random.nextInt(50) > 0) {
        members.add('"' + NAMES.get(i) + "\":" + value(random, i));
      }
    }
    if (random.nextBoolean()) {
      members.add("\"unknown\":" + ODD.get(random.nextInt(ODD.size())));
    }
    Collections.shuffle(members, random);
    return "{" + String.join(" , ", members) + "}";
  }

  private static String array(Random random) {
    List<String> elements = new ArrayList<>();
    int size = random.nextInt(10) > 0 ? NAMES.size() : random.nextInt(NAMES.size() + 1);
    for (int i = 0; i < size; i++) {
      elements.add(value(random, i));
    }
    return "[" + String.join(",", elements) + "]";
  }

  private static String value(Random random, int i) {
    return i >= FITTING.size() || random.nextInt(12) == 0
        ? ODD.get(random.nextInt(ODD.size()))
        : FITTING.get(i);
  }
}
