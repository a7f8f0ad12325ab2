package dev.tern.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimilarTest {
  private static final List<String> NAMES =
      List.of("add", "divide", "shop.buy", "shop.find", "--timeout", "--dialect");

  @ParameterizedTest
  @CsvSource({
    "ad, add",
    "adds, add",
    "dad, add",
    "ADD, add",
    "divied, divide",
    "dvide, divide",
    "buy, shop.buy",
    "shop.bin, shop.buy shop.find",
    "--timout, --timeout",
    "--diallect, --dialect",
    "subtract, ",
    "x, "
  })
  void findsWhatWasMeant(String word, String expected) {
    assertThat(String.join(" ", Similar.to(word, NAMES)))
        .isEqualTo(expected == null ? "" : expected);
  }

  @Test
  void noMoreThanThreeAreNamed() {
    assertThat(Similar.to("a", List.of("b", "c", "d", "e"))).containsExactly("b", "c", "d");
  }

  @Test
  void aLongNameOfAPeerIsNotCompared() {
    assertThat(Similar.to("x".repeat(300), List.of("x".repeat(301)))).isEmpty();
  }
}
