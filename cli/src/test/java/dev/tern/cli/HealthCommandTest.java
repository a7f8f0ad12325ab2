package dev.tern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Method;
import dev.tern.core.server.Server;
import dev.tern.core.transport.HostPort;
import dev.tern.transport.threads.ThreadsTransport;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class HealthCommandTest {
  private static final Method<Void, String> PING = Method.of("shop.ping", Void.class, String.class);

  @Test
  void itTellsOfTheServerAndOfAService() throws IOException {
    try (ThreadsTransport transport = new ThreadsTransport();
        Server server =
            Server.builder(transport)
                .serve(PING, _ -> "pong")
                .readiness(service -> !service.equals("shop"))
                .listen(0)) {
      String address = HostPort.of(server.address()).toString();

      assertThat(Run.tern("health", address)).isEqualTo(new Run(0, "serving\n", ""));
      assertThat(Run.tern("health", address, "shop")).isEqualTo(new Run(6, "not_ready\n", ""));
      assertThat(Run.tern("health", address, "stock")).isEqualTo(new Run(6, "unknown\n", ""));
    }
  }

  @Test
  void aServerThatIsNotThereIsUnavailable() {
    assertThat(Run.tern("health", "127.0.0.1:1").code()).isEqualTo(74);
  }
}
