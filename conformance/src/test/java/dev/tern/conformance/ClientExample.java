package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.RpcException;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.script.Script;
import dev.tern.protocol.script.Script.Step;
import dev.tern.testkit.ManualTimers;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Plays an example of PROTOCOL.md that shows Tern's client, which has 10 s for each call; the
 * {@link Script} is the server.
 */
final class ClientExample implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;
  private static final byte[] GREETED =
      Script.framed("{\"id\":\"hello\",\"ok\":true,\"result\":{}}");

  private final ManualTimers timers = new ManualTimers();
  private final OneConnection wire = new OneConnection();
  private final LinkedBlockingQueue<String> ends = new LinkedBlockingQueue<>();
  private @Nullable Client client;
  private int connections = 1;
  private boolean speaksV1 = true;

  /** On how many connections the hello has come. */
  private int greeted;

  /** It has come, and no step has shown it yet. */
  private @Nullable String hello;

  void play(Script script) throws InterruptedException {
    for (Step step : script.steps()) {
      play(step);
    }
    String more = wire.poll();
    if (more != null) {
      throw new AssertionError("the client sent at the end: " + more + " (expected: nothing more)");
    }
  }

  private void play(Step step) throws InterruptedException {
    switch (step.verb()) {
      case "jsonrpc" -> {
        speaksV1 = false;
        client = newClient(Dialect.JSONRPC);
      }
      case "call" -> call(step.rest().split(" ", 2));
      case ">" -> expect(take(step), step);
      case "<" -> {
        answerHello(step);
        wire.give(step.bytes());
      }
      case "=" -> expect(ends.poll(PATIENCE_SECONDS, TimeUnit.SECONDS), step);
      case "time" -> timers.advance(Script.duration(step.rest()));
      case "reset" -> {
        wire.breakDown();
        expectEnd(step);
      }
      case "close-client" -> Thread.startVirtualThread(client()::close); // it waits for the server
      case "client-done" -> expectEnd(step);
      case "reconnected" -> assertThat(wire.connections()).isEqualTo(++connections);
      default -> throw new AssertionError(step + " (expected: a step of a client's example)");
    }
  }

  /**
   * What comes next; a hello, which comes behind a connection's first frame, if a step shows it.
   */
  private @Nullable String take(Step step) throws InterruptedException {
    String held = hello;
    hello = null;
    if (held != null && isHello(step.rest())) {
      return held;
    } else if (held != null) {
      wire.give(GREETED);
    }
    String came = wire.take();
    if (speaksV1 && wire.connections() > greeted) {
      greeted = wire.connections();
      hello = wire.take();
    }
    return came;
  }

  private void answerHello(Step step) {
    if (hello != null && !isHello(step.rest())) {
      hello = null;
      wire.give(GREETED);
    }
  }

  private static boolean isHello(String frame) {
    return frame.startsWith("{\"id\":\"hello\"");
  }

  private void call(String[] call) {
    Client caller = client();
    Thread.ofVirtual().start(() -> ends.add(end(caller, call[0], call[1].getBytes(UTF_8))));
  }

  private Client client() {
    Client made = client;
    if (made == null) {
      made = newClient(Dialect.V1);
      client = made;
    }
    return made;
  }

  private Client newClient(Dialect dialect) {
    return Client.builder(wire).timers(timers).dialect(dialect).connect("127.0.0.1", 7070);
  }

  private static String end(Client caller, String method, byte[] params) {
    try {
      return new String(caller.callEncoded(method, params, CallOptions.DEFAULT).encoded(), UTF_8);
    } catch (RpcException e) {
      return e.code() + " " + e.executed().wire();
    }
  }

  private static void expect(@Nullable String came, Step step) {
    if (came == null || !step.expects(came)) {
      throw new AssertionError(step + "\ngot:      " + came + "\nexpected: " + step.rest() + "\n");
    }
  }

  private void expectEnd(Step step) throws InterruptedException {
    assertThat(wire.take()).as("%s", step).isEqualTo(OneConnection.END);
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
    }
    wire.close();
  }
}
