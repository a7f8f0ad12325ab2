package dev.tern.transport.netty;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Looks hosts up for at most a given time. The system's resolver knows no timeout, so it runs on a
 * thread of its own; a name that hangs holds one thread, however often it is asked for.
 */
final class HostLookup {

  private final ConcurrentHashMap<String, CompletableFuture<InetAddress[]>> running =
      new ConcurrentHashMap<>();

  /**
   * The addresses behind an address: itself, or those of its host.
   *
   * @throws IOException in plain words if the host is unknown or did not become known in time
   */
  List<InetSocketAddress> resolve(InetSocketAddress address, long timeoutNanos) throws IOException {
    if (!address.isUnresolved()) {
      return List.of(address);
    }
    String host = address.getHostString();
    try {
      InetAddress[] found = lookUp(host).get(timeoutNanos, TimeUnit.NANOSECONDS);
      return Arrays.stream(found)
          .map(each -> new InetSocketAddress(each, address.getPort()))
          .toList();
    } catch (TimeoutException e) {
      throw new SocketTimeoutException("looking up the host timed out: " + host);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while looking up the host: " + host);
    } catch (ExecutionException e) {
      UnknownHostException unknown = new UnknownHostException("unknown host: " + host);
      unknown.initCause(e.getCause());
      throw unknown;
    }
  }

  private CompletableFuture<InetAddress[]> lookUp(String host) {
    CompletableFuture<InetAddress[]> mine = new CompletableFuture<>();
    CompletableFuture<InetAddress[]> others = running.putIfAbsent(host, mine);
    if (others != null) {
      return others;
    }
    Thread.ofPlatform()
        .daemon()
        .name("tern-netty-lookup")
        .start(
            () -> {
              try {
                mine.complete(InetAddress.getAllByName(host));
              } catch (Throwable t) {
                mine.completeExceptionally(t);
              } finally {
                running.remove(host);
              }
            });
    return mine;
  }
}
