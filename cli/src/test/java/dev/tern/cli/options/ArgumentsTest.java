package dev.tern.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.core.Effect;
import dev.tern.core.transport.HostPort;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ArgumentsTest {

  @ParameterizedTest
  @CsvSource({"1ms, PT0.001S", "500ms, PT0.5S", "2s, PT2S", "3m, PT3M", "60m, PT1H", "3600s, PT1H"})
  void aDuration(String text, Duration expected) {
    assertThat(new Arguments.OfDuration().convert(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0ms",
        "0s",
        "5",
        "-1s",
        "1.5s",
        "1h",
        "61m",
        "99999999999ms",
        "1 s",
        "s",
        "٣s"
      })
  void noDuration(String text) {
    assertThatThrownBy(() -> new Arguments.OfDuration().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageStartingWith("\"" + text + "\" (expected: ");
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:7070, 127.0.0.1, 7070",
    "example.org:1, example.org, 1",
    "[::1]:65535, ::1, 65535",
    "[fe80::1%eth0]:80, fe80::1%eth0, 80"
  })
  void anAddress(String text, String host, int port) {
    assertThat(new Arguments.OfAddress().convert(text)).isEqualTo(new HostPort(host, port));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "7070",
        ":7070",
        "localhost",
        "localhost:",
        "localhost:0",
        "localhost:65536",
        "localhost:99999",
        "localhost:-1",
        "::1:7070",
        "[::1]",
        "http://localhost:7070",
        "a b:1",
        "localhost:1x"
      })
  void noAddress(String text) {
    assertThatThrownBy(() -> new Arguments.OfAddress().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("\"" + text + "\" (expected: HOST:PORT");
  }

  @ParameterizedTest
  @CsvSource({
    "[::1], ::1",
    "::1, ::1",
    "[fe80::1%eth0], fe80::1%eth0",
    "127.0.0.1, 127.0.0.1",
    "localhost, localhost"
  })
  void aHost(String text, String host) {
    assertThat(new Arguments.OfHost().convert(text)).isEqualTo(host);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "[]",
        "[::1",
        "::1]",
        "[[::1]]",
        "[localhost]",
        "localhost:7070",
        "127.0.0.1:80",
        "a:80",
        "[::1]:80",
        "a b"
      })
  void noHost(String text) {
    assertThatThrownBy(() -> new Arguments.OfHost().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage(
            "\"%s\" (expected: a name or an address without a port, such as 127.0.0.1 or ::1)"
                .formatted(text));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "7070, 7070", "65535, 65535"})
  void aPort(String text, int expected) {
    assertThat(new Arguments.OfPort().convert(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "65536", "x", "99999999999", "0x10"})
  void noPort(String text) {
    assertThatThrownBy(() -> new Arguments.OfPort().convert(text))
        .hasMessage("\"" + text + "\" (expected: a port from 0 to 65535)");
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "0.1, 0.1", ".25, 0.25", "1.0, 1"})
  void aShare(String text, double expected) {
    assertThat(new Arguments.OfShare().convert(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "2", "1.1", "-0.1", "10%", "1.", "0,1", "NaN", "1e-1"})
  void noShare(String text) {
    assertThatThrownBy(() -> new Arguments.OfShare().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage("\"" + text + "\" (expected: a share from 0 to 1, such as 0.1)");
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "500, 500", "10k, 10000", "2m, 2000000"})
  void bytes(String text, long expected) {
    assertThat(new Arguments.OfBytes().convert(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "0k", "-1", "1.5k", "10kb", "1g", "9999999999999"})
  void noBytes(String text) {
    assertThatThrownBy(() -> new Arguments.OfBytes().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage("\"" + text + "\" (expected: bytes from 1 on, such as 500, 10k or 2m)");
  }

  @Test
  void anAddressToListenOnMayHaveAnyPort() {
    assertThat(new Arguments.OfListening().convert("[::1]:0")).isEqualTo(new HostPort("::1", 0));
    assertThatThrownBy(() -> new Arguments.OfListening().convert("7070"))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageStartingWith("\"7070\" (expected: HOST:PORT");
  }

  @Test
  void aSeed() {
    assertThat(new Arguments.OfSeed().convert("-7")).isEqualTo(-7);
    assertThatThrownBy(() -> new Arguments.OfSeed().convert("9223372036854775808"))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage("\"9223372036854775808\" (expected: a whole number, such as 7)");
  }

  @ParameterizedTest
  @CsvSource({"read, READ", "idempotent, IDEMPOTENT", "once, ONCE", "unsafe, UNSAFE"})
  void anEffect(String text, Effect expected) {
    assertThat(new Arguments.OfEffect().convert(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "99"})
  void retries(String text) {
    assertThat(new Arguments.OfRetries().convert(text)).isEqualTo(Integer.valueOf(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "100", "1.0", "two", "٣"})
  void noRetries(String text) {
    assertThatThrownBy(() -> new Arguments.OfRetries().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageStartingWith("\"" + text + "\" (expected: attempts after the first");
  }

  @ParameterizedTest
  @ValueSource(strings = {"4", "100000", "999999999999"})
  void entries(String text) {
    assertThat(new Arguments.OfEntries().convert(text)).isEqualTo(Long.valueOf(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "3", "-4", "1k", "9999999999999"})
  void noEntries(String text) {
    assertThatThrownBy(() -> new Arguments.OfEntries().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageStartingWith("\"" + text + "\" (expected: a number of operations from 4");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "abc", "tern1.", "tern1.e30.00000000", "tern2.e30.00000000"})
  void noToken(String text) {
    assertThatThrownBy(() -> new Arguments.OfToken().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageStartingWith("operation token: ")
        .hasMessageContaining("(expected: ");
  }
}
