package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.EncodedJson;
import dev.tern.core.Method;
import dev.tern.core.RawPeer;
import dev.tern.core.RpcException;
import dev.tern.core.client.Client;
import dev.tern.core.server.Server;
import dev.tern.protocol.Executed;
import dev.tern.protocol.json.Corpus;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * The texts that a reader must accept or refuse, as params at a server and as results at a client.
 */
final class StrictJsonEverywhereTest extends EveryTransport {
  private static final List<String> ACCEPTED = Corpus.lines("/strict/accept.txt");

  /** Nothing at all is refused here, too, but as what stands around it is wrong then. */
  private static final List<String> REFUSED = Corpus.lines("/strict/refuse.txt");

  record Any(@Nullable EncodedJson value) {}

  private static final Method<Any, Boolean> TAKE = Method.of("json.take", Any.class, Boolean.class);
  private static final Method<Void, EncodedJson> GIVE =
      Method.of("json.give", Void.class, EncodedJson.class);

  private static byte[] frame(String before, String line, String behind) {
    byte[] text = Corpus.bytes(line);
    int length = before.length() + text.length + behind.length();
    return ByteBuffer.allocate(Integer.BYTES + length)
        .putInt(length)
        .put(before.getBytes(US_ASCII))
        .put(text)
        .put(behind.getBytes(US_ASCII))
        .array();
  }

  private Server taking() {
    return start(Server.builder(transport).serve(TAKE, p -> p.value() == null));
  }

  private static JsonNode sent(RawPeer peer, String line) {
    String before = "{\"id\":1,\"method\":\"json.take\",\"params\":{\"value\":";
    peer.sendBytes(frame(before, line, "},\"meta\":{}}"));
    return peer.read();
  }

  @Test
  void aServerAcceptsWhatIsStrictJson() {
    RawPeer peer = rawClient(taking());
    List<String> wronglyRefused = new ArrayList<>();
    for (String line : ACCEPTED) {
      if (!sent(peer, line).path("ok").asBoolean()) {
        wronglyRefused.add(line);
      }
    }
    assertThat(wronglyRefused).isEmpty();
  }

  @Test
  void aServerRefusesWhatIsNot() {
    Server server = taking();
    List<String> wronglyAccepted = new ArrayList<>();
    for (String line : REFUSED) {
      RawPeer peer = rawClient(server);
      JsonNode reply = sent(peer, line);
      if (!reply.path("id").isNull()
          || !reply.path("error").path("data").path("code").asString().equals("PARSE_ERROR")) {
        wronglyAccepted.add(line + ": " + reply);
      }
      peer.close();
    }
    assertThat(wronglyAccepted).isEmpty();
  }

  /** What becomes of a call whose result this text is. */
  private CompletableFuture<EncodedJson> given(RawPeer.Listening server, String line) {
    Client client = client(server.address());
    CompletableFuture<EncodedJson> call = client.callAsync(GIVE, null);
    RawPeer peer = server.accept();
    long id = peer.read().path("id").asLong();
    peer.sendBytes(frame("{\"id\":" + id + ",\"ok\":true,\"result\":", line, "}"));
    return call;
  }

  @Test
  void aClientAcceptsWhatIsStrictJson() {
    RawPeer.Listening server = rawServer();
    for (String line : ACCEPTED) {
      EncodedJson result = result(given(server, line));
      assertThat(result == null).as(line).isEqualTo(isNull(line));
    }
  }

  private static boolean isNull(String line) {
    return new String(Corpus.bytes(line), US_ASCII).strip().equals("null");
  }

  @Test
  void aClientRefusesWhatIsNot() {
    RawPeer.Listening server = rawServer();
    for (String line : REFUSED) {
      RpcException e = failure(given(server, line));
      assertThat(e.executed()).as("%s: %s", line, e).isNotEqualTo(Executed.NO);
    }
  }
}
