package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tern.core.Counter;
import dev.tern.core.Method;
import dev.tern.core.RawPeer;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.compress.FoundCompressions;
import dev.tern.core.server.Server;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.compress.Compressions;
import dev.tern.protocol.frame.PayloadKind;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Who compresses what, and who does not. */
final class CompressionTest extends EveryTransport {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Compresses well, but not so well that it would be taken for an attack. */
  private static final String LONG = "a text that comes again, ".repeat(100);

  private static final String SHORT = "too short to pay";

  private static final Method<Text, String> SECRET =
      Method.of("test.secret", Text.class, String.class).uncompressed();

  static List<String> labels() {
    return FoundCompressions.labels();
  }

  private Server compressing(String... labels) {
    return start(usualServer().serve(SECRET, Text::text).compressions(labels));
  }

  private static byte[] compressed(String label, String json) {
    try (Compressions all = FoundCompressions.of(List.of(label))) {
      return all.compress(label, Bytes.of(json.getBytes(UTF_8))).toByteArray();
    }
  }

  private static String kindOf(byte[] payload) {
    PayloadKind kind = PayloadKind.of(payload, 0, payload.length);
    return kind == null ? "none" : kind.label();
  }

  /** The message in a payload, whose compression is one that is found here. */
  private static JsonNode message(byte[] payload) {
    String kind = kindOf(payload);
    if (kind.equals("json")) {
      return JSON.readTree(payload);
    }
    try (Compressions all = FoundCompressions.of(List.of(kind))) {
      Bytes json = all.expand(kind, payload, 0, payload.length, 16 << 20, _ -> true);
      return JSON.readTree(json.toByteArray());
    }
  }

  private static String request(String dialect, String method, String text, String more) {
    String params = "\"params\":{\"text\":\"" + text + "\"}" + more + "}";
    return switch (dialect) {
      case "jsonrpc" -> "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\"," + params;
      default -> "{\"id\":1,\"method\":\"" + method + "\"," + params;
    };
  }

  private static String v1(String method, String text) {
    return request("v1", method, text, ",\"meta\":{}");
  }

  @ParameterizedTest
  @MethodSource("labels")
  void bothEndsCompressOnceEachKnowsThatTheOtherReads(String label) {
    Server server = compressing(label);
    Client client = client(server.address(), builder -> builder.compressions(label));

    for (int i = 0; i < 20; i++) {
      assertThat(client.call(ECHO, new Text(LONG + i))).isEqualTo(LONG + i);
    }

    assertThat(client.call(ECHO, new Text(SHORT))).isEqualTo(SHORT);
    long read = server.stats().count(Counter.BYTES_READ);
    long written = server.stats().count(Counter.BYTES_WRITTEN);
    assertThat(written).isLessThan(20L * LONG.length() / 4);
    assertThat(read).isLessThan(20L * LONG.length() / 2); // the first call went out before hello
  }

  @ParameterizedTest
  @MethodSource("labels")
  void aClientCompressesNothingBeforeTheServerHasNamedIt(String label) {
    RawPeer.Listening silent = rawServer().greeting("");
    Client client = client(silent.address(), builder -> builder.compressions(label));
    var first = client.callAsync(ECHO, new Text(LONG));
    RawPeer peer = silent.accept();
    assertThat(kindOf(peer.readBytes())).isEqualTo("json");
    var second = client.callAsync(ECHO, new Text(LONG));
    assertThat(kindOf(peer.readBytes())).isEqualTo("json");

    peer.send(
        "{\"id\":\"hello\",\"ok\":true,\"result\":{\"compressions\":[\"br\",7,\"%s\"]}}"
            .formatted(label),
        "{\"id\":1,\"ok\":true,\"result\":\"1\"}",
        "{\"id\":2,\"ok\":true,\"result\":\"2\"}");

    assertThat(result(first) + result(second)).isEqualTo("12");
    var third = client.callAsync(ECHO, new Text(LONG));
    byte[] compressed = peer.readBytes();
    assertThat(kindOf(compressed)).isEqualTo(label);
    assertThat(message(compressed).at("/params/text").asString()).isEqualTo(LONG);
    peer.sendPayload(compressed(label, "{\"id\":3,\"ok\":true,\"result\":\"" + LONG + "\"}"));
    assertThat(result(third)).isEqualTo(LONG);
  }

