package dev.tern.conformance;

import dev.tern.testkit.DevelopmentCa;
import dev.tern.testkit.DevelopmentCa.Issued;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Certificates of tests, made once a process: they take keytool some seconds. */
final class TestCertificates {
  static final Path CA;

  /** Of another authority. */
  static final Path OTHER_CA;

  static final Issued SERVER;
  static final Issued SERVER_OF_OTHER_HOST;
  static final Issued SERVER_EXPIRED;

  /** {@code tls:spiffe://example/ann}. */
  static final Issued ANN;

  /** {@code tls:ann}. */
  static final Issued ANN_BY_DNS;

  static final Issued NAMELESS;
  static final Issued ANN_EXPIRED;

  /** {@code tls:spiffe://example/eve}, of the other authority. */
  static final Issued EVE;

  private static final String ANNS = "uri:spiffe://example/ann";

  static {
    try {
      Path folder = Files.createTempDirectory("tern-test-certificates");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
      try (DevelopmentCa ours = DevelopmentCa.create(folder.resolve("ours"), "Ours", 10);
          DevelopmentCa other = DevelopmentCa.create(folder.resolve("other"), "Other", 10)) {
        CA = ours.certificate();
        OTHER_CA = other.certificate();
        SERVER = ours.issue("server", 5, "dns:localhost", "ip:127.0.0.1", "ip:10.0.0.1");
        SERVER_OF_OTHER_HOST = ours.issue("elsewhere", 5, "dns:example.org");
        SERVER_EXPIRED = ours.issue("expired", 2, 5, "dns:localhost", "ip:127.0.0.1");
        ANN = ours.issue("ann", 5, ANNS);
        ANN_BY_DNS = ours.issue("dns", 5, "dns:Ann");
        NAMELESS = ours.issue("nameless", 5);
        ANN_EXPIRED = ours.issue("late", 2, 5, ANNS);
        EVE = other.issue("eve", 5, "uri:spiffe://example/eve", "dns:eve");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private TestCertificates() {}

  private static void delete(Path folder) {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
