package dev.tern.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections from the very port that they lead to, as chance may have it. */
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@EnumSource(names = {"NIO", "EPOLL"})
@Timeout(30)
final class ConnectorTest {
  @Parameter IoMechanism mechanism;

  private MultiThreadIoEventLoopGroup loops;
  private InetSocketAddress address;
  private Connector connector;
  private final AtomicInteger handlers = new AtomicInteger();

  @BeforeEach
  void bindToTheTarget() throws IOException {
    assumeTrue(mechanism != IoMechanism.EPOLL || Epoll.isAvailable(), "no epoll here");
    try (ServerSocket brief = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      address = (InetSocketAddress) brief.getLocalSocketAddress();
    }
    ThreadFactory threads = loop -> new LoopThread(loop, "connector-test");
    loops = new MultiThreadIoEventLoopGroup(1, threads, mechanism.handlers());
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loops)
            .channelFactory(mechanism::newChannel)
            .disableResolver()
            .option(ChannelOption.SO_REUSEADDR, true)
            .localAddress(address);
    connector = new Connector(bootstrap, new Connections());
  }

  @AfterEach
  void shutDown() {
    if (loops != null) {
      loops.shutdownGracefully(0, 10, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }

  private void connect() throws IOException {
    connector.connect(
        address,
        Duration.ofSeconds(10),
        connection -> {
          handlers.incrementAndGet();
          return new CountingHandler(connection);
        });
  }

  @Test
  void aConnectionToItselfIsRefusedInPlainWords() {
    assertThatThrownBy(this::connect)
        .isInstanceOf(IOException.class)
        .hasMessage(
            "cannot connect to 127.0.0.1:" + address.getPort() + ": refused, nobody listens there");
  }

  @Test
  void aConnectionToItselfHasNoHandler() {
    assertThatThrownBy(this::connect).hasRootCauseMessage("refused, it would lead to itself");
    shutDown();

    assertThat(handlers).hasValue(0);
  }

  @Test
  void aRefusedConnectionToItselfLeavesThePortFree() throws IOException {
    assertThatThrownBy(this::connect).hasRootCauseMessage("refused, it would lead to itself");
    shutDown();

    try (ServerSocket server = new ServerSocket()) {
      server.setReuseAddress(false);
      server.bind(address);
      assertThat(server.isBound()).isTrue();
    }
  }
}
