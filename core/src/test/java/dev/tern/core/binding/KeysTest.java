package dev.tern.core.binding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tern.core.binding.error.BindingException;
import dev.tern.core.binding.error.EncodingException;
import dev.tern.core.binding.error.Excerpt;
import dev.tern.protocol.Bytes;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.AbstractMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The names of an object as keys of a map: no entry is lost because two names are one key. */
final class KeysTest {
  private static Object read(Class<?> key, String json) {
    Type map = ValueTableTest.generic(Map.class, key, Integer.class);
    return JsonCodec.DEFAULT.resultReader(map).read(Bytes.of(json.getBytes(UTF_8)));
  }

  static Stream<Arguments> odd() {
    return Stream.of(
        arguments(Integer.class, "01"),
        arguments(Integer.class, "+1"),
        arguments(Integer.class, " 1"),
        arguments(Integer.class, "1.0"),
        arguments(Integer.class, "1e0"),
        arguments(Integer.class, "١"),
        arguments(Integer.class, "2147483648"),
        arguments(Byte.class, "128"),
        arguments(Long.class, "0x1"),
        arguments(Double.class, "1d"),
        arguments(Double.class, "0x1p3"),
        arguments(Double.class, "NaN"),
        arguments(Double.class, "Infinity"),
        arguments(Double.class, "1e999"),
        arguments(Double.class, " 1"),
        arguments(Float.class, "1f"),
        arguments(Boolean.class, "TRUE"),
        arguments(Boolean.class, "yes"),
        arguments(BigInteger.class, "+1"),
        arguments(BigInteger.class, "9".repeat(250) + "x"),
        arguments(BigDecimal.class, "1e400000000"),
        arguments(Character.class, "ab"),
        arguments(Character.class, ""),
        arguments(UUID.class, "1-1-1-1-1"),
        arguments(Locale.class, " de"),
        arguments(LocalTime.class, "10"));
  }

  @ParameterizedTest
  @MethodSource("odd")
  void aNameThatIsNoSuchKeyIsRefused(Class<?> key, String name) {
    BindingException e =
        catchThrowableOfType(BindingException.class, () -> read(key, "{\"" + name + "\":1}"));

    assertThat(e).hasMessageStartingWith("the name \"").hasMessageContaining(" (expected: ");
  }

  static Stream<Arguments> twice() {
    return Stream.of(
        arguments(Double.class, "1", "1.0"),
        arguments(Double.class, "1e1", "10"),
        arguments(Integer.class, "0", "-0"),
        arguments(BigDecimal.class, "1.5", "15e-1"),
        arguments(
            UUID.class,
            "0000000a-0000-4000-8000-000000000001",
            "0000000A-0000-4000-8000-000000000001"),
        arguments(Locale.class, "de-DE", "de_DE"),
        arguments(LocalTime.class, "10:15", "10:15:00"));
  }

  @ParameterizedTest
  @MethodSource("twice")
  void twoNamesThatAreOneKeyAreRefused(Class<?> key, String one, String other) {
    assertThat(read(key, "{\"" + one + "\":1}")).isNotNull();
    assertThat(read(key, "{\"" + other + "\":1}")).isNotNull();
    assertThatThrownBy(() -> read(key, "{\"" + one + "\":1,\"" + other + "\":2}"))
        .isInstanceOf(BindingException.class)
        .hasMessage("the name %s (expected: a key that is there once)", Excerpt.quote(other));
  }

  @ParameterizedTest
  @ValueSource(classes = {Optional.class, int[].class, List.class, byte[].class, Number.class})
  void aTypeThatIsNoNameIsNoKey(Class<?> key) {
    Type map = ValueTableTest.generic(Map.class, key, Integer.class);

    assertThatThrownBy(() -> JsonCodec.DEFAULT.paramsReader(map))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("of keys that are no names");
  }

  @Test
  void namesThatAreEqualAreNotWritten() {
    Map<String, Integer> twice =
        new AbstractMap<>() { // an application's own may show what it wants
          @Override
          public Set<Map.Entry<String, Integer>> entrySet() {
            return Set.of(Map.entry("a", 1), Map.entry("a", 2));
          }
        };

    assertThatThrownBy(() -> JsonCodec.DEFAULT.encode(twice))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining("a name that is there twice");
  }

  @Test
  void namesThatAreEqualForOnceAreNotWritten() {
    Map<String, Integer> byLength = new TreeMap<>((_, _) -> 1); // as if all were different
    byLength.put("a", 1);
    byLength.put("a", 2);
    Map<Object, Integer> mixed = new HashMap<>(Map.of("1", 1, 1, 2));

    for (Map<?, Integer> map : List.of(byLength, mixed)) {
      assertThatThrownBy(() -> JsonCodec.DEFAULT.encode(map))
          .isInstanceOf(EncodingException.class)
          .hasMessageContaining("a name that is there twice");
    }
  }

  @Test
  void aKeyThatIsNoNameIsNotWritten() {
    assertThatThrownBy(() -> JsonCodec.DEFAULT.encode(Map.of(List.of(1), 1)))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining("no name of an object");
  }

  @Test
  void aTimeWithItsZoneIsAKey() {
    ZonedDateTime time = ZonedDateTime.parse("2020-01-01T01:01:01+01:00[Europe/Berlin]");
    Bytes written = JsonCodec.DEFAULT.encode(Map.of(time, 1));

    assertThat(read(ZonedDateTime.class, written.toString())).isEqualTo(Map.of(time, 1));
  }
}