  @Test
  void neitherATokenNorWhatIsMarkedIsCompressedNorWhatIsShort() {
    RawPeer.Listening server = rawServer().greeting("{\"compressions\":[\"gzip\"]}");
    Client client =
        client(server.address(), builder -> builder.compressions("gzip").allowPlainTokens());
    RawPeer peer = answered(client, server);

    var _ = client.callAsync(ECHO, new Text(LONG), CallOptions.DEFAULT.withAuth("a-token"));
    assertThat(kindOf(peer.readBytes())).isEqualTo("json");
    var _ = client.callAsync(SECRET, new Text(LONG));
    assertThat(kindOf(peer.readBytes())).isEqualTo("json");
    var _ = client.callAsync(ECHO, new Text(SHORT));
    assertThat(kindOf(peer.readBytes())).isEqualTo("json");
    client.notify(SECRET, new Text(LONG));
    assertThat(kindOf(peer.readBytes())).isEqualTo("json");

    var _ = client.callAsync(ECHO, new Text(LONG));
    assertThat(kindOf(peer.readBytes())).isEqualTo("gzip");
  }

  /** The peer of a client that has read what the server says of itself. */
  private static RawPeer answered(Client client, RawPeer.Listening server) {
    var first = client.callAsync(ECHO, new Text(SHORT));
    RawPeer peer = server.accept();
    peer.readBytes();
    peer.send("{\"id\":1,\"ok\":true,\"result\":\"\"}");
    result(first);
    var second = client.callAsync(ECHO, new Text(SHORT)); // behind the hello, whose answer is first
    peer.readBytes();
    peer.send("{\"id\":2,\"ok\":true,\"result\":\"\"}");
    result(second);
    return peer;
  }

