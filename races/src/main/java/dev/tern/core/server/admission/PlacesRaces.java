package dev.tern.core.server.admission;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import dev.tern.core.limit.ConcurrencyLimit;
import dev.tern.core.observe.Tally;
import dev.tern.core.server.admission.Ticket.Answer;
import dev.tern.protocol.Limits;
import dev.tern.protocol.peer.Lifetime;
import dev.tern.protocol.session.ServerCall;
import dev.tern.protocol.session.ServerSession;
import dev.tern.protocol.value.Names;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.LII_Result;
import org.openjdk.jcstress.infra.results.LLI_Result;

/** Calls that come, wait and go at a limit: no place is lost, none is given twice. */
public final class PlacesRaces {
  private PlacesRaces() {}

  /** One place, and one call may wait for it. */
  static class Limit {
    private static final Tally TALLY = new Tally();
    private static final byte[] FRAME = frame("{\"id\":1,\"method\":\"m\",\"meta\":{}}");
    private static final Names NAMES = Names.of(List.of("m"));

    /** Nothing becomes of it, so that all may share it. */
    private static final ServerCall CALL = call();

    private final Gates gates = new Gates(100_000, new ByteBudget(1 << 20), TALLY);
    final Places places = new Places(limit(), "a test", TALLY, 0);
    final AtomicInteger wentOn = new AtomicInteger();

    private static byte[] frame(String payload) {
      return ByteBuffer.allocate(Integer.BYTES + payload.length())
          .putInt(payload.length())
          .put(payload.getBytes(US_ASCII))
          .array();
    }

    ConcurrencyLimit limit() {
      return ConcurrencyLimit.fixed(1).queue(1).fairShare(1);
    }

    /** A call that has been read, and has asked for nothing yet. */
    final Ticket ticket() {
      return ticketOf("a caller", wentOn::incrementAndGet);
    }

    final Ticket ticketOf(Object caller) {
      return ticketOf(caller, wentOn::incrementAndGet);
    }

    final Ticket ticketOf(Object caller, Ticket.Holder holder) {
      return gates.admissionOf(caller).ticket(List.of(places), CALL, holder);
    }

    /** A call that is under two limits. */
    final Ticket ticketOfBoth(Places other) {
      return gates.admissionOf("a caller").ticket(List.of(places, other), CALL, () -> {});
    }

    private static ServerCall call() {
      ServerSession session =
          new ServerSession(Limits.DEFAULT, NAMES, Lifetime.ENDLESS, _ -> true, 0);
      session.receive(FRAME, 0, FRAME.length, 0);
      if (!(session.nextEvent() instanceof ServerCall call)) {
        throw new AssertionError("no call (expected: one)");
      }
      return call;
    }

    /** One that has asked. */
    final Ticket entered(Answer expected) {
      Ticket ticket = ticket();
      Answer answer = ticket.enter(0);
      if (answer != expected) {
        throw new AssertionError(answer + " (expected: " + expected + ")");
      }
      return ticket;
    }
  }

  /** One leaves as another one comes. */
  @JCStressTest
  @Outcome(id = "ADMITTED, 0, 1", expect = ACCEPTABLE, desc = "it found the place")
  @Outcome(id = "WAITS, 1, 1", expect = ACCEPTABLE, desc = "it waited, and was given the place")
  @State
  public static class LeaveAndEnter extends Limit {
    private final Ticket first = entered(Answer.ADMITTED);
    private final Ticket second = ticket();

    /** The first. */
    @Actor
    public void leave() {
      first.leave(1);
    }

    /** The second. */
    @Actor
    public void enter(LII_Result r) {
      r.r1 = second.enter(1);
    }

    /** Who has the place. */
    @Arbiter
    public void then(LII_Result r) {
      r.r2 = wentOn.get();
      r.r3 = places.running() + places.waiting();
    }
  }

