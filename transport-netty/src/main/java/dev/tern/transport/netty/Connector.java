package dev.tern.transport.netty;

import dev.tern.core.transport.Connection;
import dev.tern.core.transport.ConnectionHandler;
import dev.tern.core.transport.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Connects to an address, or to the first of a host's addresses that answers. Thread-safe. */
final class Connector {

  private final Bootstrap bootstrap;
  private final Connections connections;
  private final HostLookup lookup = new HostLookup();

  Connector(Bootstrap bootstrap, Connections connections) {
    this.bootstrap = bootstrap;
    this.connections = connections;
  }

  /** See {@link Transport#connect}. */
  Connection connect(InetSocketAddress address, Duration timeout, Transport.Acceptor acceptor)
      throws IOException {
    long deadline = System.nanoTime() + TimeUnit.NANOSECONDS.convert(timeout);
    List<InetSocketAddress> candidates = lookup.resolve(address, deadline - System.nanoTime());
    IOException failure = new ConnectException("no address: " + words(address));
    for (int i = 0; i < candidates.size(); i++) {
      // A black hole among the addresses gets its share of the time, not all of it.
      long share = (deadline - System.nanoTime()) / (candidates.size() - i);
      try {
        return connect(candidates.get(i), share, acceptor);
      } catch (TimeoutException e) {
        failure =
            new SocketTimeoutException(
                "connecting timed out after " + timeout.toMillis() + " ms: " + words(address));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while connecting: " + words(address));
      } catch (IOException e) {
        failure = e;
      }
    }
    throw failure;
  }

  private Connection connect(
      InetSocketAddress address, long timeoutNanos, Transport.Acceptor acceptor)
      throws IOException, InterruptedException, TimeoutException {
    CompletableFuture<Connection> opened = new CompletableFuture<>();
    ChannelFuture connecting = start(address, opened, acceptor);
    try {
      return opened.get(timeoutNanos, TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw inPlainWords(e.getCause(), address);
    } finally {
      // Whoever completes it first decides: after this the connection is the caller's, or nobody's.
      if (opened.cancel(false) || opened.isCompletedExceptionally()) {
        var _ = connecting.channel().close();
      }
    }
  }

  private ChannelFuture start(
      InetSocketAddress address,
      CompletableFuture<Connection> opened,
      Transport.Acceptor acceptor) {
    Transport.Acceptor reporting = connection -> accept(connection, acceptor, opened);
    ChannelFuture connecting =
        bootstrap
            .clone()
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
            // A connection that the closed transport aborts never reaches its acceptor.
            connecting.channel().closeFuture().addListener(closed -> closedMeanwhile(opened));
          } else {
            opened.completeExceptionally(future.cause());
          }
        });
    return connecting;
  }

  private static void closedMeanwhile(CompletableFuture<Connection> opened) {
    opened.completeExceptionally(new IOException("closed meanwhile"));
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

  private static IOException inPlainWords(@Nullable Throwable cause, InetSocketAddress address) {
    String said = cause == null ? "" : String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    String message;
    if (said.contains("refused")) {
      message = "connection refused: ";
    } else if (said.contains("timed out")) {
      message = "connecting timed out: ";
    } else if (said.contains("unreachable") || said.contains("no route")) {
      message = "unreachable: ";
    } else {
      return new IOException("cannot connect to " + words(address) + ": " + cause, cause);
    }
    ConnectException plain = new ConnectException(message + words(address));
    plain.initCause(cause);
    return plain;
  }

  /** {@code localhost/127.0.0.1:7070} as {@code localhost:7070}. */
  static String words(InetSocketAddress address) {
    String host = address.getHostString();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
  }
}
