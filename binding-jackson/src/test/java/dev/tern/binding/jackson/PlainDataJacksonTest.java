package dev.tern.binding.jackson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.tern.core.RpcException;
import dev.tern.core.binding.JsonCodec;
import dev.tern.core.binding.error.EncodingException;
import dev.tern.protocol.Limits;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.JsonNodeFactory;

/** What a bean or a tree holds is written as what it is, unless that is no data. */
final class PlainDataJacksonTest {
  record Anything(Object value) {}

  record All(List<Object> items) {}

  public static final class Bean {
    private final Object value;

    Bean(Object value) {
      this.value = value;
    }

    public Object getValue() {
      return value;
    }
  }

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
        PlainDataJacksonTest.class.getClassLoader(),
        Pattern.compile("secret"),
        new Random(1),
        new AtomicReference<>("secret"),
        CompletableFuture.completedFuture("secret"),
        Map.entry("secret", 1));
  }

  private static List<Object> holders(Object value) {
    return List.of(
        new Bean(value),
        new Bean(Arrays.asList(1, value)),
        new Bean(Collections.singletonMap(value, "a")),
        new Bean(Optional.of(value)),
        new Bean(new Object[] {value}),
        new Bean(new Anything(value)),
        new All(List.of(new Bean(value))),
        JsonNodeFactory.instance.objectNode().putPOJO("a", value));
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

  /** Jackson remembers how a class is written. */
  @Test
  void itIsRefusedAgain() {
    JsonCodec codec = JsonCodec.ofServer(false, Limits.DEFAULT);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> codec.encode(List.of(new Bean(new Failure()))))
          .isInstanceOf(EncodingException.class)
          .hasMessageContaining("$Failure: has no form in JSON");
    }
    assertThat(codec.encode(new Bean("next"))).hasToString("{\"value\":\"next\"}");
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

  interface Named {
    String getName();
  }

  /** As those of databases are. */
  @SuppressWarnings("JavaUtilDate") // that is what they extend
  private static final class Moment extends Date {
    private static final long serialVersionUID = 1L;

    Moment() {
      super(0);
    }
  }

  /** It says itself what there is of it. */
  public static final class Told extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @JsonValue
    public String told() {
      return "told";
    }
  }

  static Stream<Arguments> data() {
    return Stream.of(
        arguments(new Bean(new AtomicInteger(7)), "{\"value\":7}"),
        arguments(new Bean(new Moment()), "{\"value\":\"1970-01-01T00:00:00Z\"}"),
        arguments(new Bean(Size.SMALL), "{\"value\":\"SMALL\"}"),
        arguments(new Bean(Locale.ROOT), "{\"value\":\"\"}"),
        arguments(new Bean(ZoneId.of("Europe/Berlin")), "{\"value\":\"Europe/Berlin\"}"),
        arguments(new Bean(new byte[] {1, 2, 3}), "{\"value\":\"AQID\"}"),
        arguments(new Bean(new Anything("a")), "{\"value\":{\"value\":\"a\"}}"),
        arguments(new Told(), "\"told\""),
        arguments(
            Proxy.newProxyInstance(
                Named.class.getClassLoader(),
                new Class<?>[] {Named.class},
                (_, method, _) -> method.getName().equals("getName") ? "ann" : null),
            "{\"name\":\"ann\"}"));
  }

  @ParameterizedTest
  @MethodSource("data")
  void whatIsDataIsWritten(Object value, String json) {
    JsonCodec server = JsonCodec.ofServer(false, Limits.DEFAULT);

    assertThat(server.resultWriter(Object.class).write(value)).hasToString(json);
    assertThat(JsonCodec.DEFAULT.encodeParams(List.of(value))).hasToString("[" + json + "]");
  }

  /** Nobody is to find out by way of a loop of one's own. */
  public static final class Rows implements Iterable<Object> {
    @Override
    public Iterator<Object> iterator() {
      return List.<Object>of(new File("/secret")).iterator();
    }
  }

  @Test
  void norWhatAnIterableOfTheApplicationGives() {
    assertThatThrownBy(() -> JsonCodec.DEFAULT.encode(new Rows()))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining("java.io.File: has no form in JSON");
  }
}
