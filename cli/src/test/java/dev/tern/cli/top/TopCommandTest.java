package dev.tern.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.cli.Run;
import dev.tern.core.Method;
import dev.tern.core.auth.Identity;
import dev.tern.core.server.Server;
import dev.tern.core.server.ServerBuilder;
import dev.tern.core.transport.Transport;
import dev.tern.transport.threads.ThreadsTransport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class TopCommandTest {
  private static final Method<Void, String> HI = Method.of("hi", Void.class, String.class);

  private final Transport transport = new ThreadsTransport();

  @AfterEach
  void close() {
    transport.close();
  }

  private String serve(ServerBuilder builder) throws IOException {
    Server server = builder.serve(HI, _ -> "hi").listen(0);
    return "127.0.0.1:" + server.port();
  }

  @Test
  void aLineEachTime() throws IOException {
    String address = serve(Server.builder(transport).tellStats(true));
    Run run = Run.tern("top", address, "--interval", "1ms", "--count", "3");
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(run.out().lines()).hasSize(4).first().asString().contains("calls/s");
  }

  @Test
  void aServerThatDoesNotTellSaysHowToMakeIt() throws IOException {
    Run run = Run.tern("top", serve(Server.builder(transport)), "--count", "1");
    assertThat(run.code()).isEqualTo(67);
    assertThat(run.err()).contains("tern serve --stats");
  }

  @Test
  void aTokenThatMayNotAskIsToldWhy(@TempDir Path folder) throws IOException {
    Path token = Files.writeString(folder.resolve("token"), "secret");
    Identity nobody = Identity.of("token:nobody", _ -> false);
    String address = serve(Server.builder(transport).tellStats(true).authenticate(_ -> nobody));
    Run run = Run.tern("top", address, "--count", "1", "--auth-file", token.toString());
    assertThat(run.code()).isEqualTo(73);
    assertThat(run.err()).contains("rpc.stats").doesNotContain("secret");
  }
}
