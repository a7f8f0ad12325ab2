package dev.tern.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.testkit.DevelopmentCa;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What certificates call their owners, of certificates that keytool has made. */
final class CertificateNameTest {
  @TempDir Path folder;

  private @Nullable String nameOf(DevelopmentCa ca, String file, String... names)
      throws IOException {
    X509Certificate certificate =
        PemFile.read(ca.issue(file, 1, names).certificate()).certificates().getFirst();
    return CertificateName.of(certificate);
  }

  @Test
  void theFirstUriElseTheFirstDnsNameIsTheName() throws IOException {
    try (DevelopmentCa ca = DevelopmentCa.create(folder, "Names", 1)) {
      assertThat(nameOf(ca, "uri", "dns:a.example", "uri:urn:x:1", "uri:urn:x:2"))
          .isEqualTo("tls:urn:x:1");
      assertThat(nameOf(ca, "dns", "ip:127.0.0.1", "dns:B.Example", "dns:a.example"))
          .isEqualTo("tls:b.example");
      assertThat(nameOf(ca, "escaped", "uri:spiffe://x/a%0Ab?c=%25"))
          .isEqualTo("tls:spiffe://x/a%0Ab?c=%25");
      assertThat(nameOf(ca, "none", "ip:127.0.0.1")).isNull();
      assertThat(nameOf(ca, "longest", "uri:urn:" + "x".repeat(248)))
          .isEqualTo("tls:urn:" + "x".repeat(248));
      assertThat(nameOf(ca, "longer", "uri:urn:" + "x".repeat(249))).isNull();
    }
  }
}
