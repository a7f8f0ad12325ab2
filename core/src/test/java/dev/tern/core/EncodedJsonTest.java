package dev.tern.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncodedJsonTest {

  @ParameterizedTest
  @ValueSource(strings = {"1.10", "null", "\"x\"", "[1, 2]", "{\"a\" : 1e2}"})
  void itIsItsText(String text) {
    assertThat(new EncodedJson(text.getBytes(UTF_8))).hasToString(text);
  }

  @Test
  void whiteSpaceAroundIsNoPartOfIt() {
    assertThat(new EncodedJson(" [1, 2]\n".getBytes(UTF_8))).hasToString("[1, 2]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "NaN", "[1,]", "1 2", "{\"a\":1,\"a\":2}"})
  void whatIsNoStrictJsonIsRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new EncodedJson(text.getBytes(UTF_8)))
        .withMessageStartingWith("encoded JSON: ");
  }

  @Test
  void aNumberLongerThanAPeerReadsIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new EncodedJson("1".repeat(10_000).getBytes(UTF_8)))
        .withMessageContaining("at byte 0: a name or a number that is too long");
  }
}
