package dev.tern.cli.serve;

import dev.tern.cli.options.Arguments;
import dev.tern.cli.options.TlsEngineKind;
import dev.tern.cli.terminal.WrongUsage;
import dev.tern.core.tls.TlsEngines;
import dev.tern.core.tls.TlsServer;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether a server speaks TLS, and whom it lets in. */
@SuppressWarnings("FieldCanBeFinal") // picocli sets the options
final class ServeTls {
  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description =
          "PEM: speak TLS with this certificate, and those of authorities below it; read again each"
              + " second, as --tls-key and --tls-client-ca are (tern certs makes some)")
  private @Nullable Path certificates;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "PEM: the key of --tls-cert, PKCS#8: RSA, EC or Ed25519")
  private @Nullable Path key;

  @Option(
      names = "--tls-client-ca",
      paramLabel = "FILE",
      description =
          "PEM: callers must show a certificate of these authorities, whose first URI or DNS name"
              + " says who calls")
  private @Nullable Path clientAuthorities;

  @Option(
      names = "--tls-engine",
      paramLabel = "jdk|openssl",
      converter = Arguments.OfTlsEngine.class,
      description = "what encrypts (default: jdk)")
  private TlsEngineKind engine = TlsEngineKind.JDK;

  /** What the options ask for; null for no TLS. */
  @Nullable TlsServer open() {
    Path shown = certificates;
    Path ofShown = key;
    if (shown == null || ofShown == null) {
      refuseHalf();
      return null;
    }
    TlsServer.Builder builder = TlsServer.builder(shown, ofShown);
    if (clientAuthorities != null) {
      builder.clientAuthorities(clientAuthorities);
    }
    try {
      TlsEngines engines = engine.engines();
      if (engines != null) {
        builder.engines(engines);
      }
      return builder.open();
    } catch (NoSuchFileException e) {
      throw new WrongUsage("no file " + e.getFile() + " (expected: PEM; tern certs makes some)");
    } catch (IOException e) {
      throw new WrongUsage("cannot read " + e.getMessage() + " (expected: a PEM file)");
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new WrongUsage(String.valueOf(e.getMessage()));
    }
  }

  /** Without a certificate and its key there is no TLS: then nothing else may ask for it. */
  private void refuseHalf() {
    if (certificates != null) {
      throw without("--tls-cert", "--tls-key");
    }
    if (key != null) {
      throw without("--tls-key", "--tls-cert");
    }
    if (clientAuthorities != null) {
      throw without("--tls-client-ca", "--tls-cert and --tls-key");
    }
    if (engine != TlsEngineKind.JDK) {
      throw without("--tls-engine " + engine.label(), "--tls-cert and --tls-key");
    }
  }

  private static WrongUsage without(String given, String missing) {
    return new WrongUsage(
        given + " without " + missing + " (expected: --tls-cert and --tls-key, or no TLS at all)");
  }

  /** Whether callers show who they are, so that they need no token. */
  boolean wantsCertificates() {
    return clientAuthorities != null;
  }

  /** For who looks on; empty without TLS. */
  @Override
  public String toString() {
    if (certificates == null) {
      return "";
    }
    return (engine == TlsEngineKind.JDK ? "; TLS" : "; TLS by " + engine.label())
        + (clientAuthorities == null ? "" : ", callers need a certificate");
  }
}
