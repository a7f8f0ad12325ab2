package dev.tern.conformance;

import static dev.tern.conformance.Replies.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Effect;
import dev.tern.core.Method;
import dev.tern.core.TypeRef;
import dev.tern.core.server.Server;
import dev.tern.core.transport.Transport;
import dev.tern.testkit.ScriptedPeer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each example of the JSON-RPC 2.0 specification, with exactly our replies. */
@OverSockets
@Timeout(30)
class JsonRpcSpecificationTest {
  record Subtract(long minuend, long subtrahend) {}

  private final Transport transport;

  @SuppressWarnings("NullAway.Init") // before each test
  private Server server;

  @SuppressWarnings("NullAway.Init") // likewise
  private ScriptedPeer peer;

  JsonRpcSpecificationTest(TestTransport kind) {
    transport = kind.create();
  }

  @BeforeEach
  void start() throws IOException {
    server =
        Server.builder(transport)
            .serve(
                Method.of("subtract", Subtract.class, Long.class).effect(Effect.READ),
                p -> p.minuend() - p.subtrahend())
            .serve(
                Method.of("update", new TypeRef<List<Integer>>() {}, new TypeRef<Integer>() {}),
                List::size)
            .serve(
                Method.of("sum", new TypeRef<List<Integer>>() {}, new TypeRef<Integer>() {}),
                numbers -> numbers.stream().mapToInt(Integer::intValue).sum())
            .serve(
                Method.of(
                    "notify_hello", new TypeRef<List<Integer>>() {}, new TypeRef<Integer>() {}),
                List::size)
            .serve(
                Method.of("get_data", Void.class, new TypeRef<List<Object>>() {}),
                _ -> List.of("hello", 5))
            .listen(0);
    peer = ScriptedPeer.connect(server.address());
  }

  @AfterEach
  void stop() {
    peer.close();
    server.close(Duration.ZERO);
    transport.close();
  }

  @Test
  void positionalParameters() {
    expect(
        "{'jsonrpc': '2.0', 'method': 'subtract', 'params': [42, 23], 'id': 1}",
        "{'jsonrpc':'2.0','id':1,'result':19}");
    expect(
        "{'jsonrpc': '2.0', 'method': 'subtract', 'params': [23, 42], 'id': 2}",
        "{'jsonrpc':'2.0','id':2,'result':-19}");
  }

  @Test
  void namedParameters() {
    expect(
        "{'jsonrpc': '2.0', 'method': 'subtract', 'params': {'subtrahend': 23, 'minuend': 42},"
            + " 'id': 3}",
        "{'jsonrpc':'2.0','id':3,'result':19}");
    expect(
        "{'jsonrpc': '2.0', 'method': 'subtract', 'params': {'minuend': 42, 'subtrahend': 23},"
            + " 'id': 4}",
        "{'jsonrpc':'2.0','id':4,'result':19}");
  }

  @Test
  void aNotificationHasNoReply() {
    peer.sendFrame(json("{'jsonrpc': '2.0', 'method': 'update', 'params': [1,2,3,4,5]}"));
    peer.sendFrame(json("{'jsonrpc': '2.0', 'method': 'foobar'}"));
    expect( // the next reply is that of the next call
        "{'jsonrpc': '2.0', 'method': 'subtract', 'params': [42, 23], 'id': 1}",
        "{'jsonrpc':'2.0','id':1,'result':19}");
    peer.halfClose().expectClose();
  }

  @Test
  void aMethodThatThereIsNot() {
    expect(
        "{'jsonrpc': '2.0', 'method': 'foobar', 'id': '1'}",
        "{'jsonrpc':'2.0','id':'1','error':{'code':-32601,'message':'no such method: foobar',"
            + "'data':{'code':'METHOD_NOT_FOUND','executed':'no','details':{}}}}");
  }

  @Test
  void invalidJson() {
    peer.sendFrame(json("{'jsonrpc': '2.0', 'method': 'foobar, 'params': 'bar', 'baz]"));
    assertThat(peer.readFrame())
        .startsWith(json("{'jsonrpc':'2.0','id':null,'error':{'code':-32700,'message':'"))
        .endsWith(json("','data':{'code':'PARSE_ERROR','executed':'no'}}}"));
  }

