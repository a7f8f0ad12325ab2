package dev.tern.core.tls;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Which certificates of peers are accepted, and in plain words why one is not. The JDK decides;
 * besides, a client's must hold a {@linkplain CertificateName name}.
 */
final class PeerTrust extends X509ExtendedTrustManager {
  /** As much of a stranger's text as is told. */
  private static final int MAX_TOLD = 200;

  private final X509ExtendedTrustManager jdk;

  private PeerTrust(X509ExtendedTrustManager jdk) {
    this.jdk = jdk;
  }

  /**
   * Trusts some authorities.
   *
   * @param authorities null for those that the JDK trusts
   */
  static PeerTrust in(@Nullable List<X509Certificate> authorities) {
    try {
      KeyStore store = null;
      if (authorities != null) {
        store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (int i = 0; i < authorities.size(); i++) {
          store.setCertificateEntry("ca-" + i, authorities.get(i));
        }
      }
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager found) {
          return new PeerTrust(found);
        }
      }
      throw new AssertionError("every JDK has one");
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("the authorities cannot be used: " + e.getMessage(), e);
    }
  }

  /** Whether a client with this chain would be accepted now. */
  boolean accepts(X509Certificate[] chain) {
    try {
      checkClientTrusted(chain, "UNKNOWN");
      return true;
    } catch (CertificateException e) {
      return false;
    }
  }

  private interface Check {
    void run() throws CertificateException;
  }

  private static void check(X509Certificate[] chain, @Nullable String host, Check check)
      throws CertificateException {
    try {
      check.run();
    } catch (CertificateException e) {
      throw new CertificateException(reason(chain, host, e), e);
    }
  }

  private static void checkName(X509Certificate[] chain) throws CertificateException {
    if (CertificateName.of(chain[0]) == null) {
      throw new CertificateException(
          "the certificate names nobody (expected: a URI or a DNS name in its subject alternative"
              + " names, at most 252 characters)");
    }
  }

  private static String reason(
      X509Certificate[] chain, @Nullable String host, CertificateException e) {
    for (X509Certificate each : chain) {
      try {
        each.checkValidity();
      } catch (CertificateExpiredException expired) {
        return "the certificate has expired, at " + each.getNotAfter().toInstant();
      } catch (CertificateNotYetValidException early) {
        return "the certificate is not valid before " + each.getNotBefore().toInstant();
      }
    }
    String said = String.valueOf(e.getMessage());
    if (said.startsWith("No subject alternative") || said.startsWith("No name matching")) {
      return "the certificate is not for "
          + host
          + " (but for "
          + told(String.join(", ", CertificateName.hostsOf(chain[0])))
          + ")";
    }
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertPathBuilderException) {
        return "the certificate is of an unknown authority ("
            + told(chain[chain.length - 1].getIssuerX500Principal().getName())
            + ")";
      }
    }
    return "the certificate is refused: " + told(said);
  }

  private static String told(String text) {
    return text.length() > MAX_TOLD ? text.substring(0, MAX_TOLD) + "…" : text;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain, null, () -> jdk.checkClientTrusted(chain, authType));
    checkName(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain, null, () -> jdk.checkClientTrusted(chain, authType, engine));
    checkName(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain, null, () -> jdk.checkClientTrusted(chain, authType, socket));
    checkName(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain, null, () -> jdk.checkServerTrusted(chain, authType));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain, engine.getPeerHost(), () -> jdk.checkServerTrusted(chain, authType, engine));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain, null, () -> jdk.checkServerTrusted(chain, authType, socket));
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return jdk.getAcceptedIssuers();
  }
}
