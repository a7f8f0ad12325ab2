package dev.tern.bench.own;

import dev.tern.core.tls.TlsClient;
import dev.tern.core.tls.TlsServer;
import dev.tern.testkit.DevelopmentCa;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * An authority of the benchmark's own. Server and client are two processes that share a port and
 * nothing else, so their certificates lie in a folder that has the name of the process that started
 * both.
 */
final class Certificates implements AutoCloseable {
  private static final int DAYS = 1;
  private static final String CA = "ca.pem";

  private final Path folder;
  private final TlsServer server;

  private Certificates(Path folder, TlsServer server) {
    this.folder = folder;
    this.server = server;
  }

  private static Path folder() {
    long parent = ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(0L);
    return Path.of(System.getProperty("java.io.tmpdir"), "tern-bench-certificates-" + parent);
  }

  /** In the server's process, before the client's starts. */
  static Certificates make() throws IOException {
    Path folder = folder();
    delete(folder);
    try (DevelopmentCa ca = DevelopmentCa.create(folder, "Tern bench", DAYS)) {
      DevelopmentCa.Issued own = ca.issue("server", DAYS, "dns:localhost", "ip:127.0.0.1");
      return new Certificates(folder, TlsServer.builder(own.certificate(), own.key()).open());
    }
  }

  TlsServer server() {
    return server;
  }

  /** In the client's process. */
  static TlsClient client() throws IOException {
    return TlsClient.builder().authorities(folder().resolve(CA)).open();
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
