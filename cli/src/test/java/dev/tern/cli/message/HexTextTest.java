package dev.tern.cli.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HexTextTest {
  /** A frame with {@code {"id":1,"ab cd":"| |"}}, whose characters look like digits. */
  private static final String FRAME = "000000167b226964223a312c226162206364223a227c207c227d";

  private static String read(String text) {
    return HexFormat.of().formatHex(HexText.read(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "84a26964",
        "84 A2 69 64",
        " 84A2\n\t6964\r\n",
        "84:a2:69:64",
        "0x84, 0xA2, 0x69, 0x64",
        "\\x84\\xa2\\x69\\x64",
        "84a2 6964",
      })
  void readsDigits(String text) {
    assertThat(read(text)).isEqualTo("84a26964");
    assertThat(HexText.isPlain(text)).isTrue();
  }

  @Test
  void readsWhatXxdWrites() {
    assertThat(
            read(
                """
                00000000: 0000 0016 7b22 6964 223a 312c 2261 6220  ....{"id":1,"ab\s
                00000010: 6364 223a 227c 207c 227d                 cd":"| |"}
                """))
        .isEqualTo(FRAME);
  }

  @Test
  void readsWhatHexdumpWrites() {
    assertThat(
            read(
                """
                00000000  00 00 00 16 7b 22 69 64  22 3a 31 2c 22 61 62 20  |....{"id":1,"ab |
                00000010  63 64 22 3a 22 7c 20 7c  22 7d                    |cd":"| |"}|
                0000001a
                """))
        .isEqualTo(FRAME);
  }

  @Test
  void readsWhatWiresharkWrites() {
    assertThat(
            read(
                """
                0000   00 00 00 16 7b 22 69 64 22 3a 31 2c 22 61 62 20   ....{"id":1,"ab\s
                0010   63 64 22 3a 22 7c 20 7c 22 7d                     cd":"| |"}
                """))
        .isEqualTo(FRAME);
  }

  @Test
  void readsWhatOdWrites() {
    assertThat(
            read(
                """
                000000 00 00 00 16 7b 22 69 64 22 3a 31 2c 22 61 62 20
                000010 63 64 22 3a 22 7c 20 7c 22 7d
                00001a
                """))
        .isEqualTo(FRAME);
  }

  @Test
  void groupsOfFourAreNoOffsets() {
    assertThat(read("0000 0002\n0002 7b7d")).isEqualTo("0000000200027b7d");
    assertThat(read("0000")).isEqualTo("0000");
    assertThat(read("00000000")).isEqualTo("00000000");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "84a     | hex: 3 digits (expected: two for each byte)",
        "84 g2   | hex: 'g' at character 3 (expected: hexadecimal digits, or a dump with offsets)",
        "00000000: 7b7d  {}!00000010: 7b | hex: '{' at character 16",
      })
  void refusesWhatSaysNoBytes(String text, String words) {
    assertThatThrownBy(() -> HexText.read(text.replace('!', '\n')))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words);
    assertThat(HexText.isPlain(text)).isFalse();
  }

  @Test
  void readsWhatItWrites() {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    String text = HexText.write(all);
    assertThat(text).startsWith("00 01 02").hasLineCount(8);
    assertThat(HexText.read(text)).isEqualTo(all);
  }
}
