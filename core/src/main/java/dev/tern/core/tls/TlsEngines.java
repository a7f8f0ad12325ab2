package dev.tern.core.tls;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Makes what encrypts and decrypts: the engines of one implementation of TLS. The JDK's are used
 * unless a {@link TlsServer} or a {@link TlsClient} is given others. Thread-safe.
 *
 * <p>Whoever makes them, engines speak {@link #VERSIONS} and no other, offer and select {@link
 * #PROTOCOL}, and refuse a second handshake. A server's order of ciphers decides. A client checks
 * that the certificate is for the host that it asks for.
 */
public interface TlsEngines {
  /** The versions of TLS that are spoken, as the JDK calls them. */
  List<String> VERSIONS = List.of("TLSv1.3", "TLSv1.2");

  /** What is spoken inside, as ALPN has it. */
  String PROTOCOL = "tern/1";

  /** How long a session can be resumed without the peer's certificate being looked at again. */
  Duration SESSION_TIME = Duration.ofMinutes(10);

  /**
   * For the server's ends of connections.
   *
   * @param own the key that is shown
   * @param trust whom clients must be known to
   * @param wantsCertificates whether a client without one is refused
   * @throws IllegalArgumentException if the key cannot be used
   */
  Context forServer(
      X509ExtendedKeyManager own, X509ExtendedTrustManager trust, boolean wantsCertificates);

  /**
   * For the client's ends of connections.
   *
   * @param own the key that is shown to a server that asks, if it has one; each time that a server
   *     asks, it is told of by whose engine, as {@link Context#newEngine} has made that
   * @param trust whom servers must be known to
   * @throws IllegalArgumentException if the key cannot be used
   */
  Context forClient(X509ExtendedKeyManager own, X509ExtendedTrustManager trust);

  /**
   * What one reading of the files has come to. It knows no session that began under another one.
   * Thread-safe; what is given an engine is called in the serial context of its connection.
   */
  interface Context {
    /**
     * An engine that nobody has used.
     *
     * @param server whom a client asks for, as it calls it; null at a server
     */
    SSLEngine newEngine(@Nullable InetSocketAddress server);

    /** Whether either direction can end alone once the handshake is over: part of TLS 1.3 only. */
    default boolean endsOneDirection(SSLEngine engine) {
      return engine.getSession().getProtocol().equals("TLSv1.3");
    }

    /**
     * Has a server's engine say at once what it would keep until it sends something, a ticket of
     * the session: a client that has shown its certificate waits for that. Called when the
     * handshake is over.
     *
     * @param sending what sends it
     */
    default void speakUp(SSLEngine engine, Sending sending) throws SSLException {}

    /** The connection has ended, and the engine is not used any more. */
    default void release(SSLEngine engine) {}
  }

  /** Sends what an engine has to say of its own accord. */
  @FunctionalInterface
  interface Sending {
    /** Calls {@link SSLEngine#wrap}, without plain bytes, until nothing comes of it. */
    void sendAll() throws SSLException;
  }
}
