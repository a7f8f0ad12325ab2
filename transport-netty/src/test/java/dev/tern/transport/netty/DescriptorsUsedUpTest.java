package dev.tern.transport.netty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.epoll.Epoll;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server that has no descriptors left serves those it has, and accepts again when it can. */
@Tag("slow")
@Timeout(60)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "no ulimit")
final class DescriptorsUsedUpTest {

  private static final int LIMIT = 128;

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void acceptingGoesOnOnceDescriptorsAreFree(IoMechanism mechanism) throws Exception {
    assumeTrue(mechanism != IoMechanism.EPOLL || Epoll.isAvailable(), "no epoll here");
    Process server = start(mechanism);
    List<Socket> sockets = new ArrayList<>();
    try {
      BufferedReader output =
          new BufferedReader(new InputStreamReader(server.getInputStream(), UTF_8));
      int port = Integer.parseInt(output.readLine());
      Socket first = new Socket(InetAddress.getLoopbackAddress(), port);
      sockets.add(first);
      // Now, so that the server need not read its classes when it has no descriptors.
      assertThat(isEchoed(first, 10_000)).as("the first is served before").isTrue();
      for (int i = 0; i < 2 * LIMIT; i++) {
        sockets.add(new Socket(InetAddress.getLoopbackAddress(), port));
      }
      Socket last = sockets.getLast();
      assertThat(isEchoed(first, 10_000)).as("the first is served meanwhile").isTrue();
      assertThat(isEchoed(last, 300)).as("the last is served while there are too many").isFalse();

      for (Socket socket : sockets.subList(1, sockets.size() - 1)) {
        socket.close();
      }

      assertThat(answers(last, 10_000)).as("the last is served in the end").isTrue();
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
      server.getOutputStream().close();
      server.waitFor();
    }
  }

  private static Process start(IoMechanism mechanism) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ProcessBuilder(
            "sh",
            "-c",
            "ulimit -n " + LIMIT + " && exec \"$@\"",
            "sh",
            java,
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            EchoProcess.class.getName(),
            mechanism.name())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static boolean isEchoed(Socket socket, int timeoutMillis) throws IOException {
    socket.getOutputStream().write(1);
    return answers(socket, timeoutMillis);
  }

  private static boolean answers(Socket socket, int timeoutMillis) throws IOException {
    socket.setSoTimeout(timeoutMillis);
    try {
      return socket.getInputStream().read() == 1;
    } catch (SocketTimeoutException e) {
      return false;
    }
  }
}
