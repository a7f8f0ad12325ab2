package dev.tern.conformance;

import static dev.tern.conformance.TestCertificates.CA;
import static dev.tern.conformance.TestCertificates.SERVER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.tern.core.Counter;
import dev.tern.core.Gate;
import dev.tern.core.Method;
import dev.tern.core.RawPeer;
import dev.tern.core.RpcException;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.server.Server;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.transport.memory.MemoryTransport;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Peers that speak TLS badly, something else in it, or none at all. */
class TlsPeersRowsTest extends TlsFixture {
  private static final byte[] ADD_1_2 =
      "{\"id\":1,\"method\":\"calc.add\",\"params\":[1,2],\"meta\":{}}".getBytes(UTF_8);

  static byte[] frame(byte[] payload) {
    return ByteBuffer.allocate(4 + payload.length).putInt(payload.length).put(payload).array();
  }

  private static JsonNode readFrame(Socket socket) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    return new JsonMapper().readTree(in.readNBytes(in.readInt()));
  }

  private void expectOthersAreServed(Server server) {
    int before = runs.get();
    assertThat(client(trusting(CA, null), server).call(ADD, new Pair(1, 2))).isEqualTo(3);
    assertThat(runs).hasValue(before + 1);
  }

  /** How a client begins that the JDK makes. */
  private static byte[] clientHello() throws SSLException {
    SSLEngine engine = jdk(new AtomicInteger()).createSSLEngine("localhost", 1);
    engine.setUseClientMode(true);
    ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), hello);
    return Arrays.copyOf(hello.array(), hello.position());
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void eachVersionIsSpokenWithWhoKnowsNothingOfTern(String version) throws IOException {
    Server server = start(tls(SERVER, null));
    try (SSLSocket peer = sslSocket(jdk(new AtomicInteger()), server, s -> only(s, version))) {
      peer.getOutputStream().write(frame(ADD_1_2));

      assertThat(readFrame(peer).get("result").asInt()).isEqualTo(3);
      assertThat(peer.getSession().getProtocol()).isEqualTo(version);
    }
  }

  private static SSLSocket only(SSLSocket socket, String version) {
    socket.setEnabledProtocols(new String[] {version});
    return socket;
  }

  static SSLSocket offering(SSLSocket socket, String... protocols) {
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(protocols);
    socket.setSSLParameters(parameters);
    return socket;
  }

  @Test
  void aPeerThatShutsItsOutputGetsItsReplyInTls13() throws IOException {
    Server server = start(tls(SERVER, null));
    try (SSLSocket peer = sslSocket(jdk(new AtomicInteger()), server, s -> s)) {
      peer.getOutputStream()
          .write(frame("{\"id\":1,\"method\":\"test.wait\",\"meta\":{}}".getBytes(UTF_8)));
      gate.awaitEntered(1);
      peer.shutdownOutput();
      gate.open();

      assertThat(readFrame(peer).get("result").asString()).isEqualTo("waited");
      assertThat(peer.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void aPeerThatShutsItsOutputEndsBothDirectionsInTls12() throws IOException {
    Server server = start(tls(SERVER, null));
    try (SSLSocket peer = sslSocket(jdk(new AtomicInteger()), server, s -> only(s, "TLSv1.2"))) {
      peer.getOutputStream().write(frame(ADD_1_2));
      readFrame(peer);
      peer.shutdownOutput();

      awaitEnd(peer);
      eventually(() -> server.stats().connections() == 0);
    }
  }

  @Test
  void row146_aPeerThatStopsInMidHandshakeIsClosedInTime() throws IOException {
    Server server = start(tls(SERVER, null));
    byte[] hello = clientHello();
    try (Socket silent = socket(server);
        Socket stopped = socket(server);
        Socket answered = socket(server);
        LogCapture log = new LogCapture()) {
      stopped.getOutputStream().write(hello, 0, hello.length / 2);
      answered.getOutputStream().write(hello);
      assertThat(answered.getInputStream().read()).isEqualTo(0x16); // the server's hello
      expectOthersAreServed(server);

      clock.advance(Duration.ofSeconds(10));

      awaitEnd(silent);
      awaitEnd(stopped);
      awaitEnd(answered);
      log.line("peer=.* tls_failed=\"the handshake took too long\"");
    }
  }

  @Test
  void row146_aPeerThatGoesWithoutAByteIsNotWorthALine() throws IOException {
    Server server = start(tls(SERVER, null));
    try (LogCapture log = new LogCapture()) {
      socket(server).close();
      expectOthersAreServed(server);

      LogCapture.awaitQuiet();
      assertThat(log.holding("tls_failed")).isEmpty();
    }
  }

  @Test
  void row147_aSecondHandshakeEndsTheConnection() throws IOException {
    Server server = start(tls(SERVER, null));
    try (SSLSocket peer = sslSocket(jdk(new AtomicInteger()), server, s -> only(s, "TLSv1.2"))) {
      peer.getOutputStream().write(frame(ADD_1_2));
      readFrame(peer);

      peer.startHandshake(); // TLS 1.2 lets a client begin again
      assertThatThrownBy(() -> readFrame(peer)).isInstanceOf(IOException.class);
    } catch (SSLException | SocketException refused) {
      assertThat(refused).isNotNull();
    }
    eventually(() -> server.stats().connections() == 0);
    expectOthersAreServed(server);
  }

  @Test
  void row148_whatIsSentBeforeTheHandshakeIsOverIsNeverExecuted() throws IOException {
    Server server = start(tls(SERVER, null));
    try (Socket early = socket(server)) {
      OutputStream out = early.getOutputStream();
      out.write(clientHello());
      out.write(new byte[] {0x17, 3, 3, 0, (byte) frame(ADD_1_2).length});
      out.write(frame(ADD_1_2));

      awaitEnd(early);
    }
    assertThat(runs).hasValue(0);
    expectOthersAreServed(server);
  }

  @Test
  void row149_aThousandHandshakesThatStopHoldUpNobodyAndGiveBackTheirDescriptors()
      throws IOException {
    Server server = start(tls(SERVER, null));
    expectOthersAreServed(server);
    byte[] hello = clientHello();
    long before = descriptors();
    List<Socket> peers = new ArrayList<>();
    try {
      for (int i = 0; i < 1_000; i++) {
        Socket peer = socket(server);
        peers.add(peer);
        peer.getOutputStream().write(hello, 0, 1 + i % (hello.length - 1));
      }
      expectOthersAreServed(server);

      // Some may not have been accepted yet: their time begins later.
      eventually(
          () -> {
            clock.advance(Duration.ofSeconds(10));
            return descriptors() <= before + 1_000 + 20;
          });
    } finally {
      for (Socket peer : peers) {
        peer.close();
      }
    }
    eventually(() -> descriptors() <= before + 20);
    expectOthersAreServed(server);
  }

  private static long descriptors() {
    return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getOpenFileDescriptorCount();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\0\0\0\3{}", "GET / HTTP/1.1\r\n\r\n", "SSH-2.0-x\r\n"})
  void row150_aPlainPeerIsToldInAPlainFrameByItsFirstByte(String said) throws IOException {
    Server server = start(tls(SERVER, null));
    try (Socket plain = socket(server);
        LogCapture log = new LogCapture()) {
      plain.getOutputStream().write(said.getBytes(UTF_8), 0, 1);

      JsonNode error = readFrame(plain).get("error");
      assertThat(error.get("data").get("code").asString()).isEqualTo("UNSUPPORTED");
      assertThat(error.get("data").get("executed").asString()).isEqualTo("no");
      assertThat(error.get("message").asString()).startsWith("this port speaks TLS");
      assertThat(plain.getInputStream().read()).isEqualTo(-1);
      log.line("peer=.* tls_failed=\"the client speaks no TLS\"");
    }
    expectOthersAreServed(server);
  }

  @Test
  void aFloodOfPlainPeersIsNoFloodOfLinesAndIsToldWhenTheServerStops() throws IOException {
    Server server = start(tls(SERVER, null));
    try (LogCapture log = new LogCapture()) {
      for (int i = 0; i < 25; i++) {
        try (Socket plain = socket(server)) {
          plain.getOutputStream().write('G');
          readFrame(plain);
        }
      }
      eventually(() -> server.stats().count(Counter.TLS_HANDSHAKES_FAILED) == 25);

      server.close();

      log.line("tls_failures_held_back=5");
      clock.advance(Duration.ofSeconds(10));
      LogCapture.awaitQuiet();
      assertThat(log.holding("tls_failed")).hasSize(20);
      assertThat(log.holding("held_back")).hasSize(1);
    }
  }

  @Test
  void row150_aPlainClientIsToldThatItsCallWasNotExecuted() {
    Server server = start(tls(SERVER, null));

    RpcException e = failure(() -> client(server.address()).call(ADD, new Pair(1, 2)));

    assertThat(e.getMessage()).contains("this port speaks TLS");
    assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED.name());
    assertThat(e.executed()).isEqualTo(Executed.NO);
  }

  @Test
  void row151_aClientWithTlsIsToldThatThePortIsPlain() {
    Server plain = start(usualServer());

    assertThat(refusal(trusting(CA, null), plain))
        .contains("it answers without TLS (is this port TLS?)");
    assertThat(client(plain).call(ADD, new Pair(1, 2))).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-x\r\n", "\0"})
  void row152_aServerOfSomethingElseIsToldFromOneWithTls(String greeting) {
    try (RawPeer.Listening foreign = rawServer()) {
      Thread.ofVirtual().start(() -> foreign.accept().sendBytes(greeting.getBytes(UTF_8)));

      assertThat(
              failure(
                      () ->
                          client(trusting(CA, null).over(transport), foreign.address(), b -> b)
                              .call(ADD, new Pair(1, 2)))
                  .getMessage())
          .contains("it answers without TLS");
    }
  }

  @Test
  void row152_aServerThatIsSilentOrGoneIsGivenUpInTime() {
    try (RawPeer.Listening silent = rawServer()) {
      Client client =
          client(
              trusting(CA, null).over(transport),
              silent.address(),
              b -> b.connectTimeout(Duration.ofMillis(200)));

      assertThat(failure(() -> client.call(ADD, new Pair(1, 2))).getMessage())
          .contains("no end of the TLS handshake within 200 ms");
      silent.accept().awaitEnd();

      Thread.ofVirtual().start(() -> silent.accept().close());
      assertThat(failure(() -> client.call(ADD, new Pair(1, 2))).getMessage())
          .contains("in mid-handshake");
    }
  }

  @Test
  void row153_aPeerThatOffersOtherProtocolsOnlyIsRefused() throws IOException {
    Server server = start(tls(SERVER, null));
    SSLContext jdk = jdk(new AtomicInteger());
    try (SSLSocket peer = sslSocket(jdk, server, s -> offering(s, "h2", "http/1.1"))) {
      assertThatThrownBy(peer::startHandshake)
          .isInstanceOf(SSLException.class)
          .hasMessageContaining("no_application_protocol");
    }
    try (SSLSocket peer = sslSocket(jdk, server, s -> offering(s, "h2", "tern/1"))) {
      peer.startHandshake();
      assertThat(peer.getApplicationProtocol()).isEqualTo("tern/1");
    }
  }

  @Test
  void row156_aTokenGoesToAnotherMachineIfThereIsTls() throws IOException {
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 0, 0, 1}), 0);
    CallOptions withToken = CallOptions.DEFAULT.withAuth("t0ken");
    try (MemoryTransport elsewhere = new MemoryTransport();
        Server secured =
            Server.builder(tls(SERVER, null).over(elsewhere)).serve(ADD, p -> 3).listen(address);
        Server plain = Server.builder(elsewhere).serve(ADD, p -> 3).listen(address)) {
      Client safe = client(trusting(CA, null).over(elsewhere), secured.address(), b -> b);
      Client open = client(elsewhere, plain.address(), b -> b);

      assertThat(safe.call(ADD, new Pair(1, 2), withToken)).isEqualTo(3);
      assertThat(failure(() -> open.call(ADD, new Pair(1, 2), withToken)).getMessage())
          .contains("the token was not sent to ")
          .contains("(expected: TLS, or a server on this machine)");
      safe.close();
      open.close();
    }
  }

  @Test
  void row158_anOlderVersionIsRefused() throws IOException {
    Server server = start(tls(SERVER, null));
    ByteBuffer hello = ByteBuffer.allocate(5 + 4 + 41);
    hello.put((byte) 0x16).putShort((short) 0x0301).putShort((short) 45);
    hello.put((byte) 1).put((byte) 0).putShort((short) 41);
    hello.putShort((short) 0x0302).put(new byte[32]); // TLS 1.1
    hello.put((byte) 0).putShort((short) 2).putShort((short) 0x002F).put((byte) 1).put((byte) 0);
    try (Socket old = socket(server)) {
      old.getOutputStream().write(hello.array());

      byte[] alert = old.getInputStream().readNBytes(7);
      assertThat(alert[0]).isEqualTo((byte) 0x15);
      assertThat(alert[6]).as("protocol_version").isEqualTo((byte) 70);
      assertThat(old.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void row159_aRecordThatIsBrokenEndsItsConnectionOnly() throws IOException {
    Server server = start(tls(SERVER, null));
    try (Socket under = socket(server);
        SSLSocket peer =
            (SSLSocket)
                jdk(new AtomicInteger())
                    .getSocketFactory()
                    .createSocket(under, "localhost", server.port(), false)) {
      peer.getOutputStream().write(frame(ADD_1_2));
      assertThat(readFrame(peer).get("result").asInt()).isEqualTo(3);

      under.getOutputStream().write(new byte[] {0x17, 3, 3, 0, 32});
      under.getOutputStream().write(new byte[32]);

      awaitEnd(under);
    }
    eventually(() -> server.stats().connections() == 0);
    expectOthersAreServed(server);
  }

  @Test
  void row159_aRecordThatIsBrokenEndsTheConnectionOfWhoReadsNothing() throws IOException {
    Server server =
        start(
            builder(tls(SERVER, null))
                .serve(Method.of("big", Text.class, String.class), _ -> "x".repeat(7 << 20)));
    try (Socket under = new Socket()) {
      under.setReceiveBufferSize(4 << 10); // more is sent than the system takes
      under.setSoTimeout((int) Duration.ofSeconds(Gate.PATIENCE_SECONDS).toMillis());
      under.connect(server.address());
      SSLSocket peer =
          (SSLSocket)
              jdk(new AtomicInteger())
                  .getSocketFactory()
                  .createSocket(under, "localhost", server.port(), false);
      peer.getOutputStream()
          .write(
              frame("{\"id\":1,\"method\":\"big\",\"params\":[\"\"],\"meta\":{}}".getBytes(UTF_8)));
      assertThat(peer.getInputStream().readNBytes(100)).hasSize(100);

      under.getOutputStream().write(new byte[] {0x17, 3, 3, 0, 32});
      under.getOutputStream().write(new byte[32]);

      eventually(
          () -> {
            clock.advance(Duration.ofSeconds(10));
            return server.stats().connections() == 0;
          });
    }
  }
}
