package dev.tern.core.outcome;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.json.JsonReader;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Values at random, each written in two ways, against a slow reading of the same rules. */
final class ParamsHashFuzzTest {
  private static final int ROUNDS = Integer.getInteger("tern.fuzz.rounds", 20_000);

  /** Set it to repeat a failure, or to try something new. */
  private static final long SEED = Long.getLong("tern.fuzz.seed", 20_261_128L);

  private static final JsonMapper JACKSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private static final String[] NAMES = {
    "", "a", "aa", "b", "é", "\uffff", "\ue000", "😀", "𐀀", "a\u0000b", "\"", "\\", "n1", "n2"
  };

  private final Random random = new Random(SEED);

  @Test
  void agreesWithASlowReading(TestReporter reporter) throws IOException {
    reporter.publishEntry("seed", Long.toString(SEED));
    for (int round = 0; round < ROUNDS; round++) {
      Object value = random.nextBoolean() ? object(0) : list(0);
      String once = write(value);
      String again = write(value);
      String what = "round %d, seed %d: %s and %s".formatted(round, SEED, once, again);
      byte[] expected = slow(JACKSON.readTree(once));

      assertThat(canonical(once)).as(what).isEqualTo(expected);
      assertThat(canonical(again)).as(what).isEqualTo(expected);
    }
  }

  @Test
  void differsWhereTheSlowReadingDiffers(TestReporter reporter) throws IOException {
    reporter.publishEntry("seed", Long.toString(SEED));
    for (int round = 0; round < ROUNDS; round++) {
      String one = write(object(2));
      String other = write(object(2));
      boolean isSame = Arrays.equals(slow(JACKSON.readTree(one)), slow(JACKSON.readTree(other)));

      assertThat(ParamsHash.of(bytes(one)).equals(ParamsHash.of(bytes(other))))
          .as("round %d, seed %d: %s and %s", round, SEED, one, other)
          .isEqualTo(isSame);
    }
  }

  private static Bytes bytes(String json) {
    return Bytes.of(json.getBytes(UTF_8));
  }

  private static byte[] canonical(String json) {
    CanonicalParams canonical = new CanonicalParams();
    canonical.read(new JsonReader(bytes(json)));
    return canonical.toByteArray();
  }

  // --- the slow reading ---

