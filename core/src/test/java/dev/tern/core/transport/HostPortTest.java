package dev.tern.core.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HostPortTest {

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:7070, 127.0.0.1, 7070",
    "example.org:0, example.org, 0",
    "[::1]:65535, ::1, 65535",
    "[fe80::1%eth0]:80, fe80::1%eth0, 80"
  })
  void whatIsWrittenIsReadAgain(String text, String host, int port) {
    HostPort read = HostPort.parse(text);

    assertThat(read).isEqualTo(new HostPort(host, port));
    assertThat(read).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":7070", "localhost", "localhost:", "a:x", "::1:7070", "[g]:1"})
  void anythingElseIsRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HostPort.parse(text))
        .withMessage(
            "\"" + text + "\" (expected: HOST:PORT, such as 127.0.0.1:7070 or [::1]:7070)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:65536", "localhost:99999", "[::1]:707070"})
  void aPortThatIsTooHighIsCalledThat(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HostPort.parse(text))
        .withMessage("\"" + text + "\" (expected: HOST:PORT with a port up to 65535)");
  }

  @Test
  void aHostInBracketsGetsNoSecondPair() {
    assertThat(new HostPort("[::1]", 7)).isEqualTo(new HostPort("::1", 7)).hasToString("[::1]:7");
    assertThat(HostPort.of(InetSocketAddress.createUnresolved("[::1]", 7))).hasToString("[::1]:7");
  }

  @Test
  void anAddressThatIsNotLookedUpKeepsItsName() {
    assertThat(HostPort.of(InetSocketAddress.createUnresolved("example.org", 7)))
        .hasToString("example.org:7");
  }
}
