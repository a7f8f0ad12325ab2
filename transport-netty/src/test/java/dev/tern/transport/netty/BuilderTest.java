package dev.tern.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.epoll.Epoll;
import org.junit.jupiter.api.Test;

final class BuilderTest {

  @Test
  void noEventLoopIsRefused() {
    assertThatThrownBy(() -> NettyTransport.builder().eventLoops(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("eventLoops: 0 (expected: > 0)");
  }

  @Test
  void noBacklogIsRefused() {
    assertThatThrownBy(() -> NettyTransport.builder().backlog(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("backlog: -1 (expected: > 0)");
  }

  @Test
  void autoIsEpollWhereThereIsOne() {
    assertThat(IoMechanism.AUTO.resolve())
        .isEqualTo(Epoll.isAvailable() ? IoMechanism.EPOLL : IoMechanism.NIO);
  }
}
