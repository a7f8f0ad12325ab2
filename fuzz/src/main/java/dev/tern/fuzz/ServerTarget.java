package dev.tern.fuzz;

import static dev.tern.fuzz.Oracle.require;
import static java.util.concurrent.TimeUnit.SECONDS;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.ReplyMeta;
import dev.tern.protocol.WireError;
import dev.tern.protocol.envelope.Messages;
import dev.tern.protocol.peer.Heartbeat;
import dev.tern.protocol.peer.Lifetime;
import dev.tern.protocol.session.ServerCall;
import dev.tern.protocol.session.ServerEvent;
import dev.tern.protocol.session.ServerSession;
import dev.tern.protocol.value.Names;
import java.util.ArrayList;
import java.util.List;

/**
 * Whatever a peer sends, in whatever pieces, while time passes and calls end in any order: a
 * server's session throws nothing, holds little, sends strict JSON, answers no call twice, and is
 * done in the end.
 */
public final class ServerTarget {
  private static final int CHUNK = 64;
  private static final int WHAT_MAY_HAPPEN = 8;
  private static final long MILLI = 1_000_000;

  private static final Limits LIMITS =
      Limits.DEFAULT.with(Bound.FRAME_BYTES, 1_024).with(Bound.IN_FLIGHT, 8);

  private static final Lifetime LIFETIME =
      new Lifetime(
          new Heartbeat(SECONDS.toNanos(2), SECONDS.toNanos(1), true),
          SECONDS.toNanos(30),
          SECONDS.toNanos(60),
          true);

  /** So much a session may hold: what runs, one frame, and what waits for bare calls. */
  private static final long MOST_HELD_BYTES = 64 << 10;

  private final ServerSession session =
      new ServerSession(LIMITS, Names.of("add"), LIFETIME, _ -> true, 0);
  private final List<ServerCall> running = new ArrayList<>();
  private long now;

  private ServerTarget() {}

  /** One run of the fuzzer. */
  public static void fuzzerTestOneInput(byte[] data) {
    new ServerTarget().run(new Input(data));
  }

  private void run(Input input) {
    while (!input.isEmpty()) {
      switch (input.choice(WHAT_MAY_HAPPEN)) {
        case 0 -> pass(1L << input.choice(17));
        case 1 -> complete(input);
        case 2 -> start(input);
        case 3 -> {
          if (input.choice(CHUNK) == 0) {
            session.drain(now);
          }
        }
        case 4 -> {
          if (input.choice(CHUNK) == 0) {
            session.endOfInput();
          }
        }
        case 5 -> {
          if (input.choice(CHUNK) == 0) {
            session.cutOff();
          }
        }
        default -> {
          byte[] chunk = input.take(1 + input.choice(CHUNK));
          session.receive(chunk, 0, chunk.length, now);
        }
      }
      look();
    }
    session.endOfInput();
    look();
    while (!running.isEmpty()) {
      complete(input);
      look();
    }
    require(session.isDone(), "not done when all has been answered");
    require(session.inFlight() == 0, session.inFlight() + " in flight at the end");
    session.disconnected();
    look();
  }

  private void pass(long millis) {
    now += millis * MILLI;
    session.onTime(now);
  }

  private void start(Input input) {
    if (!running.isEmpty()) {
      var _ = running.get(input.choice(running.size())).start();
    }
  }

  private void complete(Input input) {
    if (running.isEmpty()) {
      return;
    }
    ServerCall call = running.remove(input.choice(running.size()));
    Bytes frame =
        input.choice(2) == 0
            ? call.success(Messages.NULL, ReplyMeta.NONE)
            : call.failure(WireError.of(ErrorCode.INTERNAL, "as the test has it"));
    session.complete(call, frame);
  }

  private void look() {
    for (ServerEvent event; (event = session.nextEvent()) != null; ) {
      if (event instanceof ServerCall call) {
        require(!running.contains(call) && call.receivedNanos() <= now, "handed out twice");
        running.add(call);
      }
    }
    require(running.size() <= LIMITS.get(Bound.IN_FLIGHT), running.size() + " calls run");
    for (Bytes frame; (frame = session.nextFrame()) != null; ) {
      byte[] json = frame.toByteArray();
      require(Oracle.read(json) != null, "sent what is no JSON");
    }
    require(session.heldBytes() <= MOST_HELD_BYTES, session.heldBytes() + " bytes held");
    require(session.wakeAt() > now || session.wakeAt() == Long.MAX_VALUE || isDue(), "no timer");
  }

  /** A timer may be due until time passes the next time. */
  private boolean isDue() {
    session.onTime(now);
    return session.wakeAt() > now;
  }
}
