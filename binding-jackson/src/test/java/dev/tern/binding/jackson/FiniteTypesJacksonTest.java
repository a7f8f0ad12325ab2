package dev.tern.binding.jackson;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tern.core.TypeRef;
import dev.tern.core.binding.JsonCodec;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A record that nobody can ever make is refused within an annotated one, too, or behind a getter.
 */
final class FiniteTypesJacksonTest {
  record Generic<T>(T value) {}

  record Self(Self next) {}

  record Holds(@JsonProperty("self") Self held) {}

  record HoldsInside(@JsonProperty("all") Map<String, List<Self>> all) {}

  record HoldsAnnotated(@JsonProperty("one") List<Holds> one) {}

  record OfItself(@JsonProperty("all") List<OfItself> all) {}

  public static final class Told {
    public @Nullable List<Self> getTold() {
      return null;
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {Holds.class, HoldsInside.class, HoldsAnnotated.class})
  void isRefusedWithinAnAnnotatedRecord(Class<?> type) {
    JsonCodec codec = JsonCodec.ofServer(false, Limits.DEFAULT);

    assertThatThrownBy(() -> codec.paramsReader(type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("$Self.next: no finite value");
    assertThatThrownBy(() -> codec.resultWriter(type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("$Self.next: no finite value");
  }

  @Test
  void isRefusedBehindAGetter() {
    assertThatThrownBy(() -> JsonCodec.ofServer(false, Limits.DEFAULT).resultWriter(Told.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Told.told: ")
        .hasMessageContaining("$Self.next: no finite value");
  }

  /** It is a text in JSON, whatever it holds. */
  record OfText(OfText parent) {
    @JsonCreator
    static @Nullable OfText of(String text) {
      return text.isEmpty() ? null : new OfText(new OfText(null));
    }
  }

  @Test
  void whatIsMadeOfATextNeedNotEnd() {
    Type type = new TypeRef<Generic<OfText>>() {}.type();
    JsonCodec codec = JsonCodec.ofServer(false, Limits.DEFAULT);

    assertThat(codec.resultWriter(type)).isNotNull();
    assertThat(codec.paramsReader(type).read(Bytes.of("{\"value\":\"a\"}".getBytes(UTF_8))))
        .isNotNull();
  }

  @Test
  void whatHoldsAListOfItselfEnds() {
    assertThat(
            JsonCodec.DEFAULT
                .resultReader(OfItself.class)
                .read(Bytes.of("{\"all\":[{\"all\":[]}]}".getBytes(UTF_8))))
        .isEqualTo(new OfItself(List.of(new OfItself(List.of()))));
  }
}
