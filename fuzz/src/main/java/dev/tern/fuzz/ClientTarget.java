package dev.tern.fuzz;

import static dev.tern.fuzz.Oracle.require;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Id;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.Meta;
import dev.tern.protocol.WireError;
import dev.tern.protocol.envelope.Messages;
import dev.tern.protocol.peer.Heartbeat;
import dev.tern.protocol.peer.Lifetime;
import dev.tern.protocol.peer.Peer;
import dev.tern.protocol.session.ClientCall;
import dev.tern.protocol.session.ClientEvent;
import dev.tern.protocol.session.ClientSession;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whatever a server sends, in whatever pieces, while time passes and calls are given up: a client's
 * session throws nothing, each call ends exactly once, and what never left is "no".
 */
public final class ClientTarget {
  private static final List<Dialect> DIALECTS = List.of(Dialect.values());
  private static final int CHUNK = 64;
  private static final int WHAT_MAY_HAPPEN = 8;
  private static final int MOST_CALLS = 8;
  private static final long DEADLINE = 1_000_000_000;
  private static final byte[] METHOD = "\"add\"".getBytes(StandardCharsets.UTF_8);

  private static final Peer SELF = new Peer(true, true, 0);
  private static final Lifetime LIFETIME =
      new Lifetime(
          new Heartbeat(300_000_000, 200_000_000, false), 2_000_000_000, 5_000_000_000L, true);

  private static final Limits LIMITS =
      Limits.DEFAULT.with(Bound.FRAME_BYTES, 1_024).with(Bound.IN_FLIGHT, 4);

  private final ClientSession session;
  private final Dialect dialect;
  private final List<ClientCall> calls = new ArrayList<>();
  private final Set<ClientCall> ended = new HashSet<>();
  private long now = 1; // so that 0 stands for never sent

  private ClientTarget(Dialect dialect) {
    this.dialect = dialect;
    this.session = new ClientSession(dialect, LIMITS, SELF, LIFETIME, now);
  }

  /** One run of the fuzzer. */
  public static void fuzzerTestOneInput(byte[] data) {
    Input input = new Input(data);
    new ClientTarget(DIALECTS.get(input.choice(DIALECTS.size()))).run(input);
  }

  private void run(Input input) {
    send();
    while (!input.isEmpty()) {
      switch (input.choice(WHAT_MAY_HAPPEN)) {
        case 0 -> send();
        case 1 -> session.cancel(calls.get(input.choice(calls.size())));
        case 2 -> {
          now += 1_000_000L << input.choice(10);
          session.onTime(now);
        }
        case 3 -> takeFrames();
        case 4 -> {
          if (input.choice(CHUNK) == 0) {
            session.close("as the test has it");
          }
        }
        default -> {
          byte[] chunk = input.take(1 + input.choice(CHUNK));
          session.receive(chunk, 0, chunk.length);
        }
      }
      look();
    }
    session.disconnected("the end");
    look();
    require(ended.size() == calls.size(), ended.size() + " of " + calls.size() + " calls ended");
    require(session.inFlight() == 0 && session.queued() == 0, "calls are kept");
    require(session.wakeAt() == Long.MAX_VALUE, "a timer is kept");
  }

  private void send() {
    if (calls.size() >= MOST_CALLS || (dialect == Dialect.BARE && !calls.isEmpty())) {
      return;
    }
    Id id = new Id.Number(calls.size() + 1L);
    Bytes frame = Messages.request(dialect, id, METHOD, null, Meta.NONE);
    ClientCall call = new ClientCall(id, frame, now + DEADLINE);
    calls.add(call);
    session.send(call);
  }

  private void takeFrames() {
    for (Bytes frame; (frame = session.nextFrame(now)) != null; ) {
      require(Oracle.read(frame.toByteArray()) != null, "sent what is no JSON");
    }
  }

  private void look() {
    for (ClientEvent event; (event = session.nextEvent()) != null; ) {
      if (event instanceof ClientCall call) {
        require(ended.add(call), "ended twice");
        require(call.stage() == ClientCall.Stage.ENDED, "told, but not ended");
        WireError failure = call.failure();
        if (failure != null && call.sentNanos() == 0) {
          require(failure.executed() == Executed.NO, "never sent, but " + failure);
        }
      }
    }
  }
}
