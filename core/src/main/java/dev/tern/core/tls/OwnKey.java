package dev.tern.core.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;

/** The key of this end, and the certificates that say whose it is. Immutable. */
final class OwnKey {
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

  /** Whether it can be used where one of these kinds is asked for. */
  boolean isAnyOf(String... keyTypes) {
    for (String type : keyTypes) {
      if (type.equals(key.getAlgorithm()) || type.startsWith(key.getAlgorithm() + "_")) {
        return true;
      }
    }
    return false;
  }

  X509Certificate[] chain() {
    return chain.clone();
  }

  PrivateKey key() {
    return key;
  }

  /** Nothing of the key. */
  @Override
  public String toString() {
    return "OwnKey[" + key.getAlgorithm() + "]";
  }
}
