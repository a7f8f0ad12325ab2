package dev.tern.cli.visit;

import dev.tern.core.tls.TlsClient;
import dev.tern.core.transport.Transport;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether a server is spoken to in TLS, whom that trusts and what it shows. */
@SuppressWarnings("FieldCanBeFinal") // picocli sets the options
final class TlsOptions {
  @Option(names = "--tls", description = "speak TLS; --ca, --cert and --key-file do so, too")
  private boolean tls;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "PEM: the authorities to trust (default: those that the JDK trusts)")
  private @Nullable Path authorities;

  @Option(
      names = "--cert",
      paramLabel = "FILE",
      description = "PEM: the certificate to show to a server that asks who calls")
  private @Nullable Path certificate;

  @Option(names = "--key-file", paramLabel = "FILE", description = "PEM: the key of --cert, PKCS#8")
  private @Nullable Path key;

  /** As they were given. */
  List<String> given() {
    List<String> given = new ArrayList<>();
    if (tls) {
      given.add("--tls");
    }
    add(given, "--ca", authorities);
    add(given, "--cert", certificate);
    add(given, "--key-file", key);
    return given;
  }

  private static void add(List<String> given, String name, @Nullable Path file) {
    if (file != null) {
      given.addAll(List.of(name, file.toString()));
    }
  }

  /**
   * A transport with TLS over another one; that one itself if nobody asks for TLS.
   *
   * @throws IllegalArgumentException if a file cannot be used, naming it
   */
  Transport over(Transport transport) {
    if (given().isEmpty()) {
      return transport;
    }
    if ((certificate == null) != (key == null)) {
      throw new IllegalArgumentException(
          (key == null ? "--cert without --key-file" : "--key-file without --cert")
              + " (expected: both, or none)");
    }
    TlsClient.Builder builder = TlsClient.builder();
    if (authorities != null) {
      builder.authorities(authorities);
    }
    if (certificate != null && key != null) {
      builder.certificate(certificate, key);
    }
    try {
      return builder.open().over(transport);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("no file " + e.getFile() + " (expected: PEM)", e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "cannot read " + e.getMessage() + " (expected: a PEM file)", e);
    }
  }
}
