package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.tern.core.RpcException;
import dev.tern.core.client.Client;
import dev.tern.core.server.Server;
import dev.tern.core.transport.Transport;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Executed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A transport that is closed before those that use it, which ends them quietly. Row 82 of
 * docs/PROMISES.md.
 */
class ClosedTransportRowsTest extends EveryTransport {
  /** Half of what a close may take that waits for something. */
  private static final Duration AT_ONCE = Server.DEFAULT_GRACE.dividedBy(2);

  private final List<Client> clients = new ArrayList<>();

  private LogCapture ours;
  private LogCapture nettys;

  @BeforeEach
  void beginCapture() {
    ours = new LogCapture(Level.WARN);
    nettys = new LogCapture(Level.WARN, "io.netty");
  }

  @AfterEach
  void endCapture() {
    ours.close();
    nettys.close();
  }

  private void assertNothingIsLogged() {
    LogCapture.awaitQuiet();
    assertThat(ours.holding("")).isEmpty();
    assertThat(nettys.holding("")).isEmpty();
  }

  /** The line of the call that failed, as any call's; it comes when the method has returned. */
  private void assertOneLineIsLogged() {
    ours.line("method=test.wait");
    LogCapture.awaitQuiet();
    assertThat(ours.holding("")).hasSize(1);
    assertThat(nettys.holding("")).isEmpty();
  }

  private static void assertQuick(Runnable close) {
    long start = System.nanoTime();
    close.run();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(AT_ONCE);
  }

  @Test
  void row82_itsServersAndClientsAreClosedAtOnceAndQuietly() {
    Server server = start(usualServer());
    Client client = client(server);
    client.call(ADD, new Pair(40, 2));

    transport.close();

    assertQuick(client::close);
    assertQuick(server::close);
    assertNothingIsLogged();
  }

  @Test
  void row82_callsThatRunMayHaveRunAndLaterOnesHaveNot() {
    Server server = start(usualServer());
    Client client = client(server);
    CompletableFuture<String> running = client.callAsync(WAIT, null);
    gate.awaitEntered(1);

    transport.close();

    RpcException cutOff = failure(running);
    assertThat(cutOff.code()).isEqualTo("UNAVAILABLE");
    assertThat(cutOff.executed()).isEqualTo(Executed.MAYBE);
    RpcException later = failure(() -> client.call(ADD, new Pair(40, 2)));
    assertThat(later.executed()).isEqualTo(Executed.NO);
    assertThat(later).hasMessageContaining("the transport is closed");
    gate.open();
    assertQuick(client::close);
    assertQuick(server::close);
    assertOneLineIsLogged();
  }

  /** No later attempt can do better: nobody waits for a deadline. */
  @Test
  void row118_aCallOverItFailsAtOnceAndForGood() {
    Server server = start(usualServer());
    for (boolean isConnected : new boolean[] {true, false}) {
      for (Dialect dialect : Dialect.values()) {
        Client client =
            client(server.address(), b -> b.timeout(Duration.ofHours(1)).dialect(dialect));
        clients.add(client);
        if (isConnected) {
          client.call(ADD, new Pair(40, 2));
        }
      }
    }

    transport.close();

    for (Client client : clients) {
      RpcException failure = failure(() -> client.call(ADD, new Pair(40, 2)));
      assertThat(failure.code()).isEqualTo("UNAVAILABLE");
      assertThat(failure.executed()).isEqualTo(Executed.NO);
      assertThat(failure.isTransient()).isFalse();
      assertThat(failure).hasMessage("the transport is closed");
    }
  }

  @Test
  void row82_aCloseThatWaitsForCallsEndsWithTheTransport() {
    Server server = start(usualServer());
    Client client = client(server);
    CompletableFuture<String> running = client.callAsync(WAIT, null);
    gate.awaitEntered(1);
    CompletableFuture<Void> closing =
        CompletableFuture.runAsync(server::close, Thread::startVirtualThread);

    transport.close();

    assertQuick(closing::join);
    failure(running);
    gate.open();
    assertOneLineIsLogged();
  }

  @Test
  void row82_aListenerIsClosedAtOnceAndQuietly() throws IOException {
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    Transport.Listener listener =
        transport.listen(
            anyPort,
            connection -> {
              throw new AssertionError("nobody connects to " + connection.localAddress());
            });

    transport.close();

    assertQuick(listener::close);
    assertQuick(listener::close);
    assertNothingIsLogged();
  }
}
