package dev.tern.testkit.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.tls.TlsClient;
import dev.tern.core.tls.TlsEngines;
import dev.tern.core.tls.TlsServer;
import dev.tern.core.transport.Connection;
import dev.tern.core.transport.TlsPeer;
import dev.tern.core.transport.Transport;
import dev.tern.testkit.DevelopmentCa;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every transport must do with TLS over it, TLS 1.3: the whole contract again, with
 * certificates at both ends.
 */
public abstract class TlsTransportContract extends TransportContract {
  @TempDir static Path directory;
  private static DevelopmentCa.Issued ofServer;
  private static DevelopmentCa.Issued ofClient;
  private static Path authorities;

  /** Called by subclasses. */
  protected TlsTransportContract() {}

  /** Makes a new transport, which TLS is put over. */
  protected abstract Transport newPlainTransport();

  /** What encrypts at both ends; null for the JDK. */
  protected @Nullable TlsEngines engines() {
    return null;
  }

  @BeforeAll
  static void makeCertificates() throws IOException {
    try (DevelopmentCa ca = DevelopmentCa.create(directory, "Contract", 1)) {
      ofServer = ca.issue("server", 1, "dns:localhost", "ip:127.0.0.1", "ip:::1");
      ofClient = ca.issue("client", 1, "uri:spiffe://example/client");
      authorities = ca.certificate();
    }
  }

  @Override
  protected final Transport newTransport() {
    TlsServer.Builder server =
        TlsServer.builder(ofServer.certificate(), ofServer.key()).clientAuthorities(authorities);
    TlsClient.Builder client =
        TlsClient.builder()
            .authorities(authorities)
            .certificate(ofClient.certificate(), ofClient.key());
    TlsEngines engines = engines();
    if (engines != null) {
      server.engines(engines);
      client.engines(engines);
    }
    try {
      return new BothEnds(newPlainTransport(), server.open(), client.open());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class BothEnds implements Transport {
    private final Transport under;
    private final TlsServer server;
    private final Transport listening;
    private final Transport connecting;

    BothEnds(Transport under, TlsServer server, TlsClient client) {
      this.under = under;
      this.server = server;
      this.listening = server.over(under);
      this.connecting = client.over(under);
    }

    @Override
    public Listener listen(InetSocketAddress address, Acceptor acceptor) throws IOException {
      return listening.listen(address, acceptor);
    }

    @Override
    public Connection connect(InetSocketAddress address, Duration timeout, Acceptor acceptor)
        throws IOException {
      return connecting.connect(address, timeout, acceptor);
    }

    @Override
    public void close() {
      server.close();
      under.close();
    }
  }

  @Test
  void eachEndKnowsThatThereIsTls() {
    Link link = link();

    assertThat(link.client().connection.tls()).isEqualTo(new TlsPeer("TLSv1.3", null));
    assertThat(link.server().connection.tls())
        .isEqualTo(new TlsPeer("TLSv1.3", "tls:spiffe://example/client"));
  }
}
