package dev.tern.core.transport;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.tern.core.runtime.IoThread;
import dev.tern.core.runtime.Timers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Looks hosts up and connects to the first of their addresses that answers, within a time for
 * everything together: what transports over IP share. Thread-safe.
 *
 * <p>A look-up cannot be given a time limit, nor be interrupted. So each runs on a thread of its
 * own, and callers that want the same host share one, so that few can hang.
 */
public final class Dialer {

  /** Tries to connect to one address. */
  @FunctionalInterface
  public interface Attempt<C> {
    /**
     * Blocks until there is a connection, or none.
     *
     * @param address resolved
     * @param millis how long to try at most; positive
     * @throws SocketTimeoutException if there was no answer in time
     * @throws IOException if there will be no connection
     */
    C connect(InetSocketAddress address, int millis) throws IOException;
  }

  /** How a host is looked up; may hang. */
  @FunctionalInterface
  interface Resolver {
    InetAddress[] addressesOf(String host) throws UnknownHostException;
  }

  private final Timers timers;
  private final Resolver resolver;

  /** Under way. */
  private final ConcurrentHashMap<String, CompletableFuture<InetAddress[]>> lookUps =
      new ConcurrentHashMap<>();

  /** Asks the operating system for addresses. */
  public Dialer() {
    this(Timers.system(), InetAddress::getAllByName);
  }

  Dialer(Timers timers, Resolver resolver) {
    this.timers = timers;
    this.resolver = resolver;
  }

  /**
   * Connects as {@link Transport#connect} does, and throws what it throws.
   *
   * @param attempt called for one address after the other until it succeeds
   * @throws IOException in plain words with the address if nobody could be reached
   */
  public <C> C dial(InetSocketAddress address, Duration timeout, Attempt<C> attempt)
      throws IOException {
    IoThread.refuseToBlock("connect to " + HostPort.of(address));
    if (!timeout.isPositive()) {
      throw new IllegalArgumentException("timeout: " + timeout + " (expected: > 0)");
    }
    long deadline = timers.nanoTime() + NANOSECONDS.convert(timeout);
    InetAddress[] candidates =
        address.isUnresolved()
            ? lookUp(address, timeout)
            : new InetAddress[] {address.getAddress()};
    IOException failure = null;
    for (int i = 0; i < candidates.length; i++) {
      long left = NANOSECONDS.toMillis(deadline - timers.nanoTime());
      // A fair share for each: an address that is silent must not use up the time of the others.
      int share = Math.clamp(left / (candidates.length - i), 1, Integer.MAX_VALUE);
      try {
        return attempt.connect(new InetSocketAddress(candidates[i], address.getPort()), share);
      } catch (IOException e) {
        failure = e;
      }
      if (deadline - timers.nanoTime() <= 0 || Thread.currentThread().isInterrupted()) {
        break;
      }
    }
    throw failure == null
        ? failed(address, "the host is unknown", null)
        : failed(address, reason(failure, timeout), failure);
  }

  private InetAddress[] lookUp(InetSocketAddress address, Duration timeout) throws IOException {
    CompletableFuture<InetAddress[]> found =
        lookUps.computeIfAbsent(address.getHostString(), this::startLookUp).copy();
    Timers.Scheduled alarm =
        timers.schedule(
            NANOSECONDS.convert(timeout),
            () -> found.completeExceptionally(new TimeoutException()));
    try {
      return found.get();
    } catch (ExecutionException e) {
      String reason =
          e.getCause() instanceof TimeoutException
              ? "no answer to the look-up of the host within " + timeout.toMillis() + " ms"
              : "the host is unknown";
      throw failed(address, reason, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(address, "interrupted while looking up the host", e);
    } finally {
      alarm.cancel();
    }
  }

  /**
   * Whether a connection leads back to itself, which an {@link Attempt} reports as refused. When
   * nobody listens on a port of this machine, who connects to it may be given this very port to
   * connect from. TCP then joins the socket with itself: what is sent comes back as if a server had
   * said it, and no server can listen there.
   */
  public static boolean isToItself(@Nullable SocketAddress local, @Nullable SocketAddress remote) {
    return local != null && local.equals(remote);
  }

  private CompletableFuture<InetAddress[]> startLookUp(String host) {
    ThreadFactory threads = Thread.ofPlatform().daemon().name("tern-look-up-" + host).factory();
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return resolver.addressesOf(host);
          } catch (UnknownHostException e) {
            throw new CompletionException(e);
          } finally {
            lookUps.remove(host); // first: the next caller asks anew (the JDK has a cache)
          }
        },
        task -> threads.newThread(task).start());
  }

  private static IOException failed(
      InetSocketAddress address, String reason, @Nullable Throwable cause) {
    return new IOException("cannot connect to " + HostPort.of(address) + ": " + reason, cause);
  }

  /** Operating systems and transports say the same thing by various exceptions. */
  private static String reason(IOException e, Duration timeout) {
    String said = String.valueOf(e.getMessage());
    String lowerCase = said.toLowerCase(Locale.ROOT);
    if (e instanceof SocketTimeoutException || lowerCase.contains("timed out")) {
      return "no answer within " + timeout.toMillis() + " ms";
    }
    if (lowerCase.contains("refused")) {
      return "refused, nobody listens there";
    }
    if (e instanceof NoRouteToHostException || lowerCase.contains("unreachable")) {
      return "no route to the host";
    }
    return said;
  }
}
