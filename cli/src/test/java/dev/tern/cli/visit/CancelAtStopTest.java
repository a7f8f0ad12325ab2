package dev.tern.cli.visit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.cli.Main;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Timeout(60)
@DisabledOnOs(OS.WINDOWS) // there a process is ended without being asked
class CancelAtStopTest {
  private static final int SIGTERM_CODE = 128 + 15;

  @Test
  void aCallThatIsStoppedIsCancelled() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Process call = start("call", "127.0.0.1:" + listener.getLocalPort(), "pay");
      try (Socket socket = listener.accept()) {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        assertThat(frame(in)).startsWith("{\"id\":1,\"method\":\"pay\"");
        assertThat(frame(in)).startsWith("{\"id\":\"hello\",\"method\":\"rpc.hello\"");

        assertThat(call.toHandle().destroy()).isTrue(); // SIGTERM

        assertThat(frame(in))
            .isEqualTo("{\"method\":\"rpc.cancel\",\"params\":{\"id\":1},\"meta\":{}}");
        assertThat(in.read()).as("the end").isEqualTo(-1);
        assertThat(call.waitFor(30, SECONDS)).isTrue();
        assertThat(call.exitValue()).isEqualTo(SIGTERM_CODE);
      } finally {
        call.destroyForcibly();
      }
    }
  }

  private static Process start(String... arguments) throws IOException {
    ProcessBuilder program =
        new ProcessBuilder(
            System.getProperty("java.home") + "/bin/java",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName());
    program.command().addAll(List.of(arguments));
    return program.redirectErrorStream(true).start();
  }

  private static String frame(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), UTF_8);
  }
}
