package dev.tern.conformance;

import static dev.tern.conformance.Replies.json;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.tern.core.Effect;
import dev.tern.core.Filter;
import dev.tern.core.Method;
import dev.tern.core.Procedure;
import dev.tern.core.RawPeer;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.client.Reply;
import dev.tern.core.server.Server;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Meta;
import dev.tern.protocol.Metadata;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What users say beside the params and the result: from one end to the other, and no further. */
final class MetadataTest extends EveryTransport {
  private static final Method<Void, String> TENANT =
      Method.of("test.tenant", Void.class, String.class);
  private static final Method<Void, String> NESTED =
      Method.of("test.nested", Void.class, String.class);
  private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private static String tenant() {
    Request request = Request.current();
    request.replyWith(Metadata.NONE.with("served-by", "a").with("näher".substring(0, 1), "ü"));
    return String.valueOf(request.metadata().get("tenant"));
  }

  private Server server() {
    return start(usualServer().serve(TENANT, _ -> tenant()));
  }

  private static CallOptions acme() {
    return CallOptions.DEFAULT.withMetadata("tenant", "acme \"ü\" \\ co");
  }

  @Test
  void itGoesThereAndBack() {
    Reply<String> reply = client(server()).exchange(TENANT, null, acme());

    assertThat(reply.value()).isEqualTo("acme \"ü\" \\ co");
    assertThat(reply.metadata()).isEqualTo(Metadata.NONE.with("served-by", "a").with("n", "ü"));
  }

  @Test
  void nothingIsSaidIfNobodySaysAnything() {
    assertThat(client(start(usualServer())).exchange(ADD, new Pair(1, 2)).metadata())
        .isEqualTo(Metadata.NONE);
  }

  @Test
  void filtersOfBothEndsSeeAndChangeIt() {
    Filter more =
        (request, next) -> next.handle(request.withMetadata(request.metadata().with("b", "2")));
    List<Metadata> seen = new CopyOnWriteArrayList<>();
    Filter noting =
        (request, next) -> {
          if (request.method().equals(ADD.name())) { // the client's hello says nothing
            seen.add(request.metadata());
          }
          return next.handle(request);
        };
    Server server = start(usualServer().filter(noting));
    Client client = client(server.address(), b -> b.filter(more));

    client.call(ADD, new Pair(1, 2), CallOptions.DEFAULT.withMetadata("a", "1"));

    assertThat(seen).containsExactly(Metadata.NONE.with("a", "1").with("b", "2"));
  }

  @Test
  void aFilterOfTheServersMaySpeakForTheReply() {
    Filter speaking =
        (request, next) ->
            switch (next.handle(request)) {
              case Response.Value value ->
                  new Response.Value(
                      value.value(), value.meta().withMetadata(Metadata.NONE.with("by", "filter")));
            };
    Client client = client(start(usualServer().filter(speaking)));

    assertThat(client.exchange(ADD, new Pair(1, 2)).metadata().get("by")).isEqualTo("filter");
  }

  @Test
  void aNestedCallHasTheTraceButNeitherMetadataNorToken() {
    List<Meta> seen = new CopyOnWriteArrayList<>();
    Filter noting =
        (request, next) -> {
          seen.add(request.meta());
          return next.handle(request);
        };
    Server inner = start(usualServer().filter(noting));
    Client toInner = client(inner);
    Server outer =
        start(usualServer().serve(NESTED, _ -> String.valueOf(toInner.call(ADD, new Pair(1, 2)))));
    Filter tracing =
        (request, next) ->
            next.handle(
                request.withMeta(
                    request.meta().with(Meta.TRACEPARENT, PARENT).with(Meta.TRACESTATE, "a=b")));
    Client client = client(outer.address(), b -> b.filter(tracing));

    client.call(NESTED, null, acme().withAuth("secret"));

    Meta nested = seen.getFirst();
    assertThat(nested.get(Meta.TRACEPARENT)).isEqualTo(PARENT);
    assertThat(nested.get(Meta.TRACESTATE)).isEqualTo("a=b");
    assertThat(nested.get(Meta.MD)).isNull();
    assertThat(nested.get(Meta.AUTH)).isNull();
  }

  @Test
  void aReplayHasTheResultAndNoMetadataOfTheFirstReply() {
    Method<Void, String> once =
        Method.of("test.once", Void.class, String.class).effect(Effect.ONCE);
    Client client = client(start(usualServer().serve(once, _ -> tenant())));
    CallOptions operation = acme().withOperation(client.operation(once));

    Reply<String> first = client.exchange(once, null, operation);
    Reply<String> again = client.exchange(once, null, operation.withMetadata("tenant", "other"));

    assertThat(first.metadata().get("served-by")).isEqualTo("a");
    assertThat(again.isReplayed()).isTrue();
    assertThat(again.value()).isEqualTo(first.value());
    assertThat(again.metadata()).isEqualTo(Metadata.NONE);
  }

  @ParameterizedTest
  @EnumSource(
      value = Dialect.class,
      names = {"JSONRPC", "BARE"})
  void aDialectWithoutAPlaceForItDropsIt(Dialect dialect) {
    Client client = client(server().address(), b -> b.dialect(dialect));

    Reply<String> reply = client.exchange(TENANT, null, acme().withAuth("secret"));

    assertThat(reply.value()).isEqualTo("null");
    assertThat(reply.metadata()).isEqualTo(Metadata.NONE);
  }

