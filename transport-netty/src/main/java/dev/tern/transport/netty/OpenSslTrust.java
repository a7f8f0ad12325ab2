package dev.tern.transport.netty;

import io.netty.handler.ssl.OpenSslCertificateException;
import io.netty.internal.tcnative.CertificateVerifier;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Has OpenSSL tell a peer whose certificate is refused {@code certificate_unknown}, as the JDK
 * does. It would say {@code internal_error} of most reasons.
 */
final class OpenSslTrust extends X509ExtendedTrustManager {
  /** Of those that have no alert of their own. */
  private static final int CERTIFICATE_UNKNOWN = CertificateVerifier.X509_V_ERR_PERMITTED_VIOLATION;

  private interface Check {
    void run() throws CertificateException;
  }

  private final X509ExtendedTrustManager trust;

  OpenSslTrust(X509ExtendedTrustManager trust) {
    this.trust = trust;
  }

  private static void check(Check check) throws CertificateException {
    try {
      check.run();
    } catch (CertificateException e) {
      throw new OpenSslCertificateException(e.getMessage(), e, CERTIFICATE_UNKNOWN);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(() -> trust.checkClientTrusted(chain, authType));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(() -> trust.checkClientTrusted(chain, authType, engine));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(() -> trust.checkClientTrusted(chain, authType, socket));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(() -> trust.checkServerTrusted(chain, authType));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(() -> trust.checkServerTrusted(chain, authType, engine));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(() -> trust.checkServerTrusted(chain, authType, socket));
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return trust.getAcceptedIssuers();
  }
}
