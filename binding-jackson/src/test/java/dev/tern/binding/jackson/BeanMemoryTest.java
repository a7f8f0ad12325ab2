package dev.tern.binding.jackson;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.core.binding.JsonCodec;
import dev.tern.core.binding.ParamsReader;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.value.Allowance;
import dev.tern.protocol.value.NoRoomException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a bean is made of counts, as it does in a list or a map. */
final class BeanMemoryTest {
  public static final class Bean {
    public List<Object> list = new ArrayList<>();
    public Map<String, Object> map = Map.of();
  }

  record Holder(Bean bean) {}

  private final ParamsReader<Holder> reader =
      JsonCodec.ofServer(false, Limits.DEFAULT).paramsReader(Holder.class);
  private int taken;

  /** How often room was asked for. */
  private int stepsOf(String list) {
    taken = 0;
    Bytes json = Bytes.of(("{\"bean\":{\"list\":" + list + "}}").getBytes(UTF_8));
    Allowance counting =
        _ -> {
          taken++;
          return true;
        };
    assertThat(reader.read(json, JsonEncoding.JSON, counting)).isNotNull();
    return taken;
  }

  /** One element or member of the bean's is the list itself. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "0|1",
        "{}|1",
        "[ ]|1",
        "[[]]|2",
        "{\"a\":{\"b\":0}}|3",
        "[1,2, 3]|4",
        "\"[1,2,3]\"|1",
        "\"\\\"[,\\\\\"|1",
        "{\"\\\\\\\",\":\"[,\"}|2",
        "true|1"
      })
  void eachElementAndMemberCounts(String element, int count) {
    int elements = Allowance.STEP * 3;

    assertThat(stepsOf("[" + (element + ",").repeat(elements - 1) + element + "]"))
        .isEqualTo(3 * count);
    assertThat(stepsOf("[ " + (element + " , ").repeat(elements - 1) + element + "]"))
        .isEqualTo(3 * count);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "{}", "0"})
  void noMoreIsMadeThanIsAllowed(String element) {
    Bytes json =
        Bytes.of(
            ("{\"bean\":{\"list\":[" + (element + ",").repeat(100_000) + "0]}}").getBytes(UTF_8));

    assertThatThrownBy(() -> reader.read(json, JsonEncoding.JSON, _ -> ++taken < 3))
        .isInstanceOf(NoRoomException.class);
    assertThat(taken).isEqualTo(3);
  }

  @Test
  void aBeanOfFewPartsAsksForNothing() {
    assertThat(stepsOf("[1,{\"a\":[2]}]")).isZero();
  }
}
