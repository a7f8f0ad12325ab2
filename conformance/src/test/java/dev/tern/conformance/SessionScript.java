package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.core.server.Server;
import dev.tern.core.server.ServerBuilder;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.testkit.ManualTimers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An example of PROTOCOL.md, played against a server on one connection. Each line is a step:
 *
 * <pre>
 *   &gt; TEXT          the client sends a frame with this payload
 *   &gt; hex 00 0A     the client sends these bytes
 *   &lt; TEXT          the server's next frame has this payload; … stands for anything
 *   (words)         something happens; see {@link #happens}
 *   # words         a comment
 * </pre>
 *
 * {@link ExampleLines} says what else may stand in a line.
 *
 * <p>At the end of a script nothing else may have come from the server.
 */
final class SessionScript implements AutoCloseable {
  private static final String LAST = "{\"id\":\"last\",\"method\":\"rpc.ping\",\"meta\":{}}";
  private static final String LAST_REPLY = "{\"id\":\"last\",\"ok\":true,\"result\":null}";
  private static final Pattern PASS = Pattern.compile("\\(([0-9.]+) (ms|s) pass\\)");
  private static final Pattern LIMIT =
      Pattern.compile("\\(the server has room for (\\d+) calls?\\)");
  private static final Pattern CONNECTION_LIMIT =
      Pattern.compile("\\(a connection has room for (\\d+) calls?\\)");
  private static final Pattern TIMES = Pattern.compile("\\(([0-9,]+) times:\\)");
  private static final long PATIENCE_SECONDS = 60;

  private final ManualTimers timers = new ManualTimers();
  private final OneConnection wire = new OneConnection();
  private final ExampleService service = new ExampleService();
  private final ServerBuilder builder = Server.builder(wire).timers(timers);
  private @Nullable Server server;
  private boolean ended;

  SessionScript() {
    service.offer(builder);
  }

  private void listen() {
    try {
      server = builder.listen(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Plays the lines, and checks that nothing else came. */
  void play(List<String> written) throws InterruptedException {
    List<String> lines = ExampleLines.of(written);
    int times = 1;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (sets(line)) {
        continue;
      }
      if (server == null && !line.startsWith("#")) {
        listen();
      }
      Matcher repeat = TIMES.matcher(line);
      if (repeat.matches()) {
        times = Integer.parseInt(repeat.group(1).replace(",", ""));
        continue;
      }
      List<String> group = new ArrayList<>(List.of(line));
      if (times > 1 && i + 1 < lines.size() && lines.get(i + 1).startsWith("<")) {
        group.add(lines.get(++i));
      }
      for (int round = 0; round < times; round++) {
        for (String step : group) {
          step(step);
        }
      }
      times = 1;
    }
    if (!ended) {
      send(LAST);
      expect(LAST_REPLY);
    }
    String more = wire.poll();
    if (more != null) {
      throw new AssertionError("came at the end: " + more + " (expected: nothing more)");
    }
  }

  /** Whether the line is one that sets a bound, before the server listens. */
  private boolean sets(String line) {
    Matcher limit = LIMIT.matcher(line);
    if (limit.matches()) {
      builder.maxInFlight(Integer.parseInt(limit.group(1)));
      return true;
    }
    Matcher connectionLimit = CONNECTION_LIMIT.matcher(line);
    if (connectionLimit.matches()) {
      int calls = Integer.parseInt(connectionLimit.group(1));
      builder.limits(Limits.DEFAULT.with(Bound.IN_FLIGHT, calls));
      return true;
    }
    return false;
  }

  private void step(String line) throws InterruptedException {
    if (line.startsWith("> hex ")) {
      wire.give(HexFormat.of().parseHex(line.substring(6).replace(" ", "")));
    } else if (line.startsWith("> ")) {
      send(line.substring(2));
    } else if (line.startsWith("< ")) {
      expect(line.substring(2));
    } else if (line.startsWith("(")) {
      happens(line);
    } else if (!line.isEmpty() && !line.startsWith("#")) {
      throw new AssertionError("line: " + line + " (expected: >, <, ( or #)");
    }
  }

  private void happens(String event) throws InterruptedException {
    Matcher pass = PASS.matcher(event);
    if (pass.matches()) {
      double amount = Double.parseDouble(pass.group(1));
      double millis = pass.group(2).equals("s") ? amount * 1_000 : amount;
      timers.advance(Duration.ofMillis((long) millis));
      return;
    }
    if (service.happens(event)) {
      return;
    }
    switch (event) {
      case "(the client shuts its output down)" -> wire.giveEnd();
      case "(the server closes)" -> {
        expect(OneConnection.END);
        ended = true;
      }
      default -> throw new AssertionError("event: " + event + " (expected: a known one)");
    }
  }

  private void send(String payload) {
    wire.give(frame(payload));
  }

  /** A whole frame with this payload. */
  static byte[] frame(String payload) {
    byte[] bytes = payload.getBytes(UTF_8);
    return ByteBuffer.allocate(Integer.BYTES + bytes.length)
        .putInt(bytes.length)
        .put(bytes)
        .array();
  }

  private void expect(String pattern) throws InterruptedException {
    String came = wire.take();
    if (came == null || !matches(came, pattern)) {
      throw new AssertionError(
          "\ngot:      " + shown(came) + "\nexpected: " + shown(pattern) + "\n");
    }
  }

  /** Whether it is the pattern, in which … stands for anything. */
  static boolean matches(String came, String pattern) {
    StringBuilder regex = new StringBuilder();
    for (String part : pattern.split("…", -1)) {
      regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(part));
    }
    return came.matches(regex.toString());
  }

  private static String shown(@Nullable String frame) {
    if (frame == null) {
      return "nothing for " + PATIENCE_SECONDS + " s";
    }
    return frame.equals(OneConnection.END) ? "the end of the connection" : frame;
  }

  @Override
  public void close() {
    service.release();
    if (server != null) {
      server.close(Duration.ZERO);
    }
    wire.close();
  }
}
