package dev.tern.protocol.session;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import dev.tern.protocol.Dialect;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Id;
import dev.tern.protocol.Meta;
import dev.tern.protocol.envelope.Message;
import dev.tern.protocol.session.ServerEvent.Reason;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.LL_Result;

/** A call that ends while something else happens to it: its verdict is true. */
public final class ServerCallRaces {
  private ServerCallRaces() {}

  private static final Message.Request REQUEST =
      new Message.Request(Dialect.V1, new Id.Number(1), "run", null, Meta.NONE);

  /** A call that waits for its handler. */
  static class Call {
    @SuppressWarnings("NullAway") // nobody replies here
    final ServerCall call = new ServerCall(REQUEST, null, 0, 0, 1);

    final String cancelled() {
      return word(call.end(Reason.CANCELLED));
    }

    static String word(@Nullable Executed verdict) {
      return verdict == null ? "TOO LATE" : verdict.name();
    }
  }

  /** Its handler begins as it is cancelled: "no" only if the handler never does. */
  @JCStressTest
  @Outcome(
      id = {"true, MAYBE", "false, NO"},
      expect = ACCEPTABLE,
      desc = "the verdict is true")
  @State
  public static class StartAndCancel extends Call {
    /** The handler. */
    @Actor
    public void start(LL_Result r) {
      r.r1 = call.start();
    }

    /** The cancel. */
    @Actor
    public void cancel(LL_Result r) {
      r.r2 = cancelled();
    }
  }

  /** It begins to wait for another run of its operation as it is cancelled. */
  @JCStressTest
  @Outcome(
      id = {"true, MAYBE", "false, NO"},
      expect = ACCEPTABLE,
      desc = "the verdict is true")
  @State
  public static class JoinAndCancel extends Call {
    /** It joins. */
    @Actor
    public void join(LL_Result r) {
      r.r1 = call.join();
    }

    /** The cancel. */
    @Actor
    public void cancel(LL_Result r) {
      r.r2 = cancelled();
    }
  }

  /** The run that it waits for turns out not to be one as it is cancelled, and its own begins. */
  @JCStressTest
  @Outcome(
      id = {"true, MAYBE", "false, NO", "false, MAYBE"},
      expect = ACCEPTABLE,
      desc = "the verdict is true, or careful")
  @State
  public static class UnjoinStartAndCancel extends Call {
    /** As {@link Call}, and it waits for another run. */
    public UnjoinStartAndCancel() {
      call.join();
    }

    /** Its own run. */
    @Actor
    public void start(LL_Result r) {
      call.unjoin();
      r.r1 = call.start();
    }

    /** The cancel. */
    @Actor
    public void cancel(LL_Result r) {
      r.r2 = cancelled();
    }
  }

  /** The handler answers at the moment of the cancel: exactly one of the two ends the call. */
  @JCStressTest
  @Outcome(
      id = {"true, TOO LATE, false", "false, MAYBE, true"},
      expect = ACCEPTABLE,
      desc = "one of them")
  @State
  public static class AnswerAndCancel extends Call {
    /** As {@link Call}, and its handler has begun. */
    public AnswerAndCancel() {
      call.start();
    }

    /** The answer. */
    @Actor
    public void answer(LLL_Result r) {
      r.r1 = call.answer();
    }

    /** The cancel. */
    @Actor
    public void cancel(LLL_Result r) {
      r.r2 = cancelled();
    }

    /** Whether it ended for another reason than its answer. */
    @Arbiter
    public void then(LLL_Result r) {
      r.r3 = call.endedFor() == Reason.CANCELLED;
    }
  }
}
