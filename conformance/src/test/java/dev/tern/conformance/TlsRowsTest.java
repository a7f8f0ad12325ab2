package dev.tern.conformance;

import static dev.tern.conformance.TestCertificates.ANN;
import static dev.tern.conformance.TestCertificates.ANN_BY_DNS;
import static dev.tern.conformance.TestCertificates.ANN_EXPIRED;
import static dev.tern.conformance.TestCertificates.CA;
import static dev.tern.conformance.TestCertificates.EVE;
import static dev.tern.conformance.TestCertificates.NAMELESS;
import static dev.tern.conformance.TestCertificates.OTHER_CA;
import static dev.tern.conformance.TestCertificates.SERVER;
import static dev.tern.conformance.TestCertificates.SERVER_EXPIRED;
import static dev.tern.conformance.TestCertificates.SERVER_OF_OTHER_HOST;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import dev.tern.core.RpcException;
import dev.tern.core.auth.Identity;
import dev.tern.core.auth.TokenVerifier;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.server.Server;
import dev.tern.core.tls.TlsClient;
import dev.tern.core.tls.TlsServer;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.testkit.DevelopmentCa.Issued;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that are wrong, of others, or withdrawn; who calls with one that is not. */
class TlsRowsTest extends TlsFixture {
  private static final CallOptions AS_ANN = CallOptions.DEFAULT.withAuth("token-of-ann");

  private static final class AnnsToken implements TokenVerifier {
    @Override
    public @Nullable Identity verify(String token) {
      return token.equals("token-of-ann") ? Identity.of("token:ann") : null;
    }

    @Override
    public boolean mayBlock() {
      return false;
    }
  }

  @TempDir Path folder;

  /** Files of a server that a test changes. */
  private Issued copied(Issued issued) throws IOException {
    return new Issued(
        replace("server.pem", issued.certificate()), replace("server-key.pem", issued.key()));
  }

  private Path replace(String name, Path... by) throws IOException {
    StringBuilder all = new StringBuilder();
    for (Path each : by) {
      all.append(Files.readString(each));
    }
    return Files.writeString(folder.resolve(name), all);
  }

  private void reload() {
    clock.advance(Duration.ofSeconds(1));
  }

  @Test
  void aCallOverTls() {
    Server server = start(tls(SERVER, null));

    assertThat(client(trusting(CA, null), server).call(ADD, new Pair(1, 2))).isEqualTo(3);
    assertThat(client(trusting(CA, null), server).call(WHO, null)).isEqualTo("anonymous");
  }

  @Test
  void theCertificateSaysWhoCallsAndTheLogSaysSo() {
    Server server = start(tls(SERVER, CA));
    try (LogCapture log = new LogCapture(Level.DEBUG)) {
      assertThat(client(trusting(CA, ANN), server).call(WHO, null))
          .isEqualTo("tls:spiffe://example/ann");

      log.line("method=who .* code=OK .*caller=tls:spiffe://example/ann$");
    }
  }

  @Test
  void withoutAUriTheDnsNameSaysIt() {
    Server server = start(tls(SERVER, CA));

    assertThat(client(trusting(CA, ANN_BY_DNS), server).call(WHO, null)).isEqualTo("tls:ann");
  }

  @Test
  void aTokenWinsOverACertificateWhichNeedsNone() {
    Server server = start(builder(tls(SERVER, CA)).authenticate(new AnnsToken()));
    Client client = client(trusting(CA, ANN), server);

    assertThat(client.call(WHO, null, AS_ANN)).isEqualTo("token:ann");
    assertThat(client.call(WHO, null)).isEqualTo("tls:spiffe://example/ann");
    assertThat(
            failure(() -> client.call(WHO, null, CallOptions.DEFAULT.withAuth("nobodys"))).code())
        .isEqualTo(ErrorCode.UNAUTHORIZED.name());
  }

  @Test
  void plainAndTlsShareATransport() {
    Server secured = start(tls(SERVER, null));
    Server plain = start(usualServer());

    assertThat(client(plain).call(ADD, new Pair(1, 2))).isEqualTo(3);
    assertThat(client(trusting(CA, null), secured).call(ADD, new Pair(1, 2))).isEqualTo(3);
  }

