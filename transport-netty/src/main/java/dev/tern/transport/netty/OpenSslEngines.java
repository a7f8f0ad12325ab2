package dev.tern.transport.netty;

import dev.tern.core.tls.TlsEngines;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.KeyManagerFactoryWrapper;
import io.netty.internal.tcnative.SSL;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Engines of OpenSSL. An engine gives its memory back when its connection has ended, a context when
 * nobody knows it any more: it may be in force for as long as there is a listener.
 */
final class OpenSslEngines implements TlsEngines {

  /** Why there are none; null if there are. */
  static @Nullable Throwable whyUnavailable() {
    return OpenSsl.unavailabilityCause();
  }

  @Override
  public Context forServer(
      X509ExtendedKeyManager own, X509ExtendedTrustManager trust, boolean wantsCertificates) {
    SslContextBuilder builder =
        SslContextBuilder.forServer(factory(own))
            .clientAuth(wantsCertificates ? ClientAuth.REQUIRE : ClientAuth.NONE);
    return new Made(build(builder, trust), wantsCertificates);
  }

  @Override
  public Context forClient(X509ExtendedKeyManager own, X509ExtendedTrustManager trust) {
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .keyManager(factory(own))
            .endpointIdentificationAlgorithm("HTTPS"); // the host's name is checked
    return new Made(build(builder, trust), false);
  }

  /** The key is converted once, not for each handshake. */
  private static KeyManagerFactory factory(X509ExtendedKeyManager own) {
    if (own.getServerAliases("EdDSA", null) != null) {
      throw new IllegalArgumentException("the key: Ed25519 (expected: RSA or EC, with OpenSSL)");
    }
    return new OpenSslCachingX509KeyManagerFactory(new KeyManagerFactoryWrapper(own));
  }

  private static SslContext build(SslContextBuilder builder, X509ExtendedTrustManager trust) {
    try {
      return builder
          .sslProvider(SslProvider.OPENSSL)
          .trustManager(new OpenSslTrust(trust))
          .protocols(VERSIONS)
          .applicationProtocolConfig(
              new ApplicationProtocolConfig(
                  ApplicationProtocolConfig.Protocol.ALPN,
                  ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                  ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                  PROTOCOL))
          .sessionTimeout(SESSION_TIME.toSeconds())
          .build();
    } catch (SSLException e) {
      throw new IllegalArgumentException("TLS cannot begin with OpenSSL: " + e.getMessage(), e);
    }
  }

  /**
   * @param speaksFirst whether clients may wait for the server's first word
   */
  private record Made(SslContext context, boolean speaksFirst) implements Context {

    @Override
    public SSLEngine newEngine(@Nullable InetSocketAddress server) {
      if (server == null) {
        return context.newEngine(ByteBufAllocator.DEFAULT);
      }
      SSLEngine engine =
          context.newEngine(ByteBufAllocator.DEFAULT, server.getHostString(), server.getPort());
      refuseSecondHandshake(engine);
      return engine;
    }

    /** Which Netty lets a server of TLS 1.2 ask for, once. */
    private static void refuseSecondHandshake(SSLEngine engine) {
      try {
        SSL.setRenegotiateMode(pointer(engine), SSL.SSL_RENEGOTIATE_NEVER);
      } catch (Exception e) { // as the library declares it
        ReferenceCountUtil.release(engine);
        throw new IllegalStateException("OpenSSL refuses to do without renegotiation", e);
      }
    }

    private static long pointer(SSLEngine engine) {
      return ((ReferenceCountedOpenSslEngine) engine).sslPointer();
    }

    /** Netty's engine answers the end of one direction with that of the other. */
    @Override
    public boolean endsOneDirection(SSLEngine engine) {
      return false;
    }

    /** BoringSSL keeps the tickets of a session until something is written, be it nothing. */
    @Override
    public void speakUp(SSLEngine engine, Sending sending) throws SSLException {
      if (!speaksFirst) {
        return;
      }
      long ssl = pointer(engine);
      int error;
      do { // more than once only if it is longer than the engine's own buffer
        int written = SSL.writeToSSL(ssl, ssl, 0); // of no bytes, so that any address will do
        error = written < 0 ? SSL.getError(ssl, written) : SSL.SSL_ERROR_NONE;
        SSL.clearError(); // what is wrong, reading tells, too
        sending.sendAll();
      } while (error == SSL.SSL_ERROR_WANT_WRITE);
    }

    @Override
    public void release(SSLEngine engine) {
      ReferenceCountUtil.release(engine);
    }
  }
}
