package dev.tern.conformance;

import dev.tern.core.RpcException;
import dev.tern.core.client.Client;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.runtime.Backoff;
import dev.tern.core.server.Server;
import dev.tern.core.transport.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;

/**
 * A process for {@link SocketRowsTest}, in a network where whoever connects to the port gets this
 * very port to connect from. Prints what becomes of a plain socket, of a client's calls, and of a
 * server that starts there at last.
 */
final class SelfConnecting {
  /** The network has this one and the next to connect from. */
  static final int PORT = 40_000;

  private static final int CALLS = 20;
  private static final Duration AT_ONCE = Duration.ofMillis(1);

  private SelfConnecting() {}

  public static void main(String[] args) throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT);
    System.out.println("plain socket: " + plainSocket(address));
    Transport transport = TestTransport.valueOf(args[0]).create();
    try (Client client =
        Client.builder(transport)
            .retry(RetryPolicy.NONE)
            .failFast()
            .backoff(new Backoff(AT_ONCE, AT_ONCE))
            .connect(address)) {
      int refused = 0;
      for (int i = 0; i < CALLS; i++) {
        refused += isRefused(client) ? 1 : 0;
      }
      System.out.println("refused: " + refused + " of " + CALLS);
      try (Server _ = new TestService().offer(Server.builder(transport)).listen(address)) {
        System.out.println("served: " + client.call("add", Map.of("a", 40, "b", 2), Long.class));
      }
    }
    transport.close();
  }

  private static String plainSocket(InetSocketAddress address) {
    try (Socket socket = new Socket()) {
      socket.connect(address);
      socket.setSoLinger(true, 0); // so that the port is free at once
      boolean itself = socket.getLocalSocketAddress().equals(socket.getRemoteSocketAddress());
      return itself ? "connected to itself" : "connected to somebody";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static boolean isRefused(Client client) {
    try {
      client.call("rpc.ping", null, Object.class);
      return false;
    } catch (RpcException e) {
      return e.toString().contains("refused, nobody listens there");
    }
  }
}
