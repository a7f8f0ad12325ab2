package dev.tern.bench.grpc;

import io.grpc.ChannelCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.netty.handler.ssl.util.SelfSignedCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A certificate that its owner has signed, of the same kind as Tern's. Server and client are two
 * processes, so it lies in a file with the name of the process that started both.
 */
@SuppressWarnings("deprecation") // what replaces it is in a jar that grpc-java does not bring
final class GrpcCertificate {
  static final String NAME = "localhost";
  private static final int BITS = 256;

  private GrpcCertificate() {}

  private static Path file() {
    long parent = ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(0L);
    return Path.of(System.getProperty("java.io.tmpdir"), "tern-bench-grpc-" + parent + ".pem");
  }

  /** In the server's process, before the client's starts. */
  static ServerCredentials server() throws Exception {
    SelfSignedCertificate own = new SelfSignedCertificate(NAME, "EC", BITS);
    Path shared = file();
    Files.copy(own.certificate().toPath(), shared, StandardCopyOption.REPLACE_EXISTING);
    shared.toFile().deleteOnExit();
    return TlsServerCredentials.create(own.certificate(), own.privateKey());
  }

  /** In the client's process. */
  static ChannelCredentials client() {
    try {
      return TlsChannelCredentials.newBuilder().trustManager(file().toFile()).build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
