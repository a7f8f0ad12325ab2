package dev.tern.core.tls;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * What one reading of the files has come to, with the sessions that began under it. Other files
 * make another one, which knows none of these sessions, so that none is resumed. Thread-safe.
 *
 * @param own null if this end shows no certificate
 * @param asked clients' connections whose servers have asked for a certificate
 */
record TlsContext(
    TlsEngines.Context engines, @Nullable OwnKey own, PeerTrust trust, Set<SSLEngine> asked) {

  /**
   * A server's.
   *
   * @param authorities who signs the certificates of clients; null if they need none
   * @throws IllegalArgumentException if the engines cannot use them
   */
  static TlsContext ofServer(
      TlsEngines engines, @Nullable OwnKey own, @Nullable List<X509Certificate> authorities) {
    PeerTrust trust = PeerTrust.in(authorities);
    Set<SSLEngine> asked = Set.of();
    ShownKey shown = new ShownKey(own, asked);
    return new TlsContext(engines.forServer(shown, trust, authorities != null), own, trust, asked);
  }

  /**
   * A client's.
   *
   * @param authorities null for those that the JDK trusts
   * @throws IllegalArgumentException if the engines cannot use them
   */
  static TlsContext ofClient(
      TlsEngines engines, @Nullable OwnKey own, @Nullable List<X509Certificate> authorities) {
    PeerTrust trust = PeerTrust.in(authorities);
    Set<SSLEngine> asked = ConcurrentHashMap.newKeySet();
    return new TlsContext(engines.forClient(new ShownKey(own, asked), trust), own, trust, asked);
  }
}
