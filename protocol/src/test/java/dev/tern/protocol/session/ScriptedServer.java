package dev.tern.protocol.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.Oddity;
import dev.tern.protocol.ReplyMeta;
import dev.tern.protocol.WireError;
import dev.tern.protocol.peer.Heartbeat;
import dev.tern.protocol.peer.Lifetime;
import dev.tern.protocol.script.Script;
import dev.tern.protocol.script.Script.Step;
import dev.tern.protocol.value.Names;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Plays a {@link Script} to a {@link ServerSession}. */
final class ScriptedServer {

  /** How the peer's bytes are cut into reads. */
  interface Cut {
    /** How many of the bytes that are left the next read brings, at least 1. */
    int next(int left);
  }

  private final Script script;
  private final Cut cut;

  /** Near the end of the clock, so that sums overflow: only differences may be compared. */
  private long now = Long.MAX_VALUE - Duration.ofSeconds(10).toNanos();

  private final ServerSession session;
  private final ByteArrayOutputStream input = new ByteArrayOutputStream();

  // What has happened and no line has expected yet.
  private final ArrayDeque<String> frames = new ArrayDeque<>();
  private final ArrayDeque<ServerCall> arrived = new ArrayDeque<>();
  private final List<String> told = new ArrayList<>();
  private final Map<Oddity, Integer> counted = new EnumMap<>(Oddity.class);

  /** Calls whose handlers have not returned, by method. */
  private final Map<String, ServerCall> running = new HashMap<>();

  private final List<ServerCall> started = new ArrayList<>();

  ScriptedServer(Script script, Cut cut) {
    this.script = script;
    this.cut = cut;
    this.session =
        new ServerSession(
            limits(script), Names.of("add", "slow"), lifetime(script), _ -> false, now);
  }

  void play() {
    for (Step step : script.steps()) {
      try {
        play(step);
      } catch (AssertionError e) {
        throw new AssertionError(script.name() + " " + step + "\n" + e.getMessage(), e);
      }
    }
    feed();
    nothingUnexpected();
    assertThat(running).as("handlers that the script forgets").isEmpty();
    assertThat(session.inFlight()).as("calls in flight at the end").isZero();
    session.drain(now);
    session.cutOff(); // which ends the wait for a peer that was told to go
    assertThat(session.isDone()).as("done, once it shall be").isTrue();
    assertThat(session.wakeAt()).as("deadlines that are left").isEqualTo(Long.MAX_VALUE);
  }

  private void play(Step step) {
    String rest = step.rest();
    if (step.verb().startsWith(">")) {
      if (input.size() == 0) {
        nothingUnexpected();
      }
      input.writeBytes(step.bytes());
      return;
    }
    feed();
    switch (step.verb()) {
      case "frame-bytes", "in-flight", "errors", "controls" -> {} // see limits
      case "heartbeat", "idle", "age" -> {} // see lifetime
      case "<" -> frame(step);
      case "called" -> called(rest);
      case "refused" -> {
        String[] words = rest.split(" ", 2);
        String event = words[0] + " refused " + words[1];
        assertThat(told.remove(event)).as("refused, of %s", told).isTrue();
      }
      case "told" -> assertThat(told.remove(rest)).as("told, of %s", told).isTrue();
      case "counted" -> counted(rest);
      case "open" -> assertThat(session.isFinishing()).as("finishing").isFalse();
      case "finishing" -> {
        assertThat(session.isFinishing()).as("finishing").isTrue();
        assertThat(session.isDone()).as("done").isFalse();
      }
      case "gone" -> assertThat(session.isPeerGone()).as("taken for gone").isTrue();
      case "done" -> assertThat(session.isDone()).as("done").isTrue();
      default -> {
        nothingUnexpected();
        happen(step.verb(), rest);
        drainSession();
      }
    }
  }

  private void happen(String verb, String rest) {
    String[] words = rest.split(" ", 3);
    switch (verb) {
      case "eof" -> session.endOfInput();
      case "reset" -> session.disconnected();
      case "drain" -> session.drain(now);
      case "grace" -> session.cutOff();
      case "room" -> session.giveWay(now);
      case "pause" -> session.paused(true, now);
      case "resume" -> session.paused(false, now);
      case "moved" -> session.heard(now);
      case "time" -> pass(rest);
      case "start" -> start(words[0]);
      case "never" -> {
        ServerCall call = returned(words[0]);
        assertThat(call.start()).as("starts").isFalse();
        session.complete(call, null);
      }
      case "ok" -> {
        ServerCall call = startedOrStart(words[0]);
        String result = rest.substring(rest.indexOf(' ') + 1);
        session.complete(call, call.success(Bytes.of(result.getBytes(UTF_8)), ReplyMeta.NONE));
      }
      case "fail" -> {
        ServerCall call = startedOrStart(words[0]);
        WireError error =
            new WireError(words[1], ErrorCode.numberOf(words[1]), words[2], null, Executed.YES);
        session.complete(call, call.failure(error));
      }
      default -> fail("verb: %s", verb);
    }
  }

