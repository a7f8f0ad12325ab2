package dev.tern.transport.netty;

import dev.tern.core.transport.KeepAlive;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/** How the event loops learn which sockets are ready. */
public enum IoMechanism {
  /** {@link #EPOLL} where it is available, else {@link #NIO}. */
  AUTO,

  /** Netty's native library; Linux on x86-64 and ARM64 only. */
  EPOLL,

  /** The JDK's selectors; everywhere. */
  NIO;

  /**
   * What this stands for on this machine: {@link #EPOLL} or {@link #NIO}.
   *
   * @throws IllegalStateException if epoll is asked for and not available, with the reason
   */
  IoMechanism resolve() {
    return switch (this) {
      case AUTO -> Epoll.isAvailable() ? EPOLL : NIO;
      case EPOLL -> {
        if (!Epoll.isAvailable()) {
          throw new IllegalStateException(
              "mechanism: EPOLL (expected: AUTO or NIO, epoll is not available here)",
              Epoll.unavailabilityCause());
        }
        yield EPOLL;
      }
      case NIO -> NIO;
    };
  }

  IoHandlerFactory handlers() {
    return resolve() == EPOLL ? LastingEpollHandler.newFactory() : NioIoHandler.newFactory();
  }

  ServerChannel newServerChannel() {
    return resolve() == EPOLL ? new EpollServerSocketChannel() : new NioServerSocketChannel();
  }

  SocketChannel newChannel() {
    return resolve() == EPOLL ? new EpollSocketChannel() : new NioSocketChannel();
  }

  /** See {@link KeepAlive}; the times as far as this system lets them be set. */
  static void keepAlive(SocketChannel channel) {
    ChannelConfig config = channel.config();
    config.setOption(ChannelOption.SO_KEEPALIVE, true);
    if (channel instanceof EpollSocketChannel) {
      config.setOption(EpollChannelOption.TCP_KEEPIDLE, KeepAlive.IDLE_SECONDS);
      config.setOption(EpollChannelOption.TCP_KEEPINTVL, KeepAlive.INTERVAL_SECONDS);
      config.setOption(EpollChannelOption.TCP_KEEPCNT, KeepAlive.PROBES);
    } else {
      KeepAlive.TIMES.forEach((time, value) -> config.setOption(NioChannelOption.of(time), value));
    }
  }
}