  @Test
  void row140_aServersCertificateThatHasExpiredIsRefusedSayingSinceWhen() {
    assertThat(refusal(trusting(CA, null), start(tls(SERVER_EXPIRED, null))))
        .contains("the certificate has expired, at 20")
        .contains("cannot connect to ");
  }

  @Test
  void row140_aServerWarnsOfItsOwn() {
    try (LogCapture log = new LogCapture()) {
      tls(SERVER_EXPIRED, null);

      log.line("tls_files=.*expired.pem.* certificate=not_valid from=.* until=.*");
    }
  }

  @Test
  void row141_aCertificateOfAnotherHostIsRefusedNamingBoth() {
    assertThat(refusal(trusting(CA, null), start(tls(SERVER_OF_OTHER_HOST, null))))
        .containsPattern(
            "the certificate is not for (localhost|127.0.0.1) \\(but for example.org\\)");
  }

  @Test
  void row142_aServerOfAnUnknownAuthorityIsRefusedNamingIt() {
    assertThat(refusal(trusting(OTHER_CA, null), start(tls(SERVER, null))))
        .contains("the certificate is of an unknown authority (CN=Ours)");
  }

  private void refusesClient(Issued own, String serverSays) {
    Server server = start(tls(SERVER, CA));
    try (LogCapture log = new LogCapture()) {
      assertThat(refusal(trusting(CA, own), server))
          .startsWith("cannot connect to ")
          .contains("the server does not accept the certificate of this client");
      log.line("peer=.* tls_failed=\".*" + serverSays + ".*\"");
    }
    assertThat(client(trusting(CA, ANN), server).call(ADD, new Pair(1, 2))).isEqualTo(3);
    assertThat(runs).hasValue(1);
  }

  @Test
  void row143_aClientsCertificateThatHasExpiredIsRefused() {
    refusesClient(ANN_EXPIRED, "the certificate has expired, at 20");
  }

  @Test
  void row143_aClientOfAnUnknownAuthorityIsRefused() {
    refusesClient(EVE, "of an unknown authority \\(CN=Other\\)");
  }

  @Test
  void row143_aClientWithoutACertificateIsRefused() {
    Server server = start(tls(SERVER, CA));

    try (LogCapture log = new LogCapture()) {
      assertThat(refusal(trusting(CA, null), server))
          .contains("the server wants a certificate of this client");
      log.line("peer=.* tls_failed=\"the client has shown no certificate\"");
    }
    assertThat(runs).hasValue(0);
  }

