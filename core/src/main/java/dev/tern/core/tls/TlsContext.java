package dev.tern.core.tls;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * What one reading of the files has come to, with the sessions that began under it. Other files
 * make another one, which knows none of these sessions, so that none is resumed. Thread-safe.
 *
 * @param own null if this end shows no certificate
 * @param asked clients' connections whose servers have asked for a certificate
 */
record TlsContext(SSLContext jdk, @Nullable OwnKey own, PeerTrust trust, Set<SSLEngine> asked) {
  /** What is spoken inside, as ALPN has it. */
  static final String PROTOCOL = "tern/1";

  private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

  /** How long a session can be resumed without the peer's certificate being looked at again. */
  private static final int SESSION_SECONDS = 600;

  /**
   * A new one.
   *
   * @param authorities null for those that the JDK trusts
   * @throws IllegalArgumentException if the JDK cannot use them
   */
  static TlsContext of(@Nullable OwnKey own, @Nullable List<X509Certificate> authorities) {
    PeerTrust trust = PeerTrust.in(authorities);
    Set<SSLEngine> asked = ConcurrentHashMap.newKeySet();
    try {
      SSLContext jdk = SSLContext.getInstance("TLS");
      jdk.init(new KeyManager[] {new ShownKey(own, asked)}, new TrustManager[] {trust}, null);
      jdk.getServerSessionContext().setSessionTimeout(SESSION_SECONDS);
      jdk.getClientSessionContext().setSessionTimeout(SESSION_SECONDS);
      return new TlsContext(jdk, own, trust, asked);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("TLS cannot begin: " + e.getMessage(), e);
    }
  }

  /**
   * The server's end of a connection.
   *
   * @param wantsCertificate whether a client without one is refused
   */
  SSLEngine forServer(boolean wantsCertificate) {
    SSLEngine engine = jdk.createSSLEngine();
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(VERSIONS);
    parameters.setUseCipherSuitesOrder(true);
    parameters.setNeedClientAuth(wantsCertificate);
    engine.setSSLParameters(parameters);
    engine.setUseClientMode(false);
    engine.setHandshakeApplicationProtocolSelector(
        (_, offered) -> offered.contains(PROTOCOL) ? PROTOCOL : null); // null refuses
    return engine;
  }

  /**
   * The client's end of a connection.
   *
   * @param host whom the server's certificate must be for
   */
  SSLEngine forClient(String host, int port) {
    SSLEngine engine = jdk.createSSLEngine(host, port);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(VERSIONS);
    parameters.setEndpointIdentificationAlgorithm("HTTPS"); // the host's name is checked
    parameters.setApplicationProtocols(new String[] {PROTOCOL});
    engine.setSSLParameters(parameters);
    engine.setUseClientMode(true);
    return engine;
  }
}
