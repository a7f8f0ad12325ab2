package dev.tern.transport.threads;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Looks hosts up and connects to the first of their addresses that answers. Thread-safe. */
final class Dialer {

  /** How a host is looked up; may hang. */
  @FunctionalInterface
  interface LookUp {
    InetAddress[] addressesOf(String host) throws UnknownHostException;
  }

  private final LookUp lookUp;

  /** Look-ups under way: callers that want the same host share one, so that few can hang. */
  private final ConcurrentHashMap<String, CompletableFuture<InetAddress[]>> lookUps =
      new ConcurrentHashMap<>();

  Dialer(LookUp lookUp) {
    this.lookUp = lookUp;
  }

  /** Connects within a timeout for everything together. */
  Socket dial(InetSocketAddress address, Duration timeout) throws IOException {
    long deadline = System.nanoTime() + NANOSECONDS.convert(timeout);
    InetAddress[] candidates =
        address.isUnresolved()
            ? lookUp(address, timeout)
            : new InetAddress[] {address.getAddress()};
    if (candidates.length == 0) {
      throw unknown(address, null);
    }
    IOException failure = null;
    for (int i = 0; i < candidates.length; i++) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        break;
      }
      // A fair share for each: an address that is silent must not use up the time of the others.
      long share = Math.max(1, NANOSECONDS.toMillis(left) / (candidates.length - i));
      Socket socket = new Socket();
      try {
        InetSocketAddress candidate = new InetSocketAddress(candidates[i], address.getPort());
        socket.connect(candidate, (int) Math.min(share, Integer.MAX_VALUE));
        return socket;
      } catch (IOException e) {
        socket.close();
        failure = e;
      }
    }
    throw new IOException(
        "cannot connect to " + text(address) + ": " + reason(failure, timeout), failure);
  }

  private InetAddress[] lookUp(InetSocketAddress address, Duration timeout) throws IOException {
    String host = address.getHostString();
    try {
      return lookUps
          .computeIfAbsent(host, this::startLookUp)
          .get(NANOSECONDS.convert(timeout), NANOSECONDS);
    } catch (ExecutionException e) {
      throw unknown(address, e.getCause());
    } catch (TimeoutException e) {
      throw new IOException(
          "cannot connect to "
              + text(address)
              + ": no answer to the look-up of the host within "
              + timeout.toMillis()
              + " ms",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while looking up " + host);
    }
  }

  private static IOException unknown(InetSocketAddress address, @Nullable Throwable cause) {
    return new IOException("cannot connect to " + text(address) + ": the host is unknown", cause);
  }

  /** On a thread of its own: a look-up cannot be given a time limit, nor be interrupted. */
  private CompletableFuture<InetAddress[]> startLookUp(String host) {
    CompletableFuture<InetAddress[]> result = new CompletableFuture<>();
    Runnable task =
        () -> {
          InetAddress[] found = {};
          Throwable failure = null;
          try {
            found = lookUp.addressesOf(host);
          } catch (Throwable e) { // whatever it is: the callers must not wait for nothing
            failure = e;
          }
          lookUps.remove(host, result); // first: the next caller asks anew (the JDK has a cache)
          if (failure == null) {
            result.complete(found);
          } else {
            result.completeExceptionally(failure);
          }
        };
    Thread.ofPlatform().daemon().name("tern-look-up-" + host).start(task);
    return result;
  }

  private static String reason(@Nullable IOException e, Duration timeout) {
    return switch (e) {
      case null -> "no answer within " + timeout.toMillis() + " ms";
      case SocketTimeoutException t -> "no answer within " + timeout.toMillis() + " ms";
      case NoRouteToHostException t -> "no route to the host";
      case ConnectException t -> "refused, nobody listens there";
      default -> String.valueOf(e.getMessage());
    };
  }

  /** "example.org:7070", "127.0.0.1:7070": without the slash of {@link InetSocketAddress}. */
  static String text(InetSocketAddress address) {
    String host =
        address.isUnresolved() ? address.getHostString() : address.getAddress().getHostAddress();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
  }
}
