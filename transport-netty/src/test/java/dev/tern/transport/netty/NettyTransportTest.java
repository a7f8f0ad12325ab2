package dev.tern.transport.netty;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tern.core.transport.Connection;
import dev.tern.core.transport.ConnectionHandler;
import dev.tern.core.transport.Transport;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannelConfig;
import io.netty.channel.socket.nio.NioChannelOption;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What this transport does beyond the contract of all. */
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@EnumSource(names = {"NIO", "EPOLL"})
@Timeout(60)
final class NettyTransportTest {

  private static final int MIB = 1 << 20;

  /** More than the operating system buffers for a peer that does not read. */
  private static final int FLOOD_BYTES = 16 * MIB;

  @Parameter IoMechanism mechanism;

  private final BlockingQueue<CountingHandler> accepted = new LinkedBlockingQueue<>();
  private NettyTransport transport;

  @BeforeEach
  void open() {
    assumeTrue(mechanism != IoMechanism.EPOLL || Epoll.isAvailable(), "no epoll here");
    transport = NettyTransport.builder().eventLoops(1).mechanism(mechanism).build();
  }

  @AfterEach
  void close() {
    if (transport != null) {
      transport.close();
    }
  }

  private InetSocketAddress listen(Function<Connection, CountingHandler> handlers)
      throws IOException {
    Transport.Acceptor acceptor =
        connection -> {
          CountingHandler handler = handlers.apply(connection);
          accepted.add(handler);
          return handler;
        };
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return transport.listen(anyPort, acceptor).address();
  }

  private static Socket plainSocket(InetSocketAddress address) throws IOException {
    return new Socket(address.getAddress(), address.getPort());
  }

  private CountingHandler next() throws InterruptedException {
    CountingHandler handler = accepted.poll(10, SECONDS);
    assertThat(handler).as("an accepted connection").isNotNull();
    return handler;
  }

  /** Runs a task in the context and waits for it, and so for all that came before it. */
  private static void run(Connection connection, Runnable task)
      throws InterruptedException, ExecutionException, TimeoutException {
    CompletableFuture<Void> done = new CompletableFuture<>();
    connection.execute(
        () -> {
          task.run();
          done.complete(null);
        });
    done.get(10, SECONDS);
  }

  @Test
  void aReplyThatFillsTheSocketReachesAPeerThatHasShutItsOutput() throws Exception {
    InetSocketAddress address = listen(CountingHandler::new);
    try (Socket peer = plainSocket(address)) {
      peer.shutdownOutput();
      CountingHandler handler = next();
      assertThat(handler.endOfInput.await(10, SECONDS)).isTrue();

      run(
          handler.connection,
          () -> {
            handler.connection.write(new byte[FLOOD_BYTES]);
            handler.connection.close();
          });

      assertThat(peer.getInputStream().readAllBytes()).hasSize(FLOOD_BYTES);
    }
  }

  @Test
  void afterAPauseNothingIsLostOfAPeerThatHasShutItsOutput() throws Exception {
    InetSocketAddress address = listen(PausingHandler::new);
    try (Socket peer = plainSocket(address)) {
      peer.getOutputStream().write(1);
      CountingHandler handler = next();
      assertThat(handler.firstBytes.await(10, SECONDS)).isTrue();
      peer.getOutputStream().write(new byte[300_000]);
      peer.shutdownOutput();
      run(handler.connection, () -> {});

      run(handler.connection, handler.connection::resumeReading);

      assertThat(handler.endOfInput.await(10, SECONDS)).isTrue();
      assertThat(handler.bytes).hasValue(300_001);
    }
  }

  @Test
  void whilePausedNothingIsHandedOverEvenAfterThePeersEnd() throws Exception {
    InetSocketAddress address = listen(PausingHandler::new);
    try (Socket peer = plainSocket(address);
        Socket other = plainSocket(address)) {
      peer.getOutputStream().write(1);
      CountingHandler handler = next();
      assertThat(handler.firstBytes.await(10, SECONDS)).isTrue();
      peer.getOutputStream().write(new byte[300_000]);
      peer.shutdownOutput();
      // The same event loop serves another connection now, so it has seen the end of the first.
      other.getOutputStream().write(1);
      assertThat(next().firstBytes.await(10, SECONDS)).isTrue();

      assertThat(handler.bytes).hasValueLessThan(1 + ConnectionHandler.MAX_BURST_BYTES + 1);
    }
  }

  /** Pauses reading once, at the first bytes. */
  private static final class PausingHandler extends CountingHandler {
    private boolean hasPaused;

    PausingHandler(Connection connection) {
      super(connection);
    }

    @Override
    void uponBytes() {
      if (!hasPaused) {
        hasPaused = true;
        connection.pauseReading();
      }
    }
  }

