package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tern.core.client.Client;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.server.Server;
import dev.tern.core.transport.HostPort;
import dev.tern.core.transport.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What ports and peers do below the protocol. Rows 79 to 81 of docs/PROMISES.md. */
@OverSockets
@Timeout(60)
class SocketRowsTest {
  private static final Path TCP = Path.of("/proc/self/net/tcp");
  private static final Path TCP6 = Path.of("/proc/self/net/tcp6");

  /** In the system's table of connections: this one is established. */
  private static final String ESTABLISHED = "01";

  /** There: nothing is under way, and a probe of the peer is due at a time. */
  private static final String PROBE_IS_DUE = "02";

  /** The clock ticks of that table in a second. */
  private static final int TICKS = 100;

  private static final String TWO_PORTS =
      "ip link set lo up && echo %d %d > /proc/sys/net/ipv4/ip_local_port_range && exec \"$@\""
          .formatted(SelfConnecting.PORT, SelfConnecting.PORT + 1);

  private final TestTransport kind;
  private final Transport transport;

  SocketRowsTest(TestTransport kind) {
    this.kind = kind;
    transport = kind.create();
  }

  @AfterEach
  void close() {
    transport.close();
  }

  private Server server() throws IOException {
    return new TestService().offer(Server.builder(transport)).listen(0);
  }

  @Test
  void row79_aClientThatIsConnectedToItselfIsRefused() throws Exception {
    List<String> network = networkOfItsOwn();
    assumeTrue(!network.isEmpty(), "this system, or this user, has no network namespaces");
    List<String> program =
        JavaProcess.command("-XX:+UseSerialGC", SelfConnecting.class, kind.name());

    assertThat(outputOf(network, program))
        .containsSubsequence(
            "plain socket: connected to itself", "refused: 20 of 20", "served: 42");
  }

  /** What runs a command in a network without anybody and with two ports; empty if nothing does. */
  private static List<String> networkOfItsOwn() throws IOException, InterruptedException {
    for (String unshare : List.of("-n", "-rn")) { // as root, as anybody
      List<String> network = List.of("unshare", unshare, "sh", "-c", TWO_PORTS, "sh");
      try {
        outputOf(network, List.of("true"));
        return network;
      } catch (AssertionError refused) {
        // The next one, or none.
      }
    }
    return List.of();
  }

  private static List<String> outputOf(List<String> network, List<String> program)
      throws IOException, InterruptedException {
    return JavaProcess.outputOf(Stream.concat(network.stream(), program.stream()).toList());
  }

  @Test
  void row80_bothEndsProbeAPeerThatSaysNothing() throws IOException {
    assumeTrue(Files.isReadable(TCP), "this system does not show its connections");
    try (Server server = server();
        Socket peer = new Socket()) {
      peer.connect(server.address());
      try (Client client =
          Client.builder(transport).retry(RetryPolicy.NONE).failFast().connect(server.address())) {
        client.call("add", Map.of("a", 40, "b", 2), Long.class);

        // The peer's own end is the only one without a probe.
        await()
            .atMost(Duration.ofSeconds(20))
            .untilAsserted(
                () -> assertThat(dueWithin60Seconds(server.port())).containsExactly(3L, 4L));
      }
    }
  }

  /** How many ends of connections at a port have a probe due within a minute, of how many. */
  private static List<Long> dueWithin60Seconds(int port) {
    String hex = ":%04X".formatted(port);
    List<String> timers =
        Stream.of(TCP, TCP6)
            .filter(Files::isReadable)
            .flatMap(SocketRowsTest::lines)
            .map(line -> line.strip().split(" +", -1))
            .filter(cells -> cells[1].endsWith(hex) || cells[2].endsWith(hex))
            .filter(cells -> cells[3].equals(ESTABLISHED))
            .map(cells -> cells[5])
            .toList();
    long due = timers.stream().filter(SocketRowsTest::isProbeWithinAMinute).count();
    return List.of(due, (long) timers.size());
  }

  private static boolean isProbeWithinAMinute(String timer) {
    String[] kindAndTicks = timer.split(":", -1);
    return kindAndTicks[0].equals(PROBE_IS_DUE)
        && Long.parseLong(kindAndTicks[1], 16) <= 60 * TICKS;
  }

  private static Stream<String> lines(Path table) {
    try {
      return Files.readAllLines(table, US_ASCII).stream().skip(1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void row81_aPortInUseIsRefusedInPlainWords() throws IOException {
    try (Server server = server()) {
      assertThatThrownBy(
              () -> new TestService().offer(Server.builder(transport)).listen(server.address()))
          .isInstanceOf(IOException.class)
          .hasMessage("cannot listen on " + HostPort.of(server.address()) + ": the port is in use");
    }
  }

  @Test
  void row81_anAddressOfAnotherMachineIsRefusedInPlainWords() {
    InetSocketAddress foreign = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 7070);

    assertThatThrownBy(() -> new TestService().offer(Server.builder(transport)).listen(foreign))
        .isInstanceOf(IOException.class)
        .hasMessage("cannot listen on 192.0.2.1:7070: not an address of this machine");
  }
}