  @ParameterizedTest
  @MethodSource("labels")
  void aServerCompressesForAPeerThatHasSentItNamedItOrAcceptsIt(String label) {
    Server server = compressing(label);

    RawPeer stranger = rawClient(server);
    stranger.send(v1("text.echo", LONG));
    assertThat(kindOf(stranger.readBytes())).isEqualTo("json");
    stranger.send(
        request("v1", "text.echo", LONG, ",\"meta\":{\"accept\":[\"br\",\"" + label + "\"]}"));
    assertThat(kindOf(stranger.readBytes())).isEqualTo(label);
    stranger.send(v1("text.echo", LONG)); // that was said of one request alone
    assertThat(kindOf(stranger.readBytes())).isEqualTo("json");
    stranger.sendPayload(compressed(label, v1("text.echo", LONG)));
    byte[] reply = stranger.readBytes();
    assertThat(kindOf(reply)).isEqualTo(label);
    assertThat(message(reply).at("/result").asString()).isEqualTo(LONG);
    stranger.send(v1("text.echo", LONG)); // it has shown that it reads it
    assertThat(kindOf(stranger.readBytes())).isEqualTo(label);
    stranger.send(v1("test.secret", LONG));
    assertThat(kindOf(stranger.readBytes())).isEqualTo("json");
    stranger.send(v1("text.echo", SHORT));
    assertThat(kindOf(stranger.readBytes())).isEqualTo("json");

    RawPeer named = rawClient(server);
    named.send(
        "{\"id\":\"h\",\"method\":\"rpc.hello\",\"params\":{\"compressions\":[\"%s\"]},\"meta\":{}}"
            .formatted(label));
    assertThat(named.read().at("/result/compressions").toString()).isEqualTo("[\"" + label + "\"]");
    named.send(v1("text.echo", LONG));
    assertThat(kindOf(named.readBytes())).isEqualTo(label);
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void eachDialectIsCompressed(Dialect dialect) {
    RawPeer peer = rawClient(compressing("gzip"));
    String name = dialect.name().toLowerCase(Locale.ROOT);
    String meta = dialect == Dialect.V1 ? ",\"meta\":{}" : "";
    String request = request(name, "text.echo", LONG, meta);

    peer.send(request);
    assertThat(kindOf(peer.readBytes())).isEqualTo("json");
    peer.sendPayload(compressed("gzip", request));
    byte[] reply = peer.readBytes();

    assertThat(kindOf(reply)).isEqualTo("gzip");
    assertThat(message(reply).at("/result").asString()).isEqualTo(LONG);
  }

  /** Of itself a bare peer says nothing: what was named on its connection is not for it. */
  @Test
  void aBareReplyIsCompressedOnlyForWhoHasSentThat() {
    RawPeer peer = rawClient(compressing("gzip"));
    peer.send(
        "{\"id\":\"h\",\"method\":\"rpc.hello\",\"params\":{\"compressions\":[\"gzip\"]},\"meta\":{}}");
    peer.readBytes();

    peer.send(request("bare", "text.echo", LONG, ""));

    assertThat(kindOf(peer.readBytes())).isEqualTo("json");
  }

  /** It would be taken for an attack, as nobody can tell it from one. */
  @ParameterizedTest
  @MethodSource("labels")
  void whatBecomesTooShortIsSentAsItIs(String label) {
    Server server = compressing(label);
    Client client = client(server.address(), builder -> builder.compressions(label));
    String plain = "a".repeat(2 << 20);
    client.call(ECHO, new Text(SHORT));
    client.call(ECHO, new Text(SHORT));

    long before = server.stats().count(Counter.BYTES_READ);
    assertThat(client.call(ECHO, new Text(plain))).isEqualTo(plain);

    long read = server.stats().count(Counter.BYTES_READ) - before;
    assertThat(read).isGreaterThan(plain.length());
  }

  @Test
  void anEndThatIsOffReadsNothing() {
    RawPeer peer = rawClient(start(usualServer()));
    byte[] request = compressed("gzip", v1("text.echo", LONG));

    peer.sendPayload(request);

    JsonNode error = peer.read();
    assertThat(error.at("/id").isNull()).isTrue();
    assertThat(error.at("/error/data/code").asString()).isEqualTo("UNSUPPORTED");
    peer.send(v1("text.echo", SHORT));
    assertThat(peer.read().at("/result").asString()).isEqualTo(SHORT);
  }

  @Test
  void aClientThatIsOffTakesACompressedReplyForNone() {
    RawPeer.Listening server = rawServer();
    Client client = client(server.address());
    var call = client.callAsync(ECHO, new Text(SHORT));
    RawPeer peer = server.accept();
    peer.readBytes();

    peer.sendPayload(compressed("gzip", "{\"id\":1,\"ok\":true,\"result\":\"" + LONG + "\"}"));

    assertThat(failure(call)).hasMessageContaining("that was not asked for: gzip");
  }

  @Test
  void refusesWhatIsNotThereAndDialectsWithoutAHello() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> usualServer().compressions("br"))
        .withMessageContaining("compression: br (expected: one of gzip");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Client.builder(transport).compressions("gzip", "br"))
        .withMessageContaining("compression: br (expected: one of gzip");
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Client.builder(transport)
                    .dialect(Dialect.BARE)
                    .compressions("gzip")
                    .connect("127.0.0.1", 1))
        .withMessage(
            "compressions: gzip in the bare dialect (expected: v1, where a server says"
                + " what it reads)");
  }

  @Test
  void anEndThatHasClosedUsesNoneAnyMore() {
    int before = FoundCompressions.users();
    Server server = compressing("gzip");
    Client client = client(server.address(), builder -> builder.compressions("gzip"));
    for (int i = 0; i < 20; i++) {
      client.call(ECHO, new Text(LONG));
    }
    assertThat(FoundCompressions.users()).isEqualTo(before + 2);

    client.close();
    server.close();
    server.close();

    assertThat(FoundCompressions.users()).isEqualTo(before);
  }
}
