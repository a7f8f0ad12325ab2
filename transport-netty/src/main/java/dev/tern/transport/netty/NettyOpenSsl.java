package dev.tern.transport.netty;

import dev.tern.core.tls.TlsEngines;

/**
 * OpenSSL under TLS, in the place of the JDK's own: BoringSSL, as Netty brings it.
 *
 * <pre>{@code
 * TlsServer tls = TlsServer.builder(certificates, key).engines(NettyOpenSsl.engines()).open();
 * }</pre>
 *
 * <p>It needs two libraries that this transport does not bring along: {@code
 * io.netty:netty-handler} and {@code io.netty:netty-tcnative-boringssl-static}, the latter with the
 * classifier of the machine. Keys are RSA or EC. The end of one direction ends the other one, too,
 * in each version of TLS; and a peer that offers other protocols only (ALPN) is taken for one that
 * offers none.
 */
public final class NettyOpenSsl {
  private static final String EXPECTED =
      " (expected: io.netty:netty-handler and io.netty:netty-tcnative-boringssl-static, the latter"
          + " with the classifier of this machine, such as linux-x86_64)";

  private NettyOpenSsl() {}

  /**
   * For {@link dev.tern.core.tls.TlsServer.Builder#engines} and {@link
   * dev.tern.core.tls.TlsClient.Builder#engines}, over any transport. Thread-safe.
   *
   * @throws IllegalStateException if a library is missing or cannot be loaded, saying which
   */
  public static TlsEngines engines() {
    try {
      Throwable missing = OpenSslEngines.whyUnavailable();
      if (missing == null) {
        return new OpenSslEngines();
      }
      throw new IllegalStateException("OpenSSL cannot be used: " + missing + EXPECTED, missing);
    } catch (NoClassDefFoundError e) {
      throw new IllegalStateException(
          "OpenSSL cannot be used: no class " + e.getMessage() + EXPECTED, e);
    }
  }
}
