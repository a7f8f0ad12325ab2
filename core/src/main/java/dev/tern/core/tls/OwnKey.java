package dev.tern.core.tls;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The key of this end, and the certificates that say whose it is. A client shows them whatever
 * authorities the server names: one that does not trust them says why.
 */
final class OwnKey extends X509ExtendedKeyManager {
  /** There is one. */
  private static final String ALIAS = "own";

  private final PrivateKey key;
  private final X509Certificate[] chain;

  /**
   * Takes a key and its certificates.
   *
   * @throws IllegalArgumentException if the first certificate is of another key
   */
  OwnKey(PemFile certificates, PemFile key) {
    this.key = key.privateKey();
    List<X509Certificate> all = certificates.certificates();
    this.chain = all.toArray(X509Certificate[]::new);
    if (!isOf(chain[0])) {
      throw new IllegalArgumentException(
          key.path()
              + ": not the key of the first certificate in "
              + certificates.path()
              + " (expected: the key that it was made for, and the server's or client's own"
              + " certificate before those of authorities)");
    }
  }

  private boolean isOf(X509Certificate certificate) {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          case "EdDSA", "Ed25519" -> "Ed25519";
          case String other -> throw new AssertionError(other + ", which PemFile does not read");
        };
    byte[] anything = {1, 2, 3};
    try {
      Signature signing = Signature.getInstance(algorithm);
      signing.initSign(key);
      signing.update(anything);
      byte[] signature = signing.sign();
      Signature verifying = Signature.getInstance(algorithm);
      verifying.initVerify(certificate.getPublicKey());
      verifying.update(anything);
      return verifying.verify(signature);
    } catch (GeneralSecurityException e) { // such as a certificate of a key of another kind
      return false;
    }
  }

  X509Certificate certificate() {
    return chain[0];
  }

  private @Nullable String aliasFor(String... keyTypes) {
    for (String type : keyTypes) {
      if (type.equals(key.getAlgorithm()) || type.startsWith(key.getAlgorithm() + "_")) {
        return ALIAS;
      }
    }
    return null;
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return aliasFor(keyType);
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return aliasFor(keyTypes);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return aliasFor(keyType);
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return aliasFor(keyTypes);
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return aliasFor(keyType) == null ? null : new String[] {ALIAS};
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return getServerAliases(keyType, issuers);
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return chain.clone();
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return key;
  }

  /** Nothing of the key. */
  @Override
  public String toString() {
    return "OwnKey[" + key.getAlgorithm() + "]";
  }
}
