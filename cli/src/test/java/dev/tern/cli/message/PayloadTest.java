package dev.tern.cli.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PayloadTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = ';',
      value = {
        "{\"id\":7}; 7",
        "{\"method\":\"m\", \"id\" : \"a\"}; \"a\"",
        "{\"i\\u0064\":-1}; -1",
        "{\"id\":7,\"result\":[}; 7",
        "{\"id\":7,\"result\":\"\\u12\"}; 7"
      })
  void hasAnId(String json, String id) {
    assertThat(Payload.id(json.getBytes(UTF_8))).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "[7]",
        "{",
        "{\"result\":7}",
        "{\"result\":[},\"id\":7}",
        "{\"result\":\"\\ud800\",\"id\":7}",
        "{\"id\":\"a",
        "{\"id\":[7",
        "{\"i\\u006"
      })
  void hasNoneOrBehindWhatIsNoJson(String json) {
    assertThat(Payload.id(json.getBytes(UTF_8))).isNull();
  }
}