  @Test
  void jsonRpcRequestsMayCarryItAndTheirRepliesDoNot() {
    RawPeer peer = rawClient(server());

    peer.send(
        json("{'jsonrpc':'2.0','id':1,'method':'test.tenant','meta':{'md':{'tenant':'acme'}}}"));

    assertThat(peer.read().toString()).isEqualTo(json("{'jsonrpc':'2.0','id':1,'result':'acme'}"));
  }

  @Test
  void neitherItNorTheTokenIsLogged() {
    try (LogCapture log = new LogCapture(Level.DEBUG)) {
      client(server()).call(TENANT, null, acme().withAuth("s3cr3t"));
      log.line("method=test.tenant .*code=OK");
      assertThat(log.holding("acme")).isEmpty();
      assertThat(log.holding("s3cr3t")).isEmpty();
    }
    assertThat(acme().withAuth("s3cr3t").toString()).doesNotContain("s3cr3t", "acme");
  }

  // --- limits, as a peer finds them ---

  private static String names(int count) {
    StringBuilder md = new StringBuilder();
    for (int i = 0; i < count; i++) {
      md.append(i == 0 ? "" : ",").append("\"n").append(i).append("\":\"\"");
    }
    return "{" + md + "}";
  }

  private String answer(String head, String md) {
    RawPeer peer = rawClient(server());
    peer.send("{" + head + "\"id\":1,\"method\":\"test.tenant\",\"meta\":{\"md\":" + md + "}}");
    String reply = peer.read().toString();
    peer.send("{\"id\":2,\"method\":\"rpc.ping\",\"meta\":{}}");
    assertThat(peer.read().get("id").intValue()).as("the connection lives").isEqualTo(2);
    return reply;
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\"jsonrpc\":\"2.0\","})
  void row89_metadataAtItsLimitsIsTaken(String head) {
    assertThat(answer(head, names(64))).contains("\"result\":\"null\"");
    assertThat(answer(head, "{\"n\":\"" + "ü".repeat(4_095) + "x\"}"))
        .as("8,192 bytes of a name and a value")
        .contains("\"result\":\"null\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "\"", "\\", "ü"})
  void row89_asMuchAsAUserMaySayArrivesBothWays(String text) {
    String most = mostOf(text);
    Method<Void, Integer> length = Method.of("test.length", Void.class, Integer.class);
    Procedure<Void, Integer> code =
        _ -> {
          Request.current().replyWith(Metadata.NONE.with("n", most));
          return String.valueOf(Request.current().metadata().get("n")).length();
        };
    Client client = client(start(usualServer().serve(length, code)));

    Reply<Integer> reply =
        client.exchange(length, null, CallOptions.DEFAULT.withMetadata("n", most));

    assertThat(reply.value()).isEqualTo(most.length());
    assertThat(reply.metadata().get("n")).isEqualTo(most);
  }

  /** The longest value made of a text, beside a name of one character. */
  private static String mostOf(String text) {
    int times = Metadata.MAX_BYTES;
    while (Metadata.problemOf(Map.of("n", text.repeat(times))) != null) {
      times--;
    }
    return text.repeat(times);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]            | an object of strings",
        "`\"a\"`       | an object of strings",
        "7             | an object of strings",
        "{\"a\":1}     | an object of strings",
        "{\"a\":null}  | an object of strings",
        "{\"a\":{}}    | an object of strings",
        "{\"\":\"\"}   | visible ASCII",
        "{\"a b\":\"\"}| visible ASCII",
        "{\"ä\":\"\"}  | visible ASCII",
        "{\"a\":\"\\n\"}| without control characters"
      })
  void row89_metadataThatIsNoneIsRefusedInBothDialects(String md, String expected) {
    for (String head : List.of("", "\"jsonrpc\":\"2.0\",")) {
      assertThat(answer(head, md)).contains("BAD_REQUEST", "meta.md", expected);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\"jsonrpc\":\"2.0\","})
  void row89_metadataOverItsLimitsIsRefused(String head) {
    assertThat(answer(head, names(65))).contains("BAD_REQUEST", "65 names (expected: at most 64)");
    assertThat(answer(head, "{\"n\":\"" + "ü".repeat(4_096) + "\"}"))
        .contains("BAD_REQUEST", "8193 bytes of names and values (expected: at most 8192)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\"jsonrpc\":\"2.0\","})
  void row89_aNameAtAndOverItsLength(String head) {
    assertThat(answer(head, "{\"" + "n".repeat(256) + "\":\"\"}")).contains("\"result\":\"null\"");
    assertThat(answer(head, "{\"" + "n".repeat(257) + "\":\"\"}"))
        .contains(
            "BAD_REQUEST", "a name of 257 characters (expected: 1 to 256 visible ASCII ones)");
  }

  /** The first and the last of each range, and their neighbours. */
  @ParameterizedTest
  @ValueSource(strings = {"", "\"jsonrpc\":\"2.0\","})
  void row89_controlCharactersAndTheirNeighbours(String head) {
    for (String control : List.of("0000", "001f", "007f", "0080", "009f", "d800")) {
      assertThat(answer(head, "{\"a\":\"x\\u" + control + "\"}"))
          .as(control)
          .matches(".*(BAD_REQUEST|PARSE_ERROR).*");
      assertThat(answer(head, "{\"a\\u" + control + "\":\"\"}"))
          .as(control)
          .matches(".*(BAD_REQUEST|PARSE_ERROR).*");
    }
    for (String other : List.of("0020", "007e", "00a0", "2028", "ffff")) {
      assertThat(answer(head, "{\"a\":\"x\\u" + other + "\"}")).contains("\"result\":\"null\"");
    }
    assertThat(answer(head, "{\"!~\":\"\"}")).contains("\"result\":\"null\"");
  }
}
