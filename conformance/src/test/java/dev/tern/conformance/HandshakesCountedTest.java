package dev.tern.conformance;

import static dev.tern.conformance.TestCertificates.CA;
import static dev.tern.conformance.TestCertificates.OTHER_CA;
import static dev.tern.conformance.TestCertificates.SERVER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Counter;
import dev.tern.core.client.Client;
import dev.tern.core.server.Server;
import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.Test;

/** Each end counts the handshakes that it has made, and those that came to nothing. */
final class HandshakesCountedTest extends TlsFixture {
  private static void eventually(Server server, Counter what, long times) {
    eventually(() -> server.stats().count(what) == times);
  }

  @Test
  void aHandshakeIsCountedAtBothEnds() {
    Server server = start(tls(SERVER, null));
    Client client = client(trusting(CA, null), server);
    client.call(ADD, new Pair(1, 2));

    assertThat(client.stats().count(Counter.TLS_HANDSHAKES)).isEqualTo(1);
    assertThat(server.stats().count(Counter.TLS_HANDSHAKES)).isEqualTo(1);
    assertThat(client.stats().count(Counter.TLS_HANDSHAKES_FAILED)).isZero();
    assertThat(server.stats().count(Counter.TLS_HANDSHAKES_FAILED)).isZero();
  }

  @Test
  void aHandshakeThatFailsIsCountedAtBothEnds() {
    Server server = start(tls(SERVER, null));
    Client client = client(trusting(OTHER_CA, null), server);
    failure(() -> client.call(ADD, new Pair(1, 2)));

    eventually(() -> client.stats().count(Counter.TLS_HANDSHAKES_FAILED) == 1);
    eventually(server, Counter.TLS_HANDSHAKES_FAILED, 1);
    assertThat(client.stats().count(Counter.TLS_HANDSHAKES)).isZero();
    assertThat(server.stats().count(Counter.CONNECTIONS_OPENED)).isZero();
  }

  @Test
  void aPeerThatSpeaksNoTlsIsCountedAsOne() throws IOException {
    Server server = start(tls(SERVER, null));
    try (Socket plain = socket(server)) {
      plain.getOutputStream().write('G');
      awaitEnd(plain);
    }

    eventually(server, Counter.TLS_HANDSHAKES_FAILED, 1);
  }

  @Test
  void withoutTlsThereAreNone() {
    Server server = start(usualServer());
    Client client = client(server);
    client.call(ADD, new Pair(1, 2));

    assertThat(client.stats().count(Counter.TLS_HANDSHAKES)).isZero();
    assertThat(server.stats().count(Counter.TLS_HANDSHAKES)).isZero();
  }
}