  /** One leaves as the one that waits gives up. */
  @JCStressTest
  @Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "it was taken out of the queue")
  @Outcome(id = "0, 1, 1", expect = ACCEPTABLE, desc = "it was given the place before")
  @State
  public static class LeaveAndQuit extends Limit {
    private final Ticket first = entered(Answer.ADMITTED);
    private final Ticket second = entered(Answer.WAITS);

    /** The first. */
    @Actor
    public void leave() {
      first.leave(1);
    }

    /** The second. */
    @Actor
    public void quit(III_Result r) {
      r.r1 = second.quit() ? 1 : 0;
    }

    /** Who has the place. */
    @Arbiter
    public void then(III_Result r) {
      r.r2 = wentOn.get();
      r.r3 = places.running() + places.waiting();
    }
  }

  /** Two come, and there is one place, and none to wait. */
  @JCStressTest
  @Outcome(
      id = {"ADMITTED, REFUSED, 1", "REFUSED, ADMITTED, 1"},
      expect = ACCEPTABLE,
      desc = "one has it")
  @State
  public static class TwoEnter extends Limit {
    private final Ticket first = ticket();
    private final Ticket second = ticket();

    @Override
    ConcurrencyLimit limit() {
      return ConcurrencyLimit.fixed(1).queue(0).fairShare(1);
    }

    /** One. */
    @Actor
    public void first(LLI_Result r) {
      r.r1 = first.enter(1);
    }

    /** The call that comes second. */
    @Actor
    public void second(LLI_Result r) {
      r.r2 = second.enter(1);
    }

    /** How many have it. */
    @Arbiter
    public void then(LLI_Result r) {
      r.r3 = places.running() + places.waiting();
    }
  }

  /** One leaves twice, on two threads. */
  @JCStressTest
  @Outcome(id = "0", expect = ACCEPTABLE, desc = "the place is given back once")
  @State
  public static class LeaveTwice extends Limit {
    private final Ticket only = entered(Answer.ADMITTED);

    /** Once. */
    @Actor
    public void once() {
      only.leave(1);
    }

    /** Twice. */
    @Actor
    public void twice() {
      only.leave(1);
    }

    /** How many hold it. */
    @Arbiter
    public void then(I_Result r) {
      r.r1 = places.running();
    }
  }

  /** A call that has stepped aside begins on another thread as it ends. */
  @JCStressTest
  @Outcome(id = "0", expect = ACCEPTABLE, desc = "it holds nothing once it has ended")
  @State
  public static class BeginAndLeave extends Limit {
    private final Ticket only = entered(Answer.ADMITTED);

    /** A call that has stepped aside before the race. */
    public BeginAndLeave() {
      only.stepAside(1);
    }

    /** It begins. */
    @Actor
    public void begin() {
      only.begins(1);
    }

    /** It ends. */
    @Actor
    public void leave() {
      only.leave(1);
    }

    /** How many hold a place. */
    @Arbiter
    public void then(I_Result r) {
      r.r1 = places.running();
    }
  }

  /** A call that has come as a duplicate begins on another thread as it ends, under two limits. */
  @JCStressTest
  @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "it holds nothing once it has ended")
  @State
  public static class FirstBeginAndLeave extends Limit {
    private final Places other = new Places(limit(), "another test", new Tally(), 0);
    private final Ticket only = ticketOfBoth(other);

    /** It begins. */
    @Actor
    public void begin() {
      only.begins(1);
    }

    /** It ends. */
    @Actor
    public void leave() {
      only.leave(1);
    }

    /** How many hold a place. */
    @Arbiter
    public void then(II_Result r) {
      r.r1 = places.running();
      r.r2 = other.running();
    }
  }

  /** One has come as a duplicate, and begins as the one that runs leaves a place to who waits. */
  @JCStressTest
  @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "the one that has waited has it")
  @State
  public static class FirstBeginsAsOneLeaves extends Limit {
    private final Ticket runs = entered(Answer.ADMITTED);
    private final Ticket duplicate = ticket();

    /** One waits. */
    public FirstBeginsAsOneLeaves() {
      var _ = entered(Answer.WAITS);
    }

    /** It begins. */
    @Actor
    public void begin() {
      duplicate.begins(1);
    }

    /** The one that runs leaves. */
    @Actor
    public void leave() {
      runs.leave(1);
    }

    /** How many hold a place, how many wait for one, how many have waited. */
    @Arbiter
    public void then(III_Result r) {
      r.r1 = places.running();
      r.r2 = places.waiting();
      r.r3 = wentOn.get();
    }
  }

  /** One has come as a duplicate, and begins as another call comes. */
  @JCStressTest
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the other one has it")
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "the duplicate has it, the other one waits")
  @State
  public static class FirstBeginsAsOneEnters extends Limit {
    private final Ticket duplicate = ticket();
    private final Ticket other = ticket();

    /** It begins. */
    @Actor
    public void begin() {
      duplicate.begins(1);
    }

    /** The other one comes. */
    @Actor
    public void enter() {
      other.enter(1);
    }

    /** How many hold a place, and how many wait for one. */
    @Arbiter
    public void then(II_Result r) {
      r.r1 = places.running();
      r.r2 = places.waiting();
    }
  }
}
