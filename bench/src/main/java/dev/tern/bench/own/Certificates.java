package dev.tern.bench.own;

import dev.tern.core.tls.TlsClient;
import dev.tern.core.tls.TlsEngines;
import dev.tern.core.tls.TlsServer;
import dev.tern.testkit.DevelopmentCa;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * An authority of the benchmark's own. Server and client are two processes that share a port and
 * nothing else, so their certificates lie in a folder that has the names of the contender and of
 * the process that started both.
 */
public final class Certificates implements AutoCloseable {
  private static final int DAYS = 1;
  private static final String CA = "ca.pem";

  private final Path folder;
  private final TlsServer server;

  private Certificates(Path folder, TlsServer server) {
    this.folder = folder;
    this.server = server;
  }

  private static Path folder(String contender) {
    long parent = ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(0L);
    return Path.of(System.getProperty("java.io.tmpdir"), "tern-bench-" + contender + "-" + parent);
  }

  /**
   * In the server's process, before the client's starts.
   *
   * @param engines null for those of the JDK
   */
  public static Certificates make(String contender, @Nullable TlsEngines engines)
      throws IOException {
    Path folder = folder(contender);
    delete(folder);
    try (DevelopmentCa ca = DevelopmentCa.create(folder, "Tern bench", DAYS)) {
      DevelopmentCa.Issued own = ca.issue("server", DAYS, "dns:localhost", "ip:127.0.0.1");
      TlsServer.Builder server = TlsServer.builder(own.certificate(), own.key());
      if (engines != null) {
        server.engines(engines);
      }
      return new Certificates(folder, server.open());
    }
  }

  /** What a server speaks TLS with. */
  public TlsServer server() {
    return server;
  }

  /** What the JDK's own sockets need to show the certificate of {@link #server}. */
  SSLContext context() throws IOException, GeneralSecurityException {
    return PemContext.ofServer(folder.resolve("server.pem"), folder.resolve("server-key.pem"));
  }

  /** In the client's process, for the JDK's own sockets. */
  static SSLContext trusting(String contender) throws IOException, GeneralSecurityException {
    return PemContext.ofClient(folder(contender).resolve(CA));
  }

  /**
   * In the client's process.
   *
   * @param engines null for those of the JDK
   */
  public static TlsClient client(String contender, @Nullable TlsEngines engines)
      throws IOException {
    TlsClient.Builder client = TlsClient.builder().authorities(folder(contender).resolve(CA));
    if (engines != null) {
      client.engines(engines);
    }
    return client.open();
  }

  @Override
  public void close() {
    server.close();
    try {
      delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
