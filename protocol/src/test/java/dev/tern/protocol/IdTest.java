package dev.tern.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Without an order, ids that a peer has chosen to have one hash would make a HashMap slow. */
class IdTest {
  @Test
  void numbersAreOrderedByValue() {
    assertThat(List.of(number("-2"), number("-1"), number("0"), number("9223372036854775807")))
        .isSorted();
    assertThat(new Id.Number(Long.MAX_VALUE)).isLessThan(number("9223372036854775808"));
    assertThat(number("9223372036854775808")).isLessThan(number("18446744073709551615"));
    assertThat(new Id.Number(-1)).isLessThan(number("18446744073709551615"));
  }

  @Test
  void textsAreOrderedLikeStrings() {
    assertThat(List.of(new Id.Text(""), new Id.Text("10"), new Id.Text("9"), new Id.Text("a")))
        .isSorted();
  }

  private static Id.Number number(String text) {
    long bits = text.startsWith("-") ? Long.parseLong(text) : Long.parseUnsignedLong(text);
    return new Id.Number(bits, bits < 0 && !text.startsWith("-"));
  }
}
