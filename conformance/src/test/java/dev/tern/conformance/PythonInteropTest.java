package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.server.Server;
import dev.tern.core.transport.Transport;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients in Python, written from the protocol's page alone, against a real server. */
@Timeout(150)
class PythonInteropTest {

  @ParameterizedTest
  @EnumSource(
      value = TestTransport.class,
      names = {"THREADS", "NETTY"})
  void everyCheckOfThePythonClientsPasses(TestTransport kind) throws Exception {
    Transport transport = kind.create();
    try (Server server = new TestService().offer(Server.builder(transport)).listen(0)) {
      String host = server.address().getAddress().getHostAddress();
      Python.Run run = Python.run("interop_check.py", host, Integer.toString(server.port()));
      assertThat(run.output()).doesNotContain("FAILED");
      assertThat(run.lastLine()).matches("[1-9]\\d* passed, 0 failed");
      assertThat(run.status()).isZero();
      server.close(Duration.ZERO);
    } finally {
      transport.close();
    }
  }

  @Test
  void thePythonClientsPassTheirOwnTests() throws Exception {
    Python.Run run = Python.run("-m", "unittest");
    assertThat(run.lastLine()).as(run.output()).isEqualTo("OK");
    assertThat(run.status()).isZero();
  }
}