  private static byte[] slow(JsonNode params) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(ParamsHash.VERSION);
    slow(params, out);
    return bytes.toByteArray();
  }

  private static void slow(JsonNode value, DataOutputStream out) throws IOException {
    if (value.isNull()) {
      out.write('n');
    } else if (value.isBoolean()) {
      out.write(value.asBoolean() ? 't' : 'f');
    } else if (value.isNumber()) {
      BigDecimal number = value.decimalValue().stripTrailingZeros();
      String form =
          number.signum() == 0
              ? "d0e0;"
              : "d" + number.unscaledValue() + "e" + -number.scale() + ";";
      out.write(form.getBytes(UTF_8));
    } else if (value.isString()) {
      out.write('s');
      text(value.asString(), out);
    } else if (value.isArray()) {
      out.write('a');
      out.writeInt(value.size());
      for (JsonNode element : value) {
        slow(element, out);
      }
    } else {
      object(value, out);
    }
  }

  private static void object(JsonNode value, DataOutputStream out) throws IOException {
    List<String> names = new ArrayList<>();
    value.propertyNames().forEach(name -> names.add(name));
    names.removeIf(name -> value.get(name).isNull());
    names.sort(Comparator.comparing(ParamsHashFuzzTest::codePoints, Arrays::compare));
    out.write('o');
    out.writeInt(names.size());
    for (String name : names) {
      text(name, out);
      slow(value.get(name), out);
    }
  }

  private static int[] codePoints(String text) {
    return text.codePoints().toArray();
  }

  private static void text(String text, DataOutputStream out) throws IOException {
    byte[] utf8 = text.getBytes(UTF_8);
    out.writeInt(utf8.length);
    out.write(utf8);
  }

  // --- values at random: a BigDecimal, a String, a Boolean, "null", a List, a Map ---

  private enum Null {
    IT
  }

  private Object value(int depth) {
    return switch (random.nextInt(depth > 4 ? 5 : 8)) {
      case 0 -> Null.IT;
      case 1 -> random.nextBoolean();
      case 2 -> NAMES[random.nextInt(NAMES.length)];
      case 3, 4 -> number();
      case 5 -> list(depth + 1);
      default -> object(depth + 1);
    };
  }

  private BigDecimal number() {
    BigDecimal digits =
        switch (random.nextInt(4)) {
          case 0 -> BigDecimal.valueOf(random.nextInt(3));
          case 1 -> BigDecimal.valueOf(random.nextInt(2_001) - 1_000L);
          case 2 -> BigDecimal.valueOf(random.nextLong());
          default -> new BigDecimal(new BigInteger(1 + random.nextInt(300), random));
        };
    return digits.movePointLeft(random.nextInt(30)).movePointRight(random.nextInt(30));
  }

  private List<Object> list(int depth) {
    List<Object> list = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      list.add(value(depth));
    }
    return list;
  }

  private Map<String, Object> object(int depth) {
    Map<String, Object> object = new LinkedHashMap<>();
    for (int i = random.nextInt(random.nextInt(20) == 0 ? 14 : 4); i > 0; i--) {
      object.put(NAMES[random.nextInt(NAMES.length)], value(depth));
    }
    return object;
  }

  // --- in one of many ways ---

  private String write(Object value) {
    return space() + written(value) + space();
  }

  private String written(Object value) {
    return switch (value) {
      case Null _ -> "null";
      case Boolean truth -> truth.toString();
      case String text -> quoted(text);
      case BigDecimal number -> written(number);
      case List<?> list -> {
        List<String> elements = new ArrayList<>();
        list.forEach(element -> elements.add(write(element)));
        yield "[" + String.join(",", elements) + "]";
      }
      case Map<?, ?> object -> {
        List<String> members = new ArrayList<>();
        object.forEach(
            (name, member) ->
                members.add(space() + quoted((String) name) + space() + ":" + write(member)));
        Collections.shuffle(members, random);
        yield "{" + (members.isEmpty() ? space() : String.join(",", members)) + "}";
      }
      default -> throw new AssertionError(value);
    };
  }

  /** With the point anywhere, zeros at both ends, and an exponent that makes up for it. */
  private String written(BigDecimal number) {
    int zeros = random.nextInt(4);
    String digits = number.unscaledValue().abs() + "0".repeat(zeros);
    long exponent = -(long) number.scale() - zeros;
    int behind = random.nextInt(digits.length() + 3);
    if (behind > 0) {
      String padded = "0".repeat(Math.max(0, behind + 1 - digits.length())) + digits;
      int point = padded.length() - behind;
      digits = padded.substring(0, point) + "." + padded.substring(point);
      exponent += behind;
    }
    String sign = number.signum() < 0 || (number.signum() == 0 && random.nextBoolean()) ? "-" : "";
    boolean isBare = exponent == 0 && random.nextBoolean();
    String e = random.nextBoolean() ? "e" : "E";
    String plus = exponent >= 0 && random.nextBoolean() ? "+" : "";
    String form = sign + withoutLeadingZeros(digits);
    return isBare ? form : form + e + plus + exponent;
  }

  /** JSON has none, but before a point. */
  private static String withoutLeadingZeros(String digits) {
    int p = 0;
    while (p + 1 < digits.length() && digits.charAt(p) == '0' && digits.charAt(p + 1) != '.') {
      p++;
    }
    return digits.substring(p);
  }

  private String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean isSurrogate = Character.isSurrogate(c);
      boolean mustEscape = c < ' ' || c == '"' || c == '\\';
      if (mustEscape || (!isSurrogate && random.nextInt(5) == 0)) {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }

  private String space() {
    return switch (random.nextInt(12)) {
      case 0 -> " ";
      case 1 -> "\n\t";
      case 2 -> "\r\n";
      default -> "";
    };
  }
}
