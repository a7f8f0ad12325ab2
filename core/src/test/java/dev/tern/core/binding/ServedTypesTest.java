package dev.tern.core.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.tern.core.TypeRef;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import java.io.File;
import java.io.Serializable;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.Month;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Collections;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.ser.std.ToStringSerializer;

/** What is never served: classes that were not made to travel, and nulls where none may be. */
final class ServedTypesTest {
  record Keys<K>(Map<K, String> value) {}

  record Lists(List<List<String>> value) {}

  record Maps(Map<String, List<Integer>> value) {}

  record Optionals(Optional<List<String>> value) {}

  @SuppressWarnings("ArrayRecordComponent") // a user may
  record Arrays2(String[][] value) {}

  record Nullables(List<List<@Nullable String>> value) {}

  @ParameterizedTest
  @ValueSource(
      classes = {
        RuntimeException.class,
        Throwable.class,
        Runtime.class,
        Random.class,
        Socket.class,
        ThreadGroup.class,
        LongAdder.class,
        AtomicInteger.class,
        AtomicReference.class,
        Serializable.class,
        Comparable.class,
        Iterable.class,
        File.class,
        Path.class,
        URL.class,
        InetAddress.class,
        InetSocketAddress.class,
        Pattern.class,
        Class.class,
        Charset.class,
        Calendar.class,
        TimeZone.class,
        Clock.class,
        ByteBuffer.class,
        StringBuilder.class,
        StackTraceElement.class
      })
  void aClassOfTheJdkWithoutAForm(Class<?> type) {
    Type list = ValueTableTest.generic(List.class, type);
    Type keys = ValueTableTest.generic(Keys.class, type);

    for (Type one : List.of(type, list, keys)) {
      assertThatThrownBy(() -> JsonCodec.DEFAULT.resultReader(one))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(type.getName());
      assertThatThrownBy(() -> JsonCodec.DEFAULT.paramsReader(one))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(type.getName());
    }
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        Locale.class,
        Currency.class,
        Instant.class,
        Month.class,
        UUID.class,
        Number.class,
        CharSequence.class
      })
  void aScalarIsAResultAndNoParams(Class<?> type) {
    assertThat(JsonCodec.DEFAULT.resultReader(type)).isNotNull();
    assertThatThrownBy(() -> JsonCodec.DEFAULT.paramsReader(type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(type.getName());
  }

  @Test
  void whatIsMadeOfValuesIsOne() {
    JsonCodec codec = JsonCodec.ofServer(false, Limits.DEFAULT);

    for (Class<?> type :
        List.of(TreeMap.class, ArrayDeque.class, Object[].class, Properties.class)) {
      assertThat(codec.resultWriter(type)).isNotNull();
    }
  }

  record Amounts(List<BigDecimal> amounts) {}

  /** The last has twelve million digits: to write them took half a minute. */
  static Stream<Named<Number>> tooLong() {
    return Stream.of(
        Named.of("a large exponent", new BigDecimal("1E+400000000")),
        Named.of("a small exponent", new BigDecimal("1E-400000000")),
        Named.of("an exponent just over", new BigDecimal("1E+1101")),
        Named.of("a decimal's digits", new BigDecimal(BigInteger.ONE.shiftLeft(40_000_000), 3)),
        Named.of("digits just over", BigInteger.TEN.pow(1_000)),
        Named.of("an integer's digits", BigInteger.ONE.shiftLeft(40_000_000)));
  }

  @ParameterizedTest
  @MethodSource("tooLong")
  @Timeout(10)
  void row116_aNumberThatNoPeerReadsIsNotWritten(Number number) {
    JsonCodec codec = JsonCodec.ofServer(false, Limits.DEFAULT);

    for (Object value : List.of(number, List.of(List.of(number)), Map.of("a", number))) {
      assertThatThrownBy(() -> codec.encode(value)).isInstanceOf(EncodingException.class);
      assertThatThrownBy(() -> codec.encodeParams(List.of(value)))
          .isInstanceOf(EncodingException.class);
    }
  }

  @Test
  void row116_whereItStandsIsSaid() {
    assertThatThrownBy(
            () ->
                JsonCodec.DEFAULT.encode(
                    new Amounts(List.of(BigDecimal.ONE, new BigDecimal("1E+400000000")))))
        .isInstanceOf(EncodingException.class)
        .hasMessageEndingWith(
            "Amounts.amounts[1]: too long (expected: a number of at most 1000 digits, its exponent"
                + " at most 1100)");
  }

  @Test
  void row116_theLongestNumberTravels() {
    for (Number number :
        List.of(
            new BigDecimal("1E+1100"), BigInteger.TEN.pow(999), BigInteger.TEN.pow(998).negate())) {
      Bytes json = JsonCodec.DEFAULT.encode(number);

      assertThat(JsonCodec.DEFAULT.resultReader(number.getClass()).read(json)).isEqualTo(number);
    }
  }

  @Test
  void norWithinAnotherType() {
    Type type = new TypeRef<Map<String, List<RuntimeException>>>() {}.type();

    assertThatThrownBy(() -> JsonCodec.DEFAULT.resultReader(type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.RuntimeException: has no form in JSON");
  }

  record Values<T>(Map<String, T> value) {}

  sealed interface Shape permits Circle {}

  record Circle(double radius) implements Shape {}

  /** It can be read: nobody sets what it tells of itself. */
  public static class Told<T> {
    public int a = 1;

    public @Nullable T getTold() {
      return null;
    }
  }

  public static final class OfThread extends Told<Thread> {}

  public static final class OfStream extends Told<Stream<Integer>> {}

  public static final class OfFile extends Told<File> {}

  public static final class OfShape extends Told<Shape> {}

  public static final class OfOptional extends Told<Optional<Thread>> {}

  public static final class OfList extends Told<List<? extends List<File>>> {}

  public static final class OfKeys extends Told<Map<Thread, String>> {}

  public static final class OfValues extends Told<Map<String, Shape>> {}

  public static final class OfArray extends Told<File[]> {}

  public static final class OfFuture extends Told<CompletableFuture<String>> {}

  /** A getter and a setter need not agree. */
  public static final class TwoTypes {
    public void setTold(String told) {}

    public File getTold() {
      return new File("/etc");
    }
  }

  public static final class Annotated {
    @JsonProperty("told")
    File file() {
      return new File("/etc");
    }
  }

  public static final class Rest {
    @JsonAnyGetter
    public Map<String, Thread> told() {
      return Map.of();
    }
  }

  static Stream<Arguments> told() {
    return Stream.of(
        arguments(OfThread.class, Thread.class),
        arguments(OfStream.class, Stream.class),
        arguments(OfFile.class, File.class),
        arguments(OfShape.class, Shape.class),
        arguments(OfOptional.class, Thread.class),
        arguments(OfList.class, File.class),
        arguments(OfKeys.class, Thread.class),
        arguments(OfValues.class, Shape.class),
        arguments(OfArray.class, File.class),
        arguments(OfFuture.class, CompletableFuture.class),
        arguments(TwoTypes.class, File.class),
        arguments(Annotated.class, File.class),
        arguments(Rest.class, Thread.class),
        arguments(new TypeRef<Told<File>>() {}.type(), File.class));
  }

  /** What only a getter gives is no less of a result than what a field holds. */
  @ParameterizedTest
  @MethodSource("told")
  void norWhatAGetterGives(Type bean, Class<?> unfit) {
    JsonCodec codec = JsonCodec.ofServer(false, Limits.DEFAULT);
    Type told = ValueTableTest.generic(Told.class, bean);
    Class<?> raw = codec.types().constructType(bean).getRawClass();

    for (Type one :
        List.of(
            bean,
            told,
            ValueTableTest.generic(List.class, bean),
            ValueTableTest.generic(Optional.class, told),
            ValueTableTest.generic(Values.class, bean))) {
      assertThatThrownBy(() -> codec.resultWriter(one))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(raw.getName())
          .hasMessageContaining(".told: ")
          .hasMessageContaining(unfit.getName())
          .hasMessageContaining("(expected: ");
      assertThat(codec.resultReader(one)).as("a client reads it").isNotNull();
    }
  }

  /** As beans are that can travel. */
  @JsonPropertyOrder(alphabetic = true)
  public static class Node {
    public List<Node> getChildren() {
      return List.of();
    }

    public Map<UUID, Optional<Instant>> getTimes() {
      return Map.of();
    }

    public Object getAny() {
      return 1;
    }

    @JsonIgnore
    public Thread getThread() {
      return Thread.currentThread();
    }

    @JsonSerialize(using = ToStringSerializer.class)
    public File getFile() {
      return new File("/etc");
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tern.core.binding.ValueTableTest#accepted")
  void aGetterMayGiveWhatAFieldMayHold(Type type, String json, Object value) {
    JsonCodec codec = JsonCodec.ofServer(false, Limits.DEFAULT);

    assertThat(codec.resultWriter(ValueTableTest.generic(Told.class, type)))
        .as("a getter of %s such as %s, %s", type, json, value)
        .isNotNull();
  }

  @Test
  void whatAGetterGivesThatHasAForm() {
    assertThat(JsonCodec.ofServer(false, Limits.DEFAULT).resultWriter(Node.class).write(new Node()))
        .hasToString("{\"any\":1,\"children\":[],\"file\":\"/etc\",\"times\":{}}");
  }

  private static void refused(Object value) {
    assertThatThrownBy(() -> JsonCodec.DEFAULT.encode(value))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining("null (expected: a value; or Optional, or @Nullable)");
  }

  @Test
  void aNullInAListWithinAList() {
    refused(new Lists(List.of(Arrays.asList("a", null))));
  }

  @Test
  void aNullInAListWithinAMap() {
    refused(new Maps(Map.of("a", Collections.singletonList(null))));
  }

  @Test
  void aNullInAListWithinAnOptional() {
    refused(new Optionals(Optional.of(Collections.singletonList(null))));
  }

  @Test
  void aNullInAnArrayWithinAnArray() {
    refused(new Arrays2(new String[][] {{"a", null}}));
  }

  @Test
  void aNullWhereOneMayBe() {
    assertThat(JsonCodec.DEFAULT.encode(new Nullables(List.of(Arrays.asList("a", null)))))
        .hasToString("{\"value\":[[\"a\",null]]}");
  }
}
