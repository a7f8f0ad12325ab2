package dev.tern.cli.options;

import dev.tern.core.tls.TlsEngines;
import dev.tern.transport.netty.NettyOpenSsl;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What may encrypt. */
public enum TlsEngineKind {
  JDK,
  OPENSSL;

  /**
   * Null for the JDK's.
   *
   * @throws IllegalStateException if there are none on this machine
   */
  public @Nullable TlsEngines engines() {
    return switch (this) {
      case JDK -> null;
      case OPENSSL -> NettyOpenSsl.engines();
    };
  }

  /** As on the command line. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
