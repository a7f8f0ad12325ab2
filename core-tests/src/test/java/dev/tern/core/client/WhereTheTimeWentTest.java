package dev.tern.core.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.RawPeer;
import dev.tern.core.RpcException;
import dev.tern.core.RpcFixture;
import dev.tern.core.transport.Connection;
import dev.tern.core.transport.Transport;
import dev.tern.protocol.Executed;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A call whose time is over says where it went, of what was measured. */
final class WhereTheTimeWentTest extends RpcFixture {
  private static final Duration CONNECTING = Duration.ofSeconds(3);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** Takes its time to connect. */
  private Transport slow() {
    return new Transport() {
      @Override
      public Listener listen(InetSocketAddress address, Acceptor acceptor) throws IOException {
        return transport.listen(address, acceptor);
      }

      @Override
      public Connection connect(InetSocketAddress address, Duration timeout, Acceptor acceptor)
          throws IOException {
        clock.advance(CONNECTING);
        return transport.connect(address, timeout, acceptor);
      }

      @Override
      public void close() {}
    };
  }

  private RpcException timeout(Transport over) {
    RawPeer.Listening server = rawServer();
    Client client =
        client(over, server.address(), builder -> builder.timers(clock).timeout(TIMEOUT));
    CompletableFuture<Integer> call = client.callAsync(ADD, new Pair(1, 2));
    server.accept().read();
    clock.advance(TIMEOUT.minus(CONNECTING)); // to the deadline, and no further
    return failure(call);
  }

  @Test
  void waitingForAConnectionAndForTheServer() {
    RpcException failure = timeout(slow());

    assertThat(failure.executed()).isEqualTo(Executed.MAYBE);
    assertThat(failure.details())
        .containsEntry("connecting_ms", CONNECTING.toMillis())
        .containsEntry("queued_ms", 0L)
        .containsEntry("sent_ms_ago", TIMEOUT.minus(CONNECTING).toMillis())
        .containsEntry("late_ms", 0L);
    assertThat(failure)
        .hasMessageMatching( // whether its hello was answered in time is chance
            ".*: (no reply before the deadline; sent 7000 ms ago, nothing heard since"
                + "|sent 7000 ms ago, no reply before the deadline, nor a byte on this connection:"
                + " is this a Tern server\\?) \\(before that 3000 ms waiting for a connection\\)");
  }

  @Test
  void aCallThatFoundItsConnectionDidNotWaitForIt() {
    RawPeer.Listening server = rawServer();
    Client client = client(server.address(), builder -> builder.timers(clock).timeout(TIMEOUT));
    CompletableFuture<Integer> first = client.callAsync(ADD, new Pair(1, 2));
    RawPeer peer = server.accept();
    peer.send("{\"id\":" + peer.read().get("id") + ",\"ok\":true,\"result\":3}");
    assertThat(result(first)).isEqualTo(3);

    CompletableFuture<Integer> second = client.callAsync(ADD, new Pair(1, 2));
    peer.read();
    clock.advance(TIMEOUT);

    assertThat(failure(second).details()).doesNotContainKey("connecting_ms");
  }
}
