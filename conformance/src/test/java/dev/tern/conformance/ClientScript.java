package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.core.RpcException;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.protocol.Dialect;
import dev.tern.testkit.ManualTimers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An example of PROTOCOL.md that shows Tern's client; the script plays the server. Each line is a
 * step:
 *
 * <pre>
 *   call METHOD PARAMS   the client calls, with a deadline of 10 s
 *   &gt; TEXT               its next frame has this payload; … stands for anything
 *   &lt; TEXT               the server sends a frame with this payload
 *   = TEXT               the oldest call ends with this result, or with this CODE and verdict
 *   (words)              something happens
 * </pre>
 */
final class ClientScript implements AutoCloseable {
  private static final Pattern CALL = Pattern.compile("call (\\S+) (.+)");
  private static final Pattern PASS = Pattern.compile("\\((\\d+) s pass\\)");
  private static final long PATIENCE_SECONDS = 60;

  private final ManualTimers timers = new ManualTimers();
  private final OneConnection wire = new OneConnection();
  private final LinkedBlockingQueue<String> ends = new LinkedBlockingQueue<>();
  private @Nullable Client client;
  private int connections = 1;

  void play(List<String> lines) throws InterruptedException {
    for (String line : ExampleLines.of(lines)) {
      step(line);
    }
    String more = wire.poll();
    if (more != null) {
      throw new AssertionError("the client sent at the end: " + more + " (expected: nothing more)");
    }
  }

  private void step(String line) throws InterruptedException {
    Matcher call = CALL.matcher(line);
    Matcher pass = PASS.matcher(line);
    if (call.matches()) {
      byte[] params = call.group(2).getBytes(UTF_8);
      Client caller = client();
      Thread.ofVirtual().start(() -> ends.add(end(caller, call.group(1), params)));
    } else if (line.startsWith("> ")) {
      expect(wire.take(), line.substring(2));
    } else if (line.startsWith("< ")) {
      wire.give(SessionScript.frame(line.substring(2)));
    } else if (line.startsWith("= ")) {
      expect(ends.poll(PATIENCE_SECONDS, TimeUnit.SECONDS), line.substring(2));
    } else if (pass.matches()) {
      timers.advance(Duration.ofSeconds(Long.parseLong(pass.group(1))));
    } else if (line.equals("(the connection breaks)")) {
      wire.breakDown();
      expect(wire.take(), OneConnection.END);
    } else if (line.equals("(the client closes)")) {
      expect(wire.take(), OneConnection.END);
    } else if (line.equals("(on a new connection)")) {
      expect(wire.connections() + ". connection", ++connections + ". connection");
    } else if (line.equals("(the client is closed)")) {
      Thread.startVirtualThread(client()::close); // it waits for the server
    } else if (line.equals("(the client is told to speak JSON-RPC)")) {
      client = newClient(Dialect.JSONRPC);
    } else if (!line.isEmpty() && !line.startsWith("#")) {
      throw new AssertionError("line: " + line + " (expected: a step)");
    }
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

  private static void expect(@Nullable String came, String pattern) {
    if (came == null || !SessionScript.matches(came, pattern)) {
      throw new AssertionError("\ngot:      " + came + "\nexpected: " + pattern + "\n");
    }
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
    }
    wire.close();
  }
}
