package dev.tern.core.tls;

import dev.tern.core.log.LogQueue;
import dev.tern.core.log.LogText;
import dev.tern.core.observe.LogLimit;
import dev.tern.core.reload.Reload;
import dev.tern.core.runtime.Environment;
import dev.tern.core.runtime.Timers;
import dev.tern.core.transport.Connection;
import dev.tern.core.transport.Transport;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.WireError;
import dev.tern.protocol.envelope.Messages;
import dev.tern.protocol.frame.FrameEncoder;
import dev.tern.protocol.session.ClientSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's end of TLS 1.3 and 1.2, put {@linkplain #over over} a transport. Thread-safe.
 *
 * <pre>{@code
 * TlsServer tls = TlsServer.builder(Path.of("server.pem"), Path.of("server-key.pem")).open();
 * Server server = Server.builder(tls.over(transport)).serve(ADD, add).listen(7070);
 * }</pre>
 *
 * <p>The files are PEM; the key is PKCS#8, of the kind RSA, EC or Ed25519. They are read again each
 * second, by a virtual thread. What has changed counts for new connections; no session of before is
 * resumed; and a connection whose client would not be accepted any more is told to end: its running
 * calls may be answered, and it is cut off {@link #DRAIN_MILLIS} later. Files that are missing or
 * wrong change nothing, and the log says so, once for each reason.
 */
public final class TlsServer implements AutoCloseable {
  /** How long a connection may go on whose client is not accepted any more. */
  public static final int DRAIN_MILLIS = 8_000;

  /** How long a handshake may take, if nothing else is said. */
  public static final Duration HANDSHAKE_TIME = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger("dev.tern.tls");

  private static final WireError SPEAK_TLS =
      WireError.of(
              ErrorCode.UNSUPPORTED,
              "this port speaks TLS (expected: a connection with TLS, 1.3 or 1.2)")
          .withStage(ClientSession.BEFORE_TLS);

  private final TlsFiles files;
  private final TlsEngines engines;
  private final Timers timers;
  private final long handshakeMillis;
  private final boolean wantsCertificates;
  private final Reload<TlsFiles.Content> reload;
  private final LogLimit failures;

  /** The connections whose clients have shown a certificate, with its chain. */
  private final Map<TlsConnection, X509Certificate[]> known = new ConcurrentHashMap<>();

  /** Written by the thread that reads the files. */
  private volatile TlsContext context;

  private TlsServer(Builder builder, TlsFiles.Content content) {
    this.files = builder.files();
    this.engines = builder.engines;
    this.timers = builder.environment.timers();
    this.handshakeMillis = builder.handshakeMillis;
    this.wantsCertificates = files.authorities() != null;
    this.context = content.ofServer(engines);
    this.reload = new Reload<>(new Files(), content, builder.environment, "tern-tls-files");
    this.failures =
        new LogLimit(timers, heldBack -> LOG.warn("tls_failures_held_back={}", heldBack));
  }

  /**
   * Starts to describe one.
   *
   * @param certificates the server's own first, then those of the authorities between it and one
   *     that clients trust
   * @param key of the first certificate
   */
  public static Builder builder(Path certificates, Path key) {
    return new Builder(certificates, key);
  }

  /**
   * A transport that listens with TLS over another one, which may go on to listen without. It does
   * not connect. Closing it closes the other one.
   */
  public Transport over(Transport transport) {
    return new Listening(transport);
  }

  /** The files are not read again; what they held stays in force. Idempotent. */
  @Override
  public void close() {
    reload.close();
  }

  private final class Listening implements Transport {
    private final Transport under;

    Listening(Transport under) {
      this.under = under;
    }

    @Override
    public Listener listen(InetSocketAddress address, Acceptor acceptor) throws IOException {
      Listener lowers =
          under.listen(
              address,
              lower -> {
                TlsConnection connection =
                    new TlsConnection(lower, new Accepted(lower), acceptor, timers);
                connection.openWithin(handshakeMillis);
                return connection;
              });
      return new Listener() {
        @Override
        public InetSocketAddress address() {
          return lowers.address();
        }

        @Override
        public void close() {
          lowers.close();
          failures.tellNow();
        }
      };
    }

    @Override
    public Connection connect(InetSocketAddress address, Duration timeout, Acceptor acceptor) {
      throw new IllegalStateException("connect over a TlsServer (expected: over a TlsClient)");
    }

    @Override
    public boolean asksForCertificates() {
      return wantsCertificates;
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

  private final class Accepted implements TlsConnection.Role {
    private final Connection lower;

    /** Of its own handshake. */
    private @Nullable TlsContext begunWith;

    private X509Certificate @Nullable [] chain;

    Accepted(Connection lower) {
      this.lower = lower;
    }

    @Override
    public TlsEngines.Context engines() {
      TlsContext now = context;
      begunWith = now;
      return now.engines();
    }

    @Override
    public @Nullable InetSocketAddress server() {
      return null;
    }

    @Override
    public @Nullable String peerName(SSLSession session) throws IOException {
      if (!wantsCertificates) {
        return null;
      }
      X509Certificate[] shown = chainOf(session);
      String name = CertificateName.of(shown[0]);
      if (name == null) { // looked at in the handshake already
        throw new IOException("the client's certificate names nobody");
      }
      chain = shown;
      return name;
    }

    private static X509Certificate[] chainOf(SSLSession session) throws IOException {
      try {
        Certificate[] shown = session.getPeerCertificates();
        X509Certificate[] all = Arrays.copyOf(shown, shown.length, X509Certificate[].class);
        all[0].checkValidity(); // a session may be resumed after that
        return all;
      } catch (SSLPeerUnverifiedException e) {
        throw new IOException("the client has shown no certificate", e);
      } catch (CertificateExpiredException | CertificateNotYetValidException e) {
        throw new IOException("the client's certificate has expired", e);
      }
    }

    @Override
    public boolean awaitsVerdict(SSLEngine engine) {
      return false;
    }

    @Override
    public byte[] toPlainPeer() {
      ByteArrayOutputStream frame = new ByteArrayOutputStream();
      FrameEncoder.encode(Messages.errorWithoutRequest(SPEAK_TLS), frame::writeBytes);
      return frame.toByteArray();
    }

    @Override
    public IOException reason(Exception broken) {
      return Reasons.ofServer(broken);
    }

    @Override
    public void opened(TlsConnection connection) {
      X509Certificate[] shown = chain;
      if (shown != null) {
        known.put(connection, shown);
        TlsContext now = context;
        if (!now.equals(begunWith) && !now.trust().accepts(shown)) { // other files came meanwhile
          withdraw(connection);
        }
      }
    }

    @Override
    public void failed(TlsConnection connection, Exception reason) {
      // Whoever comes and goes without a byte looks whether somebody is there.
      if (connection.hasHeard() && LOG.isWarnEnabled() && failures.admit()) {
        String peer = String.valueOf(lower.remoteAddress());
        String why = LogText.quoted(String.valueOf(reason.getMessage()));
        LogQueue.SHARED.add(
            why.length(), () -> LOG.warn("peer={} tls_failed={}", LogText.of(peer), why));
      }
    }

    @Override
    public void ended(TlsConnection connection, @Nullable SSLEngine engine) {
      known.remove(connection);
    }
  }

  private void withdraw(TlsConnection connection) {
    connection.withdraw(DRAIN_MILLIS);
  }

  private final class Files implements Reload.Source<TlsFiles.Content> {
    @Override
    public TlsFiles.Content read() throws IOException {
      return files.read();
    }

    @Override
    public void use(TlsFiles.Content content) {
      TlsContext now = content.ofServer(engines);
      context = now;
      warnIfOld(now);
      int withdrawn = 0;
      for (Map.Entry<TlsConnection, X509Certificate[]> each : known.entrySet()) {
        if (!now.trust().accepts(each.getValue())) {
          withdraw(each.getKey());
          withdrawn++;
        }
      }
      int count = withdrawn;
      LogQueue.SHARED.add(
          () ->
              LOG.info(
                  "tls_files={} connections_withdrawn={}", LogText.of(files.toString()), count));
    }

    @Override
    public void kept(String because) {
      String why = LogText.quoted(because);
      LogQueue.SHARED.add(
          why.length(),
          () -> LOG.warn("tls_files={} kept because={}", LogText.of(files.toString()), why));
    }
  }

  /** A server whose certificate no client accepts looks well from inside. */
  private void warnIfOld(TlsContext now) {
    OwnKey own = now.own();
    if (own != null) {
      try {
        own.certificate().checkValidity();
      } catch (CertificateExpiredException | CertificateNotYetValidException e) {
        X509Certificate certificate = own.certificate();
        LogQueue.SHARED.add(
            () ->
                LOG.warn(
                    "tls_files={} certificate=not_valid from={} until={}",
                    LogText.of(files.toString()),
                    certificate.getNotBefore().toInstant(),
                    certificate.getNotAfter().toInstant()));
      }
    }
  }

  /** The files, and nothing of what is in them. */
  @Override
  public String toString() {
    return "TlsServer[" + files + "]";
  }

  /** Describes a {@link TlsServer}. Not thread-safe. */
  public static final class Builder {
    private final Path certificates;
    private final Path key;
    private @Nullable Path authorities;
    private long handshakeMillis = HANDSHAKE_TIME.toMillis();
    private TlsEngines engines = new JdkEngines();
    private Environment environment = Environment.SYSTEM;

    private Builder(Path certificates, Path key) {
      this.certificates = certificates;
      this.key = key;
    }

    /**
     * Clients must show a certificate, signed by one of these authorities, or that stands there
     * itself. Who calls is then {@code tls:} and the first URI of its subject alternative names,
     * else the first DNS name; a certificate with neither is refused. A token of a call wins.
     */
    public Builder clientAuthorities(Path file) {
      authorities = file;
      return this;
    }

    /**
     * How long a handshake may take, from the connection's first moment; {@link #HANDSHAKE_TIME} if
     * not set.
     *
     * @throws IllegalArgumentException if it is less than a millisecond
     */
    public Builder handshakeTime(Duration time) {
      if (time.toMillis() < 1) {
        throw new IllegalArgumentException("handshakeTime: " + time + " (expected: 1 ms or more)");
      }
      handshakeMillis = time.toMillis();
      return this;
    }

    /** What encrypts; the JDK if not set. */
    public Builder engines(TlsEngines made) {
      engines = made;
      return this;
    }

    /** Where time and threads come from; {@link Environment#SYSTEM} if not set. */
    public Builder environment(Environment surroundings) {
      environment = surroundings;
      return this;
    }

    private TlsFiles files() {
      return new TlsFiles(certificates, key, authorities);
    }

    /**
     * Reads the files, and again each second until it is closed. Blocks.
     *
     * @throws IOException if one cannot be read
     * @throws IllegalArgumentException if one is wrong, naming it and repeating nothing of it
     */
    public TlsServer open() throws IOException {
      TlsServer opened = new TlsServer(this, files().read());
      opened.warnIfOld(opened.context);
      opened.reload.start();
      return opened;
    }
  }
}
