package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.RawPeer;
import dev.tern.core.RpcException;
import dev.tern.core.client.Client;
import dev.tern.core.compress.FoundCompressions;
import dev.tern.core.server.Server;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.compress.Compressions;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The rows of bad input that concern compression, at a server and at a client. */
final class CompressionRowsTest extends EveryTransport {
  private static final String LONG = "a text that comes again, ".repeat(100);

  static List<String> labels() {
    return FoundCompressions.labels();
  }

  private RawPeer peer(String... labels) {
    return rawClient(start(usualServer().compressions(labels)));
  }

  private static String request(String text) {
    return "{\"id\":1,\"method\":\"text.echo\",\"params\":{\"text\":\"" + text + "\"},\"meta\":{}}";
  }

  private static byte[] compressed(String label, byte[] payload) {
    try (Compressions all = FoundCompressions.of(List.of(label))) {
      return all.compress(label, Bytes.of(payload)).toByteArray();
    }
  }

  private static byte[] compressed(String label, String payload) {
    return compressed(label, payload.getBytes(UTF_8));
  }

  /** One error that belongs to nobody, and a connection that lives. */
  private static void expectNobodys(RawPeer peer, byte[] payload, String code) {
    peer.sendPayload(payload);
    JsonNode error = peer.read();
    assertThat(error.at("/id").isNull()).as("%s", error).isTrue();
    assertThat(error.at("/error/data/code").asString()).as("%s", error).isEqualTo(code);
    assertThat(error.at("/error/data/executed").asString()).isEqualTo("no");
    expectAlive(peer);
  }

  private static void expectAlive(RawPeer peer) {
    peer.send("{\"id\":\"alive\",\"method\":\"calc.add\",\"params\":[1,2],\"meta\":{}}");
    assertThat(peer.read().at("/result").asInt()).isEqualTo(3);
  }

  @ParameterizedTest
  @MethodSource("labels")
  void row37_aCompressionThatIsOffIsUnsupported(String label) {
    String other = label.equals("gzip") ? "zstd" : "gzip";
    byte[] request = compressed(label, request(LONG));

    expectNobodys(peer(), request, "UNSUPPORTED");
    RawPeer peer = peer(other);
    peer.sendPayload(request);
    JsonNode error = peer.read().at("/error");
    assertThat(error.at("/data/code").asString()).isEqualTo("UNSUPPORTED");
    assertThat(error.at("/message").asString())
        .isEqualTo("compression: " + label + " (expected: " + other + ")");
    assertThat(error.at("/data/details/compressions").toString()).isEqualTo("[\"" + other + "\"]");
    expectAlive(peer);
  }

  @ParameterizedTest
  @MethodSource("labels")
  void row38_aBombIsTooLargeAndConcernsNobodyElse(String label) {
    byte[] spaces = new byte[8 << 20];
    Arrays.fill(spaces, (byte) ' ');
    byte[] bomb = CompressedBomb.of(label, spaces);
    assertThat(bomb.length).isLessThan(spaces.length / 200);

    RawPeer peer = peer(label);

    for (int i = 0; i < 10; i++) { // however often
      expectNobodys(peer, bomb, "TOO_LARGE");
    }
  }

  @ParameterizedTest
  @MethodSource("labels")
  void row38_theFrameLimitHoldsForWhatComesOut(String label) {
    Server server =
        start(
            usualServer()
                .limits(Limits.DEFAULT.with(Bound.FRAME_BYTES, 2_000))
                .compressions(label));
    byte[] request = compressed(label, request(LONG));
    assertThat(request.length).isLessThan(2_000);

    expectNobodys(rawClient(server), request, "TOO_LARGE");
  }

  /** What comes out counts, not what has come in: an eighth of this budget. */
  @ParameterizedTest
  @MethodSource("labels")
  void row38_whatThereIsNoRoomForIsServerBusy(String label) {
    RawPeer peer = rawClient(start(usualServer().processBytes(80_000).compressions(label)));
    byte[] request = compressed(label, request(LONG.repeat(30)));
    assertThat(request.length).isLessThan(10_000);

    expectNobodys(peer, request, "SERVER_BUSY");
    peer.sendPayload(compressed(label, request(LONG)));
    assertThat(peer.readBytes()).isNotEmpty(); // what is small is served
    expectAlive(peer);
  }

  @ParameterizedTest
  @MethodSource("labels")
  void row38_aCompressedPayloadInAnotherIsAParseError(String label) {
    byte[] once = compressed(label, request(LONG));
    for (String outer : labels()) {
      byte[] twice = CompressedBomb.longer(outer, once);

      expectNobodys(peer(labels().toArray(String[]::new)), twice, "PARSE_ERROR");
    }
  }

  @ParameterizedTest
  @MethodSource("labels")
  void row39_aBrokenFrameIsAParseErrorAndEightOfThemEndTheConnection(String label) {
    byte[] sound = compressed(label, request(LONG));
    byte[] cut = Arrays.copyOf(sound, sound.length - 1);
    RawPeer peer = peer(label);

    for (int i = 0; i < 7; i++) {
      expectNobodys(peer, cut, "PARSE_ERROR");
    }
    peer.sendPayload(cut);
    assertThat(peer.read().at("/error/data/code").asString()).isEqualTo("PARSE_ERROR");
    peer.awaitEnd();
  }

  @ParameterizedTest
  @MethodSource("labels")
  void row39_aBrokenReplyEndsAClientsConnectionWithMaybe(String label) {
    RawPeer.Listening server = rawServer();
    Client client = client(server.address(), builder -> builder.compressions(label));
    var call = client.callAsync(ADD, new Pair(1, 2));
    RawPeer peer = server.accept();
    peer.readBytes();
    byte[] reply = compressed(label, "{\"id\":1,\"ok\":true,\"result\":\"" + LONG + "\"}");
    reply[reply.length / 2] ^= 1;

    peer.sendPayload(reply);

    RpcException failure = failure(call);
    assertThat(failure.code()).isEqualTo("UNAVAILABLE");
    assertThat(failure.executed()).isEqualTo(Executed.MAYBE);
    assertThat(failure).hasMessageContaining("unreadable: " + label + ": ");
  }

  @ParameterizedTest
  @MethodSource("labels")
  void row38_aReplyThatExpandsToTooMuchEndsItsCallAlone(String label) {
    RawPeer.Listening server = rawServer();
    Client client =
        client(server.address(), builder -> builder.compressions(label).frameBytes(2_000));
    var tooLong = client.callAsync(ECHO, new Text("a"));
    RawPeer peer = server.accept();
    peer.readBytes();
    var other = client.callAsync(ECHO, new Text("b"));
    peer.readBytes();

    peer.sendPayload(compressed(label, "{\"id\":1,\"ok\":true,\"result\":\"" + LONG + "\"}"));
    peer.send("{\"id\":2,\"ok\":true,\"result\":\"b\"}");

    RpcException failure = failure(tooLong);
    assertThat(failure.code()).isEqualTo("TOO_LARGE");
    assertThat(failure.executed()).isEqualTo(Executed.YES);
    assertThat(result(other)).isEqualTo("b");
  }
}
