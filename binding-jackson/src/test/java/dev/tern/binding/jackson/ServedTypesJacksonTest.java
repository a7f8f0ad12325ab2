package dev.tern.binding.jackson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.tern.core.TypeRef;
import dev.tern.core.binding.JsonCodec;
import dev.tern.core.binding.ValueTableTest;
import dev.tern.core.binding.error.EncodingException;
import dev.tern.protocol.Limits;
import java.io.File;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.ser.std.ToStringSerializer;
import tools.jackson.databind.type.TypeFactory;

/** What a getter gives is held to what a field may be. */
final class ServedTypesJacksonTest {
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
    Class<?> raw = TypeFactory.createDefaultInstance().constructType(bean).getRawClass();

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

  public static final class Lists {
    public @Nullable InList list;
  }

  record InList(List<List<String>> value) {}

  /** A record keeps its rules where a bean holds it. */
  @Test
  void aNullInARecordOfABean() {
    Lists lists = new Lists();
    lists.list = new InList(List.of(Arrays.asList("a", null)));

    assertThatThrownBy(() -> JsonCodec.DEFAULT.encode(lists))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining("null (expected: a value; or Optional, or @Nullable)");
  }
}
