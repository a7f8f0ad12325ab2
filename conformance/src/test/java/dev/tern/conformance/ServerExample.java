package dev.tern.conformance;

import dev.tern.core.auth.Identity;
import dev.tern.core.auth.TokenVerifier;
import dev.tern.core.server.Server;
import dev.tern.core.server.ServerBuilder;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.script.Script;
import dev.tern.protocol.script.Script.Step;
import dev.tern.testkit.ManualTimers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Plays an example of PROTOCOL.md, which is a {@link Script}, to a server on one connection. */
final class ServerExample implements AutoCloseable {
  private static final String LAST = "{\"id\":\"last\",\"method\":\"rpc.ping\",\"meta\":{}}";
  private static final String LAST_REPLY = "{\"id\":\"last\",\"ok\":true,\"result\":null}";
  private static final Identity ANN = Identity.of("token:ann", method -> !method.equals("divide"));
  private static final long PATIENCE_SECONDS = 60;
  private static final Duration GRACE = Duration.ofDays(1);

  private record OnlyAnn(String token) implements TokenVerifier {
    @Override
    public @Nullable Identity verify(String said) {
      return said.equals(token) ? ANN : null;
    }

    @Override
    public boolean mayBlock() {
      return false;
    }
  }

  private final ManualTimers timers = new ManualTimers();
  private final OneConnection wire = new OneConnection();
  private final ExampleService service = new ExampleService();
  private final ServerBuilder builder = Server.builder(wire).timers(timers);
  private @Nullable Server server;
  private boolean ended;

  ServerExample() {
    service.offer(builder);
  }

  private void listen() {
    try {
      server = builder.listen(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Plays the script, and checks that nothing else came. */
  void play(Script script) throws InterruptedException {
    for (Step step : script.steps()) {
      play(step);
    }
    if (!ended) {
      wire.give(Script.framed(LAST));
      expect(LAST_REPLY);
    }
    String more = wire.poll();
    if (more != null) {
      throw new AssertionError("came at the end: " + more + " (expected: nothing more)");
    }
  }

  private void play(Step step) throws InterruptedException {
    int room = step.verb().endsWith("in-flight") ? Integer.parseInt(step.rest()) : 0;
    switch (step.verb()) {
      case "server-in-flight" -> builder.maxInFlight(room);
      case "compress" -> builder.compressions(step.rest());
      case "stats" -> builder.tellStats(true);
      case "ann" -> builder.authenticate(new OnlyAnn(step.rest()));
      case "in-flight" -> builder.limits(Limits.DEFAULT.with(Bound.IN_FLIGHT, room));
      default -> {
        if (server == null) {
          listen();
        }
        happen(step);
      }
    }
  }

  private void happen(Step step) throws InterruptedException {
    switch (step.verb()) {
      case ">", "> hex" -> wire.give(step.bytes());
      case "<" -> expect(step);
      case "time" -> timers.advance(Script.duration(step.rest()));
      case "eof" -> wire.giveEnd();
      case "drain" -> beginToClose();
      case "grace" -> Thread.ofVirtual().start(this::hurry);
      case "done" -> {
        expect(OneConnection.END);
        ended = true;
      }
      default -> service.happen(step);
    }
  }

  /** Returns when the connection has been told: then the server sets a timer for its grace. */
  private void beginToClose() {
    int before = timers.pending();
    Thread.ofVirtual().start(() -> Objects.requireNonNull(server).close(GRACE));
    while (timers.pending() == before) {
      Thread.onSpinWait();
    }
  }

  /** As if the grace was over now: the deadlines of calls are not. */
  private void hurry() {
    Objects.requireNonNull(server).close(Duration.ZERO);
  }

  private void expect(String expected) throws InterruptedException {
    expect(new Step(0, "<", expected));
  }

  private void expect(Step step) throws InterruptedException {
    String came = wire.take();
    if (came == null || !step.expects(came)) {
      throw new AssertionError(
          step + "\ngot:      " + shown(came) + "\nexpected: " + shown(step.rest()) + "\n");
    }
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
