package dev.tern.core.tls;

import dev.tern.core.runtime.Environment;
import dev.tern.core.runtime.IoThread;
import dev.tern.core.runtime.Timers;
import dev.tern.core.transport.Connection;
import dev.tern.core.transport.HostPort;
import dev.tern.core.transport.Transport;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * The client's end of TLS 1.3 and 1.2, put {@linkplain #over over} a transport. The server's
 * certificate must be for the host as the client names it. Thread-safe.
 *
 * <pre>{@code
 * TlsClient tls = TlsClient.builder().authorities(Path.of("ca.pem")).open();
 * Client client = Client.builder(tls.over(transport)).connect("localhost", 7070);
 * }</pre>
 *
 * <p>The files are PEM; the key is PKCS#8, of the kind RSA, EC or Ed25519. They are read again for
 * each connection: what has changed counts from then on, and no session of before is resumed. Files
 * that are missing or wrong by then fail the connecting.
 */
public final class TlsClient {
  private final TlsFiles files;
  private final TlsEngines engines;
  private final Timers timers;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private TlsFiles.Content content;
  private TlsContext context;

  private TlsClient(Builder builder, TlsFiles.Content content) {
    this.files = builder.files();
    this.engines = builder.engines;
    this.timers = builder.environment.timers();
    this.content = content;
    this.context = content.ofClient(engines);
  }

  /** Starts to describe one, that trusts the authorities that the JDK trusts. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * A transport that connects with TLS over another one, which may go on to connect without. It
   * does not listen. A connection is there when its handshake is over, within the same time; why
   * there is none, its exception says in plain words. Closing it closes the other one.
   */
  public Transport over(Transport transport) {
    return new Connecting(transport);
  }

  /** What the files hold now. Blocks. */
  private TlsContext readAgain() throws IOException {
    TlsFiles.Content now = files.read();
    lock.lock();
    try {
      if (!now.equals(content)) {
        context = now.ofClient(engines);
        content = now;
      }
      return context;
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    } finally {
      lock.unlock();
    }
  }

  private final class Connecting implements Transport {
    private final Transport under;

    Connecting(Transport under) {
      this.under = under;
    }

    @Override
    public Listener listen(InetSocketAddress address, Acceptor acceptor) {
      throw new IllegalStateException("listen over a TlsClient (expected: over a TlsServer)");
    }

    @Override
    public Connection connect(InetSocketAddress address, Duration timeout, Acceptor acceptor)
        throws IOException {
      IoThread.refuseToBlock("connect to " + HostPort.of(address));
      long deadline = timers.nanoTime() + timeout.toNanos();
      TlsContext now = readAgain();
      Opening opening = new Opening(now, address);
      Connection lower =
          under.connect(
              address,
              timeout,
              fresh -> {
                TlsConnection connection = new TlsConnection(fresh, opening, acceptor, timers);
                connection.begin();
                return connection;
              });
      long left = Math.max(0, deadline - timers.nanoTime());
      Timers.Scheduled alarm = timers.schedule(left, () -> opening.giveUp(timeout));
      try {
        return opening.opened.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      } catch (ExecutionException e) {
        if (e.getCause() instanceof NotOpenedException failed) {
          if (failed.wasGivenUp()) {
            lower.abort(); // any other closes by itself, after its alert
          }
          throw failed.told(address);
        }
        throw new IOException(e.getCause());
      } finally {
        alarm.cancel();
        // Whoever completes it first decides: now the connection is the caller's, or nobody's.
        if (opening.opened.cancel(false)) {
          lower.abort();
        }
      }
    }

    @Override
    public void close() {
      under.close();
    }

    @Override
    public String toString() {
      return "TLS over " + under;
    }
  }

  /** It goes no further, for a reason that is told to whoever connects. */
  private static final class NotOpenedException extends Exception {
    private static final long serialVersionUID = 1L;

    NotOpenedException(Exception reason) {
      super(reason.getMessage(), reason);
    }

    boolean wasGivenUp() {
      return getCause() instanceof SocketTimeoutException;
    }

    IOException told(InetSocketAddress address) {
      String message = "cannot connect to " + HostPort.of(address) + ": " + getMessage();
      IOException told =
          wasGivenUp() ? new SocketTimeoutException(message) : new IOException(message);
      told.initCause(getCause());
      return told;
    }
  }

  /** One handshake. */
  private static final class Opening implements TlsConnection.Role {
    private final TlsContext context;
    private final InetSocketAddress address;
    final CompletableFuture<Connection> opened = new CompletableFuture<>();

    Opening(TlsContext context, InetSocketAddress address) {
      this.context = context;
      this.address = address;
    }

    void giveUp(Duration timeout) {
      String message = "no end of the TLS handshake within " + timeout.toMillis() + " ms";
      fail(new SocketTimeoutException(message));
    }

    private void fail(Exception reason) {
      opened.completeExceptionally(new NotOpenedException(reason));
    }

    @Override
    public TlsEngines.Context engines() {
      return context.engines();
    }

    @Override
    public InetSocketAddress server() {
      return address;
    }

    @Override
    public @Nullable String peerName(SSLSession session) {
      return null; // the host's name has been checked
    }

    @Override
    public boolean awaitsVerdict(SSLEngine engine) {
      return context.asked().contains(engine);
    }

    @Override
    public byte @Nullable [] toPlainPeer() {
      return null;
    }

    @Override
    public IOException reason(Exception broken) {
      return Reasons.ofClient(broken, context.own() != null);
    }

    @Override
    public void opened(TlsConnection connection) {
      if (!opened.complete(connection)) {
        connection.abort();
      }
    }

    @Override
    public void failed(TlsConnection connection, Exception reason) {
      fail(reason);
    }

    @Override
    public void ended(TlsConnection connection, @Nullable SSLEngine engine) {
      if (engine != null) {
        context.asked().remove(engine);
      }
    }
  }

  /** The files, and nothing of what is in them. */
  @Override
  public String toString() {
    return "TlsClient[" + files + "]";
  }

  /** Describes a {@link TlsClient}. Not thread-safe. */
  public static final class Builder {
    private @Nullable Path authorities;
    private @Nullable Path certificates;
    private @Nullable Path key;
    private TlsEngines engines = new JdkEngines();
    private Environment environment = Environment.SYSTEM;

    private Builder() {}

    /**
     * Who may sign the certificates of servers; a certificate of a server's own may stand there,
     * too. Those that the JDK trusts if not set.
     */
    public Builder authorities(Path file) {
      authorities = file;
      return this;
    }

    /**
     * What is shown to servers that ask who calls.
     *
     * @param file the client's own certificate first, then those of the authorities between
     * @param keyFile of the first certificate
     */
    public Builder certificate(Path file, Path keyFile) {
      certificates = file;
      key = keyFile;
      return this;
    }

    /** What encrypts; the JDK if not set. */
    public Builder engines(TlsEngines made) {
      engines = made;
      return this;
    }

    /** Where time comes from; {@link Environment#SYSTEM} if not set. */
    public Builder environment(Environment surroundings) {
      environment = surroundings;
      return this;
    }

    private TlsFiles files() {
      return new TlsFiles(certificates, key, authorities);
    }

    /**
     * Reads the files. Blocks.
     *
     * @throws IOException if one cannot be read
     * @throws IllegalArgumentException if one is wrong, naming it and repeating nothing of it
     */
    public TlsClient open() throws IOException {
      return new TlsClient(this, files().read());
    }
  }
}
