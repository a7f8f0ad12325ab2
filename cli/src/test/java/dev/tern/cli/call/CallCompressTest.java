package dev.tern.cli.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.cli.Run;
import dev.tern.cli.serve.DemoService;
import dev.tern.core.Lane;
import dev.tern.core.compress.FoundCompressions;
import dev.tern.core.server.Server;
import dev.tern.core.transport.Transport;
import dev.tern.transport.threads.ThreadsTransport;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Calls whose messages are compressed. */
@Timeout(60)
class CallCompressTest {
  private static final String LONG = "again and ".repeat(200) + "again";

  private final Transport transport = new ThreadsTransport();
  private Server server;
  private String address;

  @BeforeEach
  void serve() throws IOException {
    String[] all = FoundCompressions.labels().toArray(String[]::new);
    server = DemoService.offer(Server.builder(transport).compressions(all), Lane.VIRTUAL).listen(0);
    address = "127.0.0.1:" + server.port();
  }

  @AfterEach
  void stop() {
    server.close();
    transport.close();
  }

  static List<String> labels() {
    return FoundCompressions.labels();
  }

  @ParameterizedTest
  @MethodSource("labels")
  void bothDirectionsAreCompressedAndShown(String label) {
    Run run = Run.tern("call", "-v", "--compress", label, address, "echo", "value=" + LONG);

    assertThat(run.out()).contains(LONG);
    String size = " \\([0-9]+ bytes of json of 2[0-9]{3} bytes in " + label + "\\)";
    assertThat(run.err())
        .containsPattern("→ \\{\"id\":3,\"method\":\"echo\",.*}" + size)
        .containsPattern("← \\{\"id\":3,\"ok\":true,.*}" + size);
    assertThat(run.code()).isZero();
  }

  @Test
  void aServerThatReadsNoneIsCalledAsEver() throws IOException {
    try (Server off = DemoService.offer(Server.builder(transport), Lane.VIRTUAL).listen(0)) {
      String to = "127.0.0.1:" + off.port();
      Run run = Run.tern("call", "-v", "--compress", "gzip", to, "echo", "value=" + LONG);

      assertThat(run.out()).contains(LONG);
      assertThat(run.err()).doesNotContain(" in gzip");
    }
  }

  @Test
  void refusesWhatIsNotThereAndOtherDialects() {
    assertThat(Run.tern("call", "--compress", "br", address, "echo").err())
        .contains("\"br\" (expected: one of gzip");
    Run bare = Run.tern("call", "--compress", "gzip", "--dialect", "bare", address, "echo");
    assertThat(bare.err()).contains("--compress gzip with --dialect bare (expected: v1");
    assertThat(bare.code()).isEqualTo(1);
  }
}
