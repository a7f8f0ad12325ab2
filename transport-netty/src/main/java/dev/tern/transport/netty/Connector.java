package dev.tern.transport.netty;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.tern.core.transport.ClosedTransport;
import dev.tern.core.transport.Connection;
import dev.tern.core.transport.ConnectionHandler;
import dev.tern.core.transport.Dialer;
import dev.tern.core.transport.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;

/** Opens connections to servers. Thread-safe. */
final class Connector {

  private final Bootstrap bootstrap;
  private final Connections connections;
  private final Dialer dialer = new Dialer();

  Connector(Bootstrap bootstrap, Connections connections) {
    this.bootstrap = bootstrap;
    this.connections = connections;
  }

  /** See {@link Transport#connect}. */
  Connection connect(InetSocketAddress address, Duration timeout, Transport.Acceptor acceptor)
      throws IOException {
    return dialer.dial(address, timeout, (one, millis) -> connect(one, millis, acceptor));
  }

  private Connection connect(InetSocketAddress address, int millis, Transport.Acceptor acceptor)
      throws IOException {
    CompletableFuture<Connection> opened = new CompletableFuture<>();
    EventLoop loop = bootstrap.config().group().next();
    try {
      // Netty leaves thread-locals with whoever makes a channel: no caller's thread shall have
      // them.
      loop.execute(() -> start(loop, address, opened, acceptor));
      return opened.get(millis, MILLISECONDS);
    } catch (RejectedExecutionException loopHasEnded) {
      throw new ClosedTransport();
    } catch (TimeoutException e) {
      throw new SocketTimeoutException("timed out");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } finally {
      // Whoever completes it first decides: after this the connection is the caller's, or nobody's.
      opened.cancel(false);
    }
  }

  private void start(
      EventLoop loop,
      InetSocketAddress address,
      CompletableFuture<Connection> opened,
      Transport.Acceptor acceptor) {
    Transport.Acceptor reporting = connection -> accept(connection, acceptor, opened);
    ChannelFuture connecting =
        bootstrap
            .clone(loop)
            .handler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    channel
                        .pipeline()
                        .addLast(new NettyConnection(connections, channel, reporting));
                  }
                })
            .connect(address);
    connecting.addListener(
        future -> {
          if (future.isSuccess()) {
            // Neither one to itself nor one that the closed transport aborts reaches its acceptor.
            IOException ended = endedEarly(connecting.channel());
            connecting
                .channel()
                .closeFuture()
                .addListener(_ -> opened.completeExceptionally(ended));
          } else {
            opened.completeExceptionally(future.cause());
          }
        });
    var _ =
        opened.whenComplete(
            (_, failure) -> {
              if (failure != null) {
                var _ = connecting.channel().close();
              }
            });
  }

  private static IOException endedEarly(Channel channel) {
    return Dialer.isToItself(channel.localAddress(), channel.remoteAddress())
        ? new ConnectException("refused, it would lead to itself")
        : new IOException("closed meanwhile");
  }

  private static ConnectionHandler accept(
      Connection connection, Transport.Acceptor acceptor, CompletableFuture<Connection> opened) {
    try {
      ConnectionHandler handler = acceptor.accept(connection);
      if (!opened.complete(connection)) {
        connection.abort();
      }
      return handler;
    } catch (Throwable t) {
      opened.completeExceptionally(t);
      throw t;
    }
  }
}
