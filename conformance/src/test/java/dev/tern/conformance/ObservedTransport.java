package dev.tern.conformance;

import dev.tern.core.transport.Connection;
import dev.tern.core.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A transport whose servers' connections a test can look at. */
final class ObservedTransport extends PassingTransport {
  private final Transport transport;
  private final List<Connection> accepted = new CopyOnWriteArrayList<>();

  ObservedTransport(Transport transport) {
    super(transport);
    this.transport = transport;
  }

  /** The connection that was accepted last. */
  Connection lastAccepted() {
    return accepted.getLast();
  }

  /** How much it has sent, once it has done what it was given on this thread before. */
  static long sentBytes(Connection connection) {
    CompletableFuture<Long> sent = new CompletableFuture<>();
    connection.execute(() -> sent.complete(connection.sentBytes()));
    return sent.orTimeout(20, TimeUnit.SECONDS).join();
  }

  @Override
  public Listener listen(InetSocketAddress address, Acceptor acceptor) throws IOException {
    return super.listen(
        address,
        connection -> {
          accepted.add(connection);
          return acceptor.accept(connection);
        });
  }

  @Override
  public void close() {
    transport.close();
  }
}