  @Test
  void row144_aCertificateThatIsWithdrawnEndsItsConnectionAfterWhatRuns() throws IOException {
    Path accepted = replace("clients.pem", CA, OTHER_CA);
    TlsServer tls = tls(SERVER, accepted);
    Server server = start(tls);
    Client eve = client(trusting(CA, EVE), server);
    Client ann = client(trusting(CA, ANN), server);
    CompletableFuture<String> running = eve.callAsync(WAIT, null);
    CompletableFuture<String> others = ann.callAsync(WAIT, null);
    gate.awaitEntered(2);

    replace("clients.pem", CA);
    reload();

    RpcException refused = failure(() -> eve.call(ADD, new Pair(1, 2)));
    assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE.name());
    assertThat(refused.executed()).isEqualTo(Executed.NO);
    gate.open();
    assertThat(result(running)).isEqualTo("waited");
    assertThat(result(others)).isEqualTo("waited");
    eventually(() -> server.stats().connections() == 1);
    assertThat(refusal(trusting(CA, EVE), server)).contains("does not accept the certificate");
    assertThat(ann.call(ADD, new Pair(1, 2))).isEqualTo(3);
    assertThat(runs).hasValue(1);
  }

  @Test
  void row144_aCertificateThatIsWithdrawnIsCutOffWithinTenSeconds() throws IOException {
    Path accepted = replace("clients.pem", CA, OTHER_CA);
    Server server = start(tls(SERVER, accepted));
    CompletableFuture<String> running = client(trusting(CA, EVE), server).callAsync(WAIT, null);
    gate.awaitEntered(1);

    replace("clients.pem", CA);
    reload();
    clock.advance(Duration.ofMillis(TlsServer.DRAIN_MILLIS));

    assertThat(failure(running).executed()).isEqualTo(Executed.MAYBE);
    assertThat(TlsServer.DRAIN_MILLIS + 1_000).isLessThan(10_000);
  }

  @Test
  void row144_afterAReloadNoSessionOfBeforeIsResumed() throws IOException {
    Issued files = copied(SERVER);
    Server server = start(tls(files, null));
    AtomicInteger checks = new AtomicInteger();
    SSLContext jdk = jdk(checks);

    callOnce(jdk, server);
    callOnce(jdk, server);
    assertThat(checks).as("the second resumes the session of the first").hasValue(1);
    Files.writeString(files.certificate(), "\n" + Files.readString(files.certificate()));
    reload();
    callOnce(jdk, server);

    assertThat(checks).hasValue(2);
  }

  private static void callOnce(SSLContext jdk, Server server) throws IOException {
    try (SSLSocket socket = sslSocket(jdk, server, s -> s)) {
      byte[] hello = "{\"id\":1,\"method\":\"rpc.ping\",\"meta\":{}}".getBytes(US_ASCII);
      socket.getOutputStream().write(new byte[] {0, 0, 0, (byte) hello.length});
      socket.getOutputStream().write(hello);
      assertThat(socket.getInputStream().readNBytes(10)).hasSize(10);
    }
  }

  @Test
  void row145_aCertificateNamedLikeATokensOwnerIsAnotherCaller() {
    Server server = start(builder(tls(SERVER, CA)).authenticate(new AnnsToken()));
    Client client = client(trusting(CA, ANN_BY_DNS), server);

    assertThat(client.call(WHO, null)).isEqualTo("tls:ann");
    assertThat(client.call(WHO, null, AS_ANN)).isEqualTo("token:ann");
  }

  @Test
  void row157_aCertificateThatNamesNobodyIsRefused() {
    refusesClient(NAMELESS, "the certificate names nobody");
  }

  @Test
  void row154_theKeyOfAnotherCertificateIsRefused() {
    assertThatThrownBy(() -> TlsServer.builder(SERVER.certificate(), ANN.key()).open())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not the key of the first certificate");
  }

  @Test
  void row155_filesThatBreakChangeNothingAndAreToldOnce() throws IOException {
    Issued files = copied(SERVER);
    Server server = start(tls(files, null));
    try (LogCapture log = new LogCapture()) {
      Files.writeString(files.key(), "secret");
      reload();
      reload();

      log.line("tls_files=.*server.pem .* kept because=\".*no private key in it.*\"");
      LogCapture.awaitQuiet();
      assertThat(log.holding("kept because")).hasSize(1);
      assertThat(log.holding("secret")).isEmpty();
    }
    assertThat(client(trusting(CA, null), server).call(ADD, new Pair(1, 2))).isEqualTo(3);
  }

  @Test
  void row155_aKeyThatComesAfterItsCertificateCountsThen() throws IOException {
    Issued files = copied(SERVER_EXPIRED);
    Server server = start(tls(files, null));

    replace("server.pem", SERVER.certificate());
    reload();
    assertThat(refusal(trusting(CA, null), server)).contains("has expired");
    replace("server-key.pem", SERVER.key());
    reload();

    assertThat(client(trusting(CA, null), server).call(ADD, new Pair(1, 2))).isEqualTo(3);
  }

  @Test
  void row155_aClientReadsItsFilesForEachConnection() throws IOException {
    Server server = start(tls(SERVER, null));
    Path authorities = replace("trusted.pem", OTHER_CA);
    TlsClient tls = trusting(authorities, null);
    assertThat(refusal(tls, server)).contains("unknown authority");

    replace("trusted.pem", CA);

    assertThat(client(tls, server).call(ADD, new Pair(1, 2))).isEqualTo(3);
  }
}
