package dev.tern.protocol.value;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {

  @ParameterizedTest
  @CsvSource({"0, 3837363534333231", "1, 3938373635343332", "2, 39383736353433", "8, 39", "9, 0"})
  void putsZerosBehindTheEnd(int at, String word) {
    assertThat(Words.at(bytes("123456789"), at)).isEqualTo(Long.parseUnsignedLong(word, 16));
  }

  @Test
  void readsArraysThatAreShorterThanAWord() {
    assertThat(Words.at(bytes("ab"), 0)).isEqualTo('b' << 8 | 'a');
    assertThat(Words.at(bytes("ab"), 1)).isEqualTo('b');
    assertThat(Words.at(bytes("ab"), 2)).isZero();
  }

  /** Each length, with something special in each place or none, and behind its end. */
  @Test
  void findsWhereATextIsNoLongerPlain() {
    for (int length = 0; length <= 100; length++) {
      for (int special = 0; special <= length; special++) {
        byte[] text = bytes("#" + "a".repeat(special) + '"' + "a".repeat(120));
        int expected = 1 + Math.min(special, length);
        assertThat(Words.plainUntil(text, 1, 1 + length))
            .as("%s of %s", special, length)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void keepsTheFirstBytes() {
    long word = Words.at(bytes("12345678"), 0);
    for (int bytes = 0; bytes <= 8; bytes++) {
      byte[] kept = Arrays.copyOf(bytes("12345678".substring(0, bytes)), 8);
      assertThat(Words.head(word, bytes)).isEqualTo(Words.at(kept, 0));
    }
  }

  /** Every byte in every place, among bytes that are the next to being special themselves. */
  @Test
  void findsTheFirstByteThatIsSpecialInAString() {
    for (int around : new int[] {' ', '!', '#', '[', ']', 'a', 0x7F}) {
      for (int place = 0; place < 8; place++) {
        for (int value = 0; value < 256; value++) {
          byte[] text = new byte[8];
          Arrays.fill(text, (byte) around);
          text[place] = (byte) value;
          boolean special = value < ' ' || value == '"' || value == '\\' || value >= 0x80;
          assertThat(Words.before(Words.special(Words.at(text, 0))))
              .as("%02x among %02x", value, around)
              .isEqualTo(special ? place : 8);
        }
      }
    }
  }

  @Test
  void findsTheFirstOfManySpecialBytes() {
    assertThat(Words.before(Words.special(Words.at(bytes("ab\"\"\"\\\u0000\u0080"), 0))))
        .isEqualTo(2);
  }

  @Test
  void countsDigits() {
    for (int place = 0; place < 8; place++) {
      for (int value = 0; value < 256; value++) {
        byte[] text = bytes("90909090");
        text[place] = (byte) value;
        boolean digit = value >= '0' && value <= '9';
        assertThat(Words.digits(Words.at(text, 0))).isEqualTo(digit ? 8 : place);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "7", "42", "999", "1000000", "12345678", "99999999", "00000001"})
  void readsDecimals(String digits) {
    long word = Words.at(bytes(digits + "~~~~~~~~"), 0);
    assertThat(Words.decimal(word, digits.length())).isEqualTo(Long.parseLong(digits));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }
}