  private void frame(Step expected) {
    String frame = frames.poll();
    assertThat(frame).as("a frame").isNotNull();
    assertThat(expected.expects(frame)).as("frame %s", frame).isTrue();
  }

  private void feed() {
    byte[] bytes = input.toByteArray();
    input.reset();
    for (int at = 0; at < bytes.length; ) {
      int count = cut.next(bytes.length - at);
      byte[] read = new byte[count + 2]; // like a transport's buffer: more than the bytes
      System.arraycopy(bytes, at, read, 1, count);
      session.receive(read, 1, count, now);
      Arrays.fill(read, (byte) '#'); // and used again
      drainSession();
      at += count;
    }
  }

  private void drainSession() {
    for (ServerEvent event; (event = session.nextEvent()) != null; ) {
      switch (event) {
        case ServerCall call -> arrived.add(call);
        case ServerEvent.Abandoned abandoned ->
            told.add(abandoned.call().request().method() + " " + abandoned.reason());
        case ServerEvent.Refused refused ->
            told.add(refused.request().method() + " refused " + refused.code());
        case ServerEvent.Rejected rejected -> counted.merge(rejected.oddity(), 1, Integer::sum);
        case ServerEvent.Noted noted -> counted.merge(noted.oddity(), 1, Integer::sum);
        case ServerEvent.Gathered gathered -> session.send(gathered, gathered.replies());
        case Ping _ -> {} // the frames are there to be seen
      }
    }
    for (Bytes next; (next = session.nextFrame()) != null; ) {
      frames.add(next.toString());
    }
  }

  private void pass(String text) {
    long until = now + Script.duration(text).toNanos();
    while (session.wakeAt() != Long.MAX_VALUE && session.wakeAt() - until <= 0) {
      now = session.wakeAt();
      session.onTime(now);
      long next = session.wakeAt();
      assertThat(next == Long.MAX_VALUE || next - now > 0).as("wakes again at once").isTrue();
      drainSession();
    }
    now = until;
  }

  private void called(String expected) {
    ServerCall call = arrived.poll();
    assertThat(call).as("a call").isNotNull();
    Bytes params = call.request().params();
    String method = call.request().method();
    assertThat(params == null ? method : method + " " + params).isEqualTo(expected);
    assertThat(running.put(method, call)).as("a handler of the same name").isNull();
  }

  private void counted(String text) {
    String[] words = text.split(" ", 2);
    int times = words.length == 1 ? 1 : Integer.parseInt(words[1]);
    assertThat(counted.remove(Oddity.valueOf(words[0])))
        .as("times, of %s", counted)
        .isEqualTo(times);
  }

  private void start(String method) {
    ServerCall call = running.get(method);
    assertThat(call).as("a call of %s", method).isNotNull();
    assertThat(call.start()).as("starts").isTrue();
    started.add(call);
  }

  private ServerCall startedOrStart(String method) {
    if (!started.contains(running.get(method))) {
      start(method);
    }
    return returned(method);
  }

  private ServerCall returned(String method) {
    ServerCall call = running.remove(method);
    assertThat(call).as("a call of %s", method).isNotNull();
    return call;
  }

  private void nothingUnexpected() {
    assertThat(frames).as("frames that no line expects").isEmpty();
    assertThat(arrived).as("calls that no line expects").isEmpty();
    assertThat(told).as("tokens that no line expects").isEmpty();
    assertThat(counted).as("oddities that no line expects").isEmpty();
  }

  private Lifetime lifetime(Script script) {
    Lifetime lifetime = Lifetime.ENDLESS;
    for (Step step : script.steps()) {
      String[] words = step.rest().split(" ", 3);
      lifetime =
          switch (step.verb()) {
            case "heartbeat" ->
                new Lifetime(
                    new Heartbeat(nanosOf(words[0]), nanosOf(words[1]), false), 0, 0, false);
            case "idle" -> new Lifetime(lifetime.heartbeat(), nanosOf(words[0]), 0, false);
            case "age" -> new Lifetime(lifetime.heartbeat(), 0, now + nanosOf(words[0]), true);
            default -> lifetime;
          };
    }
    return lifetime;
  }

  private static long nanosOf(String seconds) {
    return TimeUnit.SECONDS.toNanos(Long.parseLong(seconds));
  }

  private static Limits limits(Script script) {
    Limits limits = Limits.DEFAULT;
    for (Step step : script.steps()) {
      int value = step.rest().matches("\\d+") ? Integer.parseInt(step.rest()) : 0;
      limits =
          switch (step.verb()) {
            case "frame-bytes" -> limits.with(Bound.FRAME_BYTES, value);
            case "in-flight" -> limits.with(Bound.IN_FLIGHT, value);
            case "errors" ->
                limits.with(Bound.ERROR_BURST, value).with(Bound.ERRORS_PER_SECOND, value);
            case "controls" ->
                limits.with(Bound.CONTROL_BURST, value).with(Bound.CONTROLS_PER_SECOND, value);
            default -> limits;
          };
    }
    return limits;
  }
}
