package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.server.Server;
import dev.tern.core.transport.Transport;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients in Python, written from the protocol's page alone, against a real server. */
@Timeout(150)
class PythonInteropTest {

  @ParameterizedTest
  @EnumSource(
      value = TestTransport.class,
      names = {"THREADS", "NETTY"})
  void everyCheckOfThePythonClientsPasses(TestTransport kind) throws Exception {
    Transport transport = kind.create();
    try (Server server = new TestService().offer(Server.builder(transport)).listen(0)) {
      String host = server.address().getAddress().getHostAddress();
      Python.Run run = Python.run("interop_check.py", host, Integer.toString(server.port()));
      assertThat(run.output()).doesNotContain("FAILED");
      assertThat(run.lastLine()).matches("[1-9]\\d* passed, 0 failed");
      assertThat(run.status()).isZero();
      server.close(Duration.ZERO);
    } finally {
      transport.close();
    }
  }

  @Test
  void thePythonClientsPassTheirOwnTests() throws Exception {
    Python.Run run = Python.run("-m", "unittest");
    assertThat(run.lastLine()).as(run.output()).isEqualTo("OK");
    assertThat(run.status()).isZero();
  }

  private static final int INCREMENTS = 20;

  /** What one writes who knows the frame, and that the id stays the same over all attempts. */
  private static final String SIMPLEST =
      """
      import json, random, socket, struct, sys, time, uuid
      random.seed(7)
      sent = 0
      def read(sock, count):
          data = b""
          while len(data) < count:
              chunk = sock.recv(count - len(data))
              if not chunk:
                  raise ConnectionError("closed before the reply was complete")
              data += chunk
          return data
      def call(method, params, timeout):
          global sent
          payload = json.dumps({"id": str(uuid.uuid4()), "method": method, "params": params}).encode()
          for attempt in range(60):
              sent += 1
              try:
                  with socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout) as sock:
                      sock.sendall(struct.pack(">I", len(payload)) + payload)
                      return json.loads(read(sock, struct.unpack(">I", read(sock, 4))[0]))
              except OSError:
                  time.sleep(random.uniform(0, min(0.03 * 2**attempt, 0.3)))
          sys.exit("no answer")
      values = [call("inc", {"key": "orders"}, 0.1)["result"]["value"] for _ in range(int(sys.argv[2]))]
      print(values == list(range(1, len(values) + 1)) or values)
      print(sent > len(values) or "nothing was sent again")
      print(call("get", {"key": "orders"}, 2)["result"]["value"])
      wrong = [("no.such", {}), ("inc", {"key": 5}), ("divide", {"a": 1, "b": 0})]
      print([call(method, params, 0.5)["error"]["code"] for method, params in wrong])
      """;

  /** The client to copy: a timeout is a timeout, and its key makes one operation of two calls. */
  private static final String COPIED =
      """
      import sys, uuid
      from tern import Client, TernError
      def call(method, timeout, **more):
          for late in range(60):
              try:
                  return late, client.call(method, {"key": "bills"}, timeout=timeout, **more)["value"]
              except TernError as e:
                  if e.code != "TIMEOUT" or e.executed == "yes":
                      raise
          sys.exit("no answer")
      with Client("127.0.0.1", int(sys.argv[1])) as client:
          late, value = call("inc", 0.1, key=str(uuid.uuid4()))
          print(late > 0, value, call("get", 2)[1])
      """;

  @Test
  void theSimplestClientCountsOnceAtALossyServer() throws Exception {
    try (ServeProcess server = lossyServer()) {
      Python.Run run =
          Python.run("-c", SIMPLEST, Integer.toString(server.port()), Integer.toString(INCREMENTS));
      assertThat(run.output().lines())
          .containsExactly("True", "True", INCREMENTS + "", "[-32601, -32602, -32000]");
      assertThat(run.status()).isZero();
    }
  }

  @Test
  void theClientToCopyKnowsLateAnswersFromNone() throws Exception {
    try (ServeProcess server = lossyServer()) {
      Python.Run run = Python.run("-c", COPIED, Integer.toString(server.port()));
      assertThat(run.output().lines()).containsExactly("True 1 1");
      assertThat(run.status()).isZero();
    }
  }

  /** With a delay that no attempt of 100 ms survives, and a fifth of losses. */
  private static ServeProcess lossyServer() throws IOException {
    return ServeProcess.start("--delay", "120ms", "--drop", "0.2", "--seed", "7");
  }
}
