package dev.tern.binding.jackson;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tern.core.binding.JsonCodec;
import dev.tern.core.binding.ParamsReader;
import dev.tern.core.binding.error.BindingException;
import dev.tern.protocol.Bytes;
import java.lang.annotation.ElementType;
import java.lang.annotation.Target;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An annotation named {@code Nullable} that is kept in class files counts for Jackson, too. */
final class UnseenNullablesJacksonTest {
  @Target(ElementType.TYPE_USE)
  @interface Nullable {}

  record Renamed(@JsonProperty("n") @Nullable String name, List<@Nullable String> all, int rest) {}

  private static final ParamsReader<Renamed> READER = JsonCodec.DEFAULT.paramsReader(Renamed.class);

  private static Renamed read(String json) {
    return READER.read(Bytes.of(json.getBytes(UTF_8)));
  }

  @Test
  void componentsAndContentsMayBeNull() {
    assertThat(read("{\"all\":[null],\"rest\":1}"))
        .hasToString("Renamed[name=null, all=[null], rest=1]");
    assertThat(JsonCodec.DEFAULT.encode(new Renamed("x", Arrays.asList("y", null), 1)))
        .hasToString("{\"n\":\"x\",\"all\":[\"y\",null],\"rest\":1}");
  }

  @Test
  void theOthersMayNot() {
    assertThatThrownBy(() -> read("{\"n\":\"x\",\"rest\":1}"))
        .isInstanceOf(BindingException.class)
        .hasMessageStartingWith("all: missing");
  }
}
