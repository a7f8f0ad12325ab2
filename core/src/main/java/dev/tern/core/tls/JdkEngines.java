package dev.tern.core.tls;

import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** The JDK's engines, which are there without any library. Immutable. */
final class JdkEngines implements TlsEngines {

  @Override
  public Context forServer(
      X509ExtendedKeyManager own, X509ExtendedTrustManager trust, boolean wantsCertificates) {
    SSLContext jdk = context(own, trust);
    return _ -> serverEngine(jdk, wantsCertificates);
  }

  @Override
  public Context forClient(X509ExtendedKeyManager own, X509ExtendedTrustManager trust) {
    SSLContext jdk = context(own, trust);
    return server -> clientEngine(jdk, server);
  }

  private static SSLContext context(X509ExtendedKeyManager own, X509ExtendedTrustManager trust) {
    try {
      SSLContext jdk = SSLContext.getInstance("TLS");
      jdk.init(new KeyManager[] {own}, new TrustManager[] {trust}, null);
      int seconds = (int) SESSION_TIME.toSeconds();
      jdk.getServerSessionContext().setSessionTimeout(seconds);
      jdk.getClientSessionContext().setSessionTimeout(seconds);
      return jdk;
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("TLS cannot begin: " + e.getMessage(), e);
    }
  }

  private static SSLEngine serverEngine(SSLContext jdk, boolean wantsCertificate) {
    SSLEngine engine = jdk.createSSLEngine();
    SSLParameters parameters = parameters(engine);
    parameters.setUseCipherSuitesOrder(true);
    parameters.setNeedClientAuth(wantsCertificate);
    engine.setSSLParameters(parameters);
    engine.setUseClientMode(false);
    engine.setHandshakeApplicationProtocolSelector(
        (_, offered) -> offered.contains(PROTOCOL) ? PROTOCOL : null); // null refuses
    return engine;
  }

  private static SSLEngine clientEngine(SSLContext jdk, @Nullable InetSocketAddress server) {
    SSLEngine engine =
        server == null
            ? jdk.createSSLEngine()
            : jdk.createSSLEngine(server.getHostString(), server.getPort());
    SSLParameters parameters = parameters(engine);
    parameters.setEndpointIdentificationAlgorithm("HTTPS"); // the host's name is checked
    parameters.setApplicationProtocols(new String[] {PROTOCOL});
    engine.setSSLParameters(parameters);
    engine.setUseClientMode(true);
    return engine;
  }

  private static SSLParameters parameters(SSLEngine engine) {
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(VERSIONS.toArray(String[]::new));
    return parameters;
  }
}