  @Test
  void aHandlerThatThrowsCostsItsConnection() throws Exception {
    InetSocketAddress address =
        listen(connection -> new ThrowingHandler(connection, new IllegalStateException("broken")));
    try (Socket peer = plainSocket(address)) {
      peer.getOutputStream().write(1);

      assertThat(next().closed.get(10, SECONDS)).isNull();
      assertThatThrownBy(() -> peer.getInputStream().read()).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aHandlerThatThrowsDoesNotCostTheOthers() throws Exception {
    InetSocketAddress address =
        listen(connection -> new ThrowingHandler(connection, new IllegalStateException("broken")));
    InetSocketAddress sound = listen(CountingHandler::new);
    try (Socket broken = plainSocket(address);
        Socket peer = plainSocket(sound)) {
      broken.getOutputStream().write(1);
      peer.getOutputStream().write(1);
      CountingHandler first = next();
      CountingHandler second = next();
      CountingHandler throwing = first instanceof ThrowingHandler ? first : second;
      CountingHandler other = first instanceof ThrowingHandler ? second : first;
      throwing.closed.get(10, SECONDS);

      peer.getOutputStream().write(1);

      while (other.bytes.get() < 2) {
        assertThat(other.closed).isNotDone();
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void outOfMemoryInAHandlerIsTheProcessAffair() throws Exception {
    CompletableFuture<Throwable> uncaught = new CompletableFuture<>();
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((thread, t) -> uncaught.complete(t));
    OutOfMemoryError thrown = new OutOfMemoryError("not really");
    InetSocketAddress address = listen(connection -> new ThrowingHandler(connection, thrown));
    try (Socket peer = plainSocket(address)) {
      peer.getOutputStream().write(1);

      assertThat(uncaught.get(10, SECONDS)).isSameAs(thrown);
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
  }

  private static final class ThrowingHandler extends CountingHandler {
    private final Throwable thrown;

    ThrowingHandler(Connection connection, Throwable thrown) {
      super(connection);
      this.thrown = thrown;
    }

    @Override
    void uponBytes() {
      switch (thrown) {
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        default -> throw new AssertionError(thrown);
      }
    }
  }

  @Test
  void peersThatDoNotReadCostLittleDirectMemory() throws Exception {
    int peers = 16;
    InetSocketAddress address = listen(CountingHandler::new);
    List<Socket> sockets = new ArrayList<>();
    long before = directBytes();
    try {
      for (int i = 0; i < peers; i++) {
        sockets.add(plainSocket(address));
        Connection connection = next().connection;
        run(
            connection,
            () -> {
              connection.write(new byte[FLOOD_BYTES]);
              connection.flush();
            });
      }
      // Twice what is needed: the allocator rounds up.
      assertThat(directBytes() - before).isLessThan(2L * peers * Outbound.MAX_BATCH_BYTES + MIB);
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  private static long directBytes() {
    return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric().usedDirectMemory();
  }

  @Test
  void bothEndsProbeASilentPeer() throws Exception {
    InetSocketAddress address = listen(CountingHandler::new);

    Connection connected = transport.connect(address, Duration.ofSeconds(10), CountingHandler::new);

    assertProbes(connected);
    assertProbes(next().connection);
  }

  private static void assertProbes(Connection connection) throws Exception {
    ChannelConfig config = ((NettyConnection) connection).channel.config();
    run(
        connection,
        () -> {
          assertThat(config.getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
          assertThat(times(config)).containsExactly(60, 10, 6);
        });
  }

  private static List<Integer> times(ChannelConfig config) {
    return config instanceof EpollSocketChannelConfig
        ? List.of(
            config.getOption(EpollChannelOption.TCP_KEEPIDLE),
            config.getOption(EpollChannelOption.TCP_KEEPINTVL),
            config.getOption(EpollChannelOption.TCP_KEEPCNT))
        : List.of(
            config.getOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE)),
            config.getOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL)),
            config.getOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT)));
  }

  @Test
  void closingOnAnEventLoopIsRefused() throws Exception {
    InetSocketAddress address = listen(CountingHandler::new);
    try (Socket peer = plainSocket(address)) {
      CompletableFuture<Throwable> refused = new CompletableFuture<>();
      Connection connection = next().connection;
      run(
          connection,
          () -> {
            try {
              transport.close();
            } catch (IllegalStateException e) {
              refused.complete(e);
            }
          });

      assertThat(refused.get(10, SECONDS)).hasMessageContaining("closing a transport");
      assertThat(peer.isConnected()).isTrue();
    }
  }

  @Test
  void nobodyListeningIsSaidInPlainWords() throws IOException {
    InetAddress here = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    InetSocketAddress nobody;
    try (ServerSocket brief = new ServerSocket(0, 1, here)) {
      nobody = new InetSocketAddress(here, brief.getLocalPort());
    }

    assertThatThrownBy(
            () -> transport.connect(nobody, Duration.ofSeconds(10), CountingHandler::new))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "cannot connect to 127.0.0.1:" + nobody.getPort() + ": refused, nobody listens there");
  }

  @Test
  void anUnknownHostIsSaidInPlainWords() {
    InetSocketAddress unknown = InetSocketAddress.createUnresolved("no such host", 7070);

    assertThatThrownBy(
            () -> transport.connect(unknown, Duration.ofSeconds(10), CountingHandler::new))
        .isInstanceOf(IOException.class)
        .hasMessage("cannot connect to no such host:7070: the host is unknown");
  }

  @Test
  void anAcceptorThatThrowsFailsTheConnect() throws IOException {
    InetSocketAddress address = listen(CountingHandler::new);

    assertThatThrownBy(
            () ->
                transport.connect(
                    address,
                    Duration.ofSeconds(10),
                    connection -> {
                      throw new IllegalStateException("broken acceptor");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("broken acceptor");
  }

  @Test
  void eventLoopsAreDaemons() throws Exception {
    InetSocketAddress address = listen(CountingHandler::new);
    try (Socket peer = plainSocket(address)) {
      CompletableFuture<Boolean> daemon = new CompletableFuture<>();
      run(next().connection, () -> daemon.complete(Thread.currentThread().isDaemon()));

      assertThat(daemon.get()).isTrue();
      assertThat(peer.isConnected()).isTrue();
    }
  }
}
