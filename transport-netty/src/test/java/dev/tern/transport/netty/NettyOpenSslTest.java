package dev.tern.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.RpcException;
import dev.tern.core.client.Client;
import dev.tern.core.server.Server;
import dev.tern.core.tls.TlsClient;
import dev.tern.core.tls.TlsEngines;
import dev.tern.core.tls.TlsServer;
import dev.tern.testkit.DevelopmentCa;
import dev.tern.testkit.DevelopmentCa.Issued;
import io.netty.handler.ssl.OpenSslEngine;
import io.netty.util.ReferenceCounted;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What OpenSSL needs, and that it gives its memory back. */
@ExtendWith(LeakCheck.class)
final class NettyOpenSslTest {
  private record One(int number) {}

  private static final Method<One, Integer> SAME = Method.of("same", One.class, Integer.class);

  @TempDir Path folder;

  /** Remembers each engine that was made. */
  private record Remembering(TlsEngines made, Queue<SSLEngine> all) implements TlsEngines {
    @Override
    public Context forServer(
        X509ExtendedKeyManager own, X509ExtendedTrustManager trust, boolean wantsCertificates) {
      return new RememberingContext(made.forServer(own, trust, wantsCertificates), all);
    }

    @Override
    public Context forClient(X509ExtendedKeyManager own, X509ExtendedTrustManager trust) {
      return new RememberingContext(made.forClient(own, trust), all);
    }
  }

  private record RememberingContext(TlsEngines.Context made, Queue<SSLEngine> all)
      implements TlsEngines.Context {
    @Override
    public SSLEngine newEngine(@Nullable InetSocketAddress server) {
      SSLEngine engine = made.newEngine(server);
      all.add(engine);
      return engine;
    }

    @Override
    public boolean endsOneDirection(SSLEngine engine) {
      return made.endsOneDirection(engine);
    }

    @Override
    public void speakUp(SSLEngine engine, TlsEngines.Sending sending) throws SSLException {
      made.speakUp(engine, sending);
    }

    @Override
    public void release(SSLEngine engine) {
      made.release(engine);
    }
  }

  @Test
  void anEngineIsReleasedWithItsConnectionHoweverThatEnds() throws IOException {
    Queue<SSLEngine> all = new ConcurrentLinkedQueue<>();
    TlsEngines engines = new Remembering(NettyOpenSsl.engines(), all);
    try (DevelopmentCa ca = DevelopmentCa.create(folder, "Ours", 1);
        DevelopmentCa others = DevelopmentCa.create(folder.resolve("others"), "Others", 1)) {
      Issued own = ca.issue("server", 1, "dns:localhost", "ip:127.0.0.1");
      TlsClient known = client(engines, ca, ca.issue("ann", 1, "dns:ann"));
      TlsClient stranger = client(engines, ca, others.issue("eve", 1, "dns:eve"));
      try (NettyTransport transport = NettyTransport.create();
          TlsServer tls =
              TlsServer.builder(own.certificate(), own.key())
                  .clientAuthorities(ca.certificate())
                  .engines(engines)
                  .open();
          Server server =
              Server.builder(tls.over(transport)).serve(SAME, Lane.INLINE, One::number).listen(0)) {
        try (Client client = Client.builder(known.over(transport)).connect(server.address())) {
          assertThat(client.call(SAME, new One(7))).isEqualTo(7);
        }
        try (Client client = Client.builder(stranger.over(transport)).connect(server.address())) {
          assertThatThrownBy(() -> client.call(SAME, new One(7))).isInstanceOf(RpcException.class);
        }
        begin(server, new byte[] {0x16, 3, 1, 1}); // and no more of a handshake
        begin(server, new byte[] {0x16, 3, 1, 0, 2, 1, 0}); // no hello
        Client.builder(known.over(transport)).connect(server.address()).call(SAME, new One(8));
      } // with a connection that is open
    }
    assertThat(all)
        .hasSizeGreaterThanOrEqualTo(8)
        .allSatisfy(engine -> assertThat(engine).isInstanceOf(OpenSslEngine.class))
        .allSatisfy(engine -> assertThat(((ReferenceCounted) engine).refCnt()).isZero());
  }

  private static TlsClient client(TlsEngines engines, DevelopmentCa ca, Issued own)
      throws IOException {
    return TlsClient.builder()
        .authorities(ca.certificate())
        .certificate(own.certificate(), own.key())
        .engines(engines)
        .open();
  }

  private static void begin(Server server, byte[] bytes) throws IOException {
    try (Socket socket = new Socket(server.address().getAddress(), server.port())) {
      socket.getOutputStream().write(bytes);
      socket.shutdownOutput();
      var _ = socket.getInputStream().readAllBytes();
    }
  }

  @Test
  void whatIsMissingIsSaid() {
    assertThatThrownBy(() -> enginesWithout("netty-tcnative"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("OpenSSL cannot be used")
        .hasMessageContaining("io.netty:netty-tcnative-boringssl-static");
    assertThatThrownBy(() -> enginesWithout("netty-handler"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no class io/netty/handler/ssl/")
        .hasMessageContaining("expected: io.netty:netty-handler");
  }

  /** As in a program that has all but some jars on its class path. */
  private static void enginesWithout(String jars) throws Throwable {
    List<URL> kept = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (!Path.of(entry).getFileName().toString().startsWith(jars)) {
        kept.add(Path.of(entry).toUri().toURL());
      }
    }
    try (URLClassLoader program =
        new URLClassLoader(kept.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      program.loadClass(NettyOpenSsl.class.getName()).getMethod("engines").invoke(null);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** Has a key of one kind, and nothing else. */
  private record KeyOf(String kind) {
    X509ExtendedKeyManager manager() {
      return new X509ExtendedKeyManager() {
        @Override
        public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
          return type.equals(kind) ? new String[] {"own"} : null;
        }

        @Override
        public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
          return getServerAliases(type, issuers);
        }

        @Override
        public @Nullable String chooseClientAlias(
            String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
          return null;
        }

        @Override
        public @Nullable String chooseServerAlias(
            String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
          return null;
        }

        @Override
        public X509Certificate @Nullable [] getCertificateChain(String alias) {
          return null;
        }

        @Override
        public @Nullable PrivateKey getPrivateKey(String alias) {
          return null;
        }
      };
    }
  }

  @Test
  void aKeyThatOpenSslCannotShowIsRefusedAtOnce() {
    assertThatThrownBy(
            () ->
                NettyOpenSsl.engines()
                    .forServer(new KeyOf("EdDSA").manager(), null /* the key comes first */, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the key: Ed25519 (expected: RSA or EC, with OpenSSL)");
  }
}
