package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Gate;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.Request;
import dev.tern.core.RpcException;
import dev.tern.core.RpcFixture;
import dev.tern.core.client.Client;
import dev.tern.core.runtime.Environment;
import dev.tern.core.server.Server;
import dev.tern.core.server.ServerBuilder;
import dev.tern.core.tls.TlsClient;
import dev.tern.core.tls.TlsEngines;
import dev.tern.core.tls.TlsServer;
import dev.tern.core.transport.Transport;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.testkit.DevelopmentCa.Issued;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.Parameter;

/** What tests of TLS share: servers and clients with it, and peers that the JDK makes. */
@OverSockets
abstract class TlsFixture extends RpcFixture {
  @Parameter TestTransport kind;

  @SuppressWarnings("NullAway") // Void has nothing but null
  static final Method<Void, String> WHO = Method.of("who", Void.class, String.class);

  final Environment inPlace = InPlace.on(clock);

  /** How often a method has run. */
  final AtomicInteger runs = new AtomicInteger();

  private final List<TlsServer> opened = new ArrayList<>();

  @AfterEach
  void closeTls() {
    opened.forEach(TlsServer::close);
  }

  @Override
  protected Transport newTransport() {
    return kind.create();
  }

  /** What encrypts at servers and clients; null for the JDK. */
  @Nullable TlsEngines engines() {
    return null;
  }

  TlsServer tls(Issued own, @Nullable Path clientAuthorities) {
    TlsServer.Builder builder =
        TlsServer.builder(own.certificate(), own.key()).environment(inPlace);
    if (clientAuthorities != null) {
      builder.clientAuthorities(clientAuthorities);
    }
    TlsEngines engines = engines();
    if (engines != null) {
      builder.engines(engines);
    }
    try {
      TlsServer tls = builder.open();
      opened.add(tls);
      return tls;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ServerBuilder builder(TlsServer tls) {
    return Server.builder(tls.over(transport))
        .serve(
            ADD,
            Lane.INLINE,
            pair -> {
              runs.incrementAndGet();
              return pair.a() + pair.b();
            })
        .serve(WHO, Lane.INLINE, _ -> Request.current().caller().toString())
        .serve(
            WAIT,
            _ -> {
              gate.pass();
              return "waited";
            });
  }

  Server start(TlsServer tls) {
    return start(builder(tls));
  }

  TlsClient trusting(Path authorities, @Nullable Issued own) {
    return trusting(authorities, own, engines());
  }

  static TlsClient trusting(Path authorities, @Nullable Issued own, @Nullable TlsEngines engines) {
    TlsClient.Builder builder = TlsClient.builder().authorities(authorities);
    if (own != null) {
      builder.certificate(own.certificate(), own.key());
    }
    if (engines != null) {
      builder.engines(engines);
    }
    try {
      return builder.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Client client(TlsClient tls, Server server) {
    return client(
        tls.over(transport),
        server.address(),
        b -> b.timeout(Duration.ofSeconds(Gate.PATIENCE_SECONDS)));
  }

  /** Why a client cannot connect. */
  String refusal(TlsClient tls, Server server) {
    RpcException e = failure(() -> client(tls, server).call(ADD, new Pair(1, 2)));
    assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE.name());
    assertThat(e.executed()).isEqualTo(Executed.NO);
    return String.valueOf(e.getMessage());
  }

  static Socket socket(Server server) throws IOException {
    Socket socket = new Socket();
    socket.setSoTimeout((int) Duration.ofSeconds(Gate.PATIENCE_SECONDS).toMillis());
    socket.connect(server.address());
    return socket;
  }

  /** The JDK's own TLS, which knows nothing of Tern. */
  static SSLContext jdk(AtomicInteger checks) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Counting(jdksTrust(), checks)}, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError(e);
    }
  }

  private static X509TrustManager jdksTrust() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(TestCertificates.CA)) {
      store.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    return (X509TrustManager) factory.getTrustManagers()[0];
  }

  /** Counts how often a server's certificate is looked at: not when a session is resumed. */
  private record Counting(X509TrustManager trust, AtomicInteger checks)
      implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {
      throw new AssertionError("a client's");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      checks.incrementAndGet();
      trust.checkServerTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return trust.getAcceptedIssuers();
    }
  }

  /** A peer with a socket of the JDK's; it has not shaken hands. */
  static SSLSocket sslSocket(SSLContext context, Server server, UnaryOperator<SSLSocket> setUp)
      throws IOException {
    InetSocketAddress address = server.address();
    return setUp.apply(
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(socket(server), "localhost", address.getPort(), true));
  }

  /** Reads until the server has ended it, in whatever way. */
  static void awaitEnd(Socket socket) {
    try {
      var _ = socket.getInputStream().readAllBytes();
    } catch (SocketTimeoutException e) {
      throw new AssertionError("the server has not ended it", e);
    } catch (IOException reset) {
      assertThat(reset).isNotNull();
    }
  }
}
