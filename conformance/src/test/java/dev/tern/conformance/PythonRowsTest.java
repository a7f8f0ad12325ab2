package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.server.Server;
import dev.tern.core.transport.Transport;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.Oddity;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a caller of the Python client may write. Rows 83 and 161 of docs/PROMISES.md. */
@OverSockets
@Timeout(150)
class PythonRowsTest {
  private final Transport transport;

  PythonRowsTest(TestTransport kind) {
    transport = kind.create();
  }

  @AfterEach
  void close() {
    transport.close();
  }

  @Test
  void row83_whatTheServerWouldNotReadIsRefusedAndHarmsNoOtherCall() throws Exception {
    assertPasses("refused before it is sent");
  }

  @Test
  void row83_whatStandsAtALimitIsSentAndRead() throws Exception {
    assertPasses("at its limits");
  }

  @Test
  void row161_whatIsOverLimitsOfTheServersOwnFailsItsCallAlone() throws Exception {
    Limits low =
        Limits.DEFAULT
            .with(Bound.DEPTH, 16)
            .with(Bound.NAME_BYTES, 100)
            .with(Bound.NUMBER_DIGITS, 100);
    assertThat(assertPasses("over limits of the server's own", low)).isEqualTo(3);
  }

  private void assertPasses(String words) throws Exception {
    assertPasses(words, Limits.DEFAULT);
  }

  /**
   * Runs the checks of the clients in Python whose names hold these words.
   *
   * @return how many calls the server found malformed
   */
  private long assertPasses(String words, Limits limits) throws Exception {
    try (Server server =
        new TestService().offer(Server.builder(transport)).limits(limits).listen(0)) {
      String host = server.address().getAddress().getHostAddress();
      Python.Run run = Python.run("interop_check.py", host, Integer.toString(server.port()), words);
      assertThat(run.output()).doesNotContain("FAILED");
      assertThat(run.lastLine()).matches("[1-9]\\d* passed, 0 failed");
      server.close(Duration.ZERO);
      return server.stats().count(Oddity.MALFORMED);
    }
  }
}
