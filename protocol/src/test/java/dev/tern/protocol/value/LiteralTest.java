package dev.tern.protocol.value;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LiteralTest {
  private static final String LETTERS = "abcdefghijklmnopqrstuvwx";

  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 9, 15, 16, 17, 24})
  void standsWhereAllItsBytesAre(int length) {
    String text = LETTERS.substring(0, length);

    assertThat(Literal.of(text).standsAt(bytes(".." + text), 2)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 9, 15, 16, 17, 24})
  void standsNowhereWithAnotherByteOrOneTooFew(int length) {
    String text = LETTERS.substring(0, length);
    Literal literal = Literal.of(text);
    for (int i = 0; i < length; i++) {
      String other = text.substring(0, i) + '_' + text.substring(i + 1);
      assertThat(literal.standsAt(bytes(other), 0)).as(other).isFalse();
      assertThat(literal.standsAt(bytes(text.substring(0, i)), 0)).as("%s bytes", i).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 25})
  void hasSoManyBytes(int length) {
    assertThatThrownBy(() -> Literal.of("x".repeat(length)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("literal of " + length + " bytes (expected: 1 to 24)");
  }
}