  @Test
  void anInvalidRequest() {
    expect(
        "{'jsonrpc': '2.0', 'method': 1, 'params': 'bar'}",
        "{'jsonrpc':'2.0','id':null,'error':{'code':-32600,"
            + "'message':'method (expected: 1 to 256 visible ASCII characters)',"
            + "'data':{'code':'BAD_REQUEST','executed':'no'}}}");
  }

  @Test
  void invalidJsonInABatch() {
    peer.sendFrame(
        json(
            "[{'jsonrpc': '2.0', 'method': 'sum', 'params': [1,2,4], 'id': '1'},"
                + "{'jsonrpc': '2.0', 'method']"));
    assertThat(peer.readFrame())
        .startsWith(json("{'jsonrpc':'2.0','id':null,'error':{'code':-32700,'message':'"))
        .endsWith(json("','data':{'code':'PARSE_ERROR','executed':'no'}}}"));
  }

  @Test
  void anEmptyArray() {
    expect(
        "[]",
        "{'jsonrpc':'2.0','id':null,'error':{'code':-32600,"
            + "'message':'a batch of no messages (expected: at least one)',"
            + "'data':{'code':'BAD_REQUEST','executed':'no'}}}");
  }

  private static final String NO_REQUEST =
      "{'jsonrpc':'2.0','id':null,'error':{'code':-32600,"
          + "'message':'no message at byte 0: a value instead of an object',"
          + "'data':{'code':'BAD_REQUEST','executed':'no'}}}";

  @Test
  void anInvalidBatchThatIsNotEmpty() {
    expect("[1]", "[" + NO_REQUEST + "]");
  }

  @Test
  void anInvalidBatch() {
    expect("[1,2,3]", "[" + NO_REQUEST + "," + NO_REQUEST + "," + NO_REQUEST + "]");
  }

  @Test
  void aBatch() {
    peer.sendFrame(
        json(
            "[{'jsonrpc': '2.0', 'method': 'sum', 'params': [1,2,4], 'id': '1'},"
                + "{'jsonrpc': '2.0', 'method': 'notify_hello', 'params': [7]},"
                + "{'jsonrpc': '2.0', 'method': 'subtract', 'params': [42,23], 'id': '2'},"
                + "{'foo': 'boo'},"
                + "{'jsonrpc': '2.0', 'method': 'foo.get', 'params': {'name': 'myself'}, 'id': '5'},"
                + "{'jsonrpc': '2.0', 'method': 'get_data', 'id': '9'}]"));
    List<String> expected =
        List.of(
            "{'jsonrpc':'2.0','id':'1','result':7}",
            "{'jsonrpc':'2.0','id':'2','result':19}",
            "{'id':null,'error':{'code':-32600,"
                + "'message':'method: missing (expected: 1 to 256 visible ASCII characters)'}}",
            "{'jsonrpc':'2.0','id':'5','error':{'code':-32601,'message':'no such method: foo.get',"
                + "'data':{'code':'METHOD_NOT_FOUND','executed':'no','details':{}}}}",
            "{'jsonrpc':'2.0','id':'9','result':['hello',5]}");
    String replies = peer.readFrame();

    assertThat(replies).startsWith("[{").endsWith("}]");
    assertThat(expected).allSatisfy(reply -> assertThat(replies).contains(json(reply)));
    assertThat(replies).hasSize(json(String.join(",", expected)).length() + "[]".length());
  }

  @Test
  void aBatchOfNotifications() {
    peer.sendFrame(
        json(
            "[{'jsonrpc': '2.0', 'method': 'notify_sum', 'params': [1,2,4]},"
                + "{'jsonrpc': '2.0', 'method': 'notify_hello', 'params': [7]}]"));
    expect( // the next reply is that of the next call
        "{'jsonrpc': '2.0', 'method': 'subtract', 'params': [42, 23], 'id': 1}",
        "{'jsonrpc':'2.0','id':1,'result':19}");
  }

  private void expect(String request, String reply) {
    peer.sendFrame(json(request));
    assertThat(peer.readFrame()).isEqualTo(json(reply));
  }
}
