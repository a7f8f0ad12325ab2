package dev.tern.core.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.StringValue;
import com.google.protobuf.Struct;
import dev.tern.core.binding.error.EncodingException;
import dev.tern.protocol.Limits;
import java.lang.reflect.Type;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages of protobuf-java are refused by the core alone, which says who binds them. */
final class WithoutProtobufTest {
  private static final String MODULE = "tern-binding-protobuf";

  private static void isRefused(Type type) {
    JsonCodec server = JsonCodec.ofServer(false, Limits.DEFAULT);
    for (Runnable declares :
        List.<Runnable>of(
            () -> server.paramsReader(type),
            () -> server.resultWriter(type),
            () -> JsonCodec.DEFAULT.resultReader(type))) {
      assertThatIllegalArgumentException()
          .isThrownBy(declares::run)
          .withMessageContaining("a message of protobuf-java")
          .withMessageContaining(MODULE);
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {Struct.class, StringValue.class, DynamicMessage.class})
  void aTypeIsRefusedWhenItIsDeclared(Class<?> type) {
    isRefused(type);
    isRefused(ValueTableTest.generic(List.class, type));
  }

  @Test
  void aValueIsRefusedWhenItIsWritten() {
    assertThatThrownBy(() -> JsonCodec.DEFAULT.encodeParams(Struct.getDefaultInstance()))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining(MODULE);
    assertThatThrownBy(() -> JsonCodec.DEFAULT.encode(List.of(StringValue.of("x"))))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining(MODULE);
  }

  @Test
  void noOtherTypeHasOneEncodingAlone() {
    assertThat(JsonCodec.DEFAULT.onlyEncoding(String.class, List.class)).isNull();
    assertThat(JsonCodec.DEFAULT.isMessage(List.of())).isFalse();
  }
}
