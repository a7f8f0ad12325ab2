package dev.tern.core.binding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.core.TypeRef;
import dev.tern.core.binding.error.EncodingException;
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
import java.util.AbstractCollection;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.AbstractQueue;
import java.util.AbstractSequentialList;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Collection;
import java.util.Collections;
import java.util.Currency;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Properties;
import java.util.Queue;
import java.util.Random;
import java.util.SequencedCollection;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.WeakHashMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TransferQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.jar.Attributes;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is never served: classes that were not made to travel, and nulls where none may be. */
final class ServedTypesTest {
  record Keys<K>(Map<K, String> value) {}

  record Holder<T>(T value) {}

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

  private static Bytes bytes(String json) {
    return Bytes.of(json.getBytes(UTF_8));
  }

  /** Of the last two an empty one can be made, and none that holds anything. */
  @ParameterizedTest
  @ValueSource(
      classes = {
        BlockingQueue.class,
        BlockingDeque.class,
        TransferQueue.class,
        AbstractCollection.class,
        AbstractQueue.class,
        AbstractSequentialList.class,
        SynchronousQueue.class,
        Attributes.class
      })
  void aContainerThatNoPeerCanBeGiven(Class<?> type) {
    Type holder = ValueTableTest.generic(Holder.class, type);

    for (Type one : List.of(type, ValueTableTest.generic(List.class, type), holder)) {
      assertThatThrownBy(() -> JsonCodec.DEFAULT.resultReader(one))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(type.getName() + ": ")
          .hasMessageContaining("(expected: ");
      assertThatThrownBy(() -> JsonCodec.ofServer(false, Limits.DEFAULT).resultWriter(one))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> JsonCodec.DEFAULT.paramsReader(one))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(type.getName() + ": ");
    }
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        Collection.class,
        List.class,
        Set.class,
        SequencedCollection.class,
        SequencedSet.class,
        SortedSet.class,
        NavigableSet.class,
        Queue.class,
        Deque.class,
        AbstractList.class,
        ArrayList.class,
        LinkedList.class,
        ArrayDeque.class,
        TreeSet.class,
        LinkedHashSet.class,
        PriorityQueue.class,
        ArrayBlockingQueue.class,
        LinkedBlockingDeque.class,
        LinkedTransferQueue.class,
        CopyOnWriteArrayList.class
      })
  void aCollectionThatIsGiven(Class<?> type) {
    ParamsReader<?> reader =
        JsonCodec.DEFAULT.paramsReader(ValueTableTest.generic(type, String.class));

    assertThat(reader.read(bytes("[\"a\"]"))).isInstanceOf(type).asString().isEqualTo("[a]");
    assertThat(reader.read(bytes("[]"))).isInstanceOf(type).asString().isEqualTo("[]");
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        Map.class,
        AbstractMap.class,
        SequencedMap.class,
        SortedMap.class,
        NavigableMap.class,
        ConcurrentMap.class,
        ConcurrentNavigableMap.class,
        HashMap.class,
        LinkedHashMap.class,
        TreeMap.class,
        ConcurrentHashMap.class,
        WeakHashMap.class,
        Hashtable.class
      })
  void aMapThatIsGiven(Class<?> type) {
    Type map = ValueTableTest.generic(type, String.class, Integer.class);
    ParamsReader<?> reader = JsonCodec.DEFAULT.paramsReader(map);

    assertThat(reader.read(bytes("{\"a\":1}"))).isInstanceOf(type).asString().isEqualTo("{a=1}");
    assertThat(reader.read(bytes("{}"))).isInstanceOf(type).asString().isEqualTo("{}");
  }

  @Test
  void aContainerOfConstantsIsGiven() {
    assertThat(JsonCodec.DEFAULT.paramsReader(new TypeRef<EnumSet<Month>>() {}.type())).isNotNull();
    assertThat(JsonCodec.DEFAULT.paramsReader(new TypeRef<EnumMap<Month, String>>() {}.type()))
        .isNotNull();
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
