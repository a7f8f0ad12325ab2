package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.server.Server;
import dev.tern.core.transport.Transport;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a caller of the Python client may write. Row 83 of docs/PROMISES.md. */
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

  /** Runs the checks of the clients in Python whose names hold these words. */
  private void assertPasses(String words) throws Exception {
    try (Server server = new TestService().offer(Server.builder(transport)).listen(0)) {
      String host = server.address().getAddress().getHostAddress();
      Python.Run run = Python.run("interop_check.py", host, Integer.toString(server.port()), words);
      assertThat(run.output()).doesNotContain("FAILED");
      assertThat(run.lastLine()).matches("[1-9]\\d* passed, 0 failed");
      server.close(Duration.ZERO);
    }
  }
}
