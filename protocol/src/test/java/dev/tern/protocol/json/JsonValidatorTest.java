package dev.tern.protocol.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.value.OverLimit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where things are in a text; what is JSON at all, {@link StrictJsonTest} asks. */
class JsonValidatorTest {
  private static final Limits SHALLOW = Limits.DEFAULT.with(Bound.DEPTH, 2);

  private final JsonValidator validator = new JsonValidator(SHALLOW);

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":[1]}", "[1, {\"b\": 2}]", "\"x\"", "-1.5", "true", "null"})
  void saysWhereAValueIs(String value) {
    byte[] json = ("xx \n" + value + "\t yy").getBytes(UTF_8);

    validator.reset(json, 2, json.length - 4);
    validator.skipValue();

    assertThat(validator.valueStart()).isEqualTo(4);
    assertThat(validator.valueEnd()).isEqualTo(4 + value.length());
  }

  @Test
  void goesOnWithinAText() {
    byte[] json = "{\"a\":[1],\"b\":2}".getBytes(UTF_8);

    validator.resetWithin(json, 0, json.length, 5, 1);
    validator.skipValue();

    assertThat(validator.valueStart()).isEqualTo(5);
    assertThat(validator.valueEnd()).isEqualTo(8);
  }

  @Test
  void whatLiesOutsideCountsTowardsTheDepth() {
    byte[] json = "{\"a\":[[]]}".getBytes(UTF_8);
    validator.resetWithin(json, 0, json.length, 5, 1);

    assertThatThrownBy(validator::skipValue)
        .hasMessage("not strict JSON at byte 6: nesting deeper than 2");
  }

  @Test
  void readsInTheMiddleOfAnArray() {
    byte[] bytes = "xx{\"a\":1}yy".getBytes(UTF_8);

    assertThat(validator.checkMessage(bytes, 2, 9)).isNull();
    assertThatThrownBy(() -> validator.checkMessage(bytes, 2, 10))
        .hasMessage("not strict JSON at byte 7: a byte instead of the end");
  }

  @Test
  void passesOverWhatNestsTooDeepIfItWasMadeForThat() {
    byte[] json = "{\"a\":[[1],{\"b\":1,\"b\":2}]}".getBytes(UTF_8);

    assertThat(JsonValidator.passingOverDepth(SHALLOW).checkMessage(json, 0, json.length))
        .isEqualTo(new OverLimit(6, Bound.DEPTH));
  }

  @Test
  void isOfUseAgainAfterAnError() {
    Bytes wrong = Bytes.of("[{\"a\":1,\"a\":2}]".getBytes(UTF_8));
    assertThatThrownBy(() -> validator.checkValue(wrong, 0)).isInstanceOf(JsonException.class);

    assertThat(validator.checkValue(Bytes.of("[{\"a\":1}]".getBytes(UTF_8)), 0)).isNull();
  }

  @Test
  void whatIsReadableComesWithoutTheSpaceAroundIt() {
    byte[] json = " \n[ 1 ]\t".getBytes(UTF_8);

    assertThat(JsonValidator.readable(json, 1, SHALLOW)).hasToString("[ 1 ]");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      value = {
        "'[[1]]', 'byte 1: nesting deeper than 2'",
        "'[1] 2', 'byte 4: a byte instead of the end'",
        "'[123456]', 'byte 1: a name or a number that is too long'",
        "'{\"names\":1}', 'byte 1: a name or a number that is too long'"
      })
  void whatNotEveryPeerWouldReadIsNotReadable(String json, String problem) {
    Limits limits = SHALLOW.with(Bound.NUMBER_DIGITS, 5).with(Bound.NAME_BYTES, 4);

    assertThatThrownBy(() -> JsonValidator.readable(json.getBytes(UTF_8), 1, limits))
        .hasMessage("not strict JSON at " + problem);
  }
}
