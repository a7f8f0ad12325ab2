package dev.tern.core.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Shows the one key that this end has, or none, and notes at a client who has asked for it.
 * Whatever authorities the server names: one that does not trust them says why.
 */
final class ShownKey extends X509ExtendedKeyManager {
  /** There is one. */
  private static final String ALIAS = "own";

  private final @Nullable OwnKey own;
  private final Set<SSLEngine> asked;

  ShownKey(@Nullable OwnKey own, Set<SSLEngine> asked) {
    this.own = own;
    this.asked = asked;
  }

  private @Nullable String aliasFor(String... keyTypes) {
    return own != null && own.isAnyOf(keyTypes) ? ALIAS : null;
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return aliasFor(keyType);
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    if (engine != null) {
      asked.add(engine);
    }
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
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    return own == null ? null : own.chain();
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    return own == null ? null : own.key();
  }
}
