package dev.tern.core.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tern.core.RpcException;
import dev.tern.core.binding.error.EncodingException;
import dev.tern.protocol.Limits;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Collections;
import java.util.Currency;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is declared as anything is written as what it is, unless that is no data. */
final class PlainDataTest {
  record Anything(Object value) {}

  record All(List<Object> items) {}

  public static final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public String getSecret() {
      return "secret";
    }
  }

  public static final class Worker extends Thread {
    public String getSecret() {
      return "secret";
    }
  }

  static Stream<Object> noData() {
    return Stream.of(
        new IllegalStateException("secret"),
        new Failure(),
        new RpcException("MINE", "secret"),
        new StackTraceElement("a", "b", "c", 1),
        Thread.currentThread(),
        new Worker(),
        new File("/secret"),
        Path.of("/secret"),
        new ByteArrayInputStream(new byte[1]),
        Stream.of("secret"),
        List.of("secret").iterator(),
        String.class,
        PlainDataTest.class.getClassLoader(),
        Pattern.compile("secret"),
        new Random(1),
        new AtomicReference<>("secret"),
        CompletableFuture.completedFuture("secret"),
        Map.entry("secret", 1));
  }

  private static List<Object> holders(Object value) {
    return List.of(
        value,
        Arrays.asList(1, value),
        Map.of("a", value),
        Collections.singletonMap(value, "a"),
        Optional.of(value),
        new Object[] {value},
        new Anything(value),
        new All(List.of(List.of(value))));
  }

  @ParameterizedTest
  @MethodSource("noData")
  void whatIsNoDataIsNotWrittenWhereverItStands(Object value) {
    JsonCodec server = JsonCodec.ofServer(false, Limits.DEFAULT);
    JsonCodec client = JsonCodec.ofClient(Limits.DEFAULT);
    String message = value.getClass().getName() + ": ";

    for (Object holder : holders(value)) {
      assertThatThrownBy(() -> server.resultWriter(Object.class).write(holder))
          .as("a result: %s", holder.getClass())
          .isInstanceOf(EncodingException.class)
          .hasMessageContaining(message)
          .hasMessageContaining("(expected: ");
      assertThatThrownBy(() -> client.encodeParams(List.of(holder)))
          .as("params: %s", holder.getClass())
          .isInstanceOf(EncodingException.class)
          .hasMessageContaining(message);
      assertThatThrownBy(() -> server.encodeDetails(Map.of("holder", holder)))
          .as("details: %s", holder.getClass())
          .isInstanceOf(EncodingException.class)
          .hasMessageContaining(message);
    }
  }

  @Test
  void whereItStandsIsSaid() {
    assertThatThrownBy(
            () ->
                JsonCodec.DEFAULT.encode(
                    new All(List.of(1, Map.of("a", new Anything(new File("/secret")))))))
        .hasMessage(
            All.class.getName()
                + ".items[1].a.value: java.io.File: has no form in JSON (expected: a record or"
                + " class of yours, or a type of the guide's table, such as String, BigDecimal,"
                + " Instant, List)");
  }

  /** How a class is written is remembered. */
  @Test
  void itIsRefusedAgain() {
    JsonCodec codec = JsonCodec.ofServer(false, Limits.DEFAULT);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> codec.encode(List.of(new Failure())))
          .isInstanceOf(EncodingException.class)
          .hasMessageContaining("$Failure: has no form in JSON");
    }
    assertThat(codec.encode(List.of("next"))).hasToString("[\"next\"]");
  }

  enum Size {
    SMALL {
      @Override
      int rank() {
        return 1;
      }
    };

    abstract int rank();
  }

  /** As those of databases are. */
  @SuppressWarnings("JavaUtilDate") // that is what they extend
  private static final class Moment extends Date {
    private static final long serialVersionUID = 1L;

    Moment() {
      super(0);
    }
  }

  static Stream<Arguments> data() {
    StringBuilder text = new StringBuilder();
    text.append("text");
    Map<Object, Object> byAny = new HashMap<>();
    byAny.put(UUID.fromString("00000000-0000-0000-0000-000000000001"), null);
    return Stream.of(
        arguments(Arrays.asList(null, true, 'c', (byte) 1, 2.5), "[null,true,\"c\",1,2.5]"),
        arguments(new BigDecimal("1.10"), "1.10"),
        arguments(new AtomicInteger(7), "7"),
        arguments(text, "\"text\""),
        arguments(URI.create("a:b"), "\"a:b\""),
        arguments(Locale.ROOT, "\"\""),
        arguments(Currency.getInstance("EUR"), "\"EUR\""),
        arguments(ZoneId.of("Europe/Berlin"), "\"Europe/Berlin\""),
        arguments(Instant.EPOCH, "\"1970-01-01T00:00:00Z\""),
        arguments(Date.from(Instant.EPOCH), "\"1970-01-01T00:00:00Z\""),
        arguments(new Moment(), "\"1970-01-01T00:00:00Z\""),
        arguments(DayOfWeek.MONDAY, "\"MONDAY\""),
        arguments(TimeUnit.DAYS, "\"DAYS\""),
        arguments(Size.SMALL, "\"SMALL\""),
        arguments(OptionalInt.of(1), "1"),
        arguments(Optional.of(List.of(1)), "[1]"),
        arguments(new byte[] {1, 2, 3}, "\"AQID\""),
        arguments(new int[] {1}, "[1]"),
        arguments(
            Collections.unmodifiableMap(byAny), "{\"00000000-0000-0000-0000-000000000001\":null}"),
        arguments(new Anything(new Anything("a")), "{\"value\":{\"value\":\"a\"}}"));
  }

  @ParameterizedTest
  @MethodSource("data")
  void whatIsDataIsWritten(Object value, String json) {
    JsonCodec server = JsonCodec.ofServer(false, Limits.DEFAULT);

    assertThat(server.resultWriter(Object.class).write(value)).hasToString(json);
    assertThat(JsonCodec.DEFAULT.encodeParams(List.of(value))).hasToString("[" + json + "]");
  }

  @Test
  void norIsAClassDeclaredThatExtendsOneThatIsNoData() {
    for (Class<?> type : List.of(Failure.class, Worker.class)) {
      assertThatThrownBy(() -> JsonCodec.DEFAULT.resultReader(type))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(type.getName() + ": has no form in JSON");
    }
  }
}
