package dev.tern.conformance;

import static dev.tern.conformance.Replies.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tern.core.Effect;
import dev.tern.core.Method;
import dev.tern.core.client.Client;
import dev.tern.core.server.Server;
import dev.tern.core.tls.TlsClient;
import dev.tern.core.tls.TlsServer;
import dev.tern.testkit.DevelopmentCa;
import dev.tern.testkit.ScriptedPeer;
import dev.tern.transport.threads.ThreadsTransport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server on threads all of whose places are taken. Row 59 of docs/PROMISES.md. */
@Timeout(60)
final class FullServerTest {
  private static final int PLACES = 3;

  private static final Method<TestService.Add, Long> ADD =
      Method.of("add", TestService.Add.class, Long.class).effect(Effect.READ);

  @Test
  void row59_silentPeersThatHoldAllPlacesGiveWayAndThoseWhoseCallsRunDoNot() throws IOException {
    TestService service = new TestService();
    try (ThreadsTransport transport = new ThreadsTransport(PLACES);
        Server server = service.offer(Server.builder(transport)).listen(0)) {
      InetSocketAddress address = server.address();
      try (ScriptedPeer busy = ScriptedPeer.connect(address);
          ScriptedPeer idle = ScriptedPeer.connect(address);
          ScriptedPeer silent = ScriptedPeer.connect(address)) {
        silent.sendBytes(new byte[] {0, 0}); // half a length keeps no place
        busy.sendFrame(json("{'id':1,'method':'hold','meta':{}}"));
        BadInput.expectAlive(idle);
        await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> service.holding() == 1 && server.stats().connections() == PLACES);
        try (ScriptedPeer next = ScriptedPeer.connect(address);
            ScriptedPeer afterThat = ScriptedPeer.connect(address)) {
          BadInput.expectAlive(next);
          BadInput.expectAlive(afterThat);
        }
        idle.expectClose();
        silent.expectClose();
        service.release();
        assertThat(BadInput.read(busy).get("result").asString()).isEqualTo("released");
      }
    }
  }

  @Test
  void handshakesThatDoNotComeOnGiveWay(@TempDir Path folder) throws IOException {
    DevelopmentCa.Issued own;
    try (DevelopmentCa ca = DevelopmentCa.create(folder.resolve("ca"), "test", 1)) {
      own = ca.issue("server", 1, "ip:127.0.0.1");
    }
    TlsClient trusting =
        TlsClient.builder().authorities(folder.resolve("ca").resolve("ca.pem")).open();
    TestService service = new TestService();
    try (ThreadsTransport transport = new ThreadsTransport(PLACES);
        TlsServer tls = TlsServer.builder(own.certificate(), own.key()).open();
        Server server = service.offer(Server.builder(tls.over(transport))).listen(0);
        ScriptedPeer first = ScriptedPeer.connect(server.address());
        ScriptedPeer second = ScriptedPeer.connect(server.address());
        ScriptedPeer third = ScriptedPeer.connect(server.address());
        ThreadsTransport sockets = new ThreadsTransport();
        Client client =
            Client.builder(trusting.over(sockets))
                .timeout(Duration.ofSeconds(6)) // a handshake has 10 s
                .connect("127.0.0.1", server.port())) {
      first.sendHex("16 03 01");
      second.sendHex("16 03 01");
      third.sendHex("16 03 01");
      var sum = client.call(ADD, new TestService.Add(1, 2));
      assertThat(sum).isEqualTo(3);
    }
  }
}
