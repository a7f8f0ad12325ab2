package dev.tern.conformance;

import static dev.tern.conformance.TestCertificates.SERVER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.server.Server;
import dev.tern.core.tls.TlsEngines;
import dev.tern.transport.netty.NettyOpenSsl;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/** Peers that speak TLS badly, with a server whose TLS is OpenSSL. */
final class TlsPeersRowsWithOpenSslTest extends TlsPeersRowsTest {

  @Override
  TlsEngines engines() {
    return NettyOpenSsl.engines();
  }

  /** Unlike with the JDK's TLS. */
  @Override
  @Test
  void aPeerThatShutsItsOutputGetsItsReplyInTls13() throws IOException {
    Server server = start(tls(SERVER, null));
    try (SSLSocket peer = sslSocket(jdk(new AtomicInteger()), server, s -> s)) {
      peer.getOutputStream()
          .write(frame("{\"id\":1,\"method\":\"test.wait\",\"meta\":{}}".getBytes(UTF_8)));
      gate.awaitEntered(1);
      peer.shutdownOutput();

      awaitEnd(peer);
      eventually(() -> server.stats().connections() == 0);
    }
    gate.open();
  }

  /** Unlike with the JDK's TLS: it counts as a peer that offers none. */
  @Override
  @Test
  void row153_aPeerThatOffersOtherProtocolsOnlyIsRefused() throws IOException {
    Server server = start(tls(SERVER, null));
    try (SSLSocket peer =
        sslSocket(jdk(new AtomicInteger()), server, s -> offering(s, "h2", "http/1.1"))) {
      peer.startHandshake();
      assertThat(peer.getApplicationProtocol()).isEmpty();
    }
    try (SSLSocket peer =
        sslSocket(jdk(new AtomicInteger()), server, s -> offering(s, "h2", "tern/1"))) {
      peer.startHandshake();
      assertThat(peer.getApplicationProtocol()).isEqualTo("tern/1");
    }
  }
}
