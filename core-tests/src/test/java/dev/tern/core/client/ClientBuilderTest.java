package dev.tern.core.client;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tern.core.server.Server;
import dev.tern.transport.memory.MemoryTransport;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

final class ClientBuilderTest {
  @Test
  void anEmptyHostIsRefusedHoweverItIsGiven() {
    try (MemoryTransport transport = new MemoryTransport()) {
      ClientBuilder builder = Client.builder(transport);

      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder.connect("", 7070))
          .withMessage("host: \"\" (expected: a name or an address)");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder.connect(InetSocketAddress.createUnresolved("", 7070)))
          .withMessage("host: \"\" (expected: a name or an address)");
    }
  }

  @Test
  void aPortThatThereIsNotIsRefusedAtBothEnds() {
    try (MemoryTransport transport = new MemoryTransport()) {
      for (int port : new int[] {-1, 65_536}) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> Client.builder(transport).connect("a", port))
            .withMessage("port: " + port + " (expected: 0 to 65535)");
        assertThatIllegalArgumentException()
            .isThrownBy(() -> Server.builder(transport).listen(port))
            .withMessage("port: " + port + " (expected: 0 to 65535)");
      }
    }
  }
}
