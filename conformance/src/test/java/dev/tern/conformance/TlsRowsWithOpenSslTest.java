package dev.tern.conformance;

import static dev.tern.conformance.TestCertificates.ANN;
import static dev.tern.conformance.TestCertificates.CA;
import static dev.tern.conformance.TestCertificates.EVE;
import static dev.tern.conformance.TestCertificates.SERVER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.server.Server;
import dev.tern.core.tls.TlsClient;
import dev.tern.core.tls.TlsEngines;
import dev.tern.core.tls.TlsServer;
import dev.tern.transport.netty.NettyOpenSsl;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** All of it again with OpenSSL at both ends, and with the JDK's TLS at one of them. */
final class TlsRowsWithOpenSslTest extends TlsRowsTest {

  @Override
  TlsEngines engines() {
    return NettyOpenSsl.engines();
  }

  @Test
  void aClientWithTheJdksTlsCallsAndIsRefusedByItsCertificate() {
    Server server = start(tls(SERVER, CA));

    assertThat(client(trusting(CA, ANN, null), server).call(WHO, null))
        .isEqualTo("tls:spiffe://example/ann");
    assertThat(refusal(trusting(CA, EVE, null), server))
        .contains("the server does not accept the certificate of this client");
  }

  @Test
  void aServerWithTheJdksTlsIsCalledAndRefusesByCertificate() throws IOException {
    try (TlsServer jdks =
        TlsServer.builder(SERVER.certificate(), SERVER.key()).clientAuthorities(CA).open()) {
      Server server = start(jdks);

      assertThat(client(trusting(CA, ANN), server).call(WHO, null))
          .isEqualTo("tls:spiffe://example/ann");
      assertThat(refusal(trusting(CA, EVE), server))
          .contains("the server does not accept the certificate of this client");
    }
  }

  /** The clock stands: nothing else ends the wait for the server's first word. */
  @Test
  void aClientThatHasShownItsCertificateHearsOfItsAcceptanceAtOnce() throws IOException {
    Server server = start(tls(SERVER, CA));
    TlsClient patient =
        TlsClient.builder()
            .authorities(CA)
            .certificate(ANN.certificate(), ANN.key())
            .environment(inPlace)
            .engines(engines())
            .open();

    assertThat(client(patient, server).call(WHO, null)).isEqualTo("tls:spiffe://example/ann");
  }

  @Test
  void whoCallsIsKnownInAResumedSessionToo() {
    Server server = start(tls(SERVER, CA));
    TlsClient ann = trusting(CA, ANN);

    for (int i = 0; i < 3; i++) {
      assertThat(client(ann, server).call(WHO, null)).isEqualTo("tls:spiffe://example/ann");
    }
  }
}
