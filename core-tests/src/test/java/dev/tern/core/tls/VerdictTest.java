package dev.tern.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Method;
import dev.tern.core.Request;
import dev.tern.core.RpcFixture;
import dev.tern.core.client.Client;
import dev.tern.core.runtime.Environment;
import dev.tern.core.server.Server;
import dev.tern.core.transport.Connection;
import dev.tern.core.transport.ConnectionHandler;
import dev.tern.core.transport.Transport;
import dev.tern.testkit.DevelopmentCa;
import dev.tern.testkit.DevelopmentCa.Issued;
import dev.tern.transport.memory.MemoryTransport;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that has shown its certificate waits for the server's first word, but not for ever. */
final class VerdictTest extends RpcFixture {
  /** What the server says to this one reaches it as long as its handshake lasts, and not after. */
  private static final class Muting implements Transport {
    private final Transport under = new MemoryTransport();
    final AtomicInteger heldBack = new AtomicInteger();

    @Override
    public Listener listen(InetSocketAddress address, Acceptor acceptor) throws IOException {
      return under.listen(address, acceptor);
    }

    @Override
    public Connection connect(InetSocketAddress address, Duration timeout, Acceptor acceptor)
        throws IOException {
      return under.connect(
          address,
          timeout,
          connection -> {
            AtomicInteger writes = new AtomicInteger();
            return new Muted(acceptor.accept(counted(connection, writes)), writes, heldBack);
          });
    }

    private static Connection counted(Connection connection, AtomicInteger writes) {
      return (Connection)
          Proxy.newProxyInstance(
              Connection.class.getClassLoader(),
              new Class<?>[] {Connection.class},
              (_, method, arguments) -> {
                if (method.getName().equals("write")) {
                  writes.incrementAndGet();
                }
                return method.invoke(connection, arguments);
              });
    }

    @Override
    public void close() {
      under.close();
    }
  }

  private static final class Muted implements ConnectionHandler {
    private final ConnectionHandler handler;

    /** Of the hello, the change of ciphers, and what ends the handshake at the client. */
    private static final int WRITES_OF_A_HANDSHAKE = 3;

    private final AtomicInteger writes;
    private final AtomicInteger heldBack;

    Muted(ConnectionHandler handler, AtomicInteger writes, AtomicInteger heldBack) {
      this.handler = handler;
      this.writes = writes;
      this.heldBack = heldBack;
    }

    @Override
    public void onBytes(byte[] buffer, int offset, int length) {
      if (writes.get() < WRITES_OF_A_HANDSHAKE) {
        handler.onBytes(buffer, offset, length);
      } else {
        heldBack.incrementAndGet();
      }
    }

    @Override
    public void onReadComplete() {
      handler.onReadComplete();
    }

    @Override
    public void onEndOfInput() {
      handler.onEndOfInput();
    }

    @Override
    public void onSendProgress() {
      handler.onSendProgress();
    }

    @Override
    public void onClosed(@Nullable Throwable cause) {
      handler.onClosed(cause);
    }
  }

  @SuppressWarnings("NullAway") // Void has nothing but null
  private static final Method<Void, String> WHO = Method.of("who", Void.class, String.class);

  @TempDir Path folder;

  @Override
  protected Transport newTransport() {
    return new Muting();
  }

  @Test
  void aServerThatSaysNothingIsTakenAtThat() throws Exception {
    Issued ofServer;
    Issued ofClient;
    Path authority;
    try (DevelopmentCa ca = DevelopmentCa.create(folder, "Verdicts", 1)) {
      authority = ca.certificate();
      ofServer = ca.issue("server", 1, "dns:localhost", "ip:127.0.0.1");
      ofClient = ca.issue("client", 1, "dns:client");
    }
    CompletableFuture<String> called = new CompletableFuture<>();
    try (TlsServer tls =
        TlsServer.builder(ofServer.certificate(), ofServer.key())
            .clientAuthorities(authority)
            .open()) {
      Server server =
          start(
              Server.builder(tls.over(transport))
                  .serve(WHO, _ -> Request.current().caller().name())
                  .filter(
                      (request, next) -> {
                        called.complete(request.caller().name());
                        return next.handle(request);
                      }));
      TlsClient own =
          TlsClient.builder()
              .authorities(authority)
              .certificate(ofClient.certificate(), ofClient.key())
              .environment(Environment.SYSTEM.withTimers(clock))
              .open();
      Client client = client(own.over(transport), server.address(), b -> b);
      CompletableFuture<String> call = client.callAsync(WHO, null);

      eventually(() -> ((Muting) transport).heldBack.get() > 0); // a ticket, which does not come
      assertThat(called).isNotDone();
      clock.advance(Duration.ofMillis(500));

      assertThat(result(called)).isEqualTo("tls:client");
      client.close(Duration.ZERO);
      assertThat(failure(call)).isNotNull();
    }
  }
}
